#!/usr/bin/perl
# Attack: somebody who may write to an inbox puts a FIFO into it, by a name that
# recovery looks at. No start, no delivery and no sweep may wait for it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Left;
use POSIX ();
use Test::More;
use Try;

sub fifo {
	my ($box, $path) = @_;
	unlink $path;
	POSIX::mkfifo($path, 0660) or die "$path: $!\n";
	$box->own($path);
	return $path;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { group_access => JSON::PP::true() });
	my $in = $w->box->inbox . '/coral';
	Try::stored($w->start, Try::delivery('before'), 'an inbox');
	$w->stop_program;
	my $path = fifo($w->box, "$in/tmp/x." . '0' x 64);
	my $ran = Left::hookdir($w, 60, 'sweep');
	isnt($ran->{code}, -1, "$way: a sweep ends");
	$path = fifo($w->box, $path);
	# The first delivery of a start, and the start itself, recover.
	utime 1e9, 1e9, "$in/lock";
	my $start = time;
	$w->start;
	is($w->send(Try::delivery('start'))->{code}, 200, "$way: a start works");
	$w->idle;
	cmp_ok(time - $start, '<', 60, "$way: nothing waits");
	ok(-e "$in/new/start", "$way: and the delivery is filed");
	$w->stop_program;
	# Where the lock belongs, it is refused at once, and named.
	fifo($w->box, "$in/lock");
	$start = time;
	$w->start;
	Try::refused($w, Try::delivery('lock'), 503, 'a FIFO for a lock',
	    qr{/coral/lock is not a regular file: remove it});
	cmp_ok(time - $start, '<', 60, "$way: nothing waits");
	unlink "$in/lock";
	Try::stored($w, Try::delivery('lock'), 'and then it works');
	Try::finish($w);
}
done_testing();
