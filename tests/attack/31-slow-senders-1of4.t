#!/usr/bin/perl
# 100 slow senders, which are more than there are workers, and which come again as
# soon as they are turned away: to a provider, to an unknown one, with a length
# and in chunks. They are just fast enough for the web servers' own limits.
# Genuine deliveries are stored meanwhile, behind every web server.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Part;
use Slow;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

my $SENDERS = 100;
# Seconds that a delivery may take, on any machine.
my $PATIENCE = 45;
# More than 4096 bytes a second: see RequestReadTimeout in apache/.
my $PIECE = 'x' x 2000;

sub slow {
	my ($i) = @_;
	my $to = $i % 3 ? 'coral' : 'no-such-provider';
	my $piece = $i % 2 ? sprintf("%x\r\n%s\r\n", length $PIECE, $PIECE) :
	    $PIECE;
	return [Client::head({ target => "/hooks/$to", headers => [],
		$i % 2 ? (chunked => 1) : (length => 900_000) }), $piece];
}

for my $way (Part::mine(sort keys %Servers::WAY)) {
	my $w = Try::setup($way)->start;
	my @good = map { Try::delivery("good-$_", deadline => $PATIENCE) }
	    1 .. 6;
	Try::stored($w, $good[0], 'before');
	my $pid = Slow::start(sub { Client::connect_to($w->{port}) },
	    map { slow($_) } 1 .. $SENDERS);
	my $begun = time;
	# At first, and when they have come again.
	for my $r (@good[1 .. 5]) {
		my $a = $w->send($r);
		Try::check("$way: a delivery among $SENDERS slow senders",
		    Try::code_wrong($a, 200), Try::event_wrong($w->box, $r));
		sleep 0.5;
	}
	diag(sprintf '%s: %.1f s', $way, time - $begun) if $ENV{SHOW};
	Slow::stop($pid);
	is(keys %{ $w->box->files('new') }, 6, 'nothing else is filed');
	Try::finish($w);
}
done_testing();
