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
use Time::HiRes qw(sleep);

my $KILLS = $ENV{KILLS} // 40;
my $EACH = 20; # events between two kills, about
my $KEYS = 7;

secret('coral.secret', CORAL_OLD);

# Says who begins and ends; two at once would find the other's lock.
my $handler = <<'SH';
k=${HOOKDIR_ID#*-}
exec 8>>"$OUT/lock.$HOOKDIR_ID" 9>>"$OUT/lock.key.$k"
flock -n 8 || echo "$HOOKDIR_ID" >>"$OUT/twice"
flock -n 9 || echo "$HOOKDIR_ID" >>"$OUT/key"
echo "begin $HOOKDIR_ID $HOOKDIR_ATTEMPT" >>"$OUT/said"
sleep 0.0$((HOOKDIR_ATTEMPT % 5))
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
my @ids;
while ($kills < $KILLS) {
	start('run', 'run');
	for (1 .. $EACH) {
		my $id = sprintf 'e%d-%d', $n, $n % $KEYS;
		push @ids, $id;
		my $path = put((rand() < 0.8 ? 'inbox' : 'spare') . '/tmp', $id,
		    body => sprintf '{"k":"%d"}', $n++ % $KEYS);
		chown nobody(), -1, $path if defined nobody();
		rename $path, $path =~ s{/tmp/(?=[^/]+\z)}{/new/}r or die;
		sleep rand 0.01;
	}
	if (rand() < 0.3 && (my ($pid) = split ' ',
	    `pgrep -f lock.key | head -n 1` // '')) {
		$handlers += kill 'KILL', $pid;
	}
	stop('run', 'KILL');
	$kills++;
}
start('run', 'run');
ok(wait_for(sub { places() eq '' }, 300), 'all are handled in the end')
    or diag(places());
is(stop('run'), 0, 'the last one ends as it should');

my %ends;
$ends{$_}++ for slurp("$out/said") =~ /^end (\S+)/mg;
is(scalar(grep { !$ends{$_} } @ids), 0, "$n events, each handled");
my $again = grep { $ends{$_} > 1 } @ids;
cmp_ok($again, '<=', 4 * ($kills + $handlers),
	"$again of them again, after $kills kills of the runner");
ok(!-e "$out/twice", 'never two handlers of one event at once');
ok(!-e "$out/key", 'nor of one key');
done_testing();
