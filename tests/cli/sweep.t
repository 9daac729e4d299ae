#!/usr/bin/perl
# hookdir sweep: debris and old marks go, and nothing is made.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Digest::SHA qw(sha256_hex);
use Test::More;

my $dir = folder();
my %secret = (secret_file => secret('coral.secret', CORAL_OLD));
my $old = 37 * 3600;

sub fill {
	my ($box) = @_;
	make_path(map { "$box/$_" } qw(tmp new cur dedup/2001-01-01));
	spew("$box/$_", '') for qw(lock tmp/old tmp/young new/e cur/e
	    dedup/2001-01-01/e);
	utime time - $old, time - $old, map { "$box/$_" } qw(tmp/old new/e cur/e);
	return;
}

# What is in an inbox and should not be, and what is not and should.
sub left {
	my ($box) = @_;
	return ((grep { -e } map { "$box/$_" } qw(tmp/old dedup/2001-01-01)),
	    grep { !-e } map { "$box/$_" } qw(tmp/young new/e cur/e));
}

settings({ coral => {%secret}, nvsep => {%secret}, broken => { a => 1 } });
is_run(['sweep'], {}, 0, '', '', 'nothing is there: nothing to do');
ok(!-e "$dir/inbox", 'and nothing is made');
fill("$dir/inbox/$_") for qw(coral nvsep broken other);
is_run(['sweep', 'coral'], {}, 0, '', '', 'of one provider');
is_deeply([left("$dir/inbox/coral")], [], 'swept');
ok(-e "$dir/inbox/nvsep/tmp/old", 'another is as it was');
is_run(['sweep'], {}, 0, '', '', 'of all');
is_deeply([map { left("$dir/inbox/$_") } qw(coral nvsep broken)], [],
    'swept, the one at fault too');
ok(-e "$dir/inbox/other/tmp/old", 'what is in no settings is left alone');
is_run(['sweep', 'nobody'], {}, 1, '', qr/nobody: no provider of this name/,
    'no such provider');
make_path("$dir/inbox/coral/tmp/folder");
utime 1, 1, "$dir/inbox/coral/tmp/folder";
fill("$dir/inbox/nvsep");
is_run(['sweep'], {}, 1, '', qr{coral: \S*/tmp: an old file cannot be removed},
    'what cannot be removed is named');
is_deeply([left("$dir/inbox/nvsep")], [], 'and the others are swept');
remove_tree("$dir/inbox/coral/tmp/folder");

spew("$dir/hookdir.json", '{"inbox": "inbox", "fallback_inbox": "spare",'
    . '"providers": {"coral": {"secret_file": "coral.secret"}}}');
fill("$dir/$_/coral") for qw(inbox spare);
is_run(['sweep'], {}, 0, '', '', 'with a fallback');
is_deeply([map { left("$dir/$_/coral") } qw(inbox spare)], [], 'both');
my (undef, $listed) = is_run(['list', '--json'], {}, 1, qr/\A/, qr/not an event|\S/,
    'files that are no events are no events in either');
is_run(['list', 'nobody'], {}, 1, '', qr/no provider/, 'list: nobody');
unlink map { ("$dir/$_/coral/new/e", "$dir/$_/coral/cur/e") } qw(inbox spare);
my $event = "Ce-Id: %s\nCe-Type: t\nCe-Time: 2026-11-21T20:30:0%d.000000Z\n"
    . "Content-Length: 2\nHookdir-Verified: x\n\n{}";
spew("$dir/inbox/coral/new/b", sprintf $event, 'b', 2);
spew("$dir/spare/coral/new/a", sprintf $event, 'a', 1);
spew("$dir/spare/coral/new/c", sprintf $event, 'c', 3);
(undef, $listed) = is_run(['list', '--long', 'coral'], {}, 0, qr/\S/, '', 'list: both');
is_deeply([$listed =~ m{(\S+/new/\w)$}gm], ["$dir/spare/coral/new/a",
    "$dir/inbox/coral/new/b", "$dir/spare/coral/new/c"],
    'by time, each with its path');
