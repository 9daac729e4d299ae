#!/usr/bin/perl
# Killed at every call: what was acknowledged is there, and nothing is in parts.
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
