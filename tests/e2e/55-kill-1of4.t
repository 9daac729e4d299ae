#!/usr/bin/perl
# The program is killed at each system call in turn. Acknowledged events are
# there, and no event is incomplete.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Part;
use Test::More;

Trace::needed();
for my $state (Part::mine(qw(first new linked marked timed))) {
	my $w = Try::setup('cgi', $state eq 'timed' ? Try::timed() : {});
	cmp_ok(Faults::all($w, $state, kill => 1), '>', 10,
	    "killed in many places: $state");
	Try::finish($w);
}
done_testing();
