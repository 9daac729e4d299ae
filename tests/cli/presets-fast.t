#!/usr/bin/perl
# The same with the receiver of FAST_CGI=1: all its hashes, and all its keys.
use strict;
use warnings;
use FindBin;

$ENV{HOOKDIR_RECEIVER} = ($ENV{HOOKDIR_BUILD} // 'build') . '/fast/hookdir.fcgi';
exec $^X, "$FindBin::Bin/presets.t" or die "exec: $!";
