#!/usr/bin/perl
# hookdir run, where an inbox cannot be used or another runner has it: that stops
# nothing else, and is said once.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);
my $new = "$top/spare/github/new";
my $run = { github => { run => { command => ['/bin/true'] } } };

# How often the runner of this name said that.
sub says {
	my ($key, $what) = @_;
	return scalar(() = said($key) =~ /^hookdir: $what/mg);
}

# An event that comes now.
sub comes {
	my ($root) = @_;
	my $path = put("$root/tmp", 'a');
	rename $path, "$top/$root/github/new/a" or die;
	return;
}

SKIP: {
	skip 'root can read all', 13 if $> == 0 && !defined nobody();
	fresh(%$run);
	put('inbox/new', 'a');
	chmod 0, $new;
	is_run([qw(run --once)], {}, 1, '',
	    qr{\Ahookdir: error: github: \Q$new\E cannot be opened: .*\n\z},
		'an inbox that cannot be read');
	is(places(), '', 'the other one is taken from');
	start('run', 'run');
	ok(wait_for(sub { says('run', "error: github: \Q$new\E") }), 'it is said');
	comes('inbox');
	ok(wait_for(sub { places() eq '' }), 'and the other one is taken from');
	chmod 0700, $new;
	comes('spare');
	ok(wait_for(sub { !-e "$new/a" }), 'as soon as it can be read, it is');
	is(says('run', 'error'), 1, 'said once');
	is(stop('run'), 0, 'the end');

	# Handled, but it cannot be removed: not handled again.
	my $busy = "$top/inbox/github/busy";
	fresh(github => { run => { command => ['/bin/sh', '-c',
		'echo x >>"$OUT/said"; until test -e "$OUT/go"; do sleep 0.05; done'],
		environment => { OUT => $top } } });
	chmod 0777, $top;
	start('run', 'run');
	ok(wait_for(sub { -e "$top/spare/github/run.lock" }), 'a runner');
	comes('inbox');
	ok(wait_for(sub { -e "$top/said" }), 'an event that is handled');
	chmod 0500, $busy;
	spew("$top/go", '', 0644);
	ok(wait_for(sub { says('run', 'error: github: a: ') }), 'cannot be removed');
	chmod 0700, $busy;
	ok(wait_for(sub { places() eq '' }, 30), 'it is, as soon as it can be')
	    or diag(places(), said('run'));
	is(slurp("$top/said"), "x\n", 'it is not handled again');
	is(stop('run'), 0, 'the end');
}

fresh(%$run);
start('first', 'run');
ok(wait_for(sub { -e "$top/spare/github/run.lock" }), 'a runner');
comes('inbox');
ok(wait_for(sub { places() eq '' }), 'at work');
start('second', 'run');
my $waits = 'warning: github: another process has \S+/run.lock: waiting until it ends$';
ok(wait_for(sub { says('second', $waits) == 2 }), 'another one says that it waits');
is_run([qw(run --once)], {}, 75, '', '', 'a third that does not wait');
is(stop('first'), 0, 'the first ends');
comes('spare');
ok(wait_for(sub { places() eq '' }), 'the second takes over');
is(says('second', $waits), 2, 'said once of each inbox');
is(stop('second'), 0, 'the end');
done_testing();
