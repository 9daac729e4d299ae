# How the program is started: bare CGI ("cgi"), bare FastCGI ("fcgi": the test
# holds the listening socket, as systemd would), or one of the web servers. Each
# is started in its own sandbox, stopped by process id and reaped, and every
# wait has a limit.
#
# Of a sandbox: wrap, a command to run the program under, as a list.
# Of FastCGI that is no server's child: processes, how many share the socket.
# Of bare FastCGI: env, of the program.
# Of a web server: extra and change, see Servers.pm.
package ServerSetup;
use strict;
use warnings;
use Sandbox;
use CgiClient;
use Client;
use FcgiClient;
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Servers;
use Test::More ();
use Time::HiRes qw(sleep time);

our @ALL = ('cgi', sort keys %Servers::WAY);

# Skips the whole test if the server is not installed; or fails, where skipping
# is not allowed, because success must not mean that nothing ran.
sub skip_all {
	my ($why) = @_;
	die "$why, and HOOKDIR_NO_SKIP is set\n" if $ENV{HOOKDIR_NO_SKIP};
	Test::More::plan(skip_all => $why);
	return;
}

sub new {
	my ($class, $name, %opt) = @_;
	if (my @missing = $name eq 'fcgi' ? () : Servers::missing($name)) {
		skip_all("$name: not installed: @missing");
	}
	my $w = bless { name => $name, %opt }, $class;
	$w->{box} = Sandbox->new;
	$w->{box}{setup} = $w;
	return $w;
}

sub cgi { return $_[0]{name} eq 'cgi' }
sub fcgi { return $_[0]{name} eq 'fcgi' }
sub box { return $_[0]{box} }

