#!/usr/bin/perl
# Rejected deliveries are held, complete and within the limits, whatever is sent
# and however the program ends. Once the secret is corrected, each of them is
# stored exactly once.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);
use Try;

my $MISTAKEN = 'whsec_' . '00ddba11' x 8;
push @Try::KEEP_QUIET, $MISTAKEN;

sub held {
	my ($box) = @_;
	my $dir = $box->inbox . '/coral/hold';
	opendir my $d, $dir or return;
	return map { "$dir/$_" } sort grep { /^\d/ } readdir $d;
}

# What is wrong with the held files now.
sub held_wrong {
	my ($box, $count, $bytes) = @_;
	my @all = held($box);
	my ($sum, @bad) = (0);
	for my $path (@all) {
		my $text = Sandbox::slurp($path);
		next if $text eq '' && !-e $path;
		my ($head, $body) = split /\n\n/, $text, 2;
		my ($said) = $head =~ /^Content-Length: (\d+)$/m;
		push @bad, "$path is not whole" if !defined $said ||
		    length($body // '') != $said ||
		    $path !~ /-@{[ length $text ]}\z/;
		$sum += length $text;
	}
	push @bad, scalar(@all) . " files" if @all > $count;
	push @bad, "$sum bytes" if $sum > $bytes;
	return @bad;
}

# Under a real server: wrong secret, held, secret corrected, stored once.
sub mended {
	my ($name) = @_;
	my $w = Try::setup($name, { hold => {} });
	my $box = $w->box;
	$box->secret('coral', $MISTAKEN);
	$w->start;
	my @sent = map { Try::delivery("$name-$_") } 1 .. 3;
	Try::refused($w, $_, 400, 'by a wrong secret', qr/no signature fits/)
	    for @sent;
	my @held = held($box);
	is(scalar @held, 3, "$name: all are held");
	is(join(' ', map { sprintf '%o', (stat)[2] & 07777 } @held), '600 600 600',
	    'and are private');
	my ($head, $body) = split /\n\n/, Sandbox::slurp($held[0]), 2;
	is($body, $sent[0]{body}, 'to the byte');
	like($head, qr{\APOST /hooks/coral HTTP/1\.1\nHookdir-Held: },
	    'as it came');
	like($box->hookdir('reverify', 'coral'), qr/0 filed, .* 3 left/,
	    'still the wrong one');
	$box->secret('coral', @{ $Sign::SECRET{coral} });
	# The sender retries one of them.
	ok(Try::until(sub { $w->send($sent[1])->{code} == 200 }, 10),
	    'mended: the sender tries one again');
	# Each earlier try was held too.
	like($box->hookdir('reverify', 'coral'),
	    qr/\Acoral: 2 filed, \d+ filed before, 0 left\n\z/,
	    'the rest is filed');
	Try::check("$name: each of them once, and whole",
	    (map { Try::event_wrong($box, $_) } @sent), Try::unclean($box),
	    map { "held: $_" } held($box));
	is(scalar keys %{ $box->files('new') }, 3, 'nothing else');
	unlink Try::path($box, $sent[0]{id});
	is(join(' ', map { $w->send($_)->{code} } @sent), '200 200 200',
	    'each is a duplicate then');
	is(scalar keys %{ $box->files('new') }, 2, 'also one that was taken');
	Try::finish($w);
	return;
}

# Eight senders of garbage at once; the program is killed again and again.
sub flooded {
	my ($count, $bytes) = (10, 100_000);
	my $w = Try::setup('fcgi', { hold => { count => $count, bytes => $bytes },
		workers => 8 }, processes => 2);
	my $box = $w->box;
	$box->secret('coral', $MISTAKEN);
	$w->start;
	my @pids;
	for my $k (1 .. 8) {
		my $pid = fork // die "fork: $!\n";
		push @pids, $pid and next if $pid;
		for my $i (1 .. 60) {
			my $r = Try::delivery("flood-$k-$i", fill => 3000 * $k);
			eval { $w->send($r) };
		}
		POSIX::_exit(0);
	}
	my ($kills, @bad, %left) = (0);
	$left{$_} = 1 for @pids;
	while (%left) {
		push @bad, held_wrong($box, $count + 8, 2 * $bytes);
		if ($kills < 20) {
			$kills++;
			kill 'KILL', @{ $w->{programs} };
			waitpid $_, 0 for @{ delete $w->{programs} };
			# No process changes the folder now: the limits hold.
			push @bad, held_wrong($box, $count, $bytes);
			$w->start_program;
		}
		sleep 0.02;
		for my $pid (keys %left) {
			delete $left{$pid} if waitpid $pid, POSIX::WNOHANG;
		}
	}
	# The last kill may have come when others had made room already.
	my @last = map { Try::delivery("last-$_", fill => 20_000) } 1 .. 4;
	for my $r (@last) {
		Try::until(sub { $w->send($r)->{code} == 400 }, 30) or
		    push @bad, "$r->{id} is not refused";
	}
	push @bad, held_wrong($box, $count, $bytes);
	Try::check("8 senders, $kills kills: bounded and whole", @bad);
	my %body = map { ((split /\n\n/, Sandbox::slurp($_), 2)[1] => 1) }
	    held($box);
	is(join(' ', map { $_->{id} } grep { !$body{ $_->{body} } } @last), '',
	    'and the newest are there');
	$box->secret('coral', @{ $Sign::SECRET{coral} });
	my $n = held($box);
	is($box->hookdir('reverify', 'coral'),
	    "coral: $n filed, 0 filed before, 0 left\n",
	    'what is held can be filed');
	my $r = Try::delivery('after');
	ok(Try::until(sub { $w->send($r)->{code} == 200 }, 10),
	    'a good one is taken as ever');
	Try::finish($w);
	return;
}

mended($_) for qw(cgi lighttpd-fastcgi apache-cgid nginx);
flooded();
done_testing();
