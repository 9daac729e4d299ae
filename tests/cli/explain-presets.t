#!/usr/bin/perl
# hookdir explain: whose delivery it is. Presets are named before single
# settings, by their names; and without a provider, entries and presets.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1 hmac_sha256 hmac_sha256_hex);
use File::Path qw(make_path);
use FindBin;
use MIME::Base64 qw(encode_base64);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $dir = folder();
my %at  = (secret_file => 'a.secret');

sub base64_of { return encode_base64(hmac_sha256($_[0], $secret), '') }

# --- another preset, at the entry of a preset and at one without ---

my $order   = '{"id":450789469,"type":"order","email":"a@example.com"}';
my $shopify = saved([
	'X-Shopify-Topic'       => 'orders/create',
	'X-Shopify-Webhook-Id'  => 'b54557e4',
	'X-Shopify-Hmac-Sha256' => base64_of($order) ], $order);
named('at another preset', '"preset": "shopify"', $shopify,
	entry => { %at, preset => 'nvsep' });
named('what the user set stays', '"preset": "shopify"', $shopify,
	entry => { %at, preset => 'nvsep', reject_status => 403 });
named('at an entry without one', '"preset": "shopify"; remove "signature"',
	saved([ 'X-Shopify-Hmac-Sha256' => base64_of($order) ], $order),
	entry => { %at, signature => 'X-Other' });
named('what is in the way of it', '"preset": "shopify", "separator": null, '
	. '"tolerance": null; remove "signature"', $shopify,
	entry => { %at, preset => 'stripe', tolerance => 60, separator => ';',
		signature => 'X-Other' });

# --- those that sign identically ---

my $push = '{"action":"opened","object":"page"}';
my @hub  = ('X-Hub-Signature-256' => 'sha256=' . hex_of($push));
named('github, which meta signs like',
	'"preset": "github"; or "preset": "meta", which signs in the same way',
	saved([ @hub, 'X-GitHub-Event' => 'issues', 'X-GitHub-Delivery' => 'd-1' ],
		$push), entry => { %at, preset => 'stripe' });
named('neither: others use the header as well',
	'"signature": "X-Hub-Signature-256"', saved([ 'X-Hub-Signature-256' =>
		'sha256=' . hex_of($body) ], $body));
named('a header that anybody uses is not vorsto',
	'"signature": "X-Signature", "id": null, "type": null',
	saved([ 'X-Signature' => hex_of($body) ], $body),
	entry => { %at, preset => 'nvsep' });
named('but with its fields it is',
	'"preset": "vorsto"; or "preset": "lemonsqueezy", which signs in the same '
	. 'way', saved([ 'X-Signature' => hex_of('{"message":{"id":"1"}}') ],
		'{"message":{"id":"1"}}'), entry => { %at, preset => 'nvsep' });

# --- a way of signing in another header: no foreign id ---

my $plain   = '{"data":{"id":"evt_1"}}';
my @persona = ('Persona-Signature' => "t=$now,v1=" . hex_of("$now.$plain"));
named('in the header of the entry', qr/\A"preset": "\w+"; or /,
	saved([@persona], $plain),
	entry => { %at, signature => 'Persona-Signature' });
named('in another header',
	qr/\A"preset": "stripe", "signature": "Persona-Signature"; or "preset": "calendly"/,
	saved([@persona], $plain), entry => { %at, preset => 'github' });
named('whose body has an id, which may be another thing',
	qr/\A"preset": "stripe", "signature": "Persona-Signature", "id": null; or /,
	saved([ 'Persona-Signature' => "t=$now,v1=" . hex_of("$now.$order") ],
		$order), entry => { %at, preset => 'github' });
named('a header alone, on top of a preset',
	'"signature": "X-Acme-Hmac", "id": null, "type": null',
	saved([ 'X-Acme-Hmac' => base64_of($order) ], $order),
	entry => { %at, preset => 'nvsep' });
