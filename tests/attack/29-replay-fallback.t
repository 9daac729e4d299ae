#!/usr/bin/perl
# Attack: a delivery was filed in the fallback, since the inbox could not take
# it. It is sent again under another id, which is not signed, once the inbox can;
# and the other way about.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Test::More;
use Try;

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, Try::timed());
	my $box = $w->box;
	my $in = $box->inbox;
	my $spare = $box->{settings}{fallback_inbox} = "$box->{dir}/var/spare";
	$box->settings;
	$w->start;
	my $filed = sub {
		return join ' ', map { s{.*/(\w+)/coral/new/}{$1 }r }
		    glob "$in/coral/new/* $spare/coral/new/*";
	};
	Try::stored($w, Try::delivery('first', timed => 1), 'an inbox');
	rename "$in/coral", "$in/away" or die "$in: $!\n";
	$box->write("$in/coral", 'no folder', 0600);
	my $r = Try::delivery('second', timed => 1);
	is($w->send($r)->{code}, 200, "$way: the inbox is broken");
	$w->idle;
	unlink "$in/coral";
	rename "$in/away", "$in/coral" or die "$in: $!\n";
	is($filed->(), 'inbox first spare second', 'it is in the fallback');
	Try::check("$way: sent again to the inbox", Try::replay_wrong($w, $r));
	is($filed->(), 'inbox first spare second', 'nothing is filed');

	# In the inbox first, and the inbox is broken afterwards: its marks can
	# be read, and nothing can be written.
	$r = Try::delivery('third', timed => 1);
	Try::stored($w, $r, 'in the inbox');
	rename "$in/coral/tmp", "$in/coral/away" or die "tmp: $!\n";
	mkdir "$in/coral/tmp";
	chmod 0555, "$in/coral/tmp";
	is($w->send(Try::delivery('fourth', timed => 1))->{code}, 200,
	    "$way: tmp/ cannot be written");
	like($filed->(), qr/spare fourth/, 'the fallback is used');
	Try::check("$way: sent again to the fallback",
	    Try::replay_wrong($w, $r));
	unlike($filed->(), qr/replay/, 'nothing is filed');
	rmdir "$in/coral/tmp";
	rename "$in/coral/away", "$in/coral/tmp" or die "tmp: $!\n";
	Try::finish($w);
}
done_testing();
