#!/usr/bin/perl
# hookdir drop: waiting events into failed/; with --failed, removed for good.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);

sub drop {
	my ($args, $status, $out, $err, $where, $name) = @_;
	is_run([ 'drop', @$args ], {}, $status, $out, $err, $name);
	is(places(), $where, "$name: where they are");
	return;
}

sub fill {
	fresh();
	put('inbox/new', 'a', time => '2026-11-20T10:00:00.000000Z');
	put('spare/later', 'b', file => '20991231T000000Z.2.b');
	put('inbox/busy', 'c', file => '1.c');
	put('spare/failed', 'd', time => '2026-11-20T10:00:00.000000Z');
	put('inbox/done', 'e');
	spew("$top/spare/github/errors/d", "exit status 1\nsaid\n");
	return;
}

fill();
my $all = places();
drop([], 2, '', qr/drop: needs PROVIDER/, $all, 'of what?');
drop(['github'], 2, '', qr/drop: which events\?/, $all, 'which ones?');
drop([qw(--all --done github)], 2, '', qr/drop: takes no --done: .*replay/,
	$all, 'an option of replay');
drop([qw(--failed github)], 2, '', qr/which events\?/, $all,
	'--failed alone removes nothing');
drop([qw(-n --all github)], 0,
	qr/new +push +a\n.* later +push +b\ngithub: would give up 2 events\n\z/,
	'', $all, '-n');
drop([qw(-n --failed --all github)], 0,
	qr/failed +push +d\ngithub: would remove 1 event\n\z/, '', $all,
	'-n --failed');
drop([qw(github a c d e)], 1,
	"github: gave up 1 event: now in failed/, 1 skipped\n",
	qr{\A(?=.*c: skipped: a handler has it)(?=.*d: not done: it is in failed/\n)(?=.*e: not done: it is in done/\n)}s,
	'inbox/busy/1.c inbox/done/e inbox/failed/a spare/failed/d'
	. ' spare/later/20991231T000000Z.2.b', 'by id');
drop([qw(--all github)], 0, "github: gave up 1 event: now in failed/\n", '',
	'inbox/busy/1.c inbox/done/e inbox/failed/a spare/failed/b'
	. ' spare/failed/d', 'all that waits, in both inboxes');
drop([qw(--failed --until 2026-11-21 github)], 0, "github: removed 2 events\n",
	'', 'inbox/busy/1.c inbox/done/e spare/failed/b', '--failed by time');
ok(!-e "$top/spare/github/errors/d", 'what its handler said is gone too');
drop([qw(--failed github b e)], 1, "github: removed 1 event\n",
	qr{e: not done: it is in done/}, 'inbox/busy/1.c inbox/done/e',
	'only what is in failed/');

fresh();
put('inbox/new', 'a', body => '{"v":2}');
put('inbox/failed', 'a', body => '{"v":1}');
drop([qw(github a)], 0, qr/gave up 1 event/, '', 'inbox/failed/a',
	'the newer replaces the older');
like(slurp("$top/inbox/github/failed/a"), qr/"v":2/, 'of the two');

fresh();
put("inbox/new", 'a');
put("inbox/failed", 'b');
hostile("$top/inbox/github/$_") for qw(new failed errors);
is_run([qw(drop --all github)], {}, 0, qr/gave up 1 event/, '',
	'links, pipes and folders');
is_run([qw(drop --failed --all github)], {}, 0, qr/removed 2 events/, '',
	'beside failed events');
ok(-l "$top/inbox/github/$_/link" && -d "$top/inbox/github/$_/folder",
	"$_/: all of it stays") for qw(new failed errors);
is(slurp("$top/outside"), 'outside', 'where the link leads to, nothing changed');
done_testing();
