#!/usr/bin/perl
# hookdir replay: which events go back into new/, and which stay.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);

# Status, output and messages by pattern, and where all events are afterwards.
sub replay {
	my ($args, $status, $out, $err, $where, $name, %how) = @_;
	is_run([ 'replay', @$args ], \%how, $status, $out, $err, $name);
	is(places(), $where, "$name: where they are");
	return;
}

# --- the command line ---
fresh();
put('inbox/failed', 'a');
my $all = 'inbox/failed/a';
replay([], 2, '', qr/replay: needs PROVIDER/, $all, 'of what?');
replay(['github'], 2, '', qr/which events\? Name their ids, or use --since/,
	$all, 'which ones?');
replay([qw(--all github a)], 2, '', qr/use only one of the two/, $all, 'both');
replay([qw(--all -e x github)], 2, '', qr/use only one of the two/, $all,
	'all of a type');
replay([qw(--since yesterday github)], 2, '',
	qr/replay: --since: not a time: write 2026-11-27T08/, $all, 'no time');
replay([qw(--until 99x github)], 2, '', qr/--until: not a time/, $all,
	'no time either');
replay([qw(--all githb)], 1, '',
	qr/githb: no provider of this name .*did you mean "github"\?/, $all,
	'a provider that is misspelt');
replay([qw(--all --cur github)], 2, '', qr/takes no --cur/, $all,
	'an option of another');

# --- ids ---
replay([qw(github a)], 0, "github: replayed 1 event\n", '', 'inbox/new/a', 'one');
replay([qw(github a)], 1, "github: replayed 0 events\n",
	qr{\Ahookdir: error: github: a: not done: it is in new/, where events wait},
	'inbox/new/a', 'it waits already');
replay([qw(github nobody)], 1, "github: replayed 0 events\n",
	qr{github: nobody: no event of this id in failed/$}m, 'inbox/new/a',
	'no such event');
fresh();
put('inbox/failed', 'a');
put('spare/failed', 'b');
put('spare/done', 'c');
put('inbox/later', 'd', file => '20991231T000000Z.3.d');
put('inbox/busy', 'e', file => '1.e');
replay([qw(github a b c d e)], 1, "github: replayed 2 events, 1 skipped\n",
	qr{\A(?=.*c: not done: it is in done/: --done means that)(?=.*d: not done: it is in later/: --later means that)(?=.*warning: github: e: skipped: a handler has it)}s,
	'inbox/busy/1.e inbox/later/20991231T000000Z.3.d inbox/new/a'
	. ' spare/done/c spare/new/b', 'ids in both inboxes');
replay([qw(--done --later github c d)], 0, "github: replayed 2 events\n", '',
	'inbox/busy/1.e inbox/new/a inbox/new/d spare/new/b spare/new/c',
	'from done/ and later/: no attempts any more');
fresh();
my $digest = 'sha256-' . 'ab' x 32;
put('inbox/failed', 'x', file => $digest, name => 'a%20b');
replay([ 'github', $digest ], 0, "github: replayed 1 event\n", '',
	"inbox/new/$digest", 'by the name of the file');
fresh();
replay([ 'github', "../\e[2J", '', '.' ], 1, "github: replayed 0 events\n",
	qr/\A[\x20-\x7e\n]+\z/, '', 'ids that are none');

# --- filters ---
sub three {
	fresh();
	put('inbox/failed', 'old', time => '2026-11-20T10:00:00.000000Z');
	put('spare/failed', 'mid', time => '2026-11-21T10:00:00.000000Z',
		type => 'Push%20Hook');
	put('inbox/failed', 'new', time => '2026-11-22T10:00:00.000000Z');
	put('inbox/done', 'done');
	return;
}
my %row = (
	'--since 2026-11-21' => 'mid new',
	'--since 2026-11-21T10:00:00Z' => 'mid new',
	'--since 2026-11-21T10:00:01Z' => 'new',
	'--until 2026-11-21T10:00:00Z' => 'old',
	'--since 2026-11-21 --until 2026-11-22' => 'mid',
	'-e Push*' => 'mid', '-e push' => 'new old', '--type nosuch' => '',
	'--all' => 'mid new old', '--since 1s' => '');
