#!/usr/bin/perl
# Attack: somebody who may write to an inbox puts a symbolic link where the
# receiver makes its files. The receiver must make none elsewhere.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use File::Path qw(remove_tree);
use Left;
use Test::More;
use Try;

my $w = Try::setup('cgi', { hold => { count => 10, bytes => 1_000_000 } });
my $box = $w->box;
my $in = $box->inbox . '/coral';
my $outside = "$box->{dir}/var/outside";
mkdir $outside;
$box->own($outside);
Try::stored($w, Try::delivery('before'), 'an inbox');
my ($day) = map { s{.*/}{}r } glob "$in/dedup/*";

for my $what ("dedup/$day", qw(dedup tmp new lock)) {
	rename "$in/$what", "$in/away" or die "$what: $!\n";
	if ($what eq 'lock') {
		$box->write("$outside/lock", '', 0600);
	}
	symlink $what eq 'lock' ? "$outside/lock" : $outside, "$in/$what"
	    or die "$what: $!\n";
	my $before = join ' ', glob "$outside/*";
	my $r = Try::delivery("link-$what" =~ s{/}{-}gr);
	Try::refused($w, $r, 503, "$what is a link", qr{\Q$in/$what\E\b});
	isnt(Left::hookdir($w, 60, 'sweep')->{code}, -1, 'a sweep ends');
	is(join(' ', glob "$outside/*"), $before, "$what: nothing elsewhere");
	unlink "$in/$what", "$outside/lock";
	rename "$in/away", "$in/$what" or die "$what: $!\n";
	Try::stored($w, $r, "$what: mended");
}

# What is held is refused in any case; it must not lie elsewhere.
symlink $outside, "$in/hold" or die "hold: $!\n";
my $r = Try::delivery('held', secrets => ['whsec_wrong_wrong_wrong']);
is($w->send($r)->{code}, 400, 'a refused delivery, with a link for hold/');
is(join(' ', glob "$outside/*"), '', 'it is not held elsewhere');
unlink "$in/hold";

# A link in place of ROOT/P leads hold/ to another provider's, or anywhere.
rename $in, "$in.away" or die "$in: $!\n";
mkdir "$outside/hold", 0700;
$box->own("$outside/hold");
symlink $outside, $in or die "$in: $!\n";
is($w->send($r)->{code}, 400, 'with a link for the whole inbox');
is(join(' ', glob "$outside/hold/*"), '', 'nothing is held there');
unlink $in;
rename "$in.away", $in;
remove_tree($outside);
Try::finish($w);
done_testing();
