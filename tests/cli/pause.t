#!/usr/bin/perl
# hookdir pause and resume, with a runner at work; replay and drop beside it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);
my $box = "$top/inbox/github";

is_run([qw(pause)], {}, 2, '', qr/pause: needs PROVIDER/, 'what?');
is_run([qw(pause a b)], {}, 2, '', qr/takes at most 1 argument/, 'one only');
settings({ github => { secret_file => 'coral.secret', preset => 'github' } });
is_run([qw(pause github)], {}, 1, '', qr/github: it has no inbox yet/,
	'no inbox');
fresh();
is_run([qw(pause gihub)], {}, 1, '', qr/did you mean "github"\?/, 'misspelt');
is_run([qw(resume github)], {}, 0, "github: was not paused\n", '',
	'not paused');
is_run([qw(pause github)], {}, 0, qr/\Agithub: paused: no handler is started/,
	'', 'paused');
ok(-f "$top/$_/github/paused", "in $_") for qw(inbox spare);
is_run([qw(pause github)], {}, 0, qr/\Agithub: was paused already/, '', 'twice');
unlink "$box/paused";
is_run([qw(resume github)], {}, 0, qr/\Agithub: resumed/, '',
	'paused in one of them');
ok(!-e "$top/spare/github/paused", 'in neither any more');
symlink "$top/outside", "$box/paused" or die;
is_run([qw(pause github)], {}, 0, qr/was paused already/, '',
	'a link of that name');
ok(!-e "$top/outside", 'which is not followed');
is_run([qw(resume github)], {}, 0, qr/resumed/, '', 'and goes');
mkdir "$box/paused" or die;
is_run([qw(resume github)], {}, 1, '', qr{/paused cannot be removed}, 'a folder');
rmdir "$box/paused";

# --- beside a runner ---
spew("$top/handler", "#!/bin/sh\nwhile [ -e '$top/wait' ]; do sleep 0.05; done\n"
	. "[ ! -e '$top/fail' ]\n", 0755);
fresh(github => { run => { command => ["$top/handler"], retry => [],
	keep_hours => 1 } });
spew("$top/$_/github/paused", '') for 'inbox';
put('inbox/new', 'a');
start('runner', 'run', 'github');
wait_for(sub { -e "$box/run.lock" });
is_run([qw(pause github)], {}, 0, qr/was paused already/, '', 'before it begins');
is(places(), 'inbox/new/a', 'the runner waits');
spew("$top/wait", '', 0644);
is_run([qw(resume github)], {}, 0, qr/resumed/, '', 'resumed');
ok(wait_for(sub { places() eq 'inbox/busy/1.a' }), 'and it goes on')
    or diag(places(), said('runner'));
# While the handler has it.
is_run([qw(drop github a)], {}, 1, qr/gave up 0 events, 1 skipped/,
	qr/a: skipped: a handler has it/, 'drop leaves it alone');
put('inbox/failed', 'a');
is_run([qw(replay --all github)], {}, 1, qr/replayed 0 events, 1 skipped/,
	qr/a: skipped: a handler has it/, 'replay leaves its copy alone');
is_run([qw(list --state busy github)], {}, 0, qr/ 1 +push +a +2/, '',
	'list --state busy shows it');
unlink "$top/inbox/github/failed/a", "$top/wait";
ok(wait_for(sub { places() eq 'inbox/done/a' }), 'done') or diag(places());
spew("$top/fail", '', 0644);
is_run([qw(replay --done github a)], {}, 0, qr/replayed 1/, '', 'once more');
ok(wait_for(sub { places() eq 'inbox/failed/a' }), 'given up')
    or diag(places(), said('runner'));
ok(wait_for(sub { -e "$box/errors/a" }), 'with a reason');
is_run([qw(list --state failed)], {}, 0, qr/a +2 +exit status 1$/m, '',
	'which list shows');
unlink "$top/fail";
is_run([qw(replay --all github)], {}, 0, qr/replayed 1/, '', 'mended, replayed');
ok(wait_for(sub { places() eq 'inbox/done/a' }), 'done at last');
is(stop('runner'), 0, 'the runner ends');
done_testing();
