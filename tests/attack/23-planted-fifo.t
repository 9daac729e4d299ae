#!/usr/bin/perl
# Attack: somebody who may write to an inbox puts a FIFO into it, by a name that
# recovery looks at. No start, no delivery and no sweep may wait for it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Left;
use Pair;
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

# A folder of keys of his own, while the receiver runs that has the keys.
my $key = Pair->new('one');
my $url = 'https://127.0.0.1:9/jwks';
my $w = Try::setup('fcgi', { workers => 4, group_access => JSON::PP::true(),
	providers => { life => { preset => 'lifeomic', jwks_url => $url,
		public_url => 'http://localhost/hooks/life' } } });
my ($box, $keys) = ($w->box, $w->box->inbox . '/.keys');
$w->start;
Try::stored($w, Try::delivery('first'), 'an inbox');
mkdir $keys, 0700 or die "$keys: $!\n";
$box->own($keys);
my $set = Pair::set($key);
$box->write("$keys/life", "Source: $url\nFetched: " . time . "\nMax-Age: " .
    "3600\nContent-Length: " . length($set) . "\n\n$set", 0600);
my $body = qq({"text":"$Run::MARK"});
my $r = { target => '/hooks/life', body => $body,
	headers => $key->lifeomic($body) };
is($w->send($r)->{code}, 200, 'a delivery with a key of the set');
rename $keys, "$keys.away" or die "$keys: $!\n";
mkdir $keys, 0770 or die "$keys: $!\n";
$box->own($keys);
fifo($box, "$keys/$_") for qw(life life.lock life.turns);
my $start = time;
is($w->send($r)->{code}, 200, 'the set that was read stays in use')
    for 1 .. 6;
is($w->send(Try::delivery('others'))->{code}, 200, 'others are served');
cmp_ok(time - $start, '<', 60, 'nothing waits');
Try::finish($w);
done_testing();
