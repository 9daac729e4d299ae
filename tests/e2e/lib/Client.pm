# Raw HTTP over a socket, with a deadline on everything. Sends exact bytes
# without checking them, because tests need bad requests; reads whatever comes
# back.
#
# A request is a hash:
#   target   "/hooks/coral"      method  "POST"
#   headers  [[NAME, VALUE], ...], sent as they are, in this order
#   body     the bytes
#   length   Content-Length's value; not given: the body's; undef: no header
#   chunked  size of a chunk: Transfer-Encoding: chunked instead of a length
#   cut      send only so many bytes of the (framed) body, then "end"
#   end      after a cut: "half" (default: FIN, then read), "fin" (close both
#            ways), "rst" (close with a reset)
#   frame    the framed body itself, to send a malformed one
#
# An answer is a hash: code (0 for none), headers {name => [values]}, body.
package Client;
use strict;
use warnings;
use Errno qw(EAGAIN EINTR EWOULDBLOCK);
use IO::Select;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes qw(time);

our $DEADLINE = 20;

sub head {
	my ($r) = @_;
	my $method = $r->{method} // 'POST';
	my @h = (['Host', $r->{host} // 'localhost'], ['Connection', 'close']);
	push @h, ['Content-Type', 'application/json']
	    unless grep { lc $_->[0] eq 'content-type' } @{ $r->{headers} };
	push @h, @{ $r->{headers} };
	if ($r->{chunked}) {
		push @h, ['Transfer-Encoding', 'chunked'];
	} elsif (!exists $r->{length}) {
		push @h, ['Content-Length', length($r->{body} // '')]
		    if length($r->{body} // '') || $method eq 'POST';
	} elsif (defined $r->{length}) {
		push @h, ['Content-Length', $r->{length}];
	}
	return "$method $r->{target} HTTP/1.1\r\n" .
	    join('', map { "$_->[0]: $_->[1]\r\n" } @h) . "\r\n";
}

sub frame {
	my ($r) = @_;
	my $body = $r->{body} // '';
	return $r->{frame} if defined $r->{frame};
	return $body unless $r->{chunked};
	my $out = '';
	for (my $at = 0; $at < length $body; $at += $r->{chunked}) {
		my $piece = substr $body, $at, $r->{chunked};
		$out .= sprintf("%x\r\n", length $piece) . $piece . "\r\n";
	}
	return $out . "0\r\n\r\n";
}

sub connect_to {
	my ($port) = @_;
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $port, Proto => 'tcp', Timeout => 5) or return;
	$s->blocking(0);
	return $s;
}

# Sends $out and reads at the same time, so that neither side can block the
# other. Stops reading when the other side closes, or at the deadline.
sub exchange {
	my ($s, $out, $shut, $deadline) = @_;
	my ($in, $sent) = ('', 0);
	local $SIG{PIPE} = 'IGNORE';
	my $sel = IO::Select->new($s);
	while ((my $left = $deadline - time) > 0) {
		my $more = defined $sent && $sent < length $out;
		my ($r, $w) = IO::Select->select($sel, $more ? $sel : undef,
		    undef, $left);
		if ($w && @$w) {
			my $n = syswrite $s, $out, 65536, $sent;
			if (defined $n) {
				$sent += $n;
				shutdown $s, 1
				    if $shut && $sent == length $out;
			} elsif (!$!{EAGAIN} && !$!{EINTR}) {
				# It stopped reading; it may have answered.
				undef $sent;
			}
		}
		if ($r && @$r) {
			my $n = sysread $s, $in, 65536, length $in;
			next if !defined $n && ($!{EAGAIN} || $!{EINTR});
			return $in unless $n;
			# Some servers still keep the connection for a while.
			return $in if !$more && complete($in);
		}
	}
	return $in;
}

# True if the answer is complete, as far as its headers tell.
sub complete {
	my ($in) = @_;
	$in =~ s/\AHTTP\/1\.[01] 100.*?\r\n\r\n//s;
	my ($top, $body) = split /\r\n\r\n/, $in, 2;
	return unless defined $body;
	return length $body >= $1 if $top =~ /^content-length: *(\d+)/im;
	return $top =~ /^transfer-encoding: *chunked/im &&
	    $body =~ /(?:\A|\r\n)0\r\n\r\n\z/;
}

sub push_all {
	my ($s, $out) = @_;
	my ($sent, $end) = (0, time + 10);
	my $sel = IO::Select->new($s);
	local $SIG{PIPE} = 'IGNORE';
	while ($sent < length $out && time < $end) {
		$sel->can_write(1) or next;
		my $n = syswrite $s, $out, 65536, $sent;
		return if !defined $n && !$!{EAGAIN} && !$!{EINTR};
		$sent += $n // 0;
	}
	return;
}

sub parse {
	my ($in) = @_;
	my %a = (code => 0, headers => {}, body => '', raw => $in);
	# The client does not ask for a 100, but a server may send one.
	$in =~ s/\AHTTP\/1\.[01] 100[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n//;
	my ($top, $body) = split /\r?\n\r?\n/, $in, 2;
	return \%a unless defined $top && $top =~ /\AHTTP\/1\.[01] (\d{3})/;
	$a{code} = $1;
	my (undef, @lines) = split /\r?\n/, $top;
	for (@lines) {
		push @{ $a{headers}{ lc $1 } }, $2 if /\A([^:]+):[ \t]*(.*)\z/;
	}
	$body //= '';
	if (grep { /chunked/i } @{ $a{headers}{'transfer-encoding'} }) {
		while ($body =~ s/\A([0-9a-fA-F]+)[^\r\n]*\r\n//) {
			my $n = hex $1 or last;
			$a{body} .= substr $body, 0, $n, '';
			$body =~ s/\A\r\n//;
		}
	} elsif (my $n = $a{headers}{'content-length'}) {
		$a{body} = substr $body, 0, $n->[0];
	} else {
		$a{body} = $body;
	}
	return \%a;
}

sub request {
	my ($port, $r) = @_;
	my $s = connect_to($port) or return parse('');
	my $out = frame($r);
	my $cut = defined $r->{cut};
	$out = substr $out, 0, $r->{cut} if $cut;
	$out = head($r) . $out;
	my $end = $r->{end} // 'half';
	if ($cut && $end ne 'half') {
		push_all($s, $out);
		Time::HiRes::sleep(0.03);
		setsockopt $s, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)
		    if $end eq 'rst';
		close $s;
		return parse('');
	}
	my $in = exchange($s, $out, $cut,
	    time + ($r->{deadline} // $DEADLINE));
	close $s;
	return parse($in);
}

1;
