#!/usr/bin/perl
# Every call of a repeat fails, under CGI; and of all kinds under FastCGI, where
# one and the same process must live through all of it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Test::More;

Trace::needed();
my $w = Try::way('cgi');
cmp_ok(Faults::all($w, 'linked', errors => 1), '>', 30, 'many of a repeat by its file');
cmp_ok(Faults::all($w, 'marked', errors => 1), '>', 30, 'many of a repeat by its mark');
Try::finish($w);

$w = Try::way('fcgi', { workers => 1 })->start;
my @pid = @{ $w->{programs} };
cmp_ok(Faults::all($w, $_, errors => 2), '>', 20, "FastCGI: many, $_")
    for qw(new linked first);
is_deeply($w->{programs}, \@pid, 'one process for all of them');
Try::finish($w);
done_testing();
