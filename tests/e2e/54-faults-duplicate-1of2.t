#!/usr/bin/perl
# Under CGI, each system call for a duplicate fails in turn. Under FastCGI, so
# does each call for all kinds of deliveries, and one process must survive it
# all.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Part;
use Test::More;

sub cgi {
	my $w = Try::setup('cgi');
	cmp_ok(Faults::all($w, 'linked', errors => 1), '>', 30,
	    'many of a duplicate by its file');
	cmp_ok(Faults::all($w, 'marked', errors => 1), '>', 30,
	    'many of a duplicate by its mark');
	return Try::finish($w);
}

sub fastcgi {
	my $w = Try::setup('fcgi', { workers => 1 })->start;
	my @pid = @{ $w->{programs} };
	cmp_ok(Faults::all($w, $_, errors => 2), '>', 20, "FastCGI: many, $_")
	    for qw(new linked first);
	is_deeply($w->{programs}, \@pid, 'one process for all of them');
	return Try::finish($w);
}

Trace::needed();
$_->() for Part::mine(\&cgi, \&fastcgi);
done_testing();
