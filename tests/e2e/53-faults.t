#!/usr/bin/perl
# Every call of a new event fails, under CGI: the very first, and one more.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Test::More;

Trace::needed();
my $w = Try::way('cgi');
cmp_ok(Faults::all($w, 'first', errors => 1), '>', 50, 'many of the first');
cmp_ok(Faults::all($w, 'new'), '>', 50, 'many of one more');
Try::finish($w);
done_testing();
