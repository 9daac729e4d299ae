#!/usr/bin/perl
# Every preset, the whole way: hookdir send makes a sample of it, with a secret or
# a private key, a web server hands it to the receiver as CGI, and it is one
# file. The same again is a duplicate, and anything else is refused.
use strict;
use warnings;
use FindBin;
use IO::Socket::INET;
use JSON::PP ();
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir      = folder();
my $receiver = receiver();
plan skip_all => "$receiver is not there" unless -x $receiver;
my $json = JSON::PP->new->utf8->canonical;

# Hand a request to the receiver as a web server would; its whole answer.
sub receive {
	my ($uri, $head, $body) = @_;
	my %env = (
		HOOKDIR_CONFIG    => "$dir/hookdir.json",
		GATEWAY_INTERFACE => 'CGI/1.1',
		REQUEST_METHOD    => 'POST',
		REQUEST_URI       => $uri,
		PATH_INFO         => $uri =~ s{\A/hooks|\?.*}{}gr,
		CONTENT_LENGTH    => length $body,
		PATH              => $ENV{PATH},
	);
	for (@{$head}) {
		my ($name, $value) = @{$_};
		my $variable = uc $name =~ tr/-/_/r;
		next if $variable eq 'CONTENT_LENGTH';
		$env{ $variable eq 'CONTENT_TYPE'
			? $variable : "HTTP_$variable" } = $value;
	}
	spew("$dir/body", $body);
	Cli::give_to(nobody()) if $> == 0;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		%ENV = %env;
		open STDIN,  '<', "$dir/body"   or die;
		open STDOUT, '>', "$dir/answer" or die;
		open STDERR, '>', "$dir/log"    or die;
		leave_root();
		exec { $receiver } $receiver or die;
	}
	waitpid $pid, 0;
	return slurp("$dir/answer");
}

sub code { return $_[0] =~ /\AStatus: (\d+)/ ? $1 : 'none' }

# A server for one request after the other; the newest is kept in a file.
my $server = IO::Socket::INET->new(
	LocalAddr => '127.0.0.1', Listen => 5) // die "socket: $@";
my $url = 'http://127.0.0.1:' . $server->sockport . '/hooks';

sub serve {
	my ($c) = @_;
	my ($head, $body) = ('', '');
	while ($head !~ /\r\n\r\n/) { sysread $c, $head, 4096, length $head or return }
	($head, $body) = split /\r\n\r\n/, $head, 2;
	my ($line, @head) = split /\r\n/, $head;
	@head = map { [ /\A([^:]+): ?(.*)\z/s ] } @head;
	my ($length) = map { $_->[1] } grep { lc $_->[0] eq 'content-length' } @head;
	while (length $body < $length) {
		sysread $c, $body, 65536, length $body or return;
	}
	my ($uri) = $line =~ /\APOST (\S+) /;
	spew("$dir/request", $json->encode([ $uri, \@head, unpack 'H*', $body ]));
	my $answer = receive($uri, \@head, $body);
	my ($top, $rest) = split /\r\n\r\n/, $answer, 2;
	syswrite $c, 'HTTP/1.1 ' . code($answer) . " X\r\nConnection: close\r\n"
	    . 'Content-Length: ' . length($rest) . "\r\n\r\n$rest";
}

my $child = fork // die "fork: $!";
if ($child == 0) {
	require POSIX;
	while (my $c = $server->accept) { serve($c); close $c }
	POSIX::_exit(0);
}
close $server;

# The list: sorted, each once, in columns.
my ($status, $out, $err) = run(['presets']);
is("$status$err", '0', 'presets lists them');
my @row = map { [ /\A(\S+) +(\S+) +(\S+) +(\S+)(?: +(\S.*))?\z/ ] }
    split /\n/, $out;
is_deeply(shift @row, [qw(PRESET SCHEME NEEDS RETRY NOTE)], 'a header row');
my @name = map { $_->[0] } @row;
is_deeply(\@name, [ sort @name ], 'in the order of their names');
cmp_ok(scalar @name, '>=', 40, scalar(@name) . ' of them');
is(scalar(grep { length > 110 } split /\n/, $out), 0, 'each a short line');
is_run([ 'presets', 'nobody' ], {}, 1, '',
	qr/\Ahookdir: error: there is no preset called "nobody"\n\z/,
	'one that does not exist');
is_run([ 'presets', 'githb' ], {}, 1, '',
	qr/no preset called "githb": did you mean "github"\?\n\z/,
	'a misspelt one');

