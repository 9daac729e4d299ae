#!/usr/bin/perl
# hookdir settings: all of them, one of them, and names that are none.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

folder();

my ($status, $out, $err) = run(['settings']);
is("$status$err", '0', 'all of them');
my @line = split /\n/, $out;
is(scalar(grep { length > 79 } @line), 0, 'in short lines');
is(scalar(grep { /[ \t]\z|\t/ } @line), 0, 'without space at their ends');
cmp_ok(scalar(grep { /\A  \S/ } @line), '>', 50, 'many of them');
is($line[0], 'Settings: at the top of the file', 'by where they may stand');

is_run([qw(settings dedup_days)], {}, 0, <<'OUT', '', 'one of them');
Settings: at the top of the file

  dedup_days (default: 8)
        days for which hookdir recognises a duplicate
OUT
is_run([qw(settings prefix)], {}, 0, <<'OUT', '', 'one with two meanings');
Other providers: how the provider of an entry signs

  prefix (default: none)
        the text before each signature, such as `sha256=`

Signed tokens: in an entry with the scheme `jwt`

  signature, prefix (default: `Authorization`, `Bearer `)
        the header that has the token, and the text before the token
OUT
is_run([qw(settings retry_hours)], {}, 1, '',
	qr/\Ahookdir: error: "retry_hours" is now called "sender_retry_hours"\n\z/,
	'an old name');
is_run([qw(settings dedup_day)], {}, 1, '',
	qr/there is no setting called "dedup_day": did you mean "dedup_days"\?\n\z/,
	'a misspelt name');
is_run([qw(settings frobnicate)], {}, 1, '',
	qr/error: there is no setting called "frobnicate"\n\z/, 'no name');
is_run(['settings', ''], {}, 1, '', qr/no setting called ""\n\z/,
	'an empty name');
is_run([qw(settings a b)], {}, 2, '', qr/settings: takes at most 1 argument\n/, 'two');
is_run([qw(settings --json)], {}, 2, '', qr/settings: takes no --json/,
	'an option');

done_testing();
