# A server that events are forwarded to, by http and https, on free ports of
# 127.0.0.1. The path of the URL says how it answers.
#
# ->url($path, $which): https with the certificate $which of KeyServer;
# ->plain($path): http; ->requests: all that came, each {connection, path, head,
# length, sha256, body}; ->forget: them; ->answers(@status): what /script
# answers, one after the other, and then 200.
package Target;
use strict;
use warnings;
use parent 'KeyServer';
use Compress::Zlib ();
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();
use Socket qw(SOMAXCONN);
use Time::HiRes qw(sleep);

sub up {
	my ($s) = @_;
	$s->SUPER::up;
	my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		LocalPort => $s->{plain} // 0, ReuseAddr => 1,
		Listen => SOMAXCONN) or die "no port: $!\n";
	$s->{plain} = $l->sockport;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		setpgrp 0, 0;
		$SIG{CHLD} = 'IGNORE';
		while (1) {
			my $c = $l->accept or next;
			my $child = fork // next;
			next if $child;
			close $l;
			alarm 30;
			$SIG{PIPE} = 'IGNORE';
			$s->answer($c);
			POSIX::_exit(0);
		}
	}
	setpgrp $pid, $pid;
	push @{ $s->{pids} }, $pid;
	return;
}

sub plain { return "http://127.0.0.1:$_[0]{plain}$_[1]" }

sub requests {
	my ($s) = @_;
	open my $f, '<', "$s->{dir}/hits" or die "hits: $!\n";
	return map { JSON::PP::decode_json($_) } <$f>;
}

sub forget { KeyServer::spew("$_[0]{dir}/hits", ''); return }

sub answers {
	my ($s, @status) = @_;
	KeyServer::spew("$s->{dir}/script", join '', map { "$_\n" } @status);
	return;
}

