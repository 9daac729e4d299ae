#!/usr/bin/perl
# hookdir explain: secrets in a wrong form, those of another entry, and entries
# whose secrets cannot even be decoded.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex);
use FindBin;
use MIME::Base64 qw(decode_base64 encode_base64);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $dir = folder();

# --- Stripe: the whole text is the secret ---

my $whole  = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
my %stripe = (entry => { preset => 'stripe', secret_file => 'a.secret' });

sub stripe {
	my ($key, $text) = @_;
	return saved([ 'Stripe-Signature', "t=$now,v1="
		. hmac_sha256_hex("$now.$text", $key) ], $text);
}
verifies('stripe', stripe($whole, $body), %stripe, secret => "$whole\n");
named('stripe: whsec_ taken off', "secret 1 of $file lacks whsec_, which is a "
	. 'part of it: put it before the rest', stripe($whole, $body), %stripe,
	secret => substr($whole, 6) . "\n");
named('stripe: whsec_ doubled', "secret 1 of $file begins with whsec_ twice: "
	. 'remove one', stripe($whole, $body), %stripe, secret => "whsec_$whole\n");
my $out = shows('stripe: another secret', stripe('whsec_no', $body), %stripe,
	secret => "$whole\n", possible => [qr/^another secret signs/],
	not => [ qr/whsec_/, qr/line 1/ ]);
$out = shows('stripe: an API key in place of the secret',
	stripe('whsec_no', $body), %stripe, secret => 'sk_live_' . 'a' x 24 . "\n",
	known => [qr/^\Q$file\E line 1 begins with sk_live_, like a secret API key/],
	possible => [qr/^the secret was copied .* or is not the one that signs/]);
unlike($out, qr/a{9}/, 'which is not shown');

# --- Standard Webhooks: what follows whsec_ is base64 ---

my $key      = encode_base64('K' x 24, '');
my %standard = (entry => { preset => 'standard-webhooks',
	secret_file => 'a.secret' });

sub standard {
	my ($bytes) = @_;
	return saved([ 'webhook-id', 'msg_1', 'webhook-timestamp', $now,
		'webhook-signature', 'v1,'
		    . encode_base64(hmac_sha256("msg_1.$now.$body", $bytes), '') ],
		$body);
}
my $genuine = standard('K' x 24);
verifies('standard', $genuine, %standard, secret => "whsec_$key\n");
for my $case (
	['v1, before it', "v1,whsec_$key\n",
		'begins with "v1," before whsec_: remove "v1,"'],
	['quotes', qq("whsec_$key"\n), 'is in quotes: remove them'],
	['a name', "SECRET=whsec_$key\n", 'has a name and = before it: remove them'],
	['a byte order mark', "\xef\xbb\xbfwhsec_$key\n",
		'begins with a byte order mark: remove it'],
	['a blank', "whsec_$key \n", 'has white space at an end: remove it'],
	['whsec_ twice', "whsec_whsec_$key\n", 'begins with whsec_ twice: remove one'],
	['a mark and quotes', qq(\xef\xbb\xbf"whsec_$key"\n),
		'begins with a byte order mark: remove it; it is in quotes: remove '
		. 'them']) {
	my ($name, $text, $what) = @{$case};
	named("standard: $name", "secret 1 of $file $what", $genuine, %standard,
		secret => $text);
}
$out = shows('standard: what is no base64 at all', $genuine, %standard,
	secret => "*** not base64 ***\n", possible => [qr/^another secret signs/]);
like($out, qr/^verdict +it does not verify: .*secret_file.*line 1/m,
	'the receiver\'s reason is shown');
$out = shows('standard: an API key', $genuine, %standard,
	secret => 'sk_live_' . 'b' x 24 . ".\n",
	known => [qr/line 1 begins with sk_live_/]);
unlike($out, qr/b{9}/, 'which is not shown');

for my $case (['hex', unpack 'H*', 'K' x 24], ['base64', $key]) {
	my ($encoding, $text) = @{$case};
	my %how = (entry => { %own, secret_encoding => $encoding });
	my $request = saved(own($body, 'K' x 24), $body);

	verifies("$encoding", $request, %how, secret => "$text\n");
	named("$encoding: in quotes", "secret 1 of $file is in quotes: remove them",
		$request, %how, secret => qq('$text'\n));
	named("$encoding: with a name", "secret 1 of $file has a name and = before "
		. 'it: remove them', $request, %how, secret => "KEY=$text\n");
}
named('a secret in a variable that cannot be decoded', qr/is in quotes/,
	saved(own($body, 'K' x 24), $body), entry => { signature =>
		'X-Own-Signature', prefix => 'sha256=', secret_env => 'HOOK_SECRET',
		secret_encoding => 'base64' }, env => { HOOK_SECRET => qq("$key") });

# An entry that is broken in another way is not explained.
settings({ p => { %own, digest => 'sha3' } });
my ($status, $text, $err) = run([ 'explain', 'p', '-' ], in => $genuine);
is($status, 1, 'a digest that does not exist');
is($text, '', 'nothing is judged');
like($err, qr/digest/, 'the error is shown');

# --- two entries of one preset ---

secret('test.secret', 'the-secret-of-test');
my %twin = (others => { test => { preset => 'github',
	secret_file => 'test.secret' } },
	entry => { preset => 'github', secret_file => 'a.secret' });
my $of = sub { saved([ 'X-Hub-Signature-256', 'sha256=' . hex_of($body, $_[0]) ],
	$body) };
named('a delivery of the other entry', 'the URL at the sender: this is a '
	. 'delivery for the provider "test", .../test. If deliveries of both are '
	. "meant to come here, add secret 1 of $dir/test.secret to $file",
	$of->('the-secret-of-test'), %twin);
verifies('one of its own', $of->($secret), %twin);
shows('one of neither', $of->('no-one\'s'), %twin,
	known => [qr/^what the entry "test" has, .* does not fit either/],
	possible => [qr/^another secret signs/], not => [qr/the URL at the sender/]);

quiet($whole, substr($whole, 6), $key, 'K' x 24, 'the-secret-of-test',
	unpack 'H*', 'K' x 24);
done_testing();
