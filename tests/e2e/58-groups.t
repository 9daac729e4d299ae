#!/usr/bin/perl
# Events that arrive while others are being flushed: no worker waits for them,
# none is answered before it is on disk, one that fails harms no other, copies
# are answered with the first, and SIGTERM loses none.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../crash/lib";
use Disk;
use FcgiClient;
use IO::Select;
use Shim;
use Test::More;
use Trace;

Disk::needed();
Trace::needed();
Disk::kinds('ext4') or ServerSetup::skip_all('no ext4');

my $n = 0;
sub fresh { return Try::delivery(sprintf('group-%03d', ++$n), @_) }

# Sends a request, and does not wait for its answer.
sub begin {
	my ($w, $r) = @_;
	return FcgiClient::send_bytes($w->box, FcgiClient::bytes($w->box, $r));
}

# True when so many events are in tmp/, complete but not flushed.
sub written {
	my ($w, $want) = @_;
	return Try::until(sub { keys(%{ $w->box->files('tmp') }) == $want });
}

# What is wrong with the answers, each of which should be this.
sub answers_wrong {
	my ($w, $code, @s) = @_;
	my @bad = map { my $a = FcgiClient::talk($w->box, $_, '');
		Try::code_wrong($a, $code) } @s;
	close $_ for @s;
	return @bad;
}

# While the first is being flushed, the one worker that is left takes these, in
# their order: copies before others, so that they are known to have arrived.
sub held {
	my ($w, $copies, @others) = @_;
	my $first = fresh();
	Shim::hold($w);
	my @s = begin($w, $first);
	ok(written($w, 1), 'one is being flushed');
	push @s, begin($w, $first) for 1 .. $copies;
	push @s, begin($w, $_) for @others;
	ok(written($w, 1 + @others), 'one worker takes all that come');
	my @bad = map { 'answered before it is on disk' }
	    IO::Select->new(@s)->can_read(0);
	push @bad, map { "in new/: $_" } grep { /group/ && !/before/ }
	    keys %{ $w->box->files('new') };
	return ($first, \@s, @bad);
}

# With an inbox on a disk that keeps the order of changes.
sub start {
	my ($d, $w) = @_;
	$w->box->{settings}{inbox} = "$d->{dir}/inbox";
	$w->box->settings;
	Shim::holds($w);
	$w->start;
	Try::stored($w, Try::delivery('before'), 'the inbox is there');
	return;
}

sub duplicates {
	my ($log) = @_;
	my $n = () = $log =~ /answered 200: a duplicate by/g;
	return $n;
}

sub clear { unlink glob $_[0]->box->inbox . '/coral/new/group-*'; return }

# Two workers, one of which commits.
sub groups {
	my ($w) = @_;
	my @others = map { fresh(fill => 100 * $_) } 1 .. 8;
	my $mark = $w->box->mark;
	my ($first, $s, @bad) = held($w, 3, @others);
	Shim::let_go($w);
	push @bad, answers_wrong($w, 200, @$s);
	push @bad, map { Try::event_wrong($w->box, $_) } $first, @others;
	my $log = $w->box->since($mark);
	push @bad, duplicates($log) . ' duplicates, not 3'
	    if duplicates($log) != 3;
	push @bad, "log: $log" if $log =~ /hookdir: (?:warning|error)/;
	Try::check('12 at once, 3 of them copies', @bad, Try::unclean($w->box));
	clear($w);
	return;
}

# With a fault in this call: so many of a group have a second try, or none is
# left to them because time went by. The others are stored.
sub faulty {
	my ($w, $call, $when, $want, $name) = @_;
	my @others = map { fresh() } 1 .. 6;
	my $mark = $w->box->mark;
	my ($first, $s, @bad) = held($w, 0, @others);
	my $tracer = Trace::attach($w, "$call:error=EIO:when=$when");
	Shim::let_go($w);
	my @code = map { FcgiClient::talk($w->box, $_, '')->{code} } @$s;
	close $_ for @$s;
	$w->idle;
	Trace::detach($tracer);
	my @all = ($first, @others);
	my @failed = grep { $code[$_] == 503 } 0 .. $#all;
	push @bad, "answered $_" for grep { $_ != 200 && $_ != 503 } @code;
	push @bad, map { Try::event_wrong($w->box, $all[$_]) }
	    grep { $code[$_] == 200 } 0 .. $#all;
	push @bad, map { "in new/: $all[$_]{id}" }
	    grep { -e Try::path($w->box, $all[$_]{id}) } @failed;
	my $again = () = $w->box->since($mark) =~ /only at the second try/g;
	push @bad, "$again have a second try and " . @failed .
	    " failed, not $want" if $again + @failed != $want;
	Try::check($name, @bad, Try::unclean($w->box));
	Try::stored($w, $all[$_], 'it is stored when it comes again')
	    for @failed;
	clear($w);
	return;
}

# What was taken is stored and answered before the process ends.
sub terminated {
	my ($w) = @_;
	my ($pid) = @{ $w->{programs} };
	my @others = map { fresh() } 1 .. 8;
	my ($first, $s, @bad) = held($w, 3, @others);
	my $threads = Try::threads($pid);
	kill 'TERM', $pid;
	# The worker that does not commit ends at once.
	Try::until(sub { Try::threads($pid) < $threads }) or push @bad, 'no end';
	Shim::let_go($w);
	push @bad, answers_wrong($w, 200, @$s);
	delete $w->{programs};
	my $status = ServerSetup::reap($pid, 20);
	push @bad, 'it ends with ' . ($status // 'nothing') if $status // 1;
	push @bad, map { Try::event_wrong($w->box, $_) } $first, @others;
	Try::check('SIGTERM while 12 wait', @bad, Try::unclean($w->box));
	return;
}

my $w = Try::setup('fcgi', { workers => 2 });
my $d = Disk->new($w->box, 'ext4', 'groups');
start($d, $w);
groups($w) for 1 .. 2;
faulty($w, 'sync_file_range', 3, 1, 'one of a group cannot be written');
faulty($w, 'linkat', 3, 1, 'one of a group cannot be linked');
# Each of the group is tried; the first was flushed alone.
faulty($w, 'utimensat', '1..6', 6, 'a group cannot be flushed');
terminated($w);
$w->start_program;
Try::stored($w, Try::delivery('after'), 'the next process goes on');
$w->stop_program;
$d->destroy;
Try::finish($w);
done_testing();
