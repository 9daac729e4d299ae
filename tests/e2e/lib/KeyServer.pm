# A TLS server of key sets on free ports of 127.0.0.1. The path of the URL says
# how it answers, well or badly. It has its own certificate authority, and a
# listener for each of its certificates.
#
# KeyServer->new; ->url($path, $which); ->ca: file; ->set($json): what /keys
# answers from now on; ->hits: how many requests came; ->down, ->up; ->end.
package KeyServer;
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Handle;
use IO::Socket::INET;
use POSIX ();
use Socket qw(SOMAXCONN);
use Time::HiRes qw(sleep time);

our $CAP = 1 << 20;
my @OPEN;

END { my $status = $?; $_->end for grep { $_ } @OPEN; $? = $status }

sub missing {
	return !eval { require IO::Socket::SSL; require IO::Socket::SSL::Utils; 1 };
}

sub spew {
	my ($path, $text) = @_;
	open my $f, '>:raw', "$path.part" or die "$path: $!\n";
	print $f $text;
	close $f or die "$path: $!\n";
	chmod 0644, "$path.part";
	rename "$path.part", $path or die "$path: $!\n";
	return;
}

# One certificate: its files.
sub certificate {
	my ($s, $name, $issuer, %more) = @_;
	my ($cert, $key) = IO::Socket::SSL::Utils::CERT_create(
		subject => { commonName => $name }, issuer => $issuer,
		subjectAltNames => [['DNS', 'localhost'], ['IP', '127.0.0.1']],
		purpose => 'server', %more);
	my @file = map { "$s->{dir}/$name.$_" } qw(crt key);
	spew($file[0], IO::Socket::SSL::Utils::PEM_cert2string($cert));
	spew($file[1], IO::Socket::SSL::Utils::PEM_key2string($key));
	return @file;
}

sub new {
	my ($class) = @_;
	die "libio-socket-ssl-perl is not installed\n" if missing();
	my $s = bless { dir => tempdir('hookdir-keys-XXXXXXXX', TMPDIR => 1,
		CLEANUP => 1), owner => $$ }, $class;
	chmod 0755, $s->{dir};
	my $now = time;
	my @ca = IO::Socket::SSL::Utils::CERT_create(CA => 1,
		subject => { commonName => 'tests' });
	spew($s->ca, IO::Socket::SSL::Utils::PEM_cert2string($ca[0]));
	$s->{cert} = {
		good => [$s->certificate('good', \@ca)],
		expired => [$s->certificate('expired', \@ca,
			not_before => $now - 7200, not_after => $now - 3600)],
		early => [$s->certificate('early', \@ca,
			not_before => $now + 3600, not_after => $now + 7200)],
		elsewhere => [$s->certificate('elsewhere', \@ca,
			subjectAltNames => [['DNS', 'keys.invalid']])],
		foreign => [$s->certificate('foreign', undef)],
	};
	spew("$s->{dir}/hits", '');
	$s->up;
	push @OPEN, $s;
	return $s;
}

sub ca { return "$_[0]{dir}/ca.pem" }

sub url {
	my ($s, $path, $which) = @_;
	return 'https://localhost:' . $s->{port}{ $which // 'good' } . $path;
}

sub set { return spew("$_[0]{dir}/set", $_[1]) }
sub hits { return scalar(() = IO::Handle::getlines(hits_file($_[0]))) }

sub hits_file {
	open my $f, '<', "$_[0]{dir}/hits" or die "hits: $!\n";
	return $f;
}

# Listens on the ports that it had before, if it had any.
sub up {
	my ($s) = @_;
	for my $name (sort keys %{ $s->{cert} }) {
		my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
			LocalPort => $s->{port}{$name} // 0, ReuseAddr => 1,
			Listen => SOMAXCONN) or die "no port: $!\n";
		$s->{port}{$name} = $l->sockport;
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
			$s->serve($l, @{ $s->{cert}{$name} });
			POSIX::_exit(0);
		}
		# Parent and child both do this: either may come first.
		setpgrp $pid, $pid;
		push @{ $s->{pids} }, $pid;
	}
	return;
}

sub down {
	my ($s) = @_;
	my @pids = splice @{ $s->{pids} };
	# The processes that each has started are in its process group.
	kill 'KILL', map { -$_ } @pids;
	waitpid $_, 0 for @pids;
	return;
}

sub end {
	my ($s) = @_;
	$s->down if $s->{owner} == $$;
	return;
}

sub serve {
	my ($s, $listener, $cert, $key) = @_;
	setpgrp 0, 0;
	$SIG{CHLD} = 'IGNORE';
	while (1) {
		my $c = $listener->accept or next;
		my $pid = fork // next;
		next if $pid;
		close $listener;
		alarm 30;
		$SIG{PIPE} = 'IGNORE';
		my $tls = IO::Socket::SSL->start_SSL($c, SSL_server => 1,
			SSL_cert_file => $cert, SSL_key_file => $key,
			Timeout => 10);
		$s->answer($tls) if $tls;
		POSIX::_exit(0);
	}
	return;
}

