#!/usr/bin/perl
# Not an attack, but a loss: an acknowledged event lies in tmp/ since a power
# cut, and recovery cannot put it back, for days. Nothing may sweep it away; and
# every run says so.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use File::Path qw(remove_tree);
use Left;
use Test::More;
use Try;

my $w = Try::setup('cgi');
my $box = $w->box;
my $in = $box->inbox . '/coral';
Try::stored($w, Try::delivery('before'), 'an inbox');
my ($day) = map { s{.*/}{}r } glob "$in/dedup/*";
my $path = Left::event($box, 'acknowledged', 3 * 86400);
my $torn = Left::event($box, 'torn', 3 * 86400);
truncate $torn, 10;
utime time - 3 * 86400, time - 3 * 86400, $torn;

# No file system of this machine need be full for that: marks cannot be read.
rename "$in/dedup/$day", "$in/away" or die "$day: $!\n";
$box->write("$in/dedup/$day", '', 0600);
my $ran = Left::hookdir($w, 60, 'sweep');
is($ran->{code}, 1, 'a sweep fails');
like($ran->{text}, qr{\Q$in/dedup/$day\E}, 'says what is wrong');
ok(-e $path, 'and the event stays');

unlink "$in/dedup/$day";
rename "$in/away", "$in/dedup/$day" or die "$day: $!\n";

# new/ is lost, and someone has put a link there.
rename "$in/new", "$in/cur/new" or die "new: $!\n";
symlink 'cur/new', "$in/new" or die "new: $!\n";
$ran = Left::hookdir($w, 60, 'sweep');
is($ran->{code}, 1, 'with a link for new/ too');
ok(-e $path, 'the event stays');
unlink "$in/new";
rename "$in/cur/new", "$in/new" or die "new: $!\n";

# The receiver sweeps too, when it begins a day.
chmod 0, $path;
remove_tree("$in/dedup/$day");
my $mark = $box->mark;
is($w->send(Try::delivery('next'))->{code}, 200, 'a delivery of a new day');
$w->idle;
ok(-e $path, 'the event stays, though it cannot be read');
like($box->since($mark), qr{error: coral: recovery .*\Q$path\E},
    'and the log names it');
chmod 0600, $path;
utime time - 3 * 86400, time - 3 * 86400, $path;

# Mended: it is filed, and what is not whole goes.
$ran = Left::hookdir($w, 60, 'sweep');
is($ran->{code}, 0, 'mended: a sweep') or diag($ran->{text});
ok(-e "$in/new/acknowledged" && !-e $path, 'files it');
ok(!-e $torn, 'and removes what is torn');

# The folders have to be made anew: a delivery does that, and then looks at tmp/.
for my $gone ('lock', 'dedup') {
	my $path = Left::event($box, "before-$gone", 3 * 86400);
	rename "$in/$gone", "$in/cur/$gone" or die "$gone: $!\n";
	is($w->send(Try::delivery("without-$gone"))->{code}, 200,
	    "a delivery without $gone");
	ok(Try::until(sub { !-e $path }), "$gone: what a crash left");
	ok(-e "$in/new/before-$gone", "$gone: is filed");
}
Try::finish($w);
done_testing();
