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
unlink "$dir/inbox/coral/lock";
is_run(['sweep', 'coral'], {}, 0, '', '', 'without anything in tmp/, all is well');
done_testing();
