#!/usr/bin/perl
# hookdir sign --key for the schemes of private keys: openssl agrees with it,
# and it makes nothing that the settings would not take.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_base64 sha256_hex sha512_hex);
use FindBin;
use JSON::PP qw(decode_json);
use MIME::Base64 qw(decode_base64 decode_base64url);
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Cli;
use Pair;
use Test::More;

my $dir  = folder();
my %key  = map { $_ => Pair->new('it', $_) } 2048, 'P-256', 'P-384', 'ed25519';
my $body = '{"a":1}';

spew("$dir/$_.pem", $key{$_}->public) for keys %key;
my %entry = (signature => 'X-Sig', prefix => 'k=', signature_encoding => 'base64',
	timestamp => 'header:X-Time', signed_payload => '{ts}.{body}');
settings({
	discord => { %entry, scheme => 'ed25519', signature_encoding => 'hex',
		public_key_file => 'ed25519.pem' },
	sendgrid => { %entry, scheme => 'ecdsa',
		public_key_file => 'P-256.pem' },
	long => { %entry, scheme => 'ecdsa', digest => 'sha384',
		public_key_file => 'P-384.pem' },
	rsa => { %entry, scheme => 'rsa', public_key_file => '2048.pem' },
	old => { %entry, scheme => 'rsa', digest => 'sha1',
		public_key_file => '2048.pem' },
	several => { %entry, signature => 'X-Sig-*', scheme => 'ed25519',
		public_key_file => 'ed25519.pem' },
	jwt => { scheme => 'jwt', public_key_file => '2048.pem',
		public_url => 'https://h.invalid/x?"', claims => ['u={url}',
			'm={method}', 'h={sha256:body}'] },
	hs => { scheme => 'jwt', claims => 'h={sha256:body}',
		signature => 'X-Token', prefix => 'v1=', signature_encoding => 'base64',
		secret_file => secret('hs.secret', 'a-secret-of-tokens') },
	es => { scheme => 'jwt', public_key_file => 'P-256.pem',
		claims => 'h={sha512:body}' },
	paypal => { webhook_id => '1' },
	coral => { secret_file => secret('coral.secret', CORAL_OLD) },
});

# True if openssl says that this is a signature of text.
sub fits {
	my ($key, $sig, $text, $md) = @_;
	spew("$dir/text", $text);
	spew("$dir/sig", $sig);
	my @command = $key->{type} eq 'ed25519'
	    ? (qw(pkeyutl -verify -rawin -pubin -inkey), "$dir/ed25519.pem",
		'-in', "$dir/text", '-sigfile', "$dir/sig")
	    : ('dgst', "-$md", '-verify', "$dir/$key->{type}.pem",
		'-signature', "$dir/sig", "$dir/text");
	return system("openssl @command >/dev/null 2>&1") == 0;
}

for (['discord', 'ed25519'], ['sendgrid', 'P-256', 'sha256'],
	['long', 'P-384', 'sha384'], ['rsa', 2048, 'sha256'],
	['old', 2048, 'sha1'], ['several', 'ed25519']) {
	my ($name, $type, $md) = @{$_};
	my ($status, $out, $err) =
	    run(['sign', '--key', $key{$type}{file}, $name], in => $body);
	is($status, 0, "sign $name") or diag($err);
	my ($time) = $out =~ /^X-Time: (\d+)$/m;
	my ($sig) = $out =~ /^X-Sig(?:-1)?: k=(\S+)$/m;
	$sig = $name eq 'discord' ? pack('H*', $sig) : decode_base64($sig);
	ok(fits($key{$type}, $sig, "$time.$body", $md), 'openssl agrees');
}

# Tokens.
for (['jwt', 2048, 'RS256', 'sha256'], ['hs', undef, 'HS256'],
	['es', 'P-256', 'ES256', 'sha256']) {
	my ($name, $type, $alg, $md) = @{$_};
	my @key = defined $type ? ('--key', $key{$type}{file}, '--kid', 'i"d')
	    : ();
	my ($status, $out, $err) = run(['sign', @key, $name], in => $body);
	is($status, 0, "sign $name") or diag($err);
	my ($text, $sig) = $out =~ ($name eq 'hs' ? qr/^X-Token: v1=(\S+)\.(\S+)$/m
		: qr/^Authorization: Bearer (\S+)\.(\S+)$/m);
	my ($header, $claims) = map { decode_json(decode_base64url($_)) }
	    split /\./, $text;
	is($header->{alg}, $alg, 'the algorithm');
	is($header->{kid}, defined $type ? 'i"d' : undef, 'the name of the key');
	cmp_ok(abs($claims->{iat} - time), '<', 60, 'the time');
	is($claims->{h}, $name eq 'es' ? sha512_hex($body) : $name eq 'hs' ?
	    sha256_base64($body) . '=' : sha256_hex($body), 'the digest');
	is($claims->{u}, 'https://h.invalid/x?"', 'the URL') if $name eq 'jwt';
	$sig = decode_base64url($sig);
	if ($name eq 'hs') {
		is($sig, hmac_sha256($text, 'a-secret-of-tokens'), 'the MAC');
	} elsif ($name eq 'jwt') {
		ok(fits($key{2048}, $sig, $text, $md), 'openssl agrees');
	} else {
		is(length $sig, 64, 'two numbers');
	}
}
is_run(['sign', '--rfc9421', 'jwt'], { in => $body }, 1, '',
	qr/jwt: its signatures name no key: --kid and --rfc9421/, 'no other form');

is_run(['sign', 'discord'], { in => $body }, 1, '',
	qr/discord: signs with a private key: give its file by --key/,
	'no key to sign with');
is_run(['sign', '--key', $key{2048}{file}, 'discord'], { in => $body }, 1, '',
	qr/a key of another kind than ed25519$/, 'a key of another kind');
my $other = Pair->new('it', 'ed25519');
is_run(['sign', '--key', $other->{file}, 'discord'], { in => $body }, 1, '',
	qr/wrong key \(1 configured\)/, 'not the half of the settings');
is_run(['sign', '--key', "$dir/none", 'discord'], { in => $body }, 1, '',
	qr/cannot be opened/, 'no such file');
is_run(['sign', '--key', $key{ed25519}{file}, '--kid', 'it', 'discord'],
	{ in => $body }, 1, '', qr/name no key: --kid/, 'no names here');
is_run(['sign', '--key', $key{ed25519}{file}, 'coral'], { in => $body }, 1,
	'', qr/signs with a secret: --key/, 'nor a key for a secret');

is_run(['sign', '--key', $key{2048}{file}, 'paypal'], { in => $body }, 1,
	'', qr/paypal: signs with its own certificate/,
	'nor where the sender names its certificate');

done_testing();
