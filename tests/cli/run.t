#!/usr/bin/perl
# hookdir run: what handlers are given, and where events go by what they say.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path);
use Cli;
use Outbox;
use Test::More;
use Time::HiRes qw(sleep);

secret('coral.secret', CORAL_OLD);

# Runs once with this "run": its status, and where all events are afterwards.
sub once {
	my ($run, $events, $status, $where, $name, %how) = @_;
	fresh(github => $run ? { run => $run } : {}, %how);
	put(@$_) for @$events;
	my @got = run([qw(run --once)]);
	is($got[0], $status, "$name: exit status");
	is(places() =~ s/\d{8}T\d{6}Z/NEXT/gr, $where, "$name: where they are");
	return $got[2];
}

sub sh { return ['/bin/sh', '-c', @_] }

# --- what becomes of an event ---
once({ command => sh('exit 0') }, [['inbox/new', 'a'], ['spare/new', 'b']], 0, '',
	'done, and not kept');
once({ command => sh('exit 0'), keep_hours => 1 }, [['inbox/new', 'a']], 0,
	'inbox/done/a', 'done, and kept');
for my $code (100, 64, 65, 70, 76, 77, 78, 112) {
	once({ command => sh("exit $code") }, [['inbox/new', 'a']], 1,
	    'inbox/failed/a', "exit $code: for good");
}
for my $code (111, 75, 1, 127, 255) {
	once({ command => sh("exit $code") }, [['inbox/new', 'a']], 1,
	    'inbox/later/NEXT.1.a', "exit $code: later");
}
once({ command => sh('kill -9 $$') }, [['inbox/new', 'a']], 1,
	'inbox/later/NEXT.1.a', 'a signal: later');
once({ command => sh('exec sleep 100'), timeout => 1 }, [['inbox/new', 'a']], 1,
	'inbox/later/NEXT.1.a', 'a time-out: later');
once({ command => sh('exit 111'), retry => [] }, [['inbox/new', 'a']], 1,
	'inbox/failed/a', 'no retry: the first failure is final');
once({ command => sh('exit 111'), retry => [1] },
	[['inbox/later', 'a', file => '20200101T000000Z.1.a']], 1,
	'inbox/failed/a', 'the last attempt');
once({ command => sh('exit 111'), retry => [1, 1] },
	[['inbox/later', 'a', file => '20200101T000000Z.1.a']], 1,
	'inbox/later/NEXT.2.a', 'an attempt more');
once({ command => sh('exit 0') },
	[['inbox/later', 'a', file => '20991231T000000Z.1.a']], 0,
	'inbox/later/NEXT.1.a', 'not due yet');
my $r = once({ command => ['/nowhere/handler'] }, [['inbox/new', 'a']], 1,
	'inbox/new/a', 'a handler that is not there: no attempt');
like($r, qr{github: the handler cannot be started, next try in 5 s: .*/nowhere/handler},
	'and the log says so');
$r = once({ command => sh('exit 3'), retry => [100] }, [['inbox/new', 'a']], 1,
	'inbox/later/NEXT.1.a', 'a failure');
like($r, qr/\Ahookdir: warning: github: a: attempt 1 failed: exit status 3; the next one is in (9\d|10\d|110) s\n\z/,
	'what failed, and when it is tried again');
$r = once({ command => sh('exit 3'), retry => [100] },
	[['inbox/later', 'a', file => '20200101T000000Z.1.a'],
	['inbox/failed', 'a']], 1, 'inbox/failed/a', 'the last failure');
like($r, qr/^hookdir: error: github: a: attempt 2 failed: exit status 3; it was the last one/m,
	'that it was the last');
like($r, qr{^hookdir: warning: github: a: replaces an older event of this id in failed/$}m,
	'what it replaces');
$r = once({ command => sh('exit 0'), jobs => 2, order => 'all' },
	[['inbox/new', 'a']], 78, 'inbox/new/a', 'an error in the settings');
like($r, qr/run\.jobs: must be 1/, 'is named');

