# A bare Debian system in a folder, with systemd as its process 1, in which the
# package is installed and its autopkgtests run. All of it is in a memory file
# system of this process's own namespace: nothing is left on the machine.
#
# The system is made once, by mmdebstrap with the machine's own settings of apt,
# into build/deb/root.tar; what the tests install lies in its cache.
package Machine;
use strict;
use warnings;
use Cwd qw(abs_path);
use Fcntl qw(:flock);
use File::Basename qw(basename);
use File::Path qw(make_path);
use FindBin;
use POSIX qw(SIGRTMIN);
use Test::More;
use Time::HiRes qw(sleep time);

our $TOP = abs_path("$FindBin::Bin/../..");
my $BUILD = abs_path($ENV{HOOKDIR_BUILD} // "$TOP/build");
my @SERVERS = qw(lighttpd apache2 nginx-light);
my $BOOT = 60; # seconds, and more than enough

sub unable {
	my ($why) = @_;
	BAIL_OUT("cannot be skipped: $why") if $ENV{HOOKDIR_NO_SKIP};
	plan skip_all => "NOT TESTED: the Debian package: $why";
}

sub command {
	my ($what, @command) = @_;
	my $out = capture(@command);
	die "$what: @command: status $?\n$out" if $?;
	return $out;
}

# All output of the command; its status is in $?.
sub capture {
	my @command = @_;
	my $pid = open(my $from, '-|') // die "fork: $!";
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		open STDIN, '<', '/dev/null';
		exec @command or exit 127;
	}
	local $/;
	my $out = <$from>;
	close $from;
	return $out // '';
}

# In namespaces that end with this process; the program starts once more there.
sub enter {
	unable('it takes root') if $> != 0;
	for my $program (qw(mmdebstrap unshare nsenter)) {
		unable("$program is missing")
		    if !grep { -x "$_/$program" } split /:/, $ENV{PATH};
	}
	# The machine must end with this process: see DESTROY.
	$SIG{$_} = sub { exit 1 } for qw(TERM INT HUP);
	return if $ENV{HOOKDIR_MACHINE};
	capture(qw(unshare --pid --fork --mount --uts --ipc --net --cgroup true));
	unable('unshare does not work here') if $?;
	$ENV{HOOKDIR_MACHINE} = 1;
	exec 'unshare', '--mount', '--propagation', 'private', $^X,
	    "-I$FindBin::Bin/lib", $0, @ARGV or die "unshare: $!";
}

# Where a cgroup of version 2 can be made; systemd needs no controllers.
sub cgroups {
	open my $mounts, '<', '/proc/mounts' or die "/proc/mounts: $!";
	my ($at) = map { (split)[1] } grep { / cgroup2 / } <$mounts>;
	return $at // unable('there is no cgroup2');
}

# The settings of apt on this machine, without its hooks.
sub apt_settings {
	return grep { /^Acquire::/ } split /\n/,
	    command('apt', 'apt-config', 'dump', 'Acquire');
}

sub root_archive {
	my $tar = "$BUILD/deb/root.tar";
	make_path("$BUILD/deb");
	open my $lock, '>', "$tar.lock" or die "$tar.lock: $!";
	flock $lock, LOCK_EX or die "lock: $!";
	return $tar if -e $tar;
	my @sources = grep { -e } glob '/etc/apt/sources.list
	    /etc/apt/sources.list.d/debian.sources';
	my @fetch = ('apt-get', 'install', '-q', '-y', '--no-install-recommends',
	    '--download-only', @SERVERS, qw(curl libcurl4 libjson-c5 libssl3));
	my $memory = "$BUILD/deb/memory.$$";
	make_path($memory);
	command('tmpfs', qw(mount -t tmpfs -o size=2g tmpfs), $memory);
	local $ENV{TMPDIR} = $memory;
	command('mmdebstrap', qw(mmdebstrap --quiet --variant=minbase --format=tar
	    --dpkgopt=force-unsafe-io --skip=cleanup/apt --include),
	    'systemd-sysv,dbus,ca-certificates,procps',
	    (map { ('--aptopt', $_) } apt_settings()),
	    "--customize-hook=chroot \"\$1\" @fetch", 'bookworm', "$tar.new",
	    @sources[0 .. (@sources ? 0 : -1)]);
	command('umount', 'umount', $memory);
	rmdir $memory;
	rename "$tar.new", $tar or die "$tar: $!";
	return $tar;
}

