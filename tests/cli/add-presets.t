#!/usr/bin/perl
# hookdir add of every preset, with what it needs and no more: check is silent
# then, and hookdir send can sign for it.
use strict;
use warnings;
use FindBin;
use IO::Socket::INET ();
use POSIX ();
use lib "$FindBin::Bin/lib";
use Add;
use Cli;
use Test::More;

plan skip_all => 'curl is not installed'
    unless grep { -x "$_/curl" } split /:/, $ENV{PATH};
delete @ENV{ grep { /_proxy\z/i } keys %ENV };

fresh();
my (undef, $list) = run(['presets']);
my %needs = map { my @word = split; ($word[0] => [ $word[1], split /,/, $word[2] ]) }
    grep { !/^(?:NAME|PRESET)\b/i } split /\n/, $list;
cmp_ok(scalar keys %needs, '>=', 40, scalar(keys %needs) . ' presets');

# Keys of each kind, once.
my %kind = (ed25519 => ['ED25519'], ecdsa => ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
	jwt => ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']);
$kind{$_} = $kind{jwt} for qw(rsa httpsig);
sub key_of {
	my ($scheme) = @_;
	my $file = "$box/$scheme";
	return $file if -e "$file.pem";
	system('openssl', 'genpkey', '-quiet', '-algorithm', @{ $kind{$scheme} }, '-out', "$file.pem") == 0
	    and system('openssl', 'pkey', '-in', "$file.pem", '-pubout', '-out', "$file.pub") == 0 or die;
	chmod 0644, "$file.pem";
	return $file;
}

# What each needs, on the command line.
my %given = (
	public_url  => sub { "public_url=https://h.mine.test/hooks/$_[0]" },
	webhook_id  => sub { 'webhook_id=8PT597110X687430LKGECATA' },
	topic_arn   => sub { 'topic_arn=arn:aws:sns:us-east-1:123456789012:t' },
	unsafe_body => sub { 'unsafe_body=true' },
);

# As its provider writes it.
sub secret_of {
	my ($name, $scheme) = @_;
	my $text = unpack 'H*', $name x 8;
	return $name eq 'stripe' || $scheme eq 'standard'
	    ? 'whsec_' . substr($text, 0, 4 * int(length($text) / 4)) : $text;
}

# A server that takes everything.
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5)
    // die "socket: $@";
my $url = 'http://127.0.0.1:' . $server->sockport . '/hooks';
my $child = fork // die "fork: $!";
if ($child == 0) {
	while (my $c = $server->accept) {
		my $head = '';
		while ($head !~ /\r\n\r\n/) { sysread $c, $head, 4096, length $head or last }
		my ($length) = $head =~ /^content-length: *(\d+)/im;
		my $have = length($head) - index($head, "\r\n\r\n") - 4;
		while ($have < ($length // 0)) { $have += sysread($c, my $more, 65536) || last }
		syswrite $c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
		close $c;
	}
	POSIX::_exit(0);
}

for my $name (sort keys %needs) {
	my ($scheme, @need) = @{ $needs{$name} };
	my %need = map { $_ => 1 } @need;
	my @args = map { $given{$_} ? $given{$_}->($name) : () } @need;
	push @args, '--public-key', key_of($scheme) . '.pub' if $need{key};
	my (undef, $err) = added($name, [ $name, @args ],
		$need{secret} ? (in => secret_of($name, $scheme)) : ());
	is($err, '', "$name: and check is silent");
	next unless $need{secret} || $need{key};
	my @key = $need{key} ? ('--key', key_of($scheme) . '.pem') : ();
	my ($status, $out, $said) = hookdir([ 'send', '-s', @key, $name, "$url/$name" ]);
	is($status, 0, "$name: a sample can be sent") or diag($out, $said);
}
kill 'TERM', $child;
waitpid $child, 0;

# All together.
my ($status, $out) = hookdir(['check']);
is($status, 0, 'all of them: no error');
# Entries for a signer whose keys are fetched, and what the machine is like.
is_deeply([ grep { /^warning: /
	&& !/the clock|dedup_days|no certificate/ } split /\n/, $out ], [],
	'and nothing else that is odd');
done_testing();
