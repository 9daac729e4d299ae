#!/usr/bin/perl
# A file system that takes a few bytes at a time.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Trace;

my $n = 0;
for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 2 });
	my $so = "$w->{box}{dir}/run/short.so";
	system($ENV{CC} // 'cc', '-shared', '-fPIC', '-o', $so,
	    "$FindBin::Bin/lib/short.c") == 0 or die "no compiler\n";
	chmod 0755, $so;
	$w->{env} = { LD_PRELOAD => $so,
		ASAN_OPTIONS => 'verify_asan_link_order=0' };
	$w->start;
	for my $fill (0, 1 .. 7, 1000, 20_000) {
		my $r = Try::delivery(sprintf('short-%03d', ++$n),
		    fill => $fill);
		Try::stored($w, { %$r, Trace::environment($w) },
		    "a few bytes at a time, $fill more");
	}
	ok(-s $so, 'with the library that does so');
	Try::finish($w);
}
done_testing();