# A machine, started.
sub new {
	my ($class) = @_;
	my $m = bless { dir => "$BUILD/deb/machine.$$" }, $class;
	my $cgroups = cgroups();
	my $tar = root_archive();
	make_path($m->{dir});
	command('tmpfs', qw(mount -t tmpfs -o size=2g tmpfs), $m->{dir});
	$m->{root} = "$m->{dir}/root";
	mkdir $m->{root};
	command('root', qw(tar -x -C), $m->{root}, '-f', $tar);
	$m->{cgroup} = "$cgroups/hookdir-test-$$";
	$m->boot;
	return $m;
}

# Install hookdir and these packages, as its manual says.
sub install {
	my ($m, $deb, @packages) = @_;
	my $package = '/var/cache/apt/archives/' . basename($deb);
	command('copy', 'cp', $deb, "$m->{root}$package");
	command('copy', 'cp', '-a', "$TOP/debian/tests", "$m->{root}/opt/");
	my $out = $m->in(qw(env DEBIAN_FRONTEND=noninteractive apt-get install -q
	    -y --no-install-recommends), $package, @packages);
	die "apt-get install: status $?\n$out" if $?;
	return;
}

sub boot {
	my ($m) = @_;
	make_path($m->{cgroup});
	$m->{pid} = fork // die "fork: $!";
	if (!$m->{pid}) {
		open STDIN, '<', '/dev/null';
		exec 'sh', "$FindBin::Bin/boot", $m->{root}, $m->{cgroup} or exit 127;
	}
	my $end = time + $BOOT;
	while (time < $end) {
		my $children = "/proc/$m->{pid}/task/$m->{pid}/children";
		if (open my $f, '<', $children) {
			($m->{init}) = split ' ', <$f> // '';
		}
		last if $m->{init} && $m->in(qw(systemctl is-system-running))
		    =~ /^(?:running|degraded)$/m;
		sleep 0.1;
	}
	die "the machine does not start\n" if time >= $end;
	return;
}

# Run a command in the machine; all that it prints.
sub in {
	my ($m, @command) = @_;
	return capture('nsenter', '-t', $m->{init}, qw(-m -u -i -n -p -C -r -w env -i
	    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	    HOME=/root), @command);
}

# By the signal that means it to systemd. At its end, systemd stops all processes
# for a moment: an nsenter that still waits for one of them would stop as well,
# and for good.
sub reboot {
	my ($m) = @_;
	kill SIGRTMIN() + 5, $m->{init};
	$m->ended;
	$m->boot;
	return;
}

sub ended {
	my ($m) = @_;
	waitpid $m->{pid}, 0;
	system 'find', $m->{cgroup}, qw(-depth -type d -exec rmdir {} +);
	delete @{$m}{qw(pid init)};
	return;
}

sub DESTROY {
	my ($m) = @_;
	local $?;
	if ($m->{init}) {
		kill 'KILL', $m->{init};
		$m->ended;
	}
	system 'umount', '-l', $m->{dir};
	rmdir $m->{dir};
	return;
}

# The test of debian/tests/control with this name; it may ask for a reboot.
sub autopkgtest {
	my ($name) = @_;
	enter();
	my ($deb) = glob "$BUILD/deb/hookdir_*.deb";
	die "$BUILD/deb: no package: make deb\n" if !defined $deb;
	open my $f, '<', "$TOP/debian/tests/control" or die "control: $!";
	local $/ = '';
	my ($test) = grep { /test-name=\Q$name\E$/m } <$f>;
	$/ = "\n";
	my ($command) = $test =~ /^Test-Command: (.*)/m;
	my @packages = grep { $_ ne 'hookdir' } split /,\s*/,
	    $test =~ s/.*^Depends: ([^\n]*).*/$1/msr;
	my $m = Machine->new;
	$m->install($deb, @packages);
	my $mark = '';
	my $reboots = 0;
	while (defined $mark) {
		my $script = "printf '#!/bin/sh\\necho \$1 >/mark\\n" .
		    "kill \$PPID\\n' >/tmp/autopkgtest-reboot; " .
		    'chmod 755 /tmp/autopkgtest-reboot; cd /opt; ' .
		    "export AUTOPKGTEST_REBOOT_MARK='$mark'; exec /opt/" .
		    ($command =~ s{^debian/}{}r);
		my $out = $m->in('sh', '-c', $script);
		my $status = $?;
		undef $mark;
		if (open my $f, '<', "$m->{root}/mark") {
			chomp($mark = <$f>);
			unlink "$m->{root}/mark";
			$status = 0;
		}
		pass($_) for $out =~ /^passed: (.*)/mg;
		diag($out) if $status;
		is($status, 0, defined $mark ? "$name: reboots" : $name);
		last if $status || !defined $mark;
		$m->reboot;
		die "it reboots again and again\n" if ++$reboots > 3;
	}
	done_testing();
	return;
}

1;