for my $options (sort keys %row) {
	three();
	my $n = () = $row{$options} =~ /\w+/g;
	is_run([ 'replay', split(/ /, $options), 'github' ], {}, 0,
		"github: replayed $n event" . ($n == 1 ? '' : 's') . "\n", '',
		$options);
	is(join(' ', places() =~ m{/new/(\w+)}g),
		join(' ', sort { places() =~ m{inbox/new/$b}
			<=> places() =~ m{inbox/new/$a} || $a cmp $b }
			split / /, $row{$options}), "$options: which");
}
# CloudEvents: their time is the sender's, ours is when it arrived.
fresh();
put('inbox/failed', 'cloud', time => '2001-01-01T00:00:00Z',
	head => "Hookdir-Received: 2026-11-21T10:00:00.000000Z\n");
replay([qw(--until 2002-01-01 github)], 0, qr/replayed 0/, '',
	'inbox/failed/cloud', 'when it was sent does not count');
replay([qw(--since 2026-11-21 github)], 0, qr/replayed 1/, '',
	'inbox/new/cloud', 'but when it arrived');

# --- -n, -y, and the question ---
three();
my $before = places();
replay([qw(-n --all github)], 0,
	qr/\ATIME +STATE +TYPE +ID\n\S+ +failed +push +old\n.* mid\n.* new\ngithub: would replay 3 events\n\z/,
	'', $before, '-n: oldest first');
replay([qw(-n github mid nosuch)], 1, qr/would replay 1 event/, qr/nosuch: no event/,
	$before, '-n with an id that is not there');
sub typed {
	my ($word, @args) = @_;
	# script(1) gives it a terminal.
	return run([ 'replay', @args, 'github' ], by => [ 'sh', '-c',
		"printf '%s\\n' '$word' | "
		. 'script -qec "$*" /dev/null', 'sh' ]);
}
SKIP: {
	skip 'needs script(1)', 6 if system('script -V >/dev/null 2>&1') != 0;
	for my $row ([ 'n', 1, 0 ], [ '', 1, 0 ], [ 'y', 0, 3 ]) {
		three();
		my ($status, $out) = typed($row->[0], '--all');
		is($status, $row->[1], "answer '$row->[0]': exit status")
		    or diag($out);
		like($out, qr/replay 3 events of github\? \[y\/N\]/, 'asked');
		is(scalar(() = places() =~ m{/new/}g), $row->[2], 'and obeyed');
	}
	three();
	my ($status, $out) = typed('n', '--all', '-y');
	is($status, 0, '-y');
	unlike($out, qr/\?/, 'asks nothing');
}

# --- what is in the way ---
fresh();
put('inbox/failed', 'a');
put('inbox/new', 'a', body => '{"new":1}');
put('spare/failed', 'b');
put('inbox/busy', 'b', file => '2.b');
replay([qw(--all github)], 1, "github: replayed 0 events, 2 skipped\n",
	qr{\A(?=.*a: skipped: another event of its name waits in new/)(?=.*b: skipped: a handler has it)}s,
	'inbox/busy/2.b inbox/failed/a inbox/new/a spare/failed/b',
	'copies that wait or are handled');
like(slurp("$top/inbox/github/new/a"), qr/"new":1/, 'nothing is replaced');

fresh();
put('inbox/failed', 'a');
hostile("$top/inbox/github/$_") for qw(failed done new);
is_run([qw(replay --all --failed --done github)], {}, 0,
	"github: replayed 1 event\n", '', 'links, pipes and folders');
ok(-e "$top/inbox/github/new/a", 'the event is replayed');
ok(-l "$top/inbox/github/failed/link", 'the link is where it was');
is(slurp("$top/outside"), 'outside', 'and where it leads to, nothing changed');
is_run([qw(replay github link fifo folder)], {}, 1,
	"github: replayed 0 events\n", qr/\A(?:.*no event of this id.*\n){3}\z/,
	'they are no events by name either');

fresh();
put('spare/failed', 'b');
Cli::give_to(nobody()) if defined nobody();
rename "$top/inbox/github/failed", "$top/failed.away" or die;
symlink "$top/failed.away", "$top/inbox/github/failed" or die;
is_run([qw(replay --all github)], {}, 1, "github: replayed 1 event\n",
	qr{github: \S+/inbox/github/failed cannot be opened},
	'one inbox that cannot be used stops only itself');
unlink "$top/inbox/github/failed";
rename "$top/failed.away", "$top/inbox/github/failed";

fresh();
File::Path::remove_tree("$top/inbox/github", "$top/spare/github");
is_run([qw(replay --all github)], {}, 0, "github: replayed 0 events\n", '',
	'no inbox yet');
ok(!-e "$top/inbox/github", 'and none is made');
done_testing();
