# A copy of this machine to run commands in as root: every file can be changed,
# every port is free, and nothing of it remains.
package MachineCopy;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use POSIX ();
use Sandbox;
use ServerSetup;

my $MARK = 'HOOKDIR_MACHINE_COPY';
my $TOP = $Sandbox::TOP;
my $STUBS = abs_path(dirname(__FILE__));

my @OPEN;    # [process, folder]

END {
	my $status = $?;
	for (grep { $_->[0] == $$ } @OPEN) {
		system 'umount', '-R', '-l', $_->[1];
		rmdir $_->[1];
	}
	$? = $status;
}

# Run this test again, as root of namespaces of its own.
sub private {
	if (delete $ENV{$MARK}) {
		loopback();
		return;
	}
	my @own = ('unshare', '-m', '-n', '-p', '-f', '--kill-child',
		'--propagation', 'private');
	my $try = tempdir('hookdir-machine-XXXXXXXX', TMPDIR => 1);
	my $mount = "mount -t tmpfs none $try && mkdir $try/u $try/w $try/r && " .
	    "mount -t overlay -o lowerdir=/,upperdir=$try/u,workdir=$try/w none $try/r";
	ServerSetup::skip_all('needs root, and leave to mount an overlay')
	    if $> != 0 || system(@own, 'sh', '-c', "$mount 2>/dev/null");
	rmdir $try;
	$ENV{$MARK} = 1;
	exec @own, $^X, $0, @ARGV or die "unshare: $!\n";
}

# The interface lo is down in a new namespace.
sub loopback {
	socket my $s, 2, 2, 0 or die "socket: $!\n";
	my $flags = pack 'a16 s x14', 'lo', 0x41;
	ioctl $s, 0x8914, $flags or die "lo: $!\n";
	return;
}

sub must { system(@_) == 0 or die "@_\n" }

sub overlay {
	my ($m, $lower, $upper, $at) = @_;
	mkdir "$m->{own}/$upper$_" for '', '-work';
	must('mount', '-t', 'overlay', '-o', "lowerdir=$lower," .
	    "upperdir=$m->{own}/$upper,workdir=$m->{own}/$upper-work", 'none', $at);
	return;
}

# on => a copy: the new one has what was done there, which must have ended.
sub new {
	my ($class, %how) = @_;
	my $own = tempdir('hookdir-machine-XXXXXXXX', TMPDIR => 1);
	push @OPEN, [$$, $own];
	my @below = $how{on} ? @{ $how{on}{below} } : '/';
	my $m = bless { own => $own, root => "$own/root",
		below => [ "$own/all", @below ] }, $class;
	must('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'none', $own);
	chmod 0755, $own;
	mkdir $m->{root};
	$m->overlay(join(':', @below), 'all', $m->{root});
	# These may be file systems of their own.
	my $build = Sandbox::build();
	for my $dir ($TOP, index($build, "$TOP/") == 0 ? () : $build) {
		must('mkdir', '-p', "$m->{root}$dir");
		$m->overlay($dir, $dir eq $TOP ? 'top' : 'build', "$m->{root}$dir");
	}
	must('mount', '-t', 'proc', 'none', "$m->{root}/proc");
	must('mount', '--rbind', '/dev', "$m->{root}/dev");
	must('mount', '-t', 'tmpfs', '-o', 'mode=0755', 'none', "$m->{root}/run");
	mkdir "$m->{root}/run/lighttpd";
	must('chroot', $m->{root}, 'chown', 'www-data:', '/run/lighttpd');
	# What needs systemd, or the network.
	for my $stub (qw(systemctl apt-get)) {
		$m->write("/usr/local/sbin/$stub", Sandbox::slurp("$STUBS/$stub"), 0755);
	}
	return $m;
}

sub write {
	my ($m, $path, $text, $mode) = @_;
	must('mkdir', '-p', dirname("$m->{root}$path"));
	unlink "$m->{root}$path";
	open my $out, '>:raw', "$m->{root}$path" or die "$path: $!\n";
	print $out $text;
	close $out or die "$path: $!\n";
	chmod $mode // 0644, "$m->{root}$path";
	return;
}

# End what runs there, which is everything else here: this is process 1.
sub stop {
	my ($m) = @_;
	kill 'KILL', -1;
	1 while waitpid(-1, 0) > 0;
	return;
}

# Run a command line: in => its input, user => as whom, path => folders that come
# first.  Returns its status, and what it says.
sub run {
	my ($m, $line, %how) = @_;
	$m->write('/tmp/.in', $how{in} // '');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', "$m->{root}/tmp/.in" or die;
		open STDOUT, '>', "$m->{root}/tmp/.out" or die;
		open STDERR, '>&', \*STDOUT;
		delete @ENV{grep { /^HOOKDIR_|^MAKE|^MFLAGS|^DOCUMENT_ROOT/ } keys %ENV};
		%ENV = (%ENV, PATH => '/usr/local/sbin:/usr/local/bin:/usr/sbin:' .
			'/usr/bin:/sbin:/bin', HOME => '/root', B => Sandbox::build(),
			DEBIAN_FRONTEND => 'noninteractive');
		my @command = ('sh', '-c', $line);
		if ($how{user}) {
			$ENV{HOME} = "/home/$how{user}";
			@command = ('runuser', '-u', $how{user}, '--', @command);
		}
		exec 'chroot', $m->{root}, 'sh', '-c', 'cd "$1" && shift && exec "$@"',
		    'sh', $how{user} ? $ENV{HOME} : $TOP, @command
		    or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return ($? >> 8 || $?, Sandbox::slurp("$m->{root}/tmp/.out"));
}

# Like run, for what must work.
sub must_run {
	my ($m, $line, %how) = @_;
	my ($status, $out) = $m->run($line, %how);
	die "$line: $status: $out\n" if $status;
	return $out;
}

1;
