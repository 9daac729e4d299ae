#!/usr/bin/perl
# Attack: somebody who may write to an inbox puts a sparse file of 3 GiB into
# tmp/, by a name that recovery reads: it costs him nothing. No program may hold
# it in memory.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Left;
use Test::More;
use Try;

my $w = Try::setup('cgi');
my $box = $w->box;
my $path = $box->inbox . '/coral/tmp/x.' . '0' x 64;
Try::stored($w, Try::delivery('before'), 'an inbox');
for my $age (0, 40 * 3600) {
	open my $f, '>', $path or die "$path: $!\n";
	truncate $f, 3 << 30 or die "$path: $!\n";
	close $f;
	$box->own($path);
	utime time - $age, time - $age, $path;
	my $ran = Left::hookdir($w, 120, 'sweep');
	is($ran->{code}, 0, "$age seconds old: a sweep ends") or
	    diag($ran->{text});
	cmp_ok($ran->{peak}, '<', 1000, 'with little memory');
	ok(!-e $path, 'and the file is gone');
}
Try::finish($w);
done_testing();