# Each as the entry that it stands for, as it is printed.
my %entry;
for my $name (@name) {
	($status, $out, $err) = run([ 'presets', $name ]);
	# After the entry, comments say what its signature covers.
	my $pasted = eval { $json->decode('{' . $out =~ s{^//.*\n}{}gmr . '}') };
	is_deeply([ $status, $err, keys %{ $pasted // {} } ], [ 0, '', $name ],
		"$name: shown as settings") or diag($@);
	$entry{$name} = $pasted->{$name};
}

# Settings with all of them, by name and as pasted.
my %type = (ed25519 => 'ED25519', ecdsa => 'EC', rsa => 'RSA', jwt => 'RSA',
	httpsig => 'RSA');
my %option = (EC => ['-pkeyopt', 'ec_paramgen_curve:P-256'],
	RSA => ['-pkeyopt', 'rsa_keygen_bits:2048']);

sub make_key {
	my ($name, $type) = @_;
	system('openssl', 'genpkey', '-quiet', '-algorithm', $type,
		@{ $option{$type} // [] }, '-out', "$dir/$name.pem") == 0
	    and system('openssl', 'pkey', '-in', "$dir/$name.pem", '-pubout',
		'-out', "$dir/$name.pub") == 0 or die "no key of $type";
}

my %provider;
for my $name (@name) {
	my $entry = $entry{$name};
	secret("$name.secret", 'whsec_' . unpack('H*', $name) x 4)
	    if $entry->{secret_file};
	make_key($name, $type{ $entry->{scheme} }) if $entry->{public_key_file};
	secret($entry->{verify_token_file}, "token-$name")
	    if $entry->{verify_token_file};
	my %needs = map { exists $entry->{$_} ? ($_ => $entry->{$_}) : () }
	    qw(secret_file public_key_file public_url webhook_id topic_arn unsafe_body);
	$needs{public_url} = $entry->{public_url} = "$url/$name" if $needs{public_url};
	$provider{$name} = \%needs;
	$provider{"x-$name"} = $entry;
}
settings(\%provider);

sub files { my @files = glob "$dir/inbox/$_[0]/new/*"; return @files }

# The request with one bit of one header, or of the body (undef), turned.
sub turned {
	my ($head, $body, $name) = @_;
	my @head = map { [ @{$_} ] } @{$head};
	if (defined $name) {
		for (@head) {
			next unless lc $_->[0] eq lc $name;
			$_->[1] =~ s/([0-9A-Za-z])(?=[^0-9A-Za-z]*\z)/chr(ord($1) ^ 1)/e;
		}
	} else {
		substr($body, 20, 1) = chr(ord(substr $body, 20, 1) ^ 1);
	}
	return (\@head, $body);
}

for my $name (@name) {
	if (!$entry{$name}{secret_file} && !$entry{$name}{public_key_file}) {
		is_run([ 'sign', $name ], { in => '{}' }, 1, '',
			qr/: $name: signs with its own certificate/,
			"$name: nobody else can sign");
		next;
	}
	my %words = (
		reject_status => 401, accept_status => 200, accept_body => 'OK', scheme => 'hmac',
		%{ $entry{$name} });
	$words{accept_body} = '' if $words{accept_status} == 204;
	my @key = $words{public_key_file} ? ('--key', "$dir/$name.pem") : ();
	($status, $out, $err) =
	    run([ 'send', '-s', @key, $name, "$url/$name" ]);
	my @file = files($name);
	like("$status $out$err", qr{\A0\ $words{accept_status}
		\ \Q$words{accept_body}\E\nTIME\ .*\n.*\ $name\ .*\n
		\Q@file\E\n\z}x, "$name: a sample is sent, and shown")
	    or diag(slurp("$dir/log"));
	is(scalar @file, 1, "$name: it is one file") or next;
	my ($uri, $head, $hex) = @{ $json->decode(slurp("$dir/request")) };
	my $body = pack 'H*', $hex;
	my $part = $name eq 'spaces' ? $json->decode($body)->{data} : $body;
	is(slurp($file[0]) =~ s/\A.*?\n\n//sr, $part,
		"$name: byte for byte");
	is(code(receive($uri, $head, $body)), $words{accept_status},
		"$name: the same again is taken");
	my $filed = ($words{id} // '') eq 'none' ? 2 : 1;
	is(scalar(() = files($name)), $filed,
		"$name: " . ($filed > 1 ? 'and is another' : 'as a duplicate'));
	# An HTTP signature covers the path.
	is(code(receive("/hooks/x-$name", $head, $body)), $words{accept_status},
		"$name: what is shown as its entry takes it, too")
	    or diag(slurp("$dir/log"))
	    unless $words{scheme} eq 'httpsig';
	if ("@{[ ref $words{signature} ? '' : $words{signature} ]}" =~ /^json:/) {
		is(code(receive($uri, $head,
			$body =~ s/("signature":")(.)/$1 . chr(ord($2) ^ 1)/er)),
			$words{reject_status},
			"$name: a bit of the signature turned is refused");
		next;
	}
	my @header = ref $words{signature}
	    ? @{ $words{signature} } : $words{signature};
	s/\*\z/1/ for @header;
	my ($sent) = grep { my $h = lc; grep { lc $_->[0] eq $h } @{$head} }
	    @header;
	ok(defined $sent, "$name: signed in a header") or next;
	is(code(receive($uri, turned($head, $body, $sent))), $words{reject_status},
		"$name: a bit of the signature turned is refused");
	# Where a digest of the body is signed, it is the digest that is wrong.
	is(code(receive($uri, turned($head, $body))),
		$words{scheme} =~ /^(?:jwt|httpsig)\z/ ? 400 : $words{reject_status},
		"$name: a bit of the body turned is refused")
	    if $words{scheme} ne 'token' && !$words{unsafe_body};
	is(scalar(() = files($name)), $filed, "$name: and nothing is filed");
}
kill 'TERM', $child;
waitpid $child, 0;
done_testing();