sub reply {
	my ($c, $body, $status, @headers) = @_;
	print $c join "\r\n", 'HTTP/1.1 ' . ($status // '200 OK'),
	    'Content-Type: application/json', 'Connection: close',
	    'Content-Length: ' . length $body, @headers, '', $body;
	return;
}

# How a path answers; the default is the set.
my %ANSWER = (
	'404' => sub { reply($_[1], $_[2], '404 Not Found') },
	'500' => sub { reply($_[1], $_[2], '500 Oh No') },
	'204' => sub { print { $_[1] } "HTTP/1.1 204 No Content\r\n\r\n" },
	'304' => sub { print { $_[1] } "HTTP/1.1 304 Not Modified\r\n\r\n" },
	'206' => sub { reply($_[1], $_[2], '206 Partial Content') },
	junk => sub { reply($_[1], 'junk' x 100) },
	html => sub { reply($_[1], '<html>Sign in</html>') },
	empty => sub { reply($_[1], '') },
	'no-keys' => sub { reply($_[1], '{"keys":[]}') },
	unusable => sub { reply($_[1], '{"keys":[{"kty":"oct","kid":"a",' .
		'"k":"AAAA"}]}') },
	private => sub { reply($_[1], qq({"keys":{"kty":"RSA"}})) },
	http09 => sub { print { $_[1] } $_[2] },
	huge => sub { reply($_[1], $_[2] . ' ' x (2 * $CAP)) },
	'huge-chunked' => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\n" .
		    "Transfer-Encoding: chunked\r\n\r\n";
		print { $_[1] } "10000\r\n" . ' ' x 65536 . "\r\n" for 1 .. 33;
		print { $_[1] } sprintf("%x\r\n%s\r\n0\r\n\r\n", length $_[2],
			$_[2]);
	},
	'exactly' => sub { reply($_[1], $_[2] . ' ' x ($CAP - length $_[2])) },
	'one-more' => sub {
		reply($_[1], $_[2] . ' ' x ($CAP - length($_[2]) + 1)) },
	cut => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\nContent-Length: " .
		    (length($_[2]) + 10) . "\r\n\r\n$_[2]";
		$_[1]->close;
	},
	'cut-chunked' => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\nTransfer-Encoding: " .
		    sprintf "chunked\r\n\r\n%x\r\n%s\r\n", length $_[2], $_[2];
		$_[1]->close;
	},
	# No length, and the end is only the connection's: what libcurl lets
	# pass must show in the set.
	'cut-open' => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\n\r\n" .
		    substr $_[2], 0, -1;
		$_[1]->close(SSL_no_shutdown => 1);
	},
	'open-rude' => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\n\r\n$_[2]";
		$_[1]->close(SSL_no_shutdown => 1);
	},
	open => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\n\r\n$_[2]";
		$_[1]->close;
	},
	chunked => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\nTransfer-Encoding: " .
		    sprintf "chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
		    length $_[2], $_[2];
	},
	slow => sub { sleep 8; reply($_[1], $_[2]) },
	dripping => sub {
		print { $_[1] } "HTTP/1.1 200 OK\r\nContent-Length: " .
		    length($_[2]) . "\r\n\r\n";
		for my $byte (split //, $_[2]) {
			print { $_[1] } $byte or last;
			sleep 0.1;
		}
	},
	# Long enough for other deliveries to arrive meanwhile.
	second => sub { sleep 1; reply($_[1], $_[2]) },
	'to-http' => sub { $_[0]->redirect($_[1],
		'http://localhost:' . $_[0]{port}{good} . '/keys') },
	'to-file' => sub { $_[0]->redirect($_[1], 'file:///etc/passwd') },
	'to-user' => sub { $_[0]->redirect($_[1], 'https://a:b@localhost:' .
		$_[0]{port}{good} . '/keys') },
	'to-foreign' => sub { $_[0]->redirect($_[1],
		$_[0]->url('/keys', 'foreign')) },
	'to-https' => sub { $_[0]->redirect($_[1], $_[0]->url('/keys')) },
	relative => sub { $_[0]->redirect($_[1], '/keys') },
	loop => sub { $_[0]->redirect($_[1], '/loop') },
	(map { my $n = $_; ("hops$n" => sub { $_[0]->redirect($_[1],
		$n > 1 ? '/hops' . ($n - 1) : '/keys') }) } 1 .. 4),
	(map { my $v = $_; ("age-$v" => sub { reply($_[1], $_[2], undef,
		"Cache-Control: max-age=$v") }) } 1, 1000, 100000),
	'age-words' => sub { reply($_[1], $_[2], undef,
		'Cache-Control: public, MAX-AGE="700" , immutable') },
	'age-lies' => sub { reply($_[1], $_[2], undef,
		'Cache-Control: s-maxage=1, x-max-age=2, max-age=900x') },
	'age-used' => sub { reply($_[1], $_[2], undef,
		'Cache-Control: max-age=3000', 'Age: 1000') },
	'no-store' => sub { reply($_[1], $_[2], undef,
		'Cache-Control: max-age=9000', 'Cache-Control: no-store') },
);

sub redirect {
	my ($s, $c, $to) = @_;
	reply($c, '', '302 Found', "Location: $to");
	return;
}

sub answer {
	my ($s, $c) = @_;
	my ($head, $path) = ('');
	while (defined(my $line = <$c>)) {
		$head .= $line;
		last if $line eq "\r\n";
	}
	($path) = $head =~ m{\AGET /(\S*) } or return;
	open my $hits, '>>', "$s->{dir}/hits" or return;
	syswrite $hits, "$path\n";
	close $hits;
	open my $f, '<:raw', "$s->{dir}/set" or return;
	local $/ = undef;
	my $set = <$f>;
	($ANSWER{$path} // sub { reply($_[1], $_[2]) })->($s, $c, $set);
	$c->close;
	return;
}

1;
