# The program on a machine with faults: see shim.c.
package Shim;
use strict;
use warnings;
use File::Basename qw(dirname);

# From here on, and for what is started from here on. No words: without it.
sub on {
	my ($w, @words) = @_;
	delete @{ $w->{env} }{qw(LD_PRELOAD HOOKDIR_SHIM ASAN_OPTIONS)};
	return unless @words;
	my $so = "$w->{box}{dir}/run/shim.so";
	-e $so || system($ENV{CC} // 'cc', '-shared', '-fPIC', '-o', $so,
	    dirname(__FILE__) . '/shim.c') == 0 or die "no compiler\n";
	chmod 0755, $so;
	@{ $w->{env} }{qw(LD_PRELOAD HOOKDIR_SHIM ASAN_OPTIONS)} =
	    ($so, "@words", 'verify_asan_link_order=0');
	return;
}

1;
