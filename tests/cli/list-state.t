#!/usr/bin/perl
# hookdir list --state: what is with handlers, put off, given up, handled, held.
use strict;
use warnings;
use FindBin;
use JSON::PP ();
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);
my $box = "$top/inbox/github";

is_run([qw(list --state nwe)], {}, 2, '',
	qr/list: --state: there is no state "nwe": did you mean "new"\?/,
	'misspelt');
is_run([qw(list --state x)], {}, 2, '',
	qr/no state "x": they are new, busy, later, failed, done and hold/, 'no state');
is_run([qw(list --state), 'new,'], {}, 2, '', qr/no state ""/, 'nothing');
is_run([qw(list --state new --cur)], {}, 2, '', qr/use only one of the two/,
	'and cur/');
is_run([qw(sweep --state new)], {}, 2, '', qr/takes no --state/, 'sweep');

fresh();
is_run([ 'list', '--state', 'new,busy,later,failed,done,hold' ], {}, 0, '', '',
	'nothing is there');
put('inbox/new', 'n', time => '2026-11-21T10:00:00.000000Z');
put('spare/busy', 'b', file => '3.b', time => '2026-11-21T09:00:00.000000Z');
put('inbox/later', 'l', file => '20991231T235900Z.12.l',
	time => '2026-11-21T08:00:00.000000Z', type => 'a%20b');
put('spare/failed', 'f', time => '2026-11-21T07:00:00.000000Z');
put('inbox/done', 'd', time => '2026-11-21T06:00:00.000000Z');
spew("$box/errors/l", "time-out after 300 s\nits output\n");
spew("$top/spare/github/errors/f", "exit status 1\n\e[2Jx");
is_run([qw(list --state new)], {}, 0,
	qr/\ATIME +PROVIDER +TYPE +ID +SIZE\n\S+ +github +push +n +2\n\z/, '',
	'new: as list has them');
is_run([qw(list --state busy github)], {}, 0,
	qr/\ATIME +PROVIDER +TRIES +TYPE +ID +SIZE +REASON\n\S+ +github +3 +push +b +2 *\n\z/,
	'', 'busy: with attempts');
is_run([qw(list --state later)], {}, 0,
	qr/\ATIME +PROVIDER +TRIES +NEXT +TYPE +ID +SIZE +REASON\n\S+ +github +12 +2099-12-31T23:59:00Z +a%20b +l +2 +time-out after 300 s\n\z/,
	'', 'later: and the next one');
is_run([qw(list --state failed)], {}, 0,
	qr/\ATIME +PROVIDER +TYPE +ID +SIZE +REASON\n\S+ +github +push +f +2 +exit status 1\n\z/,
	'', 'failed: how it ended');
is_run([qw(list --state done)], {}, 0,
	qr/\ATIME +PROVIDER +TYPE +ID +SIZE\n\S+ +github +push +d +2\n\z/, '',
	'done');
is_run([qw(list --no-header --state), 'failed, later,new'], {}, 0,
	qr/\A\S+07:00\S+ +github +failed +- +- .*\n\S+08:00\S+ +github +later +12 .*\n\S+10:00\S+ +github +new +- +- .*\n\z/,
	'', 'several: oldest first, with the state');
my (undef, $out) = is_run([ qw(list --json --state), 'later,failed' ], {}, 0, qr/./, '',
	'--json');
my @row = map { JSON::PP->new->decode($_) } split /\n/, $out;
is_deeply([ @{ $row[1] }{qw(state attempts next reason type file)} ],
	[ 'later', 12, '2099-12-31T23:59:00Z', 'time-out after 300 s', 'a b',
		"$box/later/20991231T235900Z.12.l" ], 'all of it');
is_deeply([ @{ $row[0] }{qw(state attempts next reason)} ],
	[ 'failed', 0, undef, 'exit status 1' ], 'what there is');
is_run([qw(list --long --state later)], {}, 0,
	qr{ \Q$box\E/later/20991231T235900Z\.12\.l +time-out}, '', '--long');

# cat finds them all.
for my $row ([ n => 'inbox/new' ], [ b => 'spare/busy', '3.b' ],
	[ l => 'inbox/later', '20991231T235900Z.12.l' ], [ f => 'spare/failed' ],
	[ d => 'inbox/done' ]) {
	put($row->[1], $row->[0], body => "body of $row->[0]",
		file => $row->[2] // $row->[0]);
	is_run([ 'cat', 'github', $row->[0] ], {}, 0, "body of $row->[0]", '',
		"cat: in $row->[1]");
}
is_run([qw(cat github nosuch)], {}, 1, '', qr/nosuch: no event of this id is in/,
	'cat: nowhere');

# What a handler says can be anything.
spew("$box/errors/l", "\e[2J\xff" . 'x' x 5000);
is_run([qw(list --state later)], {}, 0, qr/\A[\x20-\x7e\n]+\z/, '',
	'bytes that move a cursor');

# --- folders that others can write to ---
fresh();
put('inbox/later', 'l', file => '20991231T235900Z.12.l');
hostile("$box/later");
spew("$box/later/20991231T235900Z.0.x", 'x');
symlink "$top/outside", "$box/errors/l" or die;
my $n = defined nobody() ? 7 : 6;
is_run([qw(list --state later)], {}, 1, qr/ 12 +2099\S+ +push +l +2 *\n\z/,
	qr/\A(?=.*github: $n files in later\/ are no events\n)(?!.*outside)/s,
	'links, pipes and folders are counted, and not followed');
fresh();
put('spare/failed', 'f');
Cli::give_to(nobody()) if defined nobody();
rename "$box/failed", "$top/failed.away" or die;
symlink "$top/failed.away", "$box/failed" or die;
is_run([qw(list --state failed)], {}, 1, qr/ f +2/,
	qr{github/failed cannot be opened}, 'the other inbox is listed');
unlink "$box/failed";
rename "$top/failed.away", "$box/failed";

done_testing();
