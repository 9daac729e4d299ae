#!/usr/bin/perl
# Every case, under this way of being started.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Run;

Run::all('cgi');
