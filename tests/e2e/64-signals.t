#!/usr/bin/perl
# How a FastCGI process ends: it finishes and answers what it is working on.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use FcgiClient;
use POSIX ();
use Test::More;
use Try;

my $n = 0;
sub fresh { return Try::delivery(sprintf('signal-%03d', ++$n), @_) }

sub in { return FcgiClient::record($FcgiClient::STDIN, $_[0]) }

sub sockets {
	my ($pid) = @_;
	return scalar grep { (readlink // '') =~ /^socket:/ }
	    glob "/proc/$pid/fd/*";
}

# A request that is being served, and half of whose body has arrived.
sub half {
	my ($w, $r) = @_;
	my ($pid) = @{ $w->{programs} };
	my $before = sockets($pid);
	my $s = FcgiClient::send_bytes($w->box, FcgiClient::begin() .
	    FcgiClient::params($w->box, $r) . in(substr $r->{body}, 0, 20));
	Try::until(sub { sockets($pid) > $before }) or die "not accepted\n";
	return $s;
}

# Waits until these idle workers have ended: then the signal has arrived. A
# sanitizer may have a thread of its own.
sub stopping {
	my ($pid, $before, $idle) = @_;
	return Try::until(sub { Try::threads($pid) <= $before - $idle });
}

sub ends {
	my ($w, $name, @more) = @_;
	my ($pid) = @{ delete $w->{programs} };
	my $status = ServerSetup::reap($pid, 20);
	push @more, defined $status ? () : 'does not end';
	push @more, "status $status" if $status;
	Try::check($name, @more);
	return;
}

# Sends body bytes for this long, fast enough to be waited for, in a process of
# its own.
sub feed {
	my ($s, $seconds) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	my $end = time + $seconds;
	while (time < $end) {
		Client::push_all($s, in('x' x 10_000));
		select undef, undef, undef, 0.1;
	}
	POSIX::_exit(0);
}

# The slowest test first: the program waits for those that are still sending,
# but not for ever. The other tests run meanwhile.
my $stuck = Try::setup('fcgi', { workers => 8, max_body => 8_000_000 })->start;
my $lost = fresh(fill => 7_000_000);
my $hang = half($stuck, $lost);
my $feeder = feed($hang, 30);
kill 'TERM', @{ $stuck->{programs} };

for my $signal (qw(TERM INT USR1)) {
	my $w = Try::setup('fcgi', { workers => 8 })->start;
	my ($pid) = @{ $w->{programs} };
	Try::stored($w, fresh(), 'before');
	$w->idle;
	my @r = (fresh(), fresh());
	my @s = map { half($w, $_) } @r;
	my $threads = Try::threads($pid);
	kill $signal, $pid;
	ok(stopping($pid, $threads, 6), "SIG$signal: idle workers end at once");
	kill $signal, $pid if $signal ne 'USR1';
	for my $i (0 .. 1) {
		my $rest = substr $r[$i]{body}, 20;
		# A slow one: byte by byte.
		Client::push_all($s[$i], in($_)) for $i ? split //, $rest :
		    $rest;
		my $a = FcgiClient::talk($w->box, $s[$i], in(''));
		Try::check("SIG$signal: in flight: finished and answered",
		    Try::code_wrong($a, 200), Try::event_wrong($w->box, $r[$i]));
		close $s[$i];
	}
	ends($w, "SIG$signal: ends with 0", Try::unclean($w->box));
	# New requests wait in the socket for the next process.
	my $r = fresh();
	my $s = FcgiClient::connection($w->box);
	Client::push_all($s, FcgiClient::bytes($w->box, $r));
	$w->start_program;
	my $a = FcgiClient::talk($w->box, $s, '');
	Try::check("SIG$signal: the next process takes what waited",
	    Try::code_wrong($a, 200), Try::event_wrong($w->box, $r));
	close $s;
	Try::finish($w);
}

# Peers that are idle, or gone, do not delay the end.
{
	my $w = Try::setup('fcgi', { workers => 8 })->start;
	my ($pid) = @{ $w->{programs} };
	my @idle = map {
		my $s = FcgiClient::connection($w->box);
		Client::push_all($s, FcgiClient::bytes($w->box, fresh())
		    =~ s/\A(.{10})./$1\x01/sr);
		$s } 1 .. 3;
	$w->idle;
	my $gone = half($w, fresh());
	close $gone;
	kill 'TERM', $pid;
	ends($w, 'kept and gone connections do not hinder the end');
	Try::finish($w);
}

# Other signals must not end the process or cut a body short.
{
	my $w = Try::setup('fcgi', { workers => 2 })->start;
	my ($pid) = @{ $w->{programs} };
	my $r = fresh();
	my $s = half($w, $r);
	kill $_, $pid for qw(HUP USR2 PIPE ALRM WINCH CHLD);
	Client::push_all($s, in(substr $r->{body}, 20));
	my $a = FcgiClient::talk($w->box, $s, in(''));
	Try::check('other signals do no harm', Try::code_wrong($a, 200),
	    Try::event_wrong($w->box, $r));
	close $s;
	Try::stored($w, fresh(), 'and it goes on');
	Try::finish($w);
}

# Stopped and continued: a wait with a timeout is then interrupted even if all
# signals are blocked (signal(7)). The body must be complete, or the delivery
# rejected.
{
	my $w = Try::setup('fcgi', { workers => 2 })->start;
	my ($pid) = @{ $w->{programs} };
	my $r = fresh();
	my $s = half($w, $r);
	kill 'STOP', $pid;
	Try::until(sub { Sandbox::slurp("/proc/$pid/stat") =~ /\) T / });
	kill 'CONT', $pid;
	Client::push_all($s, in(substr $r->{body}, 20));
	my $a = FcgiClient::talk($w->box, $s, in(''));
	close $s;
	Try::check('stopped and continued in the body', $a->{code} == 200 ?
	    Try::event_wrong($w->box, $r) : keys %{ $w->box->files('new') });
	Try::stored($w, $r, 'and sent again');
	Try::finish($w);
}

# A peer that stops in the middle is given up after ten seconds.
{
	my $w = Try::setup('fcgi', { workers => 2 })->start;
	my $r = fresh();
	my $s = half($w, $r);
	my $begun = time;
	kill 'TERM', @{ $w->{programs} };
	my $a = FcgiClient::talk($w->box, $s, '', 30);
	Try::check('a peer that stops is told to try again',
	    Try::code_wrong($a, 503), time - $begun > 25 ? 'late' : ());
	like($w->box->since({}),
	    Try::line('error', 503, qr/the body came too slow/),
	    'and the log says so');
	my ($version) =
	    Sandbox::slurp("$Sandbox::TOP/Makefile") =~ /^VERSION = (\S+)$/m;
	like($w->box->since({}),
	    qr/^hookdir: info: hookdir\.fcgi \Q$version\E$/m,
	    'and, at the start, which version it is');
	ends($w, 'it ends with 0', Try::unclean($w->box));
	close $s;
	Try::finish($w);
}

# Killed in the middle of a delivery: not acknowledged, and no trace of it.
{
	my $w = Try::setup('fcgi', { workers => 2 })->start;
	my $r = fresh();
	my $s = half($w, $r);
	kill 'KILL', @{ $w->{programs} };
	waitpid $_, 0 for @{ delete $w->{programs} };
	my $a = FcgiClient::talk($w->box, $s, '');
	is($a->{code}, 0, 'killed: no answer');
	Try::check('nothing is left of it', Try::unclean($w->box));
	$w->start_program;
	Try::stored($w, $r, 'the next try');
	Try::finish($w);
}

{
	my ($pid) = @{ delete $stuck->{programs} };
	my $status = ServerSetup::reap($pid, 40);
	is($status, 256, 'a peer that goes on: it ends all the same, with 1');
	close $hang;
	kill 'TERM', $feeder;
	waitpid $feeder, 0;
	ok(!-e Try::path($stuck->box, $lost->{id}), 'not acknowledged or filed');
	like($stuck->box->since({}), qr/warning: some requests did not end within/,
	    'and it says so');
	$stuck->start_program;
	Try::stored($stuck, $lost, 'the next try');
	Try::finish($stuck);
}
done_testing();
