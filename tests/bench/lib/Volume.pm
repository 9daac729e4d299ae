# A disk as hosts have: a file system with a journal, for this machine's own may
# have none. In a file written past the page cache where that is possible, for
# otherwise a flush would write all of it twice. Gone at the end.
#
# DISK=FOLDER  use this in place of an ext4, and the FOLDER should be on one
# SLOW=MS      each flush of the disk takes so many milliseconds: see
#              slowdisk.c; needs /dev/fuse
package Volume;
use strict;
use warnings;
use Sandbox;
use Figures;
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use Time::HiRes qw(sleep);
use ServerSetup;

my %MAKE = (
	ext4 => [qw(mkfs.ext4 -q -F -i 4096 -J size=128 -E),
		'lazy_itable_init=0,lazy_journal_init=0'],
	xfs => [qw(mkfs.xfs -q -f)],
	btrfs => [qw(mkfs.btrfs -q -f)],
);

# "kind" of file system, ext4; "gib", the size, 2; "options", more of its mkfs;
# "slow", as SLOW. Dies with the reason if this machine cannot have such a disk.
sub new {
	my ($class, %opt) = @_;
	my $d = bless { box => Sandbox->new, kind => 'ext4', gib => 2,
		slow => $ENV{SLOW}, %opt }, $class;
	my $plain = $d->{kind} eq 'ext4' && !$d->{slow};
	$d->{dir} = "$d->{box}{dir}/var";
	if ($plain && $ENV{DISK}) {
		$d->{dir} = $d->{remove} = tempdir('hookdir-bench-XXXXXXXX',
		    DIR => $ENV{DISK}, CLEANUP => 1);
		$d->{what} = "on $ENV{DISK}";
	} elsif ($> == 0 && $d->mount) {
		$d->{what} = "on $d->{kind} on a loop device";
		$d->{what} .= ", each flush $d->{slow} ms" if $d->{slow};
	} elsif (!$plain) {
		my $missing = $d->{slow} ? ' and /dev/fuse' : '';
		$d->destroy;
		die "a disk of this kind needs root, $MAKE{ $d->{kind} }[0], " .
		    "the kernel's $d->{kind}, a loop device$missing\n";
	} else {
		$d->{what} = "ON THIS MACHINE'S OWN DISK, which may have no " .
		    'journal: mounting an image needs root and loop devices';
	}
	chmod 0755, $d->{dir};
	$d->{box}->own($d->{dir});
	return $d;
}

sub mount {
	my ($d) = @_;
	my $image = "$d->{box}{dir}/image";
	# Written once: a disk has no extents that its first write must convert.
	Figures::quietly('dd', 'if=/dev/zero', "of=$image", 'bs=1M',
	    'count=' . $d->{gib} * 1024, 'conv=fsync') or return;
	Figures::quietly(@{ $MAKE{ $d->{kind} } }, @{ $d->{options} // [] },
	    $image) or return;
	$image = $d->slow($image) // return if $d->{slow};
	my $loop = '';
	for my $direct ('on', 'off') {
		$loop ||= qx(losetup -f --show --direct-io=$direct \\
		    '$image' 2>/dev/null);
	}
	chomp $loop;
	my $ok = $loop && Figures::quietly('mount', '-t', $d->{kind}, $loop,
	    $d->{dir});
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
	my $pid = $d->{server} = fork // die "fork: $!\n";
	if (!$pid) {
		exec Sandbox::build() . '/tests/bench/slowdisk', $image, $at,
		    $d->{slow} * 1000 or POSIX::_exit(127);
	}
	for (1 .. 200) {
		push @{ $box->{mounts} }, $at and return "$at/disk"
		    if -e "$at/disk";
		waitpid($pid, POSIX::WNOHANG()) == $pid and last;
		sleep 0.02;
	}
	return;
}

# A place in it for one program's inbox.
sub folder {
	my ($d, $name) = @_;
	my $path = "$d->{dir}/" . $name =~ tr/a-z0-9/-/cr . '-' . ++$d->{folders};
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
	remove_tree($d->{remove}) if $d->{remove};
	$d->{box}->destroy;
	# It ends once it is not mounted any more.
	ServerSetup::reap($d->{server}, 10) if $d->{server};
	return;
}

1;