named('an id that the user set stays',
	'"signature": "X-Acme-Hmac", "type": null',
	saved([ 'X-Acme-Hmac' => base64_of($order) ], $order),
	entry => { %at, preset => 'nvsep', id => 'json:order' });
named('only the secret is read in another way',
	'"secret_encoding": "hex"',
	saved([ 'X-Nvsep-Hmac-Sha256' => encode_base64(
			hmac_sha256($order, pack 'H*', 'abcdef012345'), '') ], $order),
	entry => { %at, preset => 'nvsep' }, secret => "abcdef012345\n");

# --- a URL that is signed ---

my $form = 'Body=hello&From=%2B15005550006';
my $url  = 'https://hooks.example.com/hooks/p';
my $twilio = saved([
	Host => 'hooks.example.com',
	'Content-Type' => 'application/x-www-form-urlencoded',
	'X-Twilio-Signature' => encode_base64(
		hmac_sha1("${url}Bodyhello" . 'From+15005550006', $secret), '') ],
	$form, line => 'POST /hooks/p HTTP/1.1');
named('by the URL that the request names',
	qq("preset": "twilio", "public_url": "$url"), $twilio,
	entry => { %at, preset => 'stripe' });
named('by the URL of the entry', '"preset": "twilio"', $twilio,
	entry => { %at, preset => 'square', public_url => $url });
(my $nowhere = $twilio) =~ s/^Host:.*\n//m;
named('by no URL', 'none that can be proved here: this looks like a delivery of '
	. '"preset": "twilio", which needs "public_url"', $nowhere,
	entry => { %at, preset => 'stripe' });

# --- keys, which no secret replaces ---

my $ed25519 = unpack 'H*', 's' x 64;
named('a signature by private key', 'none that can be proved here: this looks '
	. 'like a delivery of "preset": "discord", which needs "public_key"',
	saved([ 'X-Signature-Timestamp' => $now,
		'X-Signature-Ed25519' => $ed25519 ], $body),
	entry => { %at, preset => 'stripe' });
named('a topic of SNS', 'none that can be proved here: this looks like a '
	. 'delivery of "preset": "aws-sns", which needs "topic_arn"',
	saved([ 'X-Amz-Sns-Message-Type' => 'Notification' ],
		'{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:x",'
		. '"Message":"m","Timestamp":"2026-11-21T20:30:00.000Z","Signature":"'
		. encode_base64('s' x 256, '') . '","SigningCertURL":'
		. '"https://sns.us-east-1.amazonaws.com/x.pem"}'));
named('an HTTP signature of somebody', 'none that can be proved here: this has '
	. 'an HTTP signature, as has a delivery of "preset": "lifeomic", which '
	. 'needs "jwks_url" and "public_url"',
	saved([ Signature => 'keyId="https://example.com/u#main-key",headers='
		. '"(request-target) host date digest",signature="'
		. encode_base64('s' x 256, '') . '"' ], $body));

# --- passwords ---

my $hook = '{"eventId":"e","eventType":"t"}';
named('a password in a header that anybody uses is not okta',
	'"scheme": "token", "signature": "Authorization", "prefix": null',
	saved([ Authorization => $secret ], $body));
named('but with its fields it is', qr/^"preset": "okta"/,
	saved([ Authorization => $secret ], $hook));
named('a password in a header of one preset',
	'"preset": "gitlab"; remove "signature"',
	saved([ 'X-Gitlab-Token' => $secret ], $body),
	entry => { %at, signature => 'X-Other' });

# --- without a provider ---

