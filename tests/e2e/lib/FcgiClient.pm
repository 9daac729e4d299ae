# A FastCGI client over the sandbox's socket, down to single records, so that
# tests can send bad ones. request() does what a web server does with a request.
#
# params  in the request: [[NAME, VALUE], ...] after all others, as they are
package FcgiClient;
use strict;
use warnings;
use CgiClient ();
use Client ();
use IO::Select;
use IO::Socket::UNIX;
use List::Util qw(max);
use Socket qw(SOCK_STREAM);
use Time::HiRes qw(time);

our ($BEGIN, $ABORT, $END, $PARAMS, $STDIN, $STDOUT, $STDERR) = 1 .. 7;
our $KEEP = 1;

sub path { return "$_[0]{dir}/run/hookdir.sock" }

sub listener {
	my ($box) = @_;
	unlink path($box);
	return IO::Socket::UNIX->new(Type => SOCK_STREAM, Listen => 1024,
	    Local => path($box)) || die "no socket: $!\n";
}

sub connection {
	my ($box) = @_;
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM,
	    Peer => path($box)) or return;
	$s->blocking(0);
	return $s;
}

# Sends these bytes, and does not wait for an answer. Returns the connection.
sub send_bytes {
	my ($box, $bytes) = @_;
	my $s = connection($box) or die "no connection\n";
	Client::push_all($s, $bytes);
	return $s;
}

# As many records as the data needs; without data, one empty record.
sub record {
	my ($type, $data, $id) = @_;
	my $out = '';
	do {
		my $piece = substr $data, 0, 65528, '';
		$out .= pack('CCnnCx', 1, $type, $id // 1, length $piece, 0)
		    . $piece;
	} while (length $data);
	return $out;
}

sub begin {
	my ($flags, $role, $id) = @_;
	return record($BEGIN, pack('nCx5', $role // 1, $flags // 0), $id);
}

sub pairs {
	my $out = '';
	for my $pair (@_) {
		$out .= join '', (map { $_ < 128 ? chr : pack 'N', $_ | 1 << 31 }
		    map { length } @$pair), @$pair;
	}
	return $out;
}

# All records of the parameters, with the empty one at the end.
sub params {
	my ($box, $r, $id) = @_;
	my $env = CgiClient::environment($box, $r);
	delete @$env{qw(PATH HOOKDIR_CONFIG), grep { /SAN_/ } keys %$env};
	return record($PARAMS, pairs((map { [$_, $env->{$_}] } sort keys %$env),
	    @{ $r->{params} // [] }), $id) . record($PARAMS, '', $id);
}

# What came back: {stdout, stderr, end => [status, how], raw}.
sub parse {
	my ($in) = @_;
	my %got = (stdout => '', stderr => '', raw => $in);
	while (length $in >= 8) {
		my (undef, $type, undef, $len, $pad) = unpack 'CCnnC', $in;
		last if length $in < 8 + $len + $pad;
		my $data = substr $in, 8, $len;
		substr $in, 0, 8 + $len + $pad, '';
		$got{stdout} .= $data if $type == $STDOUT;
		$got{stderr} .= $data if $type == $STDERR;
		$got{end} = [unpack 'NC', $data] if $type == $END;
	}
	return \%got;
}

# Sends the records, and reads until the other side closes or the deadline.
# Returns the answer as a web server would pass it on, and the error stream as
# it would log it.
sub talk {
	my ($box, $s, $out, $deadline) = @_;
	return answer($box, parse(Client::exchange($s, $out, 0,
	    time + ($deadline // $Client::DEADLINE))));
}

sub answer {
	my ($box, $got) = @_;
	if (length $got->{stderr}) {
		open my $log, '>>', "$box->{dir}/log/error.log"
		    or die "error.log: $!\n";
		syswrite $log, $got->{stderr};
		close $log;
	}
	my ($code) = $got->{stdout} =~ /\AStatus: *(\d{3})/;
	my $a = Client::parse(length $got->{stdout} ?
	    'HTTP/1.1 ' . ($code // 200) . "\r\n$got->{stdout}" : '');
	$a->{fcgi} = $got;
	return $a;
}

sub bytes {
	my ($box, $r) = @_;
	my $body = $r->{body} // '';
	$body = substr $body, 0, $r->{cut} if defined $r->{cut};
	return begin() . params($box, $r) .
	    (length $body ? record($STDIN, $body) : '') . record($STDIN, '');
}

sub request {
	my ($box, $r) = @_;
	# As a web server does: it connects when it has all that it sends. Who
	# is slow then, while others wait, is cut off.
	my $out = bytes($box, $r);
	my $s = connection($box) or return Client::parse('');
	my $a = talk($box, $s, $out, $r->{deadline});
	close $s;
	return $a;
}

# All of them at once from one process, so that none is slow because the others
# keep the machine busy. Returns the codes.
sub request_all {
	my ($box, @requests) = @_;
	my $end = time + max(map { $_->{deadline} // $Client::DEADLINE }
	    @requests);
	my %open;
	local $SIG{PIPE} = 'IGNORE';
	my @all = map { { out => bytes($box, $_), in => '' } } @requests;
	for my $one (@all) {
		my $s = connection($box) or next;
		$open{ fileno $s } = $one;
		$one->{socket} = $s;
		put($one);
	}
	while (%open && time < $end) {
		my ($r, $w) = IO::Select->select(
		    IO::Select->new(map { $_->{socket} } values %open),
		    IO::Select->new(map { $_->{socket} }
			grep { length $_->{out} } values %open), undef, 1);
		put($open{ fileno $_ }) for @{ $w // [] };
		for my $s (@{ $r // [] }) {
			my $one = $open{ fileno $s };
			my $n = sysread $s, $one->{in}, 65536, length $one->{in};
			next if !defined $n && ($!{EAGAIN} || $!{EINTR});
			delete $open{ fileno $s } unless $n;
		}
	}
	return map { answer($box, parse($_->{in}))->{code} // 0 } @all;
}

# Writes what the socket takes.
sub put {
	my ($one) = @_;
	my $n = syswrite $one->{socket}, $one->{out}, 65536;
	if (defined $n) {
		substr $one->{out}, 0, $n, '';
	} elsif (!$!{EAGAIN} && !$!{EINTR}) {
		$one->{out} = '';
	}
	return;
}

1;
