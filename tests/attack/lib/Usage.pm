# What the processes of a sandbox take up.
package Usage;
use strict;
use warnings;
use File::Find qw(find);
use Sandbox;

# The processes of a setup; nginx's workers show no sign of their sandbox.
sub processes {
	my ($w) = @_;
	my $server = $w->{server} // 0;
	my %all = map { $_ => 1 } $w->box->processes, grep {
		Sandbox::slurp("/proc/$_/stat") =~ /\) \S (\d+)/ &&
		    $1 == $server } map { m{(\d+)} } glob '/proc/[0-9]*';
	return keys %all;
}

# Bytes on disk of all files below the sandbox, and of all that they have open,
# but for logs: a temporary file can be closed, have no name, or be elsewhere.
sub disk {
	my ($w) = @_;
	my $box = $w->box;
	my ($sum, %seen) = (0);
	my @files = map { glob "/proc/$_/fd/*" } processes($w);
	find({ no_chdir => 1, wanted => sub { push @files, $_ } },
	    map { "$box->{dir}/$_" } qw(run var));
	for my $file (@files) {
		next if (readlink $file // '') =~ m{\A\Q$box->{dir}\E/log/};
		my @st = stat $file or next;
		$sum += $st[12] * 512 if -f _ && !$seen{"$st[0] $st[1]"}++;
	}
	return $sum;
}

# KiB of memory of the largest process that runs the receiver.
sub memory {
	my ($w) = @_;
	my $most = 0;
	for my $pid (processes($w)) {
		next if (readlink "/proc/$pid/exe" // '') !~ /\bhookdir\.\w+\z/;
		my ($kib) = Sandbox::slurp("/proc/$pid/status") =~
		    /^VmRSS:\s+(\d+)/m;
		$most = $kib if ($kib // 0) > $most;
	}
	return $most;
}

1;