sub run {
	my ($w, @command) = @_;
	my $d = $w->{box}{dir};
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	open STDIN, '<', '/dev/null';
	open STDOUT, '>>', "$d/log/stdout.log";
	open STDERR, '>>', "$d/log/stderr.log";
	my %keep = map { $_ => $ENV{$_} } grep { /^(A|L|T|UB)SAN_|^LLVM_/ }
	    keys %ENV;
	%ENV = (PATH => '/usr/sbin:/usr/bin:/sbin:/bin', %keep,
	    HOOKDIR_CONFIG => $w->{box}->config, %{ $w->{env} // {} });
	delete @ENV{ grep { !defined $ENV{$_} } keys %ENV };
	if (my $listener = $w->{listener}) {
		POSIX::dup2(fileno $listener, 0);
		POSIX::close($_) for 3 .. 255;
		Sandbox::become_user();
	}
	exec @command or POSIX::_exit(127);
}

# Waits until the process ends. Returns its status, or undef if it does not end.
sub reap {
	my ($pid, $seconds) = @_;
	my $end = time + $seconds;
	do {
		my $got = waitpid $pid, WNOHANG;
		return $? if $got == $pid;
		return 0 if $got < 0;
		sleep 0.002 if $seconds;
	} while (time < $end);
	return;
}

sub free_port {
	my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
	    or die "no free port: $!\n";
	return $s->sockport;
}

sub start {
	my ($w) = @_;
	return $w if $w->cgi;
	return $w->start_program if $w->fcgi;
	$w->start_program if Servers::own_process($w->{name});
	# Another process may take the port between our look and the start.
	for (1 .. 3) {
		$w->{port} = free_port();
		$w->{server} = $w->run(Servers::prepare($w));
		return $w if $w->answers(20);
		$w->kill_server;
	}
	$w->show_logs;
	die "$w->{name}: does not start\n";
}

sub start_program {
	my ($w) = @_;
	my $b = $w->{box};
	my $n = $w->{processes} // 1;
	if ($w->fcgi || $n > 1) {
		# Connections made before the program runs wait for it.
		$w->{listener} //= FcgiClient::listener($b);
		$b->own(FcgiClient::path($b));
		push @{ $w->{programs} }, map {
			$w->run(@{ $b->{wrap} // [] }, "$b->{dir}/bin/hookdir.fcgi")
		} 1 .. $n;
		# A web server that is started now must not inherit it.
		delete $w->{listener} unless $w->fcgi;
		$w->{box}{wrap} or $w->all_serve or die "it does not start\n";
		return $w;
	}
	unlink "$b->{dir}/run/hookdir.sock";
	$w->{programs} = [$w->run(Servers::spawn($b))];
	for (1 .. 500) {
		return $w if -S "$b->{dir}/run/hookdir.sock";
		sleep 0.01;
	}
	$w->show_logs;
	die "spawn-fcgi made no socket\n";
}

sub answers {
	my ($w, $seconds) = @_;
	my $end = time + $seconds;
	while (time < $end) {
		return if defined reap($w->{server}, 0);
		my $a = Client::request($w->{port}, { method => 'GET',
			target => '/hooks/no-such-provider', headers => [],
			deadline => 5 });
		return 1 if $a->{code} && $a->{code} < 502;
		sleep 0.02;
	}
	return;
}

sub send {
	my ($w, $r) = @_;
	return CgiClient::request($w->{box}, $r) if $w->cgi;
	return FcgiClient::request($w->{box}, $r) if $w->fcgi;
	return Client::request($w->{port}, $r);
}

# Sends all requests at the same moment; but for bare FastCGI, each from its own
# process. Returns the codes. Requests of CGI with {held} get the last byte of
# their bodies only when all programs run: bodies longer than a pipe takes.
sub send_all {
	my ($w, @requests) = @_;
	return FcgiClient::request_all($w->{box}, @requests) if $w->fcgi;
	pipe my $go, my $gate or die "pipe: $!\n";
	pipe my $in, my $out or die "pipe: $!\n";
	pipe my $all, my $one or die "pipe: $!\n";
	pipe my $end, my $held or die "pipe: $!\n";
	my @pids;
	for my $r (@requests) {
		my $pid = fork // die "fork: $!\n";
		push @pids, $pid and next if $pid;
		close $_ for $gate, $held;
		sysread $go, my $byte, 1;
		my $a = eval { $w->send({ %$r, $r->{held} ? (held => sub {
			close $one;
			sysread $end, $byte, 1;
		}) : () }) };
		syswrite $out, sprintf "%3d\n", $a ? $a->{code} : 0;
		POSIX::_exit(0);
	}
	close $_ for $out, $gate, $one;
	sysread $all, my $byte, 1;
	close $held;
	my @codes = map { $_ + 0 } <$in>;
	waitpid $_, 0 for @pids;
	return @codes;
}

# Before it serves, a signal ends it as it ends any program.
sub all_serve {
	my ($w) = @_;
	my $end = time + 20;
	for my $pid (@{ $w->{programs} }) {
		sleep 0.002 until time > $end ||
		    Sandbox::slurp("/proc/$pid/status") =~ /^Threads:\s+(?!1$)\d+$/m;
	}
	return time <= $end;
}

# For bare FastCGI: waits until the program is idle, after the sweep that may
# follow an answer. True if that happened in time.
sub idle {
	my ($w) = @_;
	my $in = $w->{box}->inbox;
	my $end = time + 20;
	return 1 unless $w->fcgi;
	while (time < $end) {
		return 1 unless grep {
			my $p = "/proc/$_";
			grep({ Sandbox::slurp($_) =~ /\) [^S] / } glob "$p/task/*/stat")
			    || grep { index($_, $in) == 0 && !-d && !m{/lock\z} }
			    map { readlink($_) // '' } glob "$p/fd/*";
		} @{ $w->{programs} };
		sleep 0.005;
	}
	return 0;
}

sub stop_program {
	my ($w) = @_;
	my @pids = @{ delete $w->{programs} // [] };
	my @wrong;
	kill 'TERM', @pids;
	for my $pid (@pids) {
		my $status = reap($pid, 20);
		push @wrong, "program ended with status $status" if $status;
		next if defined $status;
		push @wrong, 'program did not end within 20 s of SIGTERM';
		kill 'KILL', $pid;
		reap($pid, 5);
	}
	return @wrong;
}

sub kill_server {
	my ($w) = @_;
	my $pid = delete $w->{server} or return;
	kill 'TERM', $pid;
	defined reap($pid, 20) and return;
	kill 'KILL', $pid;
	reap($pid, 5);
	return 'server did not end within 20 s of SIGTERM';
}

# Ends everything without checks, after a test has died.
sub kill_now {
	my ($w) = @_;
	for my $pid (grep { $_ } delete $w->{server},
	    @{ delete $w->{programs} // [] }) {
		kill 'TERM', $pid;
		defined reap($pid, 3) or kill 'KILL', $pid;
		reap($pid, 1);
	}
	return;
}

# Ends everything, and returns what was wrong, as text.
sub stop {
	my ($w) = @_;
	my @wrong = (grep { defined } $w->kill_server, $w->stop_program);
	my $killed = $w->{box}->sweep(15);
	push @wrong, "$killed processes left behind" if $killed;
	my $log = $w->{box}->since({});
	my $allowed = $w->{may_log} // qr/(*FAIL)/;
	push @wrong, map { "in the logs: $_" } grep { !/$allowed/ } $log =~
	    /(.*(?:Sanitizer|runtime error:|Assertion|core dumped).*)/g;
	return @wrong;
}

sub show_logs {
	my ($w) = @_;
	for my $path ($w->{box}->logs) {
		my @lines = split /\n/, Sandbox::slurp($path);
		splice @lines, 0, -60 if @lines > 60;
		Test::More::diag("$w->{name}: $path") if @lines;
		Test::More::diag("  " . substr $_, 0, 400) for @lines;
	}
	return;
}

1;