# --- what it is given ---
fresh(github => { run => { command => sh('cat >"$OUT/$HOOKDIR_ID"; env ' .
	'>"$OUT/env"; id -u >"$OUT/uid"'), environment => { OUT => $top } } });
chmod 0777, $top;
put('inbox/new', 'a', body => "\0bytes\n\xff", type => 'Push%20Hook',
	head => "Hookdir-Received: 2026-11-22T20:30:00.000000Z\n");
is_run([qw(run --once)], {}, 0, '', '', 'a handler');
is(slurp("$top/a"), "\0bytes\n\xff", 'its standard input is the body');
like(slurp("$top/env"), qr/^HOOKDIR_TYPE=Push Hook$/m, 'the type is decoded');
like(slurp("$top/env"), qr/^HOOKDIR_ATTEMPT=1$/m, 'the attempt');
like(slurp("$top/env"), qr/^HOOKDIR_TIME=2026-11-22T20:30:00\.000000Z$/m,
	'when it arrived');
like(slurp("$top/env"), qr{^HOOKDIR_FILE=\Q$top\E/inbox/github/busy/1\.a$}m,
	'its file');
unlike(slurp("$top/env"), qr/whsec|coral/, 'no secret');
$r = once({ command => sh('echo out; echo err >&2; printf "\033[2J"; exit 111') },
	[['inbox/new', 'a']], 1, 'inbox/later/NEXT.1.a', 'output');
like($r, qr/^hookdir: info: github a: out$/m, 'goes to the log');
like($r, qr/^hookdir: info: github a: err$/m, 'both kinds');
unlike($r, qr/\033/, 'harmless');
is(slurp("$top/inbox/github/errors/a"), "exit status 111\nout\nerr\n\033[2J",
	'its end is in errors/');

# --- who takes what ---
my $both = [ { type => 'push*', command => sh('exit 0') },
	{ type => ['pull', 'x.*'], command => sh('exit 100') } ];
once($both, [['inbox/new', 'a', type => 'push'], ['inbox/new', 'b', type => 'x.y'],
	['inbox/new', 'c', type => 'other']], 1, 'inbox/failed/b inbox/new/c',
	'the first entry whose type fits; no other');
once({ command => sh('echo $HOOKDIR_ID >>"$OUT/order"'),
	environment => { OUT => $top } },
	[['inbox/new', 'c', mtime => 300], ['spare/new', 'b', mtime => 200],
	['inbox/new', 'a', mtime => 400],
	['spare/later', 'd', mtime => 100, file => '20200101T000000Z.1.d']], 0, '',
	'two inboxes, and later/');
is(slurp("$top/order"), "d\nb\nc\na\n", 'oldest first, over all');
unlink "$top/order";

# --- order by key ---
my $keyed = { command => sh('echo $HOOKDIR_ID >>"$OUT/order"; test $HOOKDIR_ID != a1'),
	environment => { OUT => $top }, jobs => 2, order => 'json:k' };
once($keyed, [map { ['inbox/new', "$_->[0]$_->[1]", mtime => 100 * $_->[1],
	body => qq({"k":"$_->[0]"})] } ['a', 1], ['a', 2], ['b', 3], ['a', 4]], 1,
	'inbox/later/NEXT.1.a1 inbox/new/a2 inbox/new/a4',
	'a soft failure holds its key only');
is(join(' ', sort split ' ', slurp("$top/order")), 'a1 b3', 'no other was tried');
unlink "$top/order";
once({ %$keyed, jobs => 1, order => 'all' }, [map { ['inbox/new', "a$_",
	mtime => 100 * $_] } 1, 2], 1, 'inbox/later/NEXT.1.a1 inbox/new/a2',
	'in strict order it holds all');
unlink "$top/order";
once({ %$keyed, command => sh('echo $HOOKDIR_ID >>"$OUT/order.${HOOKDIR_ID%%.*}"') },
	[map { my $i = $_; map { ['inbox/new', sprintf('%s.%03d', $_, $i), mtime => $i,
	body => qq({"k":"$_"})] } qw(a b c) } 1 .. 60], 0, '', 'three keys, two jobs');
