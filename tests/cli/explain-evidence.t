#!/usr/bin/perl
# hookdir explain, where no change makes a delivery verify: what it shows is
# said, what remains possible comes in the right order, and what looks similar
# is not named.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_base64 hmac_sha1_hex hmac_sha256 hmac_sha256_hex
    hmac_sha512_hex sha256_base64 sha256_hex);
use FindBin;
use MIME::Base64 qw(encode_base64 encode_base64url);
use POSIX qw(strftime);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $dir     = folder();
my $unknown = 'nobody-here-has-this';
my $foreign = qr/^it is not from this sender: anybody/;
my $other   = qr/^another secret signs/;
my $rewrote = qr/^another body was signed/;
my $lost    = qr/nothing was signed/;

sub openssl {
	system("openssl @_ >$dir/openssl.log 2>&1") == 0
	    or plan skip_all => "openssl @_";
	return;
}

# --- a signature of the right form that nothing fits ---

shows('another secret or another body',
	saved(own($body, $unknown), $body), possible => [ $other, $rewrote, $foreign ],
	not => [ $lost, qr/private key/, qr/public_url/ ]);
shows('a digest beside it that fits: the body was not changed',
	saved([ @{ own($body, $unknown) }, 'Digest', 'SHA-256='
		. sha256_base64($body) . '=' ], $body),
	known => [qr/^Digest is the digest of this body/],
	possible => [ $other, $foreign ], not => [$rewrote]);
shows('a digest beside it that does not fit: the body was changed',
	saved([ @{ own("x$body") }, 'Content-Digest', 'sha-256=:'
		. sha256_base64("x$body") . '=:' ], $body),
	known => [qr/^Content-Digest is the digest of another body/],
	possible => [ qr/^the body was changed on its way/, $other ]);
shows('a digest that does not count says nothing',
	saved([ @{ own($body, $unknown) }, 'Digest', 'MD5=AAAA' ], $body),
	possible => [ $other, $rewrote ], not => [qr/Digest/]);

# --- nothing was signed ---

shows('no signature', saved([ 'X-Other', 'x' ], $body),
	known => [qr/^nothing was signed.* there is no X-Own-Signature/],
	possible => [ qr/^the sender does not sign/, qr/^a proxy .* X-Own-Signature/,
		$foreign ], not => [ $other, $rewrote, qr/CGIPassAuth/ ]);
my %authorized = (secret_file => 'a.secret', signature => 'Authorization',
	prefix => 'HMAC ');
shows('no signature, in Authorization', saved([ 'X-Other', 'x' ], $body),
	entry => {%authorized}, known => [$lost],
	possible => [ qr/CGIPassAuth On/, qr/^the sender does not sign/ ]);
shows('a trace or an id is no signature',
	saved([ 'X-Request-Id', '0' x 64, 'Traceparent', '00-' . 'a' x 32 . '-01',
		'X-Amz-Content-Sha256', sha256_hex($body) ], $body),
	known => [$lost], not => [qr/form of a signature/]);
shows('a signature in another header',
	saved([ 'X-Other-Signature', hmac_sha256_hex($body, $unknown) ], $body),
	known => [qr/^X-Other-Signature has the form of a signature/],
	possible => [qr/^the settings are for another sender/], not => [$lost]);
shows('a password to log in is no signature: Basic',
	saved([ 'Authorization', 'Basic ' . encode_base64('me:pass', '') ], $body),
	known => [qr/^Authorization has a user and a password .*no signature/],
	possible => [qr/^the sender does not sign, and sends a password/],
	not => [qr/okta/]);
shows('nor is Bearer', saved([ 'Authorization', 'Bearer abc-def-ghi' ], $body),
	entry => {%authorized},
	known => [qr/^Authorization has a password \(Bearer\), and no signature/],
	possible => [qr/"scheme": "token"/], not => [ qr/okta/, $lost ]);
shows('a signature twice',
	saved([ @{ own($body, $unknown) }, @{ own("x$body", $unknown) } ], $body),
	known => [qr/^X-Own-Signature came more than once/],
	possible => [qr/^a proxy adds/], not => [$other]);

