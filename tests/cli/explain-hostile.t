#!/usr/bin/perl
# hookdir explain, on requests that somebody made up: it ends, in time, without
# a crash, and shows nothing of any secret, whatever is in the request.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use FindBin;
use MIME::Base64 qw(encode_base64 encode_base64url);
use Time::HiRes qw(time);
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

use constant { RUNS => $ENV{HOOKDIR_HOSTILE} // 160, SECONDS => 30 };

my $dir  = folder();
# The same requests in each run; another seed makes others.
my $seed = $ENV{HOOKDIR_SEED} // 1;
srand $seed;

sub pick { return $_[ rand @_ ] }

# --- an entry of each kind, each with a secret of its own ---

my $n = 0;
my %canary;    # by its entry

sub canary {
	my ($name) = @_;
	my $text = sprintf 'canary-%03d-%08x%08x', ++$n, rand 2**32, rand 2**32;
	$canary{$name} = $text;
	return $text;
}
my %entry;
for my $preset (qw(github stripe slack twilio square shopify mailgun box asana
	trello gitlab okta zoom)) {
	$entry{$preset} = { preset => $preset,
		secret_file => secret("$preset.secret", canary($preset)) };
	$entry{$preset}{public_url} = "https://h.example.com/$preset"
	    if $preset =~ /^(?:twilio|square|trello)$/;
}
for my $name (qw(standard-webhooks svix)) {
	my $text = encode_base64(canary($name), '');
	$canary{"$name, encoded"} = $text =~ s/=+$//r;
	$entry{$name} = { preset => $name,
		secret_file => secret("$name.secret", "whsec_$text") };
}
$entry{broken} = { preset => 'svix',
	secret_file => secret('broken.secret', '"*' . canary('broken') . '*"') };
$entry{'own-jwt'} = { scheme => 'jwt', signature => 'Authorization', prefix =>
	'Bearer ', claims => ['hash={sha256:body}'],
	secret_file => secret('jwt.secret', canary('jwt')) };
$entry{'own-sig'} = { scheme => 'httpsig',
	secret_file => secret('sig.secret', canary('sig')) };
$entry{'own-url'} = { signature => 'X-Own', signed_payload => '{url}{ts}{body}',
	timestamp => 'header:X-Time',
	public_url => 'https://me:' . canary('user') . '@h.example.com/p',
	secret_file => secret('url.secret', canary('url')) };
settings({%entry});
my @entry = sort keys %entry;

# --- requests ---

my @name = (qw(Authorization Signature Signature-Input Digest Content-Digest
	Content-Encoding Content-Type Content-Length Host Date X-Own X-Time
	X-Hub-Signature-256 Stripe-Signature X-Slack-Signature
	X-Slack-Request-Timestamp X-Twilio-Signature X-Square-Hmacsha256-Signature
	X-Shopify-Hmac-Sha256 BOX-SIGNATURE-PRIMARY BOX-DELIVERY-TIMESTAMP
	X-Hook-Signature X-Trello-Webhook X-Gitlab-Token webhook-id
	webhook-timestamp webhook-signature svix-id svix-timestamp svix-signature
	X-Original-URI X-Forwarded-Host Cookie Hookdir-Held Hookdir-Left-Out
	Hookdir-Reason X-Zm-Signature X-Zm-Request-Timestamp Traceparent));

sub junk {
	my ($len) = @_;
	return join '', map { chr(pick(9, 32 .. 126, 128 .. 255)) } 1 .. $len;
}

sub token {
	return join '.', map { encode_base64url($_) }
	    qq({"alg":"@{[ pick('HS256', 'RS256', 'none', value(1)) =~ s/["\\]//gr ]}"}),
	    qq({"iss":"@{[ value(1) =~ s/["\\]//gr ]}","iat":@{[ int time ]}}),
	    junk(32);
}

# A value: now and then a secret, as people paste it into wrong places.
sub value {
	my ($deep) = @_;
	my $secret = $canary{ pick(sort keys %canary) };
	my $hex = hmac_sha256_hex('x', 'y');
	my @simple = (junk(rand 40), $secret, "Bearer $secret", "x${secret}y",
		'Basic ' . encode_base64("me:$secret", ''), encode_base64($secret, ''),
		unpack('H*', $secret), $hex, "sha256=$hex", time, int(time) . '000',
		encode_base64($hex, ''), "v1,$hex", "t=@{[ int time ]},v1=$hex",
		"https://h.example.com/?key=$secret", 'gzip', 'br', 'application/json',
		'999999999999999999999', '-1', '');
	return pick(@simple) if $deep;
	return pick(@simple, token(), token(), 'a' x 9000, '.' x 200, ',' x 200,
		('{"a":' x 100), qq(sig=("\@method" "date";sf);keyid="$secret";created=1),
		'sig=:' . encode_base64($secret, '') . ':',
		qq(Signature keyId="$secret",algorithm="hmac-sha256",headers="date )
		    . qq(digest x-none",signature="AAAA"),
		'SHA-256=' . encode_base64('x' x 32, ''));
}

sub body {
	my $secret = $canary{ pick(sort keys %canary) };
	my $json = qq({"id":"@{[ pick(1, $secret) ]}","a":[1,{"b":"caf\xc3\xa9"}]});
	return pick($json, $json, substr($json, 0, rand length $json), '',
		encode_base64($json, ''), "\x1f\x8b\x08$json", "\xff\xfe" . junk(9),
		'payload=%7B' . junk(20), "a=1&b=$secret", $secret, junk(rand 400),
		'[' x 5000, '"' . ($json =~ s/"/\\"/gr) . '"', "{'a': '$secret'}",
		"\0" x 50, '{"a":"' . "\xc3\x83\xc2\xa9" . '"}', $json x 200);
}

sub request {
	my $out = pick('', "POST /hooks/@{[ pick(@entry) ]} HTTP/1.1\n",
		"POST /hooks/p?key=$canary{github} HTTP/1.1\n");
	for (1 .. rand 12) {
		my $value = value() =~ s/[\r\n\0]//gr;
		$out .= pick(@name) . ": $value\n";
	}
	return "$out\n" . body();
}

# --- what must not be in the output: a part of a secret in any form ---

sub forms {
	my ($secret) = @_;
	return ($secret, unpack('H*', $secret),
		map { s/=+$//r } encode_base64($secret, ''), encode_base64url($secret));
}
my @forms = map { forms($_) } values %canary;
my ($bad, $longest) = (0, 0);
for my $run (1 .. RUNS) {
	my $request = request();
	my $to      = pick(@entry);
	my $begin   = time;
	my ($status, $out, $err) = run([ 'explain', $to, '-' ], in => $request);
	my $took  = time - $begin;
	my @shown = grep { index($out . $err, $_) >= 0 } @forms;

	$longest = $took if $took > $longest;
	next if $status =~ /^[01]$/ && !@shown && $took < SECONDS
	    && $out !~ /[^\x20-\x7e\n]/ && length $out < 12_000;
	$bad++;
	fail("run $run of seed $seed, to $to: status $status, $took s");
	diag("shown: @shown") if @shown;
	diag($out, $err);
	spew("$dir/kept", $request);
	diag(unpack 'H*', $request);
	last if $bad > 3;
}
is($bad, 0, RUNS . ' requests that were made up');
cmp_ok($longest, '<', SECONDS, 'each in time');

# The largest body, and as many headers as a file may have.
my $wide = join '', map { "X-Sig-$_: " . 'ab' x 32 . "\n" } 1 .. 190;
my $begin = time;
my ($status, $out) = run([ 'explain', 'github', '-' ],
	in => "$wide\n" . '{"a":"' . 'b' x 1_000_000 . '"}');
is($status, 1, 'many headers and a large body');
cmp_ok(time - $begin, '<', 2 * SECONDS, 'are looked at in time');
cmp_ok(length $out, '<', 12_000, 'and in a few lines');
done_testing();
