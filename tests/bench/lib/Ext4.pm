# A disk as hosts have: ext4 with a journal, for this machine's own may have
# none. In a file written past the page cache where that is possible, for
# otherwise a flush would write all of it twice. Gone at the end.
#
# DISK=FOLDER  use this instead, which should be on such a file system
# SLOW=MS      each flush of the disk takes so many milliseconds: see
#              slowdisk.c; needs /dev/fuse
package Ext4;
use strict;
use warnings;
use Sandbox;
use Figures;
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use Time::HiRes qw(sleep);
use ServerSetup;

sub new {
	my ($class, $size) = @_;
	my $d = bless { box => Sandbox->new }, $class;
	$d->{dir} = "$d->{box}{dir}/var";
	if ($ENV{DISK}) {
		!$ENV{SLOW} or die "DISK and SLOW do not go together\n";
		$d->{dir} = tempdir('hookdir-bench-XXXXXXXX', DIR => $ENV{DISK},
		    CLEANUP => 1);
		$d->{what} = "on $ENV{DISK}";
	} elsif ($> == 0 && $d->mount($size // '2G')) {
		$d->{what} = 'on a journaled ext4 on a loop device';
		$d->{what} .= ", each flush $ENV{SLOW} ms" if $ENV{SLOW};
	} elsif ($ENV{SLOW}) {
		die "a slow disk needs root, a loop device and /dev/fuse\n";
	} else {
		$d->{what} = "ON THIS MACHINE'S OWN DISK, which may have no " .
		    'journal: mounting an image needs root and loop devices';
	}
	chmod 0755, $d->{dir};
	$d->{box}->own($d->{dir});
	return $d;
}

sub mount {
	my ($d, $size) = @_;
	my $dir = $d->{box}{dir};
	my $image = "$dir/image";
	# Written once: a disk has no extents that its first write must convert.
	my ($gib) = $size =~ /\A(\d+)G\z/ or die "size: $size\n";
	Figures::quietly('dd', 'if=/dev/zero', "of=$image", 'bs=1M',
	    'count=' . $gib * 1024, 'conv=fsync') or return;
	Figures::quietly('mkfs.ext4', '-q', '-F', '-i', 4096, '-J', 'size=128',
	    '-E', 'lazy_itable_init=0,lazy_journal_init=0', $image) or return;
	$image = $d->slow($image) if $ENV{SLOW};
	my $loop = '';
	for my $direct ('on', 'off') {
		$loop ||= qx(losetup -f --show --direct-io=$direct \\
		    '$image' 2>/dev/null);
	}
	chomp $loop;
	my $ok = $loop && Figures::quietly('mount', $loop, $d->{dir});
	unshift @{ $d->{box}{mounts} }, $d->{dir} if $ok;
	$d->{loop} = $loop =~ s{.*/}{}r if $ok;
	# From now on it goes with its mount.
	Figures::quietly('losetup', '-d', $loop) if $loop;
	return $ok;
}

# The same image, by way of a file system whose fsync takes its time.
sub slow {
	my ($d, $image) = @_;
	my $box = $d->{box};
	my $at = "$box->{dir}/slow";
	mkdir $at;
	my $pid = $d->{slow} = fork // die "fork: $!\n";
	if (!$pid) {
		exec Sandbox::build() . '/tests/bench/slowdisk', $image, $at,
		    $ENV{SLOW} * 1000 or POSIX::_exit(127);
	}
	for (1 .. 200) {
		push @{ $box->{mounts} }, $at and return "$at/disk"
		    if -e "$at/disk";
		waitpid($pid, POSIX::WNOHANG()) == $pid and last;
		sleep 0.02;
	}
	die "slowdisk: does not start\n";
}

# A place in it for one program's inbox.
sub folder {
	my ($d, $name) = @_;
	my $path = "$d->{dir}/" . $name =~ tr/a-z0-9/-/cr;
	mkdir $path or die "$path: $!\n";
	$d->{box}->own($path);
	return $path;
}

# How many flushes the device was asked for so far; undef where nobody counts.
sub flushes {
	my ($d) = @_;
	my @field = $d->{loop} ?
	    split ' ', Sandbox::slurp("/sys/block/$d->{loop}/stat") : ();
	return $field[15];
}

# Nothing of one round is left to be written in the next.
sub settle {
	my ($d) = @_;
	Figures::quietly('sync', '-f', $d->{dir});
	return;
}

sub destroy {
	my ($d) = @_;
	remove_tree($d->{dir}) if $ENV{DISK};
	$d->{box}->destroy;
	# It ends once it is not mounted any more.
	ServerSetup::reap($d->{slow}, 10) if $d->{slow};
	return;
}

1;