# --- another scheme ---

my $mac = hmac_sha256_hex("$now.$body", $unknown);
shows('a time and signatures in one header',
	saved([ 'X-Own-Signature', "t=$now,v1=$mac" ], $body),
	entry => { secret_file => 'a.secret', signature => 'X-Own-Signature' },
	known => [qr/^X-Own-Signature has a time and signatures side by side/],
	possible => [qr/"timestamp": "element:t="/], not => [$other]);
shows('the same where the settings say so',
	saved([ 'X-Own-Signature', "t=$now,v1=$mac" ], $body),
	entry => { secret_file => 'a.secret', signature => 'X-Own-Signature',
		prefix => 'v1=', separator => ',', timestamp => 'element:t=',
		signed_payload => '{ts}.{body}' },
	possible => [ $other, $rewrote ], not => [qr/side by side/]);

sub token {
	my ($head, $claims, $key) = @_;
	my $text = join '.', map { encode_base64url($_) } $head, $claims;
	return "$text." . encode_base64url(hmac_sha256($text, $key // $unknown));
}
my $hs = token('{"alg":"HS256","kid":"k-7"}', '{"iss":"https://s.example.com"}');
my $rs = token('{"alg":"RS256"}', '{"iss":"s"}');
shows('a token at an entry for HMAC',
	saved([ 'X-Own-Signature', $hs ], $body),
	known => [qr/^X-Own-Signature is a signed token \(JWT\): algorithm HS256, key k-7, issued by https:\/\/s\.example\.com$/],
	possible => [qr/"scheme": "jwt", with the secret that/], not => [$other]);
shows('a token with a private key', saved([ 'X-Own-Signature', "Bearer $rs" ],
		$body), known => [qr/algorithm RS256, issued by s/],
	possible => [qr/"scheme": "jwt", with the sender's public keys/]);
shows('a token that is cut off', saved([ 'X-Own-Signature',
		'eyJhbGciOiJI.eyJhbGciOiJI.eyJhbGciOiJI' ], $body),
	known => [qr/^X-Own-Signature is like a signed token \(JWT\), but malfor/]);
shows('three words with dots are no token', saved([ 'X-Own-Signature',
		'sha256=abc.def.ghi' ], $body),
	known => [qr/^X-Own-Signature has no signature of the form/], not => [qr/JWT/]);
shows('HTTP signatures of the drafts', saved([ 'X-Own-Signature',
		'keyId="a",algorithm="hmac-sha256",headers="date",signature="AAAA"' ],
		$body), known => [qr/^X-Own-Signature is an HTTP signature/],
	possible => [qr/"scheme": "httpsig"/]);
shows('HTTP signatures of RFC 9421', saved([ 'Signature-Input',
		'sig=("@method");created=1' ], $body),
	known => [qr/^Signature-Input shows an HTTP signature \(RFC 9421\)/],
	possible => [qr/"scheme": "httpsig"/], not => [$lost]);
shows('Standard Webhooks', saved([ 'webhook-id', 'msg_1', 'webhook-timestamp',
		$now, 'webhook-signature', 'v1,' . encode_base64('x' x 32, '') ], $body),
	known => [qr/^Webhook-Signature has signatures as Standard Webhooks/],
	possible => [qr/"preset": "standard-webhooks"/], not => [$lost]);

# --- the length says which digest it is ---

for my $case ([ 'sha1', hmac_sha1_hex($body, $unknown), 'in hexadecimal' ],
	[ 'sha1', hmac_sha1_base64($body, $unknown) . '=', 'in base64' ],
	[ 'sha512', hmac_sha512_hex($body, $unknown), 'in hexadecimal' ],
	[ 'md5', 'ab' x 16, 'in hexadecimal' ]) {
	my ($digest, $value, $how) = @{$case};
	shows("as long as $digest $how", saved([ 'X-Own-Signature',
			"sha256=$value" ], $body),
		known => [qr/ bytes $how, as many as $digest makes; the settings say sha256/],
		possible => [ $digest eq 'md5' ? qr/does not take md5/
			: qr/"digest": "$digest"/ ], not => [$other]);
}
shows('neither hexadecimal nor base64', saved([ 'X-Own-Signature',
		'sha256=?!? what is this' ], $body),
	known => [qr/^X-Own-Signature has no signature of the form/], not => [$other]);
shows('another prefix', saved([ 'X-Own-Signature', 'what is this' ], $body),
	known => [qr/^X-Own-Signature does not begin with "sha256="/]);

# --- what is signed as well was lost ---

shows('no time', saved(own($body, $unknown), $body), entry => {%timed},
	known => [qr/^there is a signature, and not the time .*: X-Own-Time$/],
	possible => [qr/removed X-Own-Time/], not => [ $other, $rewrote ]);
shows('a time in another unit', saved([ 'X-Own-Time', "${now}000",
		'X-Own-Signature', 'sha256=' . hex_of("${now}000.$body", $unknown) ],
		$body), entry => { %timed, timestamp_format => 'seconds' },
	known => [qr/^the signed time is in the form milliseconds, and the settings say seconds/],
	possible => [qr/"timestamp_format" should be "milliseconds"/]);
shows('no time at all', saved([ 'X-Own-Time', 'soon', @{ own($body, $unknown) } ], $body),
	entry => {%timed}, known => [qr/^the signed time is no time in any form/]);
shows('an old one', saved(timed($body, 3600, $unknown), $body), entry => {%timed},
	args => [ '-t', $now ],
	known => [qr/^the signed time is 3600 s before .*"tolerance" is 300/],
	possible => [ $other, $rewrote, qr/^it is an old delivery/ ]);
shows('a fresh one', saved(timed($body, 10, $unknown), $body), entry => {%timed},
	possible => [ $other, $rewrote ], not => [ qr/tolerance/, qr/old/ ]);
my %headed = (%own, signed_payload => '{header:X-Own-Id}.{body}');
shows('a header that is signed', saved(own("7.$body", $unknown), $body),
	entry => {%headed},
	known => [qr/^the signature covers the header X-Own-Id, which did not come/],
	possible => [qr/removed X-Own-Id/], not => [$other]);
shows('one that came', saved([ 'X-Own-Id', 7, @{ own("7.$body", $unknown) } ],
		$body), entry => {%headed}, possible => [$other],
	not => [qr/did not come/]);

# --- HTTP signatures ---

openssl("genpkey -algorithm ed25519 -out $dir/$_.pem"),
    openssl("pkey -in $dir/$_.pem -pubout -out $dir/$_.pub") for qw(a b);
my $at   = 'https://hooks.example.com/hooks/p';
my %way  = (line => 'POST /hooks/p HTTP/1.1');
my %keys = (scheme => 'httpsig', public_key_file => 'a.pub');

# What `hookdir sign` writes, as a list of names and values.
sub signed {
	my ($entry, @args) = @_;
	settings({ p => $entry });
	secret('a.secret', $secret);
	my ($status, $out, $err) = run([ 'sign', @args, 'p', $at ], in => $body);
	is($status, 0, 'signed') or diag($err);
	return map { split /: /, $_, 2 } split /\n/, $out;
}

sub without {
	my ($name, @headers) = @_;
	my @left;
	while (my ($n, $value) = splice @headers, 0, 2) {
		push @left, $n, $value unless $n eq $name;
	}
	return @left;
}
my @draft = signed({%keys}, '--key', "$dir/b.pem");
shows('another private key', saved([@draft], $body, %way), entry => {%keys},
	known => [qr/^Digest is the digest of this body/],
	possible => [ qr/^the URL is signed as well/, qr/^another private key signs/ ],
	not => [ $other, $rewrote, qr/secret/ ]);
@draft = signed({%keys}, '--key', "$dir/a.pem");
shows('Digest was lost', saved([ without('Digest', @draft) ], $body, %way),
	entry => {%keys}, known => [qr/^the signature covers the header Digest, which/],
	possible => [qr/removed Digest/], not => [qr/private key/]);
shows('Authorization was lost',
	saved([ without('Authorization', @draft) ], $body, %way),
	entry => {%keys}, known => [$lost], possible => [qr/CGIPassAuth/],
	not => [qr/private key/]);
my %rfc = (scheme => 'httpsig', secret_file => 'a.secret', public_url => $at);
my @rfc = signed({%rfc}, '--rfc9421');
shows('Content-Digest was lost',
	saved([ without('Content-Digest', @rfc) ], $body, %way), entry => {%rfc},
	known => [qr/^the signature covers the header Content-Digest, which/],
	possible => [qr/removed Content-Digest/]);
shows('Signature was lost, and Signature-Input was not',
	saved([ without('Signature', @rfc) ], $body, %way), entry => {%rfc},
	known => [qr/^Signature-Input came without the header Signature/],
	possible => [qr/removed Signature,/], not => [ $other, $lost, qr/Stripe/ ]);

# --- keys that are named ---

spew("$dir/a.jwks", '{"keys":[' . join(',', map {
	my $raw = `openssl pkey -in $dir/a.pem -pubout -outform DER` // '';
	qq({"kty":"OKP","crv":"Ed25519","kid":"$_","x":")
	    . encode_base64url(substr $raw, -32) . '"}';
} qw(k-1 k-2)) . ']}');
my %set = (scheme => 'httpsig', jwks_file => 'a.jwks');
my @set = signed({%set}, '--key', "$dir/a.pem", '--kid', 'k-3');
shows('a key that is not in the set', saved([@set], $body, %way),
	entry => {%set},
	known => [qr/^the signature names the key k-3, .* 2 that are known: k-1, k-2$/],
	possible => [ qr/^the sender has a new key: get its keys once more/,
		qr/another environment/ ], not => [qr/--refresh/]);
@set = signed({%set}, '--key', "$dir/b.pem", '--kid', 'k-2');
shows('one that is, and does not fit', saved([@set], $body, %way),
	entry => {%set}, possible => [ qr/^the URL is signed/, qr/private key/ ],
	not => [qr/names the key/]);

# The same of a set that was fetched.
my $jwks = slurp("$dir/a.jwks");
my %url_set = (scheme => 'httpsig', jwks_url => 'https://keys.example.com/set');
mkdir($_, 0700) or die "$_: $!" for "$dir/inbox", "$dir/inbox/.keys";
spew("$dir/inbox/.keys/p", "Source: https://keys.example.com/set\nFetched: "
	. ($now - 7200) . "\nMax-Age: 86400\nContent-Length: " . length($jwks)
	. "\n\n$jwks");
@set = signed({%set}, '--key', "$dir/a.pem", '--kid', 'k-3');
shows('a key that is not in a set from a URL', saved([@set], $body, %way),
	entry => {%url_set},
	known => [ qr/^the signature names the key k-3, .*: k-1, k-2$/,
		qr/^the key set was fetched 12\d minutes ago/ ],
	possible => [ qr/new key: hookdir keys --refresh p$/, qr/another envir/ ]);
@set = signed({%set}, '--key', "$dir/b.pem", '--kid', 'k-1');
shows('one that is in it', saved([@set], $body, %way), entry => {%url_set},
	possible => [ qr/^the URL is signed/, qr/private key/ ],
	not => [ qr/names the key/, qr/--refresh/ ]);

# --- a password that is the secret ---

for my $case ([ 'Authorization', $secret ], [ 'Authorization', "Bearer $secret" ],
	[ 'X-Hub-Signature-256', $secret ]) {
	my ($name, $value) = @{$case};
	my ($status, $change, $out) = judge(saved([ $name, $value ], $body),
		entry => { preset => 'github', secret_file => 'a.secret' });
	like($change, qr/^"scheme": "token"/, "the secret itself, in $name");
	unlike($change, qr/okta|gitlab/, 'is no preset');
	like($out, qr/^known +that is a password, and no signature: anybody/m,
		'and proves nothing');
}
my (undef, undef, $fits) = judge(saved([ 'X-Other', 'sha256=' . hex_of($body) ],
	$body));
unlike($fits, qr/password/, 'a signature is no password');

my ($status, $change, $out) = judge(saved([ 'Paypal-Transmission-Sig',
		encode_base64('x' x 256, ''), 'Paypal-Transmission-Time',
		strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now),
		'Paypal-Transmission-Id', 'a', 'Paypal-Auth-Algo', 'SHA256withRSA',
		'Paypal-Cert-Url', 'https://api.paypal.com/v1/notifications/certs/C' ],
		$body), entry => { preset => 'paypal', webhook_id => '8PT597110X687430L' });
unlike($out, qr/--refresh/, 'certificates are never refreshed by hand');
unlike($out, qr/another secret/, 'and have no secret');

# --- the URL ---

my %url = (%own, signed_payload => '{url}{body}', public_url => $at);
shows('another URL', saved([ 'Host', 'in.example.net',
		@{ own("https://nowhere.example.com/else$body") } ], $body, %way),
	entry => {%url},
	known => [qr/^it came to the host in\.example\.net, and public_url has hooks\.example\.com/],
	possible => [ qr/^another URL was signed/, $other ]);
for my $case (['twilio', 'X-Twilio-Signature', 20],
	['square', 'X-Square-Hmacsha256-Signature', 32],
	['trello', 'X-Trello-Webhook', 20]) {
	my ($preset, $header, $n) = @{$case};
	shows("$preset: the URL", saved([ 'Host', 'hooks.example.com', $header,
			encode_base64('x' x $n, '') ], $preset eq 'twilio' ? 'a=b' : $body,
			%way),
		entry => { preset => $preset, secret_file => 'a.secret',
			public_url => $at },
		possible => [ qr/^another URL was signed/, $other ]);
}

# A token that names the URL.
my $claims = sprintf '{"iat":%d,"exp":%d,"url":"%s","hash":"%s"}', $now,
    $now + 60, 'https://old.example.com/in?key=hush-hush', sha256_hex($body);
my %jwt = (scheme => 'jwt', secret_file => 'a.secret', signature => 'X-Jwt',
	claims => [ 'url={url}', 'hash={sha256:body}' ], public_url => $at);
my $said = shows('a token for another URL', saved([ 'X-Jwt',
		token('{"alg":"HS256"}', $claims, $secret) ], $body, %way),
	entry => {%jwt},
	known => [qr/^the token was made for url https:\/\/old\.example\.com\/in; here it is \Q$at\E$/],
	possible => [qr/^public_url is not the URL that is set at the sender/],
	not => [qr/another body/]);
unlike($said, qr/hush/, 'without its query');
$claims =~ s{https://old[^"]*}{$at};
shows('a token for another body', saved([ 'X-Jwt',
		token('{"alg":"HS256"}', $claims, $secret) ], "x$body", %way),
	entry => {%jwt},
	known => [ qr/^the digest in the token \(hash\) is that of another body/ ],
	possible => [qr/^the body was changed on its way/], not => [qr/made for url/]);

# --- what hold left out ---

my $left = "Hookdir-Left-Out: Authorization, X-Api-Token\n";
my $held = [ 'Hookdir-Held', strftime('%Y-%m-%dT%H:%M:%S.000000Z', gmtime $now),
	'Hookdir-Left-Out', 'X-Api-Token' ];
$out = shows('a header that hold left out', saved($held, $body),
	known => [ $lost, qr/^hold left out "X-Api-Token"/ ],
	possible => [ qr/"hold": \{"headers": \["X-Api-Token"\]\}/ ]);
like($out, qr/^left out   X-Api-Token: hold does not keep what may be a passw/m,
	'and it is shown');
$out = shows('one that is not needed',
	saved([ @{$held}, @{ own($body, $unknown) } ], $body),
	possible => [$other], not => [qr/hold/]);
like($out, qr/^left out   X-Api-Token/m, 'which is shown as well');

# --- a twin ---

secret('b.secret', "the-other-one's");
shows('what fits neither of two', saved(own($body, $unknown), $body),
	others => { b => { %own, secret_file => 'b.secret' } },
	known => [qr/^what the entry "b" has, .* does not fit either/],
	possible => [$other]);

# --- what came twice, and what cannot be looked for ---

my $settings = qr/the settings are for another/;
my $removed  = qr/^a proxy or the web server removed/;
my $twice    = qr/^a proxy adds .* a second time/;
my %slack = (entry => { preset => 'slack', secret_file => 'a.secret' });
my @slack = ('X-Slack-Signature', 'v0=' . hex_of("v0:$now:$body"));
shows('a signed time twice', saved([ @slack,
		('X-Slack-Request-Timestamp', $now) x 2 ], $body), %slack,
	known => [qr/^the time that is signed came more than once/],
	possible => [$twice], not => [ $removed, $other, $settings ]);
shows('a signed id twice', saved([ ('webhook-id', 'msg_1') x 2,
		'webhook-timestamp', $now, 'webhook-signature', 'v1,'
		    . encode_base64(hmac_sha256("msg_1.$now.$body", 'K' x 24), '') ],
		$body),
	secret => 'whsec_' . encode_base64('K' x 24, '') . "\n",
	entry => { preset => 'standard-webhooks', secret_file => 'a.secret' },
	known => [qr/^the header webhook-id, which is signed, came more/i],
	possible => [$twice], not => [ $removed, $other ]);
shows('a signed time that is none', saved([ @slack,
		'X-Slack-Request-Timestamp', 'soon' ], $body), %slack,
	known => [qr/^the signed time is no time/],
	possible => [qr/^something changed the time/]);

my %mailgun = (entry => { preset => 'mailgun', secret_file => 'a.secret',
	unsafe_body => JSON::PP::true });
my $mail = '{"signature":{"timestamp":"' . $now . '","token":"t","signature":"'
    . hex_of("${now}t") . '"},"event-data":{"id":"a"}}';
shows('a signature in a body that was cut off', saved([ 'Content-Type',
		'application/json' ], substr $mail, 0, 30), %mailgun,
	known => [ qr/^the signature is in the body .*: so nothing can be said/,
		qr/^the body is JSON that ends in the middle/ ],
	possible => [qr/^the body was cut off/],
	not => [ $lost, $settings, qr/^the sender does not sign/ ]);
my %linear = (entry => { preset => 'linear', secret_file => 'a.secret' });
my $issue = '{"action":"create","webhookTimestamp":' . ($now - 9999) . '000}';
my $line = sub { saved([ 'Linear-Signature', hex_of($issue), 'Linear-Delivery',
	'a-1', @_[ 1 .. $#_ ] ], $_[0]) };
named('a time in a body in base64', qr/^what rewrites the body .* as the bytes/,
	$line->(encode_base64($issue, '')), %linear, late => 1);
shows('a time in a body that was cut off', $line->(substr $issue, 0, 30),
	%linear, known => [qr/^the body is JSON that ends in the middle/],
	possible => [qr/^the body was cut off/], not => [$settings]);

# --- keys: not only their header's name ---

shows('a signature by a private key, in another header', saved([
		'X-Foreign-Signature', encode_base64('x' x 71, '') ], $body),
	known => [qr/^X-Foreign-Signature has the form of a signature/],
	not => [$lost]);
shows('64 bytes may be of two kinds', saved([ 'X-Own-Signature', 'ab' x 64 ],
		$body), entry => { secret_file => 'a.secret',
		signature => 'X-Own-Signature' },
	known => [qr/^X-Own-Signature has 64 bytes in hexadecimal, as many as sha512/],
	possible => [qr/"digest": "sha512".*"scheme": "ed25519"/]);

quiet($unknown, 'me:pass', encode_base64('me:pass', ''), 'abc-def-ghi',
	"the-other-one's", 'hush-hush');
done_testing();