# A power cut can keep an event in tmp/ and lose what was made before it.
unlink glob "$dir/{inbox,spare}/coral/*/*";
my $whole = sprintf $event, 'e', 4;
for my $part (qw(lock new dedup)) {
	make_path(map { "$dir/inbox/coral/$_" } qw(new tmp dedup));
	spew("$dir/inbox/coral/lock", '');
	spew("$dir/inbox/coral/tmp/e." . sha256_hex($whole), $whole);
	rename "$dir/inbox/coral/$part", "$dir/$part.away" or die;
	is_run(['sweep', 'coral'], {}, 0,
		qr/\A(?:coral: 1 event that a crash had left in tmp\/ is in new\/\n)\z/,
		'', "no $part");
	ok(-f "$dir/inbox/coral/new/e", 'it is in new/');
	ok(-e "$dir/inbox/coral/$part", "$part is there again");
	remove_tree("$dir/$part.away", "$dir/inbox/coral/dedup");
	unlink "$dir/$part.away", glob "$dir/inbox/coral/{tmp,new}/*";
}
# What handlers have done with, as long as the settings say.
my $hour = 3600;
sub kept {
	my ($run, %top) = @_;
	for my $root (qw(inbox spare)) {
		remove_tree("$dir/$root");
		make_path(map { "$dir/$root/coral/$_" }
		    qw(tmp new cur dedup busy later failed done errors));
		spew("$dir/$root/coral/lock", '');
	}
	settings({ coral => { %secret, run => $run } }, fallback_inbox => 'spare');
	return;
}
sub keep {
	my ($where, $id, $hours, $type) = @_;
	spew("$dir/$where/$id", sprintf($event, $id, 1) =~ s/Ce-Type: t/Ce-Type: $type/r);
	utime time - $hours * $hour, time - $hours * $hour, "$dir/$where/$id";
	return;
}
my @entries = ({ type => 'a*', command => ['true'], keep_hours => 5,
	failed_days => 1 }, { type => 'b c', command => ['true'] });
kept(\@entries);
for my $root (qw(inbox spare)) {
	keep("$root/coral/done", 'a-young', 4, 'a.x');
	keep("$root/coral/done", 'a-old', 6, 'a.x');
	keep("$root/coral/done", 'b', 4, 'b%20c');
	keep("$root/coral/done", 'none', 4, 'other');
	keep("$root/coral/failed", 'a-young', 23, 'a.x');
	keep("$root/coral/failed", 'a-old', 25, 'a.x');
	keep("$root/coral/failed", 'b', 9999, 'b%20c');
	keep("$root/coral/failed", 'none', 9999, 'other');
	keep("$root/coral/new", 'new', 9999, 'a.x');
	keep("$root/coral/errors", $_, 9999, 'x') for qw(b gone);
}
symlink "$dir/hookdir.json", "$dir/inbox/coral/done/link" or die;
is_run(['sweep'], {}, 0, "coral: 4 events removed from done/: kept for long "
	. "enough\ncoral: 2 events removed from failed/: kept for long enough\n",
	'', 'what was kept for long enough');
is(join(' ', map { s{\A\Q$dir\E/}{}r =~ s{/coral/}{/}r } sort map {
	glob "$dir/$_/coral/{new,done,failed,errors}/*" } qw(inbox spare)),
	join(' ', 'inbox/done/a-young', 'inbox/done/link', 'inbox/done/none',
	'inbox/errors/b', 'inbox/failed/a-young', 'inbox/failed/b',
	'inbox/failed/none', 'inbox/new/new', 'spare/done/a-young',
	'spare/done/none', 'spare/errors/b', 'spare/failed/a-young',
	'spare/failed/b', 'spare/failed/none', 'spare/new/new'),
	'by the entry that takes each; the longest where none does');
kept({ nonsense => 1 });
keep('inbox/coral/done', 'a', 9999, 'a');
spew("$dir/inbox/coral/tmp/old", '');
utime 1, 1, "$dir/inbox/coral/tmp/old";
is_run(['sweep'], {}, 0, '', qr/run.*nonsense/, 'an error in "run" is named');
ok(-e "$dir/inbox/coral/done/a", 'nothing is taken for old then');
ok(!-e "$dir/inbox/coral/tmp/old", 'and the rest is swept');
kept(undef);
settings({ coral => {%secret} });
keep('inbox/coral/done', 'a', 1, 'a');
keep('inbox/coral/failed', 'b', 99999, 'a');
is_run(['sweep'], {}, 0, "coral: 1 event removed from done/: kept for long "
	. "enough\n", '', 'without "run": done/ keeps nothing, failed/ for ever');
ok(-e "$dir/inbox/coral/failed/b", 'it is there');
remove_tree("$dir/inbox", "$dir/spare");
fill("$dir/inbox/coral");
unlink glob "$dir/inbox/coral/{tmp,new,cur}/*";

unlink "$dir/inbox/coral/lock";
is_run(['sweep', 'coral'], {}, 0, '', '', 'without anything in tmp/, all is well');
done_testing();
