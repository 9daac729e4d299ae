#!/usr/bin/perl
# hookdir run, killed again and again, and its handlers: each event is handled at
# least once, and again only after a kill; never two handlers have one event, or
# two events of one key, at once; and nothing stays in busy/. KILLS=1000 is a
# full run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../cli/lib";
use Cli;
use Fcntl qw(:flock);
use Outbox;
use Test::More;
use Time::HiRes qw(sleep time);

my $KILLS = $ENV{KILLS} // 40;
my $EACH = 4; # events between two kills, about
my $KEYS = 7;

secret('coral.secret', CORAL_OLD);

# Says who begins and ends; two at once would find the other's lock. Of some, a
# child lives on when they are killed, and has the event: a runner waits for it.
my $handler = <<'SH';
k=${HOOKDIR_ID#*-}
exec 8>>"$OUT/lock.$HOOKDIR_ID" 9>>"$OUT/lock.key.$k"
flock -n 8 || echo "$HOOKDIR_ID" >>"$OUT/twice"
flock -n 9 || echo "$HOOKDIR_ID" >>"$OUT/key"
echo "begin $HOOKDIR_ID $HOOKDIR_ATTEMPT" >>"$OUT/said"
case $HOOKDIR_ID in
*50-*) sleep 0.3 ;;
*) sleep 0.0$((HOOKDIR_ATTEMPT % 5)) </dev/null 8>&- 9>&- ;;
esac
case $HOOKDIR_ID in *3-*) test "$HOOKDIR_ATTEMPT" -gt 1 || exit 111;; esac
echo "end $HOOKDIR_ID $HOOKDIR_ATTEMPT" >>"$OUT/said"
SH

my $out = "$top/out";
mkdir $out;
chown nobody(), -1, $out if defined nobody();
fresh(github => { run => { command => ['/bin/sh', '-c', $handler], jobs => 4,
	order => 'json:k', retry => [(1) x 50], environment => { OUT => $out } } });
srand($ENV{SEED} // 1);

my ($n, $kills, $handlers) = (0, 0, 0);
my $begun = time;
my @ids;

# The next event.
sub comes {
	my $id = sprintf 'e%d-%d', $n, $n % $KEYS;
	push @ids, $id;
	my $path = put((rand() < 0.8 ? 'inbox' : 'spare') . '/tmp', $id,
	    body => sprintf '{"k":"%d"}', $n++ % $KEYS);
	rename $path, $path =~ s{/tmp/(?=[^/]+\z)}{/new/}r or die;
	return;
}

while ($kills < $KILLS) {
	my $enough = (-s "$out/said" // 0) + 1 + rand 200;
	my $runner = start('run', 'run');
	for (0 .. rand 2 * $EACH) {
		comes();
		sleep rand 0.01;
	}
	# Each runner has begun something before it is killed.
	wait_for(sub { (-s "$out/said" // 0) >= $enough || places() eq '' })
	    or diag('nothing begins: ', said('run')), last;
	if (rand() < 0.3 && (my ($pid) = split ' ',
	    `pgrep -P $runner` // '')) {
		$handlers += kill 'KILL', $pid;
	}
	stop('run', 'KILL');
	$kills++;
}
comes();
start('run', 'run');
ok(wait_for(sub { places() eq '' }, 300), 'all are handled in the end')
    or diag(places());
is(stop('run'), 0, 'the last one ends as it should');
is($kills, $KILLS, sprintf '%d kills of the runner, %d of handlers alone, in %d s',
	$kills, $handlers, time - $begun);

my %ends;
$ends{$_}++ for slurp("$out/said") =~ /^end (\S+)/mg;
is(scalar(grep { !$ends{$_} } @ids), 0, "$n events, each handled");
my $again = grep { $ends{$_} > 1 } @ids;
cmp_ok($again, '<=', 4 * ($kills + $handlers), "$again of them again");
ok(!-e "$out/twice", 'never two handlers of one event at once');
ok(!-e "$out/key", 'nor of one key');
done_testing();