sub which {
	my ($name, $want, $out, %how) = @_;
	my ($status, $got, $err) =
	    run([ 'explain', @{ $how{args} // [] }, $how{file} // "$dir/request" ],
		%how);
	subtest $name => sub {
		is($status, $want, 'exit status') or diag($got, $err);
		like($got, $_, "it says $_") for @{$out};
		is($err, '', 'nothing on stderr');
		is(join(' ', grep { index($got . $err, $_) >= 0 } $secret, hex_of($push)),
			'', 'and nothing of a secret');
	};
	return;
}

settings({
	github => {%at},
	shop   => { %at, preset => 'nvsep' },
	pay    => { secret_file => 'b.secret', preset => 'stripe' },
	bad    => { %at, preset => 'githb' },
});
secret('a.secret', $secret);
secret('b.secret', 'of-another-sender');
my $github = saved([ @hub, 'X-GitHub-Event' => 'issues',
	'X-GitHub-Delivery' => 'd-1' ], $push);
spew("$dir/request", $github);
my @github = (
	qr/^entry +github: it verifies: hmac-sha256, secret 1 of \Q$file\E$/m,
	qr/^entry +bad: not tried, for its settings have an error: /m,
	qr/^ +and 2 other entries, whose signature is not there$/m,
	qr/^looks like "preset": "github": what it signs with is there\nlooks like "preset": "meta"/m,
	qr/^verdict +1 of 4 entries verifies it$/m);
which('an entry verifies it', 0, \@github);
which('from standard input', 0, \@github, file => '-', in => $github);
spew("$dir/request", $shopify);
which('an entry would verify it', 1, [
	qr/^entry +shop: it would verify with "preset": "shopify"$/m,
	qr/^looks like "preset": "shopify": /m,
	qr/^verdict +0 of 4 entries verify it\n\z/m ]);
spew("$dir/request", saved([ 'Stripe-Signature' => "t=$now,v1=" . 'a' x 64 ],
	$body));
which('it looks like one for an entry', 1, [
	qr/^entry +pay: it looks like one for this entry, but does not verify: no signature fits/m,
	qr/^change +hookdir explain pay \S+request says what to change$/m ]);
spew("$dir/request", saved([ 'X-Signature-Timestamp' => $now,
	'X-Signature-Ed25519' => $ed25519 ], $body));
which('it looks like a preset of which there is no entry', 1, [
	qr/^looks like "preset": "discord": what it signs with is there$/m,
	qr/^change +hookdir presets discord shows the entry /m ]);
spew("$dir/request", saved([ 'X-Signature-Ed25519' => 'none' ], $body));
which('what is lacking of it', 1, [ qr/^looks like "preset": "discord": its header is there, but has no signature of its form, but not the signed time$/m ]);
spew("$dir/request", saved([ 'X-Shopify-Topic' => 'orders/create' ], $body));
which('a signature that was lost', 1, [ qr/^looks like "preset": "shopify": other headers of it are there, but no signature$/m ]);
spew("$dir/request", saved([ 'User-Agent' => 'curl' ], $body));
which('nothing at all', 1, [ qr/^looks like no preset\nverdict +0 of 4/m ]);

my $held = '1795293000123456-99';
make_path("$dir/inbox/github/hold", { mode => 0700 });
chmod 0700, map { "$dir/$_" } qw(inbox inbox/github);
spew("$dir/inbox/github/hold/$held",
	"POST /hooks/github HTTP/1.1\nHookdir-Held: 2026-11-21T20:30:00.123456Z\n"
	. "Hookdir-Reason: none\n$github");
which('a held delivery of any provider', 0, [
	qr/^judged at +2026-11-21T20:30:00Z, when it arrived$/m, $github[0] ],
	file => $held);
is_run([ 'explain', 'github' ], {}, 2, '',
	qr/takes a file, or - for standard input, after the provider github/,
	'a provider alone');
is_run([ 'explain' ], {}, 2, '', qr/explain: needs FILE/,
	'nothing at all');
is_run([ 'explain', '1795293000123456-98' ], {}, 1, '',
	qr/nothing is held by this id/, 'an id that nobody has');
is_run([ 'explain', "$dir/none" ], {}, 1, '', qr/none: cannot be opened/,
	'no file');

quiet('of-another-sender');
done_testing();
