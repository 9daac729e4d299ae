#!/usr/bin/perl
# hookdir forget: which marks go, in which inbox, and what it says.
use strict;
use warnings;
use File::Path qw(make_path);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir   = folder();
my %coral = (secret_file => secret('coral.secret', CORAL_OLD));
my $text  = 'sha256-' . 'ab' x 32;
my $again = 'forgotten: it is filed again if its sender sends it again';

# An inbox with marks of these names, of two days.
sub fill {
	my ($box, @names) = @_;
	make_path(map { "$box/$_" } qw(tmp new cur dedup/2001-01-01
	    dedup/2026-11-21));
	spew("$box/lock", '');
	spew("$box/dedup/$_", '') for map { ("2001-01-01/$_", "2026-11-21/$_") }
	    @names;
	return;
}

sub marks { return join ' ', sort map { s{.*/}{}r } glob "$_[0]/dedup/*/*" }

settings({ coral => {%coral}, timed => { %coral, timestamp => 'header:X-T',
	signature => 'X-S', signed_payload => '{ts}{body}', id => 'json:id' },
	broken => { a => 1 } });
my $box = "$dir/inbox/coral";
is_run(['forget'], {}, 2, '', qr/forget: needs PROVIDER ID\.\.\.\n/, 'of what?');
is_run([ 'forget', 'coral' ], {}, 2, '', qr/forget: needs PROVIDER/, 'of it all?');
is_run([ 'forget', '--json', 'coral', 'a' ], {}, 2, '',
	qr/takes no --/, 'no options');
is_run([ 'forget', 'nobody', 'a' ], {}, 1, '',
	qr/nobody: no provider of this name/, 'nobody');
is_run([ 'forget', 'coral', 'a' ], {}, 1, '',
	qr/\Ahookdir: error: coral: a: nothing to forget: no event .* 8 days\n\z/,
	'no inbox');
ok(!-e "$dir/inbox", 'and none is made');

fill($box, 'a', 'b', $text);
is_run([ 'forget', 'coral', 'a' ], {}, 0, "coral: a: $again\n", '', 'one');
is(marks($box), "b b $text $text", 'its marks of all days, and no others');
is_run([ 'forget', 'coral', '' ], {}, 1, '', qr/nothing to forget/, 'no id');
is_run([ 'forget', 'coral', '../b', '..', '.', 'dedup/2001-01-01/b' ], {}, 1,
	'', qr/\A(?:.*nothing to forget.*\n){4}\z/, 'no paths');
is_run([ 'forget', 'coral', "b\e[2J\n", $text ], {}, 1,
	"coral: $text: $again\n", qr/\A[\x20-\x7e]+\n\z/, 'the name of a mark');
is(marks($box), 'b b', 'which is gone');

# The file has the second name.
fill($box, $text);
spew("$box/cur/b", "Ce-Id: b\nHookdir-Dedup: $text\n\nbody");
is_run([ 'forget', 'coral', 'b' ], {}, 0,
	"coral: b: $again; its old file is still in cur/\n", '', 'in cur/');
is(marks($box), '', 'the second name is forgotten too');
fill($box, 'b');
rename "$box/cur/b", "$box/new/b";
is_run([ 'forget', 'coral', 'b' ], {}, 1, '',
	qr{coral: b: nothing to forget: the event waits in new/}, 'in new/');
is(marks($box), 'b b', 'stays known');

fill("$dir/inbox/timed", 'c');
is_run([ 'forget', 'timed', 'c' ], {}, 0,
	"timed: c: $again; an exact copy of the old delivery stays a duplicate,"
	. " because the event's file is gone\n", '', 'where a time is signed');
# What the log names for such a copy: nobody knows which of the names it is.
fill("$dir/inbox/timed", $text);
is_run([ 'forget', 'timed', $text ], {}, 0,
	qr/ an exact copy of the old delivery may stay a duplicate,/, '',
	'by the name of its signed text');
fill("$dir/inbox/broken", 'd');
is_run([ 'forget', 'broken', 'd' ], {}, 0, qr/\Abroken: d: \Q$again\E/, '',
	'settings at fault');

# What a crash left is settled first: its event comes back by that.
fill($box, 'e');
spew("$box/tmp/torn." . '0' x 64, 'torn');
is_run([ 'forget', 'coral', 'e' ], {}, 0, qr/ forgotten/, '', 'after a crash');
is(join(' ', glob "$box/tmp/*"), '', 'which is cleared up');

settings({ coral => {%coral} }, fallback_inbox => 'spare');
fill("$dir/spare/coral", 'f');
is_run([ 'forget', 'coral', 'f' ], {}, 0, "coral: f: $again\n", '',
	'in the fallback');
is(marks("$dir/spare/coral"), '', 'both are looked through');
spew("$dir/spare/coral/new/g", '');
fill($box, 'g');
is_run([ 'forget', 'coral', 'g' ], {}, 1, '', qr{waits in new/},
	'it waits in the fallback');
# What is on its way to a handler, in either inbox.
my %hint = (
	'busy/2.i' => '; a handler has it now, and one gets the new one too',
	'later/20991231T000000Z.1.i' =>
	    '; its old file is still in later/, and is handled beside the new one',
	'failed/i' => '; its old file is still in failed/',
	'done/i' => '; its old file is still in done/');
for my $root ("$dir/inbox/coral", "$dir/spare/coral") {
	make_path(map { "$root/$_" } qw(busy later failed done errors));
	for my $file (sort keys %hint) {
		fill($box, 'i', $text);
		spew("$root/$file", "Ce-Id: i\nCe-Time: 2026-11-21T20:30:00Z\n"
			. "Content-Length: 4\nHookdir-Dedup: $text\n\nbody");
		is_run([ 'forget', 'coral', 'i' ], {}, 0,
			"coral: i: $again$hint{$file}\n", '', $file);
		is(join(' ', grep { /\A(?:i|sha256-.*)\z/ } split / /, marks($box)),
			'', 'its second name is found there');
		unlink "$root/$file";
	}
	symlink "$dir/hookdir.json", "$root/failed/i" or die;
	fill($box, 'i');
	is_run([ 'forget', 'coral', 'i' ], {}, 0, "coral: i: $again\n", '',
		'a link is no event');
	unlink "$root/failed/i";
}
SKIP: {
	my $other = (getpwnam 'daemon')[2];
	skip 'needs root', 2 if !defined nobody();
	fill($box, 'h');
	Cli::give_to(nobody());
	is_run([ 'forget', 'coral', 'h' ], { user => $other }, 1, '',
		qr/denied/, 'somebody else');
	like(marks($box), qr/h/, 'cannot have it forgotten');
}
done_testing();