for my $key (qw(a b c)) {
	is(slurp("$top/order.$key"), join('', map { sprintf "%s.%03d\n", $key, $_ } 1 .. 60),
	    "$key: in order");
}
unlink glob "$top/order*";
once({ %$keyed, order => 'none' }, [map { ['inbox/new', "a$_",
	mtime => 100 * $_] } 1, 2], 1, 'inbox/later/NEXT.1.a1',
	'without an order, nobody');
unlink "$top/order";

# --- a persistent handler ---
my $stays = { persistent => JSON::PP::true, keep_hours => 1, command => sh(
	'echo ready; while read -r f; do id=${f##*/}; id=${id#*.}; ' .
	'echo noise; case $id in a) c=0;; b) c=100;; *) c="111 after=9 no";; ' .
	'esac; echo "$id $c"; done') };
once($stays, [map { ['inbox/new', $_] } qw(a b c)], 1,
	'inbox/done/a inbox/failed/b inbox/later/NEXT.1.c', 'a persistent handler');

once({ %$stays, command => sh('echo started >"$OUT/started"; echo ready; read -r f'),
	environment => { OUT => $top } }, [], 0, '', 'nothing waits');
ok(!-e "$top/started", 'with --once it is not started for nothing');

# --- copies, and settings that change, beside a handler that takes long ---
my $slow = { command => sh('touch "$OUT/began.$HOOKDIR_ID"; ' .
	'while test -e "$OUT/wait.$HOOKDIR_ID"; do sleep 0.05; done; ' .
	'echo $HOOKDIR_ID >>"$OUT/order"'), environment => { OUT => $top }, jobs => 2 };
sub came {
	my ($where, $id) = @_;
	rename put("inbox/tmp", $id), "$top/inbox/$where/new/$id" or die;
	return;
}
spew("$top/wait.a", '');
fresh(github => { run => $slow });
put('inbox/new', 'a');
start('long', 'run');
ok(wait_for(sub { -e "$top/began.a" }), 'a handler that takes long');
came('github', $_) for qw(a b);
ok(wait_for(sub { -e "$top/began.b" }), 'another event does not wait for it');
ok(wait_for(sub { places() eq 'inbox/busy/1.a inbox/new/a' }), 'a copy does');
unlink "$top/wait.a";
ok(wait_for(sub { places() eq '' }), 'only as long as it must');
is(slurp("$top/order"), "b\na\na\n", 'and is handled');
stop('long');