# The next status of the script; the requests are one after the other.
sub next_answer {
	my ($s) = @_;
	open my $f, '<', "$s->{dir}/script" or return 200;
	my ($first, @rest) = <$f>;
	close $f;
	$s->answers(map { chomp; $_ } @rest);
	chomp($first //= '200');
	return $first;
}

sub say_to {
	my ($c, $status, $body, @headers) = @_;
	print $c join "\r\n", "HTTP/1.1 $status",
	    'Content-Length: ' . length $body, @headers, '', $body;
	$c->flush;
	return 1;
}

# 30 MB of zeros.
my $BOMB = Compress::Zlib::memGzip("\0" x 30_000_000);

# Each returns true if the connection is kept.
my %ANSWER = (
	'204' => sub { print { $_[1] } "HTTP/1.1 204 No Content\r\n\r\n"; 1 },
	moved => sub { say_to($_[1], '301 Moved', '',
		'Location: ' . $_[0]->plain('/200')) },
	explained => sub { say_to($_[1], '422 No',
		qq({"error":"no such\r\n customer \xc3\xbc"}) . ' ' x 70000) },
	early => sub { 0 },
	'early-head' => sub { print { $_[1] } "HTTP/1.1 200 OK\r\nX-A: b\r\n"; 0 },
	'cut-body' => sub { print { $_[1] } "HTTP/1.1 200 OK\r\n" .
	    "Content-Length: 100\r\n\r\nshort"; 0 },
	hang => sub { sleep 20; 0 },
	'hang-body' => sub { print { $_[1] } "HTTP/1.1 202 OK\r\n" .
	    "Content-Length: 100\r\n\r\nshort"; $_[1]->flush; sleep 20; 0 },
	endless => sub { print { $_[1] } "HTTP/1.1 200 OK\r\n\r\n";
		1 while print { $_[1] } 'x' x 65536; 0 },
	'endless-500' => sub { print { $_[1] } "HTTP/1.1 500 OK\r\n\r\n";
		1 while print { $_[1] } 'x' x 65536; 0 },
	'endless-head' => sub { print { $_[1] } "HTTP/1.1 200 OK\r\n";
		1 while print { $_[1] } 'X-A: ' . 'x' x 60000 . "\r\n"; 0 },
	drip => sub { print { $_[1] } "HTTP/1.1 200 OK\r\n";
		do { sleep 0.05; $_[1]->flush } while print { $_[1] } 'X'; 0 },
	'endless-hints' => sub {
		1 while print { $_[1] } "HTTP/1.1 103 Hints\r\nX: y\r\n\r\n"; 0 },
	'endless-chunks' => sub { print { $_[1] } "HTTP/1.1 200 OK\r\n" .
		"Transfer-Encoding: chunked\r\n\r\n";
		1 while print { $_[1] } "1000\r\n" . 'x' x 4096 . "\r\n"; 0 },
	'endless-trailer' => sub { print { $_[1] } "HTTP/1.1 200 OK\r\n" .
		"Transfer-Encoding: chunked\r\n\r\n0\r\n";
		1 while print { $_[1] } 'X-A: ' . 'x' x 60000 . "\r\n"; 0 },
	bomb => sub { say_to($_[1], '422 No', $BOMB, 'Content-Encoding: gzip') },
	'moved-file' => sub { say_to($_[1], '302 Moved', '',
		'Location: file:///etc/passwd') },
	junk => sub { print { $_[1] } "junk\r\n\r\n"; 0 },
	'http09' => sub { print { $_[1] } "it worked\n"; 0 },
	continued => sub { print { $_[1] } "HTTP/1.1 103 Hints\r\nX: y\r\n\r\n" .
	    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; 1 },
	'only-hints' => sub { print { $_[1] } "HTTP/1.1 103 Hints\r\n\r\n"; 0 },
	# It closes a connection after an answer that did not say so.
	rude => sub { say_to($_[1], '200 OK', ''); 0 },
	after => sub { say_to($_[1], '429 Slow down', 'slow', 'Retry-After: 7') },
	'after-date' => sub { say_to($_[1], '503 No', '', 'Retry-After: ' .
		POSIX::strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime time + 3600)) },
	'after-long' => sub { say_to($_[1], '503 No', '', 'Retry-After: 864000') },
	'after-minus' => sub { say_to($_[1], '503 No', '', 'Retry-After: -7') },
	'after-huge' => sub { say_to($_[1], '503 No', '',
		'Retry-After: ' . '9' x 40) },
	'after-past' => sub { say_to($_[1], '503 No', '',
		'Retry-After: Thu, 01 Jan 1970 00:00:00 GMT') },
	'after-junk' => sub { say_to($_[1], '503 No', '', 'Retry-After: soon') },
	'after-400' => sub { say_to($_[1], '400 No', '', 'Retry-After: 7') },
	script => sub { say_to($_[1], $_[0]->next_answer . ' X', '') },
);

sub answer {
	my ($s, $c) = @_;
	while (1) {
		my $head = '';
		while (defined(my $line = <$c>)) {
			$head .= $line;
			last if $line eq "\r\n";
		}
		my ($path) = $head =~ m{\APOST /(\S*) HTTP/1\.1\r\n} or last;
		my ($length) = $head =~ /^Content-Length: (\d+)\r$/mi;
		print $c "HTTP/1.1 100 Continue\r\n\r\n"
		    if $head =~ /^Expect: 100-continue\r$/mi;
		$c->flush;
		my $body = '';
		my $left = $length // 0;
		while ($left > 0) {
			my $n = read $c, my $piece, $left > 65536 ? 65536 : $left;
			last unless $n;
			$body .= $piece;
			$left -= $n;
		}
		open my $hits, '>>', "$s->{dir}/hits" or last;
		syswrite $hits, JSON::PP::encode_json({ connection => $$,
			path => $path, head => $head, length => length $body,
			sha256 => sha256_hex($body),
			body => unpack 'H*', substr $body, 0, 1000 }) . "\n";
		close $hits;
		my $code = $ANSWER{$path};
		last unless $code ? $code->($s, $c)
		    : say_to($c, ($path =~ /^\d+$/ ? $path : 200) . ' X',
			'the body');
	}
	$c->close;
	return;
}

1;
