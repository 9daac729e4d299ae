#!/usr/bin/perl
# Attack: somebody who may write to an inbox puts an event of his own into tmp/,
# named as the receiver names one that a crash left; or a second link to one that
# was filed. Neither may come into new/.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Left;
use Test::More;
use Try;

my $w = Try::setup('cgi');
my $box = $w->box;
my $in = $box->inbox . '/coral';
Try::stored($w, Try::delivery('before'), 'an inbox');

# The control: the receiver's own file comes into new/.
Left::event($box, 'own', 60);
my $ran = Left::hookdir($w, 60, 'sweep');
is($ran->{code}, 0, 'what a crash left');
ok(-e "$in/new/own", 'is filed');

# A second link to an event that a consumer has taken.
rename "$in/new/before", "$in/cur/before" or die "before: $!\n";
my $text = Sandbox::slurp("$in/cur/before");
link "$in/cur/before", "$in/tmp/" . Left::name('again', $text) or die "$!\n";
$ran = Left::hookdir($w, 60, 'sweep');
is($ran->{code}, 0, 'a second link') or diag($ran->{text});
ok(!-e "$in/new/again", 'is not filed');

# A file of another user; only root can make one.
if ($> == 0) {
	my $path = Left::event($box, 'foreign', 40 * 3600);
	chown 12345, 12345, $path or die "chown: $!\n";
	chmod 0644, $path;
	for (1 .. 2) {
		$ran = Left::hookdir($w, 60, 'sweep');
		is($ran->{code}, 1, "another user's file is not passed over");
		like($ran->{text}, qr/belongs to uid 12345: chown it/,
		    'but named');
		ok(!-e "$in/new/foreign", 'it is not filed');
	}
	utime 1e9, 1e9, "$in/lock";
	is($w->send(Try::delivery('next'))->{code}, 200, 'nor by a delivery');
	ok(!-e "$in/new/foreign", 'it is not filed');
}
Try::finish($w);
done_testing();
