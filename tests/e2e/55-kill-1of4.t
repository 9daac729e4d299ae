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
my $w = Try::setup('cgi');
cmp_ok(Faults::all($w, $_, kill => 1), '>', 10, "killed in many places: $_")
    for Part::mine(qw(first new linked marked));
Try::finish($w);
done_testing();
