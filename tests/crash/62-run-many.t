#!/usr/bin/perl
# hookdir run, and more than usual: events that nobody told it of, a second
# runner, pauses while events come.
#
# EVENTS   how many come while the runner is stopped
# ROUNDS   of pauses
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../cli/lib", "$FindBin::Bin/../e2e/lib";
use Mounts;

# In memory: on a disk, its flushes and its other users would take the time.
BEGIN {
	unless ($^C) {
		Mounts::private();
		system('mount', '-t', 'tmpfs', 'none', '/mnt') == 0 or die;
		$ENV{TMPDIR} = '/mnt';
	}
}
use Cli;
use JSON::PP ();
use Outbox;
use Test::More;
use Time::HiRes qw(sleep);

my $ROUNDS = $ENV{ROUNDS} // 4;
my $JOBS = 3;
# What the kernel tells of at most, and some more.
my ($MOST) = slurp('/proc/sys/fs/inotify/max_queued_events') =~ /(\d+)/;
my $EVENTS = $ENV{EVENTS} // ($MOST > 50_000 ? 20_000 : $MOST + 3616);

secret('coral.secret', CORAL_OLD);
my $out = "$top/out";
mkdir $out;
chown nobody(), -1, $out if defined nobody();

sub begin {
	my (%run) = @_;
	unlink glob "$out/*";
	fresh(github => { run => { environment => { OUT => $out,
		BOX => "$top/inbox/github" }, %run } });
	return;
}

# An event that comes now.
sub comes {
	my ($id) = @_;
	my $path = put('inbox/tmp', $id);
	rename $path, "$top/inbox/github/new/$id" or die;
	return $id;
}

# The lines that handlers wrote, and whether they wrote these.
sub wrote {
	my ($ids) = @_;
	return (-s "$out/said" // 0) >= length(join "\n", @$ids, '');
}

sub lines { return -e "$out/$_[0]" ? split /\n/, slurp("$out/$_[0]") : () }

# Each of these was handled so often at least, and at most.
sub each_handled {
	my ($ids, $most, $name) = @_;
	my %n = map { $_ => 0 } @$ids;
	$n{$_}++ for lines('said');
	is(scalar(grep { $n{$_} < 1 } keys %n), 0, "$name: each");
	is(scalar(grep { $n{$_} > $most } keys %n), 0, "$name: at most $most times");
	is(scalar keys %n, @$ids, "$name: no other");
	return;
}

# --- more than the kernel can tell of ---
begin(persistent => JSON::PP::true(), jobs => 2, command => ['/bin/sh', '-c', <<'SH']);
exec 9>>"$OUT/said"
echo ready
while read -r f; do
	id=${f##*/1.}
	echo "$id" >&9
	echo "$id 0"
done
SH
my $pid = start('run', 'run');
my @ids = comes('first');
ok(wait_for(sub { places() eq '' }), 'a runner is at work');
kill 'STOP', $pid;
ok(wait_for(sub { slurp("/proc/$pid/stat") =~ /\) T / }), 'it is stopped');
push @ids, map { comes("e$_") } 1 .. $EVENTS;
cmp_ok($EVENTS, '>', $MOST, 'the kernel cannot tell of all') if $MOST <= 50_000;
kill 'CONT', $pid;
ok(wait_for(sub { wrote(\@ids) }, 300), 'it goes on');
ok(wait_for(sub { places() eq '' }), 'nothing is left') or diag(places());
each_handled(\@ids, 1, "$EVENTS events");
is(stop('run'), 0, 'it ends');

# --- two runners ---
my $handler = <<'SH';
exec 8>>"$OUT/lock.$HOOKDIR_ID"
flock -n 8 || echo "$HOOKDIR_ID" >>"$OUT/twice"
test ! -e "$BOX/paused" || echo "$HOOKDIR_ID" >>"$OUT/paused"
echo "$HOOKDIR_ID" >>"$OUT/said"
echo "$PPID" >>"$OUT/by"
sleep 0.01
SH
begin(command => ['/bin/sh', '-c', $handler], jobs => $JOBS, retry => [(0) x 20]);
my $first = start('first', 'run');
@ids = comes('a0');
ok(wait_for(sub { places() eq '' }), 'the first runner is at work');
my $second = start('second', 'run');
ok(wait_for(sub { said('second') =~ /another process/ }), 'the second waits');
push @ids, map { comes("a$_") } 1 .. 50;
is_run([qw(run --once)], {}, 75, '', '', 'a third that does not wait');
ok(wait_for(sub { lines('said') > 20 }), 'handlers run');
stop('first', 'KILL');
my $before = () = lines('said');
push @ids, map { comes("b$_") } 1 .. 50;
ok(wait_for(sub { places() eq '' }), 'when it was killed, all are handled')
    or diag(places(), said('second'));
each_handled(\@ids, 1 + $JOBS, 'two runners');
my %by = map { $_ => 1 } lines('by');
is(join(' ', sort keys %by), join(' ', sort $first, $second), 'by these two');
my @by = lines('by');
is(scalar(grep { $_ == $second } @by[ 0 .. $before - $JOBS - 1 ]), 0,
	'by the second only when the first had ended');
cmp_ok(scalar(lines('said')), '<=', @ids + $JOBS, 'again are only those of the kill');
ok(!-e "$out/twice", 'never two handlers of one event at once');
is(stop('second'), 0, 'it ends');

# --- pauses in a storm ---
begin(command => ['/bin/sh', '-c', $handler], jobs => $JOBS);
start('run', 'run');
@ids = comes('a');
ok(wait_for(sub { places() eq '' }), 'a runner');
my @wrong;
for my $round (1 .. $ROUNDS) {
	push @ids, map { comes("r$round-$_") } 1 .. 10;
	my ($status) = run([qw(pause github)]);
	push @wrong, "pause: $status" if $status;
	push @ids, map { comes("p$round-$_") } 1 .. 30;
	wait_for(sub { places() !~ m{/busy/} }) or push @wrong, 'no end';
	# Time enough to begin what must not begin.
	sleep 0.2;
	push @wrong, 'it went on' if places() !~ m{/new/p$round-1\b};
	($status) = run([qw(resume github)]);
	push @wrong, "resume: $status" if $status;
	push @ids, comes("s$round");
}
is("@wrong", '', 'pause and resume');
ok(wait_for(sub { places() eq '' }), 'all are handled') or diag(places());
each_handled(\@ids, 1, 'pauses');
# Those of which the runner had looked for a pause just before.
cmp_ok(scalar(lines('paused')), '<=', $JOBS * $ROUNDS,
	'none begins while it is paused');
is(stop('run'), 0, 'it ends');
done_testing();
