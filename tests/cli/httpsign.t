#!/usr/bin/perl
# hookdir sign and send for HTTP signatures: checked here by openssl, and there
# by the receiver.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_base64);
use FindBin;
use MIME::Base64 qw(decode_base64);
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Cli;
use Pair;
use Test::More;

my $dir  = folder();
my %key  = map { $_ => Pair->new("my-$_", $_) }
    2048, 1024, 'P-256', 'P-384', 'ed25519';
my $body = '{"a":1}';
my $hash = sha256_base64($body) . '=';
my $url  = 'http://hooks.invalid:8080/hooks/life?a=b';

spew("$dir/$_.pem", $key{$_}->public) for keys %key;
spew("$dir/set.jwks", Pair::set(@key{ 2048, 'P-256' }));
# The scheme alone: the preset needs a URL.
my %scheme = (scheme => 'httpsig',
	signature => ['Authorization', 'Signature', 'Authentication']);
settings({
	map({ ("k" . lc =~ tr/-//dr) =>
		    { %scheme, public_key_file => "$_.pem" } }
		2048, 'P-256', 'P-384', 'ed25519'),
	set => { %scheme, jwks_file => 'set.jwks' },
	url => { %scheme, jwks_url => 'https://keys.invalid/' },
	strict => { %scheme, public_key_file => '2048.pem',
		required_components => ['host', 'content-type', '(request-target)',
			'@query'] },
	moved => { %scheme, public_key_file => '2048.pem',
		public_url => 'https://public.invalid/there' },
	only => { %scheme, public_key_file => '2048.pem',
		algorithms => 'rsa-pss-sha512' },
	shared => { %scheme,
		secret_file => secret('shared.secret', 'a-shared-secret') },
	header => { %scheme, public_key_file => '2048.pem',
		signature => 'Signature' },
	coral => { secret_file => secret('coral.secret', CORAL_OLD) },
});

# What is printed, as {name => value}.
sub made {
	my (@args) = @_;
	my ($status, $out, $err) = run(['sign', @args], in => $body);
	is($status, 0, "sign @args") or diag($err);
	is($err, '', 'without a word');
	return { map { /\A([^:]+): (.*)\z/s ? (lc $1 => $2) : () }
		    split /\n/, $out };
}

# True if openssl says that this is a signature of text.
sub fits {
	my ($key, $sig, $text, @how) = @_;
	spew("$dir/text", $text);
	spew("$dir/sig", $sig);
	my @command = $key->{type} eq 'ed25519'
	    ? (qw(pkeyutl -verify -rawin -pubin -inkey), "$dir/ed25519.pem",
		'-in', "$dir/text", '-sigfile', "$dir/sig")
	    : ('dgst', $how[0] // '-sha256', '-verify', "$dir/$key->{type}.pem",
		map({ ('-sigopt', $_) } @how[ 1 .. $#how ]),
		'-signature', "$dir/sig", "$dir/text");
	return system("openssl @command >/dev/null 2>&1") == 0;
}

# The drafts: (covered, signature), with the rest of the header as it must be.
sub draft {
	my ($value, $kid, $alg) = @_;
	like($value, qr/\A(?:Signature )?keyId="\Q$kid\E",algorithm="$alg",/,
		'whose, and by what');
	my ($names) = $value =~ /,headers="([^"]*)"/;
	my ($sig) = $value =~ /,signature="([^"]*)"\z/;
	return ($names, decode_base64($sig // ''));
}

for (['k2048', 2048, 'rsa-sha256'], ['kp256', 'P-256', 'ecdsa-sha256'],
	['ked25519', 'ed25519', 'ed25519']) {
	my ($name, $type, $alg) = @{$_};
	my $h = made('--key', $key{$type}{file}, '--kid', 'it', $name, $url);
	my ($names, $sig) = draft($h->{authorization}, 'it', $alg);
	is($names, '(request-target) date digest', 'what is covered');
	is($h->{digest}, "SHA-256=$hash", 'the digest');
	is($h->{host}, 'hooks.invalid:8080', 'the host');
	ok(fits($key{$type}, $sig, "(request-target): post /hooks/life?a=b\n"
			. "date: $h->{date}\ndigest: $h->{digest}"),
		"$type: openssl agrees");
}
my $h = made('--key', $key{2048}{file}, 'k2048');
my ($names, $sig) = draft($h->{authorization}, 'sample', 'rsa-sha256');
is($names, 'date digest', 'without a URL');
ok(fits($key{2048}, $sig, "date: $h->{date}\ndigest: $h->{digest}"),
	'openssl agrees');
$h = made('--key', $key{2048}{file}, '-t', 'Sun, 05 Jan 2014 21:31:40 GMT',
	'k2048');
is($h->{date}, 'Sun, 05 Jan 2014 21:31:40 GMT', 'a time of ours');
$h = made('--key', $key{2048}{file}, 'header');
like($h->{signature}, qr/\AkeyId=/, 'the header of the settings, and no word');
$h = made('--key', $key{2048}{file}, 'strict', $url);
($names) = draft($h->{authorization}, 'sample', 'rsa-sha256');
is($names, '(request-target) date digest host content-type',
	'what the settings require');
$h = made('--key', $key{2048}{file}, 'moved', $url);
($names, $sig) = draft($h->{authorization}, 'sample', 'rsa-sha256');
ok(fits($key{2048}, $sig, "(request-target): post /there?a=b\n"
		. "date: $h->{date}\ndigest: $h->{digest}"),
	"the public URL's path");

# RFC 9421.
sub base {
	my ($with) = @_;
	my ($params) = $with->{'signature-input'} =~ /\Asig1=(.*)\z/;
	return qq("\@method": POST\n"\@authority": hooks.invalid:8080\n) .
	    qq("\@path": /hooks/life\n"content-digest": ) .
	    qq($with->{'content-digest'}\n"\@signature-params": $params);
}

sub signature {
	my ($with) = @_;
	my ($text) = $with->{signature} =~ /\Asig1=:([^:]*):\z/;
	return decode_base64($text // '');
}

# Two numbers side by side as DER.
sub der {
	my ($raw) = @_;
	my $half = length($raw) / 2;
	my $both = join '', map {
		my $n = s/\A\0+//r;
		$n = "\0$n" if ord $n > 127;
		pack 'CC/a', 2, $n;
	} substr($raw, 0, $half), substr($raw, $half);
	return pack 'CC/a', 0x30, $both;
}

for (['k2048', 2048, 'rsa-v1_5-sha256'],
	['kp256', 'P-256', 'ecdsa-p256-sha256'],
	['kp384', 'P-384', 'ecdsa-p384-sha384', '-sha384'],
	['only', 2048, 'rsa-pss-sha512', '-sha512', 'rsa_padding_mode:pss',
		'rsa_pss_saltlen:64'],
	['ked25519', 'ed25519', 'ed25519']) {
	my ($name, $type, $alg, @how) = @{$_};
	$h = made('--rfc9421', '--key', $key{$type}{file}, '--kid', 'it',
		$name, $url);
	like($h->{'signature-input'}, qr/\Asig1=\("\@method"\ "\@authority"
	    \ "\@path"\ "content-digest"\);created=\d+;
	    keyid="it";alg="$alg"\z/x, 'what is covered, by what');
	is($h->{'content-digest'}, "sha-256=:$hash:", 'the digest');
	my $made = signature($h);
	$made = der($made) if $type =~ /\AP-/;
	ok(fits($key{$type}, $made, base($h), @how), "$alg: openssl agrees");
}
$h = made('--rfc9421', 'shared', $url);
is(signature($h), hmac_sha256(base($h), 'a-shared-secret'), 'a secret');
$h = made('--rfc9421', '--key', $key{2048}{file}, 'strict', $url);
like($h->{'signature-input'},
	qr/"content-digest" "host" "content-type" "\@query"\)/,
	'what the settings require');
$h = made('--rfc9421', '--key', $key{2048}{file}, 'k2048');
like($h->{'signature-input'}, qr/\Asig1=\("content-digest"\);created/,
	'without a URL');
$h = made('--rfc9421', '-t', '1700000000', '--key', $key{2048}{file}, 'k2048');
like($h->{'signature-input'}, qr/;created=1700000000;/, 'a time of ours');

# A set that has the key or that is not there: no difference.
made('--key', $key{2048}{file}, '--kid', 'new', $_, $url) for qw(set url);

sub refused {
	my ($args, $like, $name) = @_;
	is_run(['sign', @{$args}], { in => $body }, 1, '', $like, $name);
	return;
}

refused(['k2048'], qr/k2048: signs with a private key, .*: --key FILE/,
	'without a key');
refused(['--key', $key{2048}{file}, $_], qr/$_: give the key.s id .*: --kid ID/,
	'without a name') for qw(set url);
refused(['--key', $key{2048}{file}, '--kid', $_, 'k2048'],
	qr/--kid has characters that no header can/, 'a name that cannot be written')
    for '', 'a"b', 'a\\b', "a\nb", "\xc3\xa4", 'x' x 513;
refused(['--key', $key{'P-384'}{file}, 'k2048'], qr/no algorithm fits/,
	'a key that the drafts have nothing for');
refused(['--key', $key{2048}{file}, 'only'], qr/no algorithm fits/,
	'and settings');
refused(['--key', $key{1024}{file}, 'k2048'], qr/RSA of 2048 bits or more/,
	'a key that is too short');
refused(['--key', "$dir/none", 'k2048'], qr/none: cannot be opened: No such/,
	'no file');
refused(['--key', "$dir/2048.pem", 'k2048'], qr/no private key in PEM/,
	'a public key');
system("openssl pkey -aes128 -passout pass:x -in $key{2048}{file} "
	. "-out $dir/locked.pem");
refused(['--key', "$dir/locked.pem", 'k2048'], qr/without a passphrase/,
	'a locked one');
refused(['shared'], qr/a secret signs by RFC 9421 only/, 'a secret');
refused(['-t', 'soon', '--key', $key{2048}{file}, 'k2048'],
	qr/soon is not a time/, 'no time');
refused(['--key', $key{2048}{file}, 'coral'], qr/coral: signs with a secret/,
	'no HTTP signatures');
refused(['--rfc9421', 'coral'], qr/coral: signs with a secret/, 'the same');
refused(['--rfc9421', '--key', $key{2048}{file}, 'strict'],
	qr/strict: /, 'what is required is not known without a URL');
done_testing();
