# What the attacks on an inbox share: files as a crash leaves them, and runs of
# the program `hookdir` by the receiver's user.
package Left;
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use File::Copy qw(copy);
use POSIX ();
use Sandbox;
use Time::HiRes qw(sleep time);

# The text of an event's file.
sub text {
	my ($id, $body) = @_;
	return "Ce-Specversion: 1.0\nCe-Id: $id\nCe-Source: /coral\n" .
	    "Ce-Type: t\nCe-Time: 2026-11-21T20:30:00.123456Z\n" .
	    'Content-Length: ' . length($body) . "\n\n$body";
}

# The name of this text's file in tmp/.
sub name {
	my ($id, $text) = @_;
	return "$id." . sha256_hex($text);
}

# A complete event in tmp/, so many seconds old: its path.
sub event {
	my ($box, $id, $age) = @_;
	my $text = text($id, "the body of $id");
	my $path = $box->inbox . '/coral/tmp/' . name($id, $text);
	$box->write($path, $text, 0600);
	utime time - $age, time - $age, $path;
	return $path;
}

# Runs `hookdir @args` for at most so many seconds: {code, text, peak}; code is
# -1 if it had to be killed, and peak the memory that it held, in MiB.
sub hookdir {
	my ($w, $seconds, @args) = @_;
	my $box = $w->box;
	my $d = $box->{dir};
	copy(Sandbox::build() . '/hookdir', "$d/bin/hookdir") or
	    die "copy: $!\n" if !-e "$d/bin/hookdir";
	chmod 0755, "$d/bin/hookdir";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', "$d/log/hookdir" or POSIX::_exit(126);
		open STDERR, '>&', \*STDOUT;
		Sandbox::become_user();
		$ENV{HOOKDIR_CONFIG} = $box->config;
		exec "$d/bin/hookdir", @args or POSIX::_exit(127);
	}
	my ($end, $peak, $code) = (time + $seconds, 0, -1);
	while (1) {
		my ($now) = Sandbox::slurp("/proc/$pid/status") =~
		    /^VmHWM:\s+(\d+) kB/m;
		$peak = $now if ($now // 0) > $peak;
		if (waitpid($pid, POSIX::WNOHANG()) == $pid) {
			$code = $? & 127 ? -1 : $? >> 8;
			last;
		}
		if (time > $end) {
			kill 'KILL', $pid;
			waitpid $pid, 0;
			last;
		}
		sleep 0.01;
	}
	return { code => $code, text => Sandbox::slurp("$d/log/hookdir"),
		peak => $peak / 1024 };
}

1;
