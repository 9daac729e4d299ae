#!/usr/bin/perl
# Under CGI, each system call for a new event fails in turn: for the very first
# event of an inbox, for a later one, and for one with a second dedup mark.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Part;
use Test::More;

sub first {
	my $w = Try::setup('cgi');
	cmp_ok(Faults::all($w, 'first', errors => 1), '>', 50,
	    'many of the first');
	return Try::finish($w);
}

sub one_more {
	my $w = Try::setup('cgi');
	cmp_ok(Faults::all($w, 'new'), '>', 50, 'many of one more');
	return Try::finish($w);
}

sub timed {
	my $w = Try::setup('cgi', Try::timed());
	cmp_ok(Faults::all($w, 'timed', errors => 1), '>', 30, 'many of two marks');
	return Try::finish($w);
}

# With group_access the consumer is another user: an event that the group cannot
# read must not be acknowledged.
sub for_group {
	my $w = Try::setup('cgi', { group_access => JSON::PP::true() });
	cmp_ok(Faults::all($w, $_, calls => qr/chmod/), '>', 0,
	    "group_access: $_") for qw(first new);
	return Try::finish($w);
}

Trace::needed();
$_->() for Part::mine(\&one_more, \&first, \&timed, \&for_group);
done_testing();
