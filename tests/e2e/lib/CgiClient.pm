# The program run as a server would run it by CGI, without a server: the same
# request as Client's, turned into an environment and a body on stdin.
#
# In the request:
# env     {NAME => value}, set after all else; undef: not set
# args    of the command line
# closed  descriptors that the program is started without
# held    called when only the last byte of the body is still to be sent
package CgiClient;
use strict;
use warnings;
use Client;
use IO::Handle;
use IO::Select;
use List::Util qw(min);
use POSIX ();
use Time::HiRes qw(time);

sub environment {
	my ($box, $r) = @_;
	my ($path, $query) = split /\?/, $r->{target}, 2;
	my ($info) = $path =~ m{\A/hooks(/.*)\z}s;
	if (defined $info) {
		$info =~ s/%([0-9a-fA-F]{2})/chr hex $1/ge;
		# A C program sees a value only up to a NUL.
		$info =~ s/\0.*//s;
	}
	my %env = (
		PATH => '/usr/bin:/bin', GATEWAY_INTERFACE => 'CGI/1.1',
		SERVER_PROTOCOL => 'HTTP/1.1', SERVER_NAME => 'localhost',
		SERVER_PORT => 80, REMOTE_ADDR => '127.0.0.1',
		REQUEST_METHOD => $r->{method} // 'POST',
		REQUEST_URI => $r->{target}, QUERY_STRING => $query // '',
		SCRIPT_NAME => '/hooks', PATH_INFO => $info,
		DOCUMENT_ROOT => "$box->{dir}/www",
		HOOKDIR_CONFIG => $box->config,
		CONTENT_TYPE => 'application/json',
		HTTP_HOST => $r->{host} // 'localhost',
	);
	$env{$_} = $ENV{$_} for grep { /^(A|L|UB)SAN_/ } keys %ENV;
	# Memory that is lost adds up under FastCGI only, where it is looked for.
	# Here the look would take half of the time, and fail under strace.
	$env{ASAN_OPTIONS} = join ':', $env{ASAN_OPTIONS} // (),
	    'detect_leaks=0';
	if ($r->{chunked}) {
		$env{HTTP_TRANSFER_ENCODING} = 'chunked';
	} elsif (exists $r->{length}) {
		$env{CONTENT_LENGTH} = $r->{length};
	} else {
		$env{CONTENT_LENGTH} = length($r->{body} // '');
	}
	my %seen;
	for my $h (@{ $r->{headers} }) {
		my $name = 'HTTP_' . uc($h->[0]) =~ tr/A-Z0-9/_/cr;
		$name =~ s/^HTTP_(?=CONTENT_TYPE$)//;
		$env{$name} = $seen{$name}++ ? "$env{$name}, $h->[1]" : $h->[1];
	}
	%env = (%env, %{ $r->{env} // {} });
	delete @env{ grep { !defined $env{$_} } keys %env };
	return \%env;
}

sub start {
	my ($box, $env, $r) = @_;
	pipe my $in, my $to or die "pipe: $!\n";
	pipe my $from, my $out or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if ($pid) {
		$to->blocking(0);
		return ($pid, $to, $from);
	}
	open my $log, '>>', "$box->{dir}/log/error.log";
	my @fds = map { fileno $_ } $in, $out, $log;
	POSIX::dup2($fds[$_], $_) for 0 .. 2;
	POSIX::close($_) for 3 .. 63;
	Sandbox::become_user();
	chdir "$box->{dir}/bin";
	%ENV = %$env;
	POSIX::close($_) for @{ $r->{closed} // [] };
	exec @{ $box->{wrap} // [] }, "$box->{dir}/bin/hookdir.fcgi",
	    @{ $r->{args} // [] } or POSIX::_exit(127);
}

sub request {
	my ($box, $r) = @_;
	my ($pid, $to, $from) = start($box, environment($box, $r), $r);
	my $body = $r->{body} // '';
	$body = substr $body, 0, $r->{cut} if defined $r->{cut};
	my ($got, $sent) = ('', 0);
	my $seconds = $r->{deadline} // $Client::DEADLINE;
	my ($end, $held) = (time + $seconds, $r->{held});
	local $SIG{PIPE} = 'IGNORE';
	while ((my $left = $end - time) > 0) {
		if ($held && $sent == length($body) - 1) {
			$held->();
			undef $held;
			$end = time + $seconds;
		}
		if ($to && $sent >= length $body) {
			close $to;
			undef $to;
		}
		my ($rd, $wr) = IO::Select->select(IO::Select->new($from),
		    $to && IO::Select->new($to), undef, $left);
		if ($wr && @$wr) {
			my $n = syswrite $to, $body, min(65536,
			    length($body) - $sent - ($held ? 1 : 0)), $sent;
			if (defined $n) {
				$sent += $n;
			} elsif (!$!{EAGAIN}) {
				$sent = length $body;
			}
		}
		if ($rd && @$rd) {
			sysread($from, $got, 65536, length $got) or last;
		}
	}
	my $status = ServerSetup::reap($pid, 10);
	if (!defined $status) {
		kill 'KILL', $pid;
		ServerSetup::reap($pid, 5);
		$status = 9;
	}
	# The answer as a web server would pass it on.
	my ($top) = $got =~ /\A(.*?)\r?\n\r?\n/s;
	my ($code) = ($top // '') =~ /^Status: *(\d{3})/mi;
	$got = 'HTTP/1.1 ' . ($code // 200) . "\r\n$got" if defined $top;
	my $a = Client::parse($got);
	$a->{died} = $status;
	return $a;
}

1;
