# A disk in a file, whose power can be cut.
#
# The dirty pages and the journal of the file system are above the loop device:
# what it has not submitted is not in the image. A copy of the image is
# therefore what a power cut leaves, and mounting the copy is the start after
# it. A disk that loses its own cache, and torn sectors, are not modelled.
#
# The images are on an XFS made for the test, because XFS can clone a file at
# one instant even while it is being written. Without XFS they are copied byte
# by byte, and the copy is only that of one instant if nothing is being written.
package Disk;
use strict;
use warnings;
use Mounts;
use POSIX ();
use Test::More ();
use ServerSetup;

my $FICLONE = 0x40049409;

# Only what was flushed must reach the image: without these options, ext4 and
# btrfs would commit every 5 and 30 seconds. XFS commits every 30.
my %KIND = (
	# The block size of a large disk, for which ext4 writes differently.
	ext4 => { size => '64M', options => 'commit=300' .
		    ($ENV{MOUNT_EXT4} // ''),
		make => [qw(mkfs.ext4 -q -F -b 4096),
		split ' ', $ENV{MKFS_EXT4} // ''] },
	xfs => { size => '300M', options => 'nouuid',
		make => [qw(mkfs.xfs -q -f)] },
	btrfs => { size => '128M', options => 'commit=300',
		make => [qw(mkfs.btrfs -q -f)] },
);

# The kinds that can be tested here. Kinds that the kernel lacks are skipped
# with a message; kinds that the machine has no tools for, only where skipping
# is allowed.
sub kinds {
	my @here;
	for my $kind (@_ ? @_ : qw(ext4 xfs btrfs)) {
		system "modprobe -q $kind 2>/dev/null";
		my ($known) = grep { /\s\Q$kind\E$/m }
		    Sandbox::slurp('/proc/filesystems');
		my $tool = $KIND{$kind}{make}[0];
		my ($found) = grep { -x "$_/$tool" } qw(/usr/sbin /sbin);
		if (!$known) {
			Test::More::diag(
			    "NOT TESTED: this kernel has no $kind");
		} elsif (!$found || !-e '/dev/loop-control') {
			my $why = $found ? 'no loop device' : "no $tool";
			die "$why, and HOOKDIR_NO_SKIP is set\n"
			    if $ENV{HOOKDIR_NO_SKIP};
			Test::More::diag("NOT TESTED: $kind: $why");
		} else {
			push @here, $kind;
		}
	}
	return @here;
}

# Recovers as the receiver does at its start, and `hookdir sweep`: what a cut
# took from new/ is still in tmp/. Returns what was wrong.
sub recover {
	my ($box) = @_;
	my $pid = open(my $out, '-|') // die "fork: $!\n";
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		Sandbox::become_user();
		$ENV{HOOKDIR_CONFIG} = $box->config;
		exec Sandbox::build() . '/hookdir', 'sweep' or POSIX::_exit(127);
	}
	my $said = join '', <$out>;
	return close $out ? () : "sweep: $said";
}

# Needs root and the right to mount; runs the test again in its own namespace.
sub needed {
	Mounts::private();
	if (!-e '/dev/loop-control') {
		ServerSetup::skip_all('needs loop devices');
	}
	return;
}

sub must {
	my (@command) = @_;
	system(@command) == 0 or die "@command: failed\n";
	return;
}

sub image {
	my ($path, $kind, $size) = @_;
	must('truncate', '-s', $size // $KIND{$kind}{size}, $path);
	# btrfs prints notes even when quiet.
	must('sh', '-c', 'exec "$@" >/dev/null 2>&1', 'sh',
	    @{ $KIND{$kind}{make} }, $path);
	return;
}

sub mount {
	my ($d) = @_;
	must('mount', '-o', join(',', 'loop', grep { $_ }
	    $KIND{ $d->{kind} }{options}, $d->{options}), $d->{image}, $d->{dir});
	unshift @{ $d->{box}{mounts} }, $d->{dir};
	return;
}

sub unmount {
	my ($d) = @_;
	for (1 .. 100) {
		last if system("umount '$d->{dir}' 2>/dev/null") == 0;
		die "$d->{dir}: stays busy\n" if $_ == 100;
		select undef, undef, undef, 0.05;
	}
	$d->{box}{mounts} = [grep { $_ ne $d->{dir} } @{ $d->{box}{mounts} }];
	return;
}

# The file system for the images, made once for each sandbox.
sub host {
	my ($box) = @_;
	return $box->{host} if $box->{host};
	my $dir = $box->{host} = "$box->{dir}/host";
	mkdir $dir;
	return $dir unless grep { $_ eq 'xfs' } kinds('xfs');
	image("$dir.img", 'xfs', '2G');
	must('mount', '-o', 'loop', "$dir.img", $dir);
	push @{ $box->{mounts} }, $dir;
	return $dir;
}

# A disk of this kind at BOX/var/NAME. "size" of the image, "make" and
# "options" besides those above.
sub new {
	my ($class, $box, $kind, $name, %opt) = @_;
	my $d = bless { box => $box, kind => $kind, cuts => 0,
		dir => "$box->{dir}/var/$name",
		image => host($box) . "/$name.img", %opt }, $class;
	local $KIND{$kind}{make} = [@{ $KIND{$kind}{make} },
	    @{ $opt{make} // [] }];
	image($d->{image}, $kind, $opt{size});
	mkdir $d->{dir};
	$d->mount;
	$box->own($d->{dir});
	must('sync', '-f', $d->{dir});
	return $d;
}

# Cuts the power: copies what is on the disk now. Later changes of the disk are
# lost.
sub cut {
	my ($d) = @_;
	my $copy = "$d->{image}." . ++$d->{cuts};
	open my $from, '<', $d->{image} or die "$d->{image}: $!\n";
	open my $to, '>', $copy or die "$copy: $!\n";
	my $cloned = ioctl $to, $FICLONE, fileno $from;
	close $to;
	must('cp', '--sparse=always', $d->{image}, $copy) unless $cloned;
	$d->{cloned} = $cloned ? 1 : 0;
	$d->{next} = $copy;
	return;
}

# Power is back: the journal is replayed. No process may be using the disk.
sub restart {
	my ($d) = @_;
	$d->unmount;
	rename $d->{next}, $d->{image} or die "$d->{image}: $!\n";
	$d->mount;
	return;
}

# Runs as the program's user: the quota applies to that user, and the reserve of
# root does not.
sub as_user {
	my ($work) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		Sandbox::become_user();
		$work->();
		POSIX::_exit(0);
	}
	waitpid $pid, 0;
	return;
}

# Fills it, by one file.
sub fill_bytes {
	my ($d) = @_;
	as_user(sub {
		open my $f, '>', "$d->{dir}/filler" or return;
		for my $size (65_536, 4096, 512) {
			1 while defined syswrite $f, 'f' x $size;
		}
		# With delayed allocation, a full disk shows late.
		close $f;
		system 'sync', '-f', $d->{dir};
	});
	return;
}

# By many, of nothing.
sub fill_inodes {
	my ($d) = @_;
	as_user(sub {
		my $i = 0;
		while (open my $f, '>', "$d->{dir}/filler-" . $i++) { }
	});
	return;
}

sub empty {
	my ($d) = @_;
	unlink glob "$d->{dir}/filler*";
	# Freed blocks can be used only after the journal is committed.
	system 'sync', '-f', $d->{dir};
	return;
}

sub destroy {
	my ($d) = @_;
	$d->unmount;
	unlink glob "$d->{image}*";
	return;
}

1;
