#!/usr/bin/perl
# hookdir forget: an event that was lost behind new/ is filed again when its
# sender sends it again; what the log says of a duplicate leads there. While
# copies of an event arrive, it is filed once, and once more at most for each
# time it is forgotten.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);
use Try;

# Runs it; the status and what it says are as they should be.
sub forgets {
	my ($box, $status, $says, $name, @args) = @_;
	my $text = $box->hookdir('forget', 'coral', @args);
	is($? >> 8, $status, "$name: status");
	like($text, $says, "$name: says so");
	return;
}

# Answered 200; filed or not, and then the log says so.
sub sent {
	my ($w, $r, $filed, $name, $says) = @_;
	my $mark = $w->box->mark;
	my @bad = Try::code_wrong($w->send($r), 200);
	push @bad, $filed ? 'it is not filed' : 'it is filed'
	    if -e Try::path($w->box, $r->{id}) ? !$filed : $filed;
	my $like = Try::line('info', 200, $says);
	push @bad, 'log: ' . $w->box->since($mark)
	    if !$filed && !Try::until(sub { $w->box->since($mark) =~ $like }, 5);
	push @bad, 'log: ' . $w->box->since($mark)
	    if $filed && $w->box->since($mark) =~ /hookdir: /;
	return Try::check("$w->{name}: $name", @bad);
}

sub by_id {
	my ($w) = @_;
	my ($box, $r) = ($w->box, Try::delivery('lost'));
	forgets($box, 1, qr/error: coral: lost: nothing to forget: no event/,
	    'nothing was sent', 'lost');
	sent($w, $r, 1, 'an event');
	forgets($box, 1, qr{error: coral: lost: nothing .* waits in new/},
	    'it waits', 'lost');
	unlink Try::path($box, 'lost');
	sent($w, $r, 0, 'taken', qr/a duplicate by its id, not filed again; `/);
	is($box->hookdir('forget', 'coral', 'nobody', 'lost'),
	    "hookdir: error: coral: nobody: nothing to forget: no event of this"
	    . " id was filed in the last 8 days\ncoral: lost: forgotten: it is"
	    . " filed again if its sender sends it again\n", 'two of them');
	is($? >> 8, 1, 'one is unknown');
	sent($w, $r, 1, 'its sender sends it again');
	unlink Try::path($box, 'lost');
	sent($w, $r, 0, 'and again', qr/a duplicate by its id/);
	return;
}

# What the log says can be typed as it stands.
sub by_log {
	my ($w, $r) = @_;
	my $box = $w->box;
	my $mark = $box->mark;
	$w->send($r);
	my $hint;
	Try::until(sub { ($hint) = $box->since($mark) =~
	    /`hookdir (forget coral \S+)` lets/ }, 5);
	like($hint // '', qr/\Aforget coral [\w.-]+\z/, "$w->{name}: a command");
	$box->hookdir(split ' ', $hint // '');
	is($? >> 8, 0, "$w->{name}: which works");
	return;
}

# The id is no file name.
sub unsafe {
	my ($w) = @_;
	my $box = $w->box;
	my $id  = 'a b/c%';
	my $r   = Try::delivery($id);
	my $new = $box->inbox . '/coral/new';
	my $name;
	for my $way ($id, 'a%20b/c%25', undef) {
		is($w->send($r)->{code}, 200, 'an id that is no name');
		($name) = grep { /sha256-/ } keys %{ $box->files('new') };
		ok($name, 'is filed') or return;
		unlink "$new/" . $name =~ s{.*/}{}r;
		if (defined $way) {
			forgets($box, 0, qr/forgotten/, "as $way", $way);
		} else {
			by_log($w, $r);
		}
	}
	forgets($box, 1, qr/nothing to forget: no event/, 'all is forgotten',
	    $name =~ s{.*/}{}r);
	return;
}

for my $way (qw(cgi lighttpd-fastcgi)) {
	my $w = eval { Try::setup($way) } or next;
	$w->start;
	by_id($w);
	unsafe($w);
	like($w->box->since({}),
	    qr/info: coral: lost from 127\.0\.0\.1: answered 200: /,
	    "$way: the address") if $way ne 'cgi';
	Try::finish($w);
}

# A second name: an exact copy is known by that too.
{
	my $w = Try::setup('fcgi', Try::timed())->start;
	my $box = $w->box;
	my $r = Try::delivery('timed', timed => 1);
	sent($w, $r, 1, 'an event of two names');
	unlink Try::path($box, 'timed');
	forgets($box, 0, qr/forgotten: .*; an exact copy .* stays a duplicate/,
	    'the file is gone', 'timed');
	sent($w, $r, 0, 'an exact copy', qr/a duplicate by its signed text, not/);
	by_log($w, $r);
	sent($w, $r, 1, 'forgotten by what the log says');
	rename Try::path($box, 'timed'), Try::path($box, 'timed', 'cur');
	forgets($box, 0, qr{forgotten: .* again; its old file is still in cur/$}m,
	    'the file is there', 'timed');
	sent($w, $r, 1, 'an exact copy');
	Try::finish($w);
}

# Copies arrive and a consumer takes them, while the event is forgotten.
{
	my $w = Try::setup('fcgi', { workers => 8 }, processes => 2)->start;
	my ($box, $r) = ($w->box, Try::delivery('race'));
	Try::stored($w, $r, 'one that is sent on and on');
	my $path = Try::path($box, 'race');
	my @senders = map {
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			my $bad = 0;
			until (-e "$box->{dir}/enough") {
				$bad = 1 if $w->send($r)->{code} != 200;
			}
			POSIX::_exit($bad);
		}
		$pid } 1 .. 4;
	my ($taken, $forgotten, $odd, $bad) = (0, 0, 0, 0);
	while (@senders) {
		$taken += unlink $path;
		my $text = $box->hookdir('forget', 'coral', 'race');
		$forgotten++ if $text =~ /: forgotten/;
		$box->write("$box->{dir}/enough", '') if $forgotten == 20;
		$odd++ if $text !~ /: forgotten|nothing to forget/;
		@senders = grep {
			my $done = waitpid $_, POSIX::WNOHANG();
			$bad++ if $done == $_ && $?;
			$done != $_ } @senders;
	}
	$taken += unlink $path;
	is($bad, 0, 'each copy is acknowledged');
	is($odd, 0, 'forget fails in no way of its own');
	cmp_ok($taken, '>', 10, 'it is filed again');
	cmp_ok($taken, '<=', 1 + $forgotten,
	    "filed $taken times, forgotten $forgotten times");
	$box->hookdir('forget', 'coral', 'race');
	is($w->send($r)->{code}, 200, 'sent once more');
	ok(-e $path, 'it is filed');
	Try::finish($w);
}
done_testing();
