#!/usr/bin/perl
# The package itself: a second build in another folder has the same bytes, and
# lintian finds nothing.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Compare qw(compare);
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $deb = abs_path($ENV{HOOKDIR_BUILD} // "$top/build") . '/deb';
my ($changes) = glob "$deb/hookdir_*.changes";
die "$deb: no package: make deb\n" if !defined $changes;

SKIP: {
	if (!grep { -x "$_/lintian" } split /:/, $ENV{PATH}) {
		BAIL_OUT('cannot be skipped: lintian is missing')
		    if $ENV{HOOKDIR_NO_SKIP};
		skip('NOT TESTED: lintian is missing', 1);
	}
	my $out = qx(lintian --fail-on error,warning $changes 2>&1);
	is($?, 0, 'lintian') or diag($out);
}

chdir $top or die "$top: $!\n";
my $out = qx(sh tools/deb $deb/again 2>&1);
is($?, 0, 'a second build') or diag($out);
my @first = glob "$deb/*.deb";
is(scalar(@first), 2, 'the package, and its symbols');
for my $first (@first) {
	my ($name) = $first =~ m{([^/]*)\z};
	is(compare($first, "$deb/again/$name"), 0, "$name: the same bytes");
}
done_testing();
