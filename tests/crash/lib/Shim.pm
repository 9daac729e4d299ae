# Runs the program on a machine with faults: see shim.c.
package Shim;
use strict;
use warnings;
use File::Basename qw(dirname);
use Time::HiRes qw(sleep);

# For programs started from now on. Without words, without the shim again.
sub on {
	my ($w, @words) = @_;
	delete @{ $w->{env} }{qw(LD_PRELOAD HOOKDIR_SHIM ASAN_OPTIONS)};
	return unless @words;
	@{ $w->{env} }{qw(LD_PRELOAD HOOKDIR_SHIM ASAN_OPTIONS)} =
	    (build($w, 'shim'), "@words", 'verify_asan_link_order=0');
	return;
}

# The flush of each file waits from hold() to let_go().
sub holds {
	my ($w) = @_;
	on($w, 'held-files');
	$w->{env}{HOOKDIR_SHIM_HELD} = held($w);
	return;
}

sub held { return "$_[0]{box}{dir}/run/held" }

sub hold {
	my ($w) = @_;
	open my $f, '>', held($w) or die held($w) . ": $!\n";
	return close $f;
}

sub let_go { return unlink held($_[0]) }

# A process that reports how much memory it uses: see heap.c.
sub heap {
	my ($w) = @_;
	# Else the caches of the threads would count too.
	@{ $w->{env} }{qw(LD_PRELOAD HOOKDIR_HEAP GLIBC_TUNABLES)} =
	    (build($w, 'heap'), told($w), 'glibc.malloc.tcache_count=0');
	return;
}

sub told { return "$_[0]{box}{dir}/run/heap" }

# The number of bytes that it reports, or undef.
sub in_use {
	my ($w, $pid) = @_;
	unlink told($w);
	kill 'URG', $pid;
	for (1 .. 100) {
		my ($n) = (Sandbox::slurp(told($w)) // '') =~ /\A(\d+)\n\z/;
		return $n if defined $n;
		sleep 0.05;
	}
	return;
}

sub build {
	my ($w, $name) = @_;
	my $so = "$w->{box}{dir}/run/$name.so";
	-e $so || system($ENV{CC} // 'cc', '-shared', '-fPIC', '-o', $so,
	    dirname(__FILE__) . "/$name.c") == 0 or die "no compiler\n";
	chmod 0755, $so;
	return $so;
}

1;
