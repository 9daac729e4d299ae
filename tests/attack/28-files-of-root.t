#!/usr/bin/perl
# Not an attack, but an outage: somebody ran a command as root, and files of root
# are in the inbox. Each refusal must say which file, whose it is, and what to
# do; and what it says must help.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Test::More;
use Try;

my $w = Try::setup('cgi');
my $box = $w->box;
my $in = $box->inbox . '/coral';
Try::stored($w, Try::delivery('before'), 'an inbox');
my ($day) = map { s{.*/}{}r } glob "$in/dedup/*";
my $uid = (stat $in)[4];

for my $what ('lock', "dedup/$day", qw(tmp new dedup)) {
	# Only root can give a file away; others take their right to it.
	$> == 0 ? chown 0, 0, "$in/$what" : chmod 0, "$in/$what";
	my $r = Try::delivery("root-$what" =~ s{/}{-}gr);
	my @like = $> == 0 ?
	    qr{\Q$in/$what\E belongs to root, uid 0: chown it to uid $uid} : ();
	my $mark = $box->mark;
	my $got = $w->send($r);
	my $log = $box->since($mark);
	like($log, $_, "$what: the log says whose it is") for @like;
	like($log, qr{\Q$in/$what\E}, "$what: the log names it");
	$> == 0 ? chown $uid, -1, "$in/$what" :
	    chmod $what eq 'lock' ? 0600 : 0700, "$in/$what";
	is($w->send($r)->{code}, 200, "$what: mended by that");
	ok(-e "$in/new/$r->{id}", 'and filed');
}
Try::finish($w);
done_testing();
