#!/usr/bin/perl
# hookdir explain: signatures of other schemes, by the same search.
use strict;
use warnings;
use FindBin;
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $dir = folder();

sub openssl {
	system("openssl @_ >$dir/openssl.log 2>&1") == 0
	    or plan skip_all => "openssl @_";
	return;
}

openssl("genpkey -algorithm ed25519 -out $dir/$_.pem"),
    openssl("pkey -in $dir/$_.pem -pubout -out $dir/$_.pub") for qw(a b);

# What `hookdir sign` makes of the body: headers as saved() takes them.
sub signed {
	my ($entry, $text, %how) = @_;
	settings({ p => $entry });
	secret('a.secret', $secret);
	my ($status, $out, $err) = run([ 'sign', @{ $how{args} // [] }, 'p',
		$how{url} // () ], in => $text);
	is($status, 0, 'signed') or diag($err);
	return [ map { split /: /, $_, 2 } split /\n/, $out ];
}

# --- HTTP signatures: a secret and RFC 9421; a key and the drafts ---

my $at   = 'https://hooks.example.com/hooks/p';
my %rfc  = (scheme => 'httpsig', secret_file => 'a.secret', public_url => $at);
my %way  = (line => 'POST /hooks/p HTTP/1.1');
my $rfc  = signed({%rfc}, $body, url => $at, args => ['--rfc9421']);
verifies('RFC 9421', saved($rfc, $body, %way), entry => {%rfc});
named('RFC 9421: another host in the url', qq("public_url": "$at"),
	saved($rfc, $body, %way),
	entry => { %rfc, public_url => 'https://other.example.com/hooks/p' });
named('RFC 9421: a clock that is off', qr/^the clock, which is off by \d{4} s/,
	saved($rfc, $body, %way), entry => {%rfc},
	args => [ '-t', $now + 7200 ], late => 1);
named('RFC 9421: a body in another hand',
	'what rewrites the body on its way, such as a proxy or the program '
	. 'that saved it: it was signed without the line end behind it',
	saved($rfc, "$body\n", %way), entry => {%rfc});
named('RFC 9421: more is required than was signed', '"required_components": null',
	saved($rfc, $body, %way),
	entry => { %rfc, required_components => ['x-other'] });
named('RFC 9421: a secret in quotes',
	"secret 1 of $file is in quotes: remove them",
	saved($rfc, $body, %way), entry => {%rfc},
	secret => qq("$secret"\n));

shows('RFC 9421: any header that is covered may be lost', saved([
		'Signature-Input', 'sig1=("@method" "x-tenant" "@path");created='
		    . time . ';keyid="a"',
		'Signature', 'sig1=:' . encode_base64('s' x 32, '') . ':' ],
		$body, %way), entry => {%rfc},
	known => [qr/^the signature covers the header X-Tenant, which did not come/],
	possible => [qr/^a proxy or the web server removed X-Tenant/],
	not => [qr/^another secret signs/]);

my %draft = (scheme => 'httpsig', public_key_file => 'a.pub');
my $draft = signed({%draft}, $body, url => $at, args => [ '--key',
	"$dir/a.pem" ]);
verifies('the drafts', saved($draft, $body, %way),
	entry => {%draft}, like => qr/^verdict +it verifies: \S+, key 1$/m);
named('the drafts: a clock that is off', qr/^the clock, which is off by \d+ s/,
	saved($draft, $body, %way), entry => {%draft},
	args => [ '-t', $now + 7200 ], late => 1);
named('the drafts: the path was changed', 'what changes the path on its '
	. 'way, such as a proxy or the server: it was sent to /hooks/p',
	saved([ @{$draft}, 'X-Original-URI' => '/hooks/p' ], $body,
		line => 'POST /in HTTP/1.1'), entry => {%draft});
named('the drafts: the key of another provider',
	'the keys of the provider "b"',
	saved($draft, $body, %way),
	entry  => { %draft, public_key_file => 'b.pub' },
	others => { b => { %draft, public_url => 'https://b.example.com/b' } });
my ($status, $change, $out) = judge(saved($draft, "x$body", %way),
	entry => {%draft});
like($out, qr/^signed     as its header says: \d+ bytes, sha256 [0-9a-f]{64}\n +begins     \(request-target\): post /m,
	'what was signed');
like($out, qr/^provider   p: own profile, httpsig, 1 key of \S+a\.pub$/m,
	'and its keys');

named('no keys yet', 'first the keys: hookdir keys --refresh p',
	saved($draft, $body, %way),
	entry => { scheme => 'httpsig', jwks_url => 'https://127.0.0.1:1/k' });

# --- a key over a template ---

my %plain = (
	scheme          => 'ed25519',
	public_key_file => 'a.pub',
	signature       => 'X-Sig',
	timestamp       => 'header:X-Time',
	signed_payload          => '{ts}{body}',
);

sub sig {
	my ($text) = @_;
	spew("$dir/text", $text);
	openssl("pkeyutl -sign -inkey $dir/a.pem -rawin -in $dir/text -out "
		. "$dir/sig");
	return unpack 'H*', slurp("$dir/sig");
}

my $sig = sig("$now$body");
my @time = ('X-Time' => $now);
verifies('ed25519', saved([ @time, 'X-Sig' => $sig ], $body), entry => {%plain},
	like => qr/^verdict +it verifies: \S+, key 1$/m);
named('ed25519: another header', '"signature": "X-Other"',
	saved([ @time, 'X-Other' => $sig ], $body), entry => {%plain});
named('ed25519: a prefix', '"prefix": "v1="',
	saved([ @time, 'X-Sig' => "v1=$sig" ], $body), entry => {%plain});
named('ed25519: what is signed', '"signed_payload": "{ts}.{body}"',
	saved([ @time, 'X-Sig' => sig("$now.$body") ], $body), entry => {%plain});
named('ed25519: a body in another hand',
	'what rewrites the body on its way, such as a proxy or the program '
	. 'that saved it: it was signed without the line end behind it',
	saved([ @time, 'X-Sig' => $sig ], "$body\n"), entry => {%plain});
named('ed25519: the clock', qr/^the clock, which is off by 1000 s/,
	saved([ @time, 'X-Sig' => $sig ], $body), entry => {%plain},
	args => [ '-t', $now + 1000 ], late => 1);
named('ed25519: the keys of another provider', 'the keys of the provider "b"',
	saved([ @time, 'X-Sig' => $sig ], $body),
	entry => { %plain, public_key_file => 'b.pub' },
	others => { b => { %plain, signature => 'X-B' } });
# --- schemes with a form of their own ---

my $std = 'whsec_' . encode_base64('thirty-two bytes of secret, well', '');
my %std = (scheme => 'standard', secret_file => 'a.secret');
my $headers = do {
	local $secret = $std;
	signed({%std}, $body);
};
my @std = (secret => "$std\n");
verifies('standard', saved($headers, $body), entry => {%std}, @std,
	like => qr/^verdict +it verifies: \S+, secret 1/m);
named('standard: a body in another hand', 'what rewrites the body on its '
	. 'way, such as a proxy or the program that saved it: it was signed without the line end behind it',
	saved($headers, "$body\n"), entry => {%std}, @std);
named('standard: by the rule of Stripe', '"preset": "standard-webhooks"',
	saved($headers, $body), @std,
	entry => { preset => 'stripe', secret_file => 'a.secret' });

my %jwt = (preset => 'lifeomic-jwt', public_key_file => 'r.pub', public_url => $at);
openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out $dir/r.pem");
openssl("pkey -in $dir/r.pem -pubout -out $dir/r.pub");
my $token = signed({%jwt}, $body, args => [ '--key', "$dir/r.pem" ]);
verifies('jwt', saved($token, $body, %way), entry => {%jwt},
	like => qr/^verdict +it verifies: RS256, key 1$/m);
named('jwt: the clock', qr/^the clock, which is off by \d{4} s/,
	saved($token, $body, %way), entry => {%jwt},
	args => [ '-t', $now + 3600 ], late => 1);
named('jwt: the url', qq("public_url": "$at"), saved($token, $body, %way),
	entry => { %jwt, public_url => "$at/" });
named('jwt: a body in another hand', 'what rewrites the body on its '
	. 'way, such as a proxy or the program that saved it: it was signed without the line end behind it',
	saved($token, "$body\n", %way), entry => {%jwt});

# --- a certificate that the delivery names ---

my $sent = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now);
my $paypal = saved([
	'Paypal-Cert-Url' => 'https://api.paypal.com/v1/notifications/certs/CERT-1',
	'Paypal-Transmission-Id'   => 't-1',
	'Paypal-Transmission-Time' => $sent,
	'Paypal-Transmission-Sig'  => encode_base64('s' x 256, ''),
], '{"id":"WH-1"}');
my @paypal = (entry => { preset => 'paypal', webhook_id => 'WH-123' });
named('no certificate yet', 'first the certificate: the receiver fetches it '
	. 'when a delivery names it', $paypal, @paypal);
($status, $change, $out) = judge($paypal, @paypal);
like($out, qr/^ +all of it  \Qt-1|$sent|WH-123|838965618\E$/m,
	"what was signed, with the webhook's id");

quiet($std);
done_testing();
