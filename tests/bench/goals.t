#!/usr/bin/perl
# When a goal is reached, and what counts as an event that a consumer took.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Test::More;
use File::Temp qw(tempdir);
use Goals;
use Sandbox;

# Rates: at least 1.
for (
	['reached', 1.0, 1.1, 0.9],
	['not reached', 0.99, 0.99, 2],
	['not reached by every run', 1.0, 1.1, 0.89],
    ) {
	my ($verdict, @ratios) = @$_;
	is(Goals::verdict({ least => 1 }, @ratios), $verdict,
	    "at least 1: @ratios");
}
# CPU, and how long it takes: at most 0.9.
for (
	['reached', 0.9, 0.5, 1.0],
	['not reached', 0.91, 0.5, 0.95],
	['not reached by every run', 0.9, 0.5, 1.01],
    ) {
	my ($verdict, @ratios) = @$_;
	is(Goals::verdict({ most => 0.9 }, @ratios), $verdict,
	    "at most 0.9: @ratios");
}

# The ratios are those of each round, not of medians.
my $got = { 16 => { hookdir => [map { { rate => $_ } } 140, 300, 150],
	first => [map { { rate => $_ } } 100, 200, 100] },
	long => { hookdir => [{ rate => 100, busy => 0.5 }],
		'hookdir long' => [{ rate => 80 }] } };
my $table = Goals::table($got, 3, 'hookdir');
like($table, qr{^\| 16 senders / first \| >= 1.4 \| 1.50 \(1.40-1.50\) \| reached \|$}m,
    'the ratios of rounds');
like($table, qr{^\| in one piece .*\| 0.80 \(0.80-0.80\) \| not reached \(others had 50 %\) \|$}m,
    'one piece beside short runs');
like($table, qr{^\| 1 sender / first \|.*\| not measured \|$}m,
    'what was not measured');

# The consumer.
my $dir = tempdir(CLEANUP => 1);
sub consume {
	for my $name (@_) {
		open my $f, '>', "$dir/$name" or die "$name: $!\n";
	}
	my $out = qx(@{[ Sandbox::build() ]}/tests/bench/consume $dir t1 5 </dev/null);
	is($?, 0, "@_: it ends") or return;
	is_deeply([glob "$dir/*"], [], 'and takes all of them');
	return (split ' ', $out)[0];
}
is(consume('t1-00000000', 't1-00000007'), 2, 'two events');
is(consume('t1-00000000', 't10-00000000', 't1-0000000', 't1-00000000x',
	'other'), 1, 'others are not counted');
is(consume(), 0, 'none');
done_testing();