sub settle_on {
	my ($first, $second, $more) = @_;
	settings({ github => { secret_file => 'coral.secret', preset => 'github', run => $first },
		other => { secret_file => 'coral.secret', preset => 'github', run => $second } }, %{ $more // {} });
	return;
}
sub says { return { command => sh("echo $_[0] >>" . '"$OUT/order"'), environment => { OUT => $top } } }
unlink "$top/order", "$top/began.a";
fresh();
make_path(map { "$top/inbox/other/$_" } qw(tmp new cur dedup lock));
chown nobody(), -1, glob("$top/inbox/other"), glob("$top/inbox/other/*") if defined nobody();
spew("$top/wait.a", '');
settle_on($slow, says('old'));
put('inbox/new', 'a');
start('change', 'run');
ok(wait_for(sub { -e "$top/began.a" }), 'again');
settle_on($slow, says('new'));
ok(wait_for(sub { said('change') =~ /new settings are in use/ }, 6), 'settings that change') or diag said('change');
came('other', 'c');
ok(wait_for(sub { -s "$top/order" }), 'are used beside a handler of the old ones');
is(slurp("$top/order"), "new\n", 'which are gone');
is(places(), 'inbox/busy/1.a', 'and which goes on');
unlink "$top/wait.a";
ok(wait_for(sub { places() eq '' }), 'to its end');
came('github', 'd');
ok(wait_for(sub { places() eq '' }), 'then its provider has the new ones, too');
my $good = slurp("$top/hookdir.json");
spew("$top/hookdir.json", '{');
ok(wait_for(sub { said('change') =~ /cannot be used; those before stay in use/ }),
	'settings that cannot be used');
came('other', 'e');
ok(wait_for(sub { slurp("$top/order") eq "new\na\nd\nnew\n" }), 'change nothing');
spew("$top/hookdir.json", $good);
ok(wait_for(sub { 2 == (() = said('change') =~ /new settings/g) }),
	'until they are good again');
is(scalar(() = said('change') =~ /cannot be used/g), 1, 'that is said once');
settle_on($slow, { %{ says('wrong') }, jobs => 2, order => 'all' });
ok(wait_for(sub { 2 == (() = said('change') =~ /cannot be used/g) }),
	'a "run" with an error');
like(said('change'), qr/other\.run\.jobs: must be 1/, 'is named');
came('other', 'f');
ok(wait_for(sub { slurp("$top/order") eq "new\na\nd\nnew\nnew\n" }),
	'and the old one stays in use');
is(stop('change'), 0, 'and the end');

for my $early ('exit 3', 'echo Ready; exec cat >/dev/null') {
	$r = once({ %$stays, command => sh($early), timeout => 1 },
		[['inbox/new', 'a']], 1, 'inbox/new/a', "early: $early");
	like($r, qr/^hookdir: error: github: the handler ended before it wrote the line "ready": /m,
		'and the log says what is lacking');
}
$r = once(undef, [['inbox/new', 'a']], 0, 'inbox/new/a', 'nothing to run');
like($r, qr/\Ahookdir: warning: no provider has "run" in its entry: nothing is handled\n\z/,
	'is said');

# --- after a crash ---
once({ command => sh('test $HOOKDIR_ATTEMPT = 3'), retry => [1, 1, 1] },
	[['inbox/busy', 'a', file => '2.a']], 0, '', 'one attempt more');
once({ command => sh('exit 0'), retry => [1] },
	[['inbox/busy', 'a', file => '2.a']], 1, 'inbox/failed/a',
	'a handler that kills its machine is given up');

# --- what nobody opens ---
fresh(github => { run => { command => sh('exit 0') } });
hostile("$top/inbox/github/$_") for qw(new busy later);
unlink "$top/outside";
is_run([qw(run --once)], {}, 0, '', '', 'hostile folders');
ok(-l "$top/inbox/github/new/link" && -p "$top/inbox/github/new/fifo" &&
	-d "$top/inbox/github/later/folder", 'all of that stays');

# --- others ---
fresh(github => { run => { command => sh('exit 0') } });
put('inbox/new', 'a');
spew("$top/spare/github/paused", '');
is_run([qw(run --once)], {}, 0, '', '', 'paused: nothing is done');
is(places(), 'inbox/new/a', 'it waits');
unlink "$top/spare/github/paused";
start('first', 'run');
ok(wait_for(sub { places() eq '' }), 'a runner that stays');
is_run([qw(run --once)], {}, 75, '', '', 'another has the lock');
my $came = put('inbox/tmp', 'b');
chown nobody(), -1, $came if defined nobody();
rename $came, "$top/inbox/github/new/b" or die;
ok(wait_for(sub { places() eq '' }), 'an event that comes is handled');
is(stop('first'), 0, 'SIGTERM');
is_run([qw(run nope)], {}, 2, '', qr/nope: there is no such provider/,
	'no such provider');
is_run([qw(run -j 2)], {}, 2, '', qr/without a COMMAND/,
	'options without a command');
fresh();
put('inbox/new', 'a');
is_run([qw(run --once github -- /bin/sh -c), 'exit 100'], {}, 1,
	'', qr/attempt 1 failed: exit status 100/, 'without settings');
is(places(), 'inbox/failed/a', 'the command is the handler');
fresh(github => { run => [ { command => sh('exit 0') } ] });
put('inbox/new', 'a');
is_run([qw(run --once github -- /bin/sh -c), 'exit 100'], {}, 1,
	'', qr/attempt 1 failed: exit status 100/, 'instead of the settings');
is(places(), 'inbox/failed/a', 'the command is the handler');
is_run([qw(run --once -j x github -- true)], {}, 2, '',
	qr/--jobs: not a number/, 'no number');
done_testing();
