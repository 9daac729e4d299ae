#!/usr/bin/perl
# hookdir explain: each of the usual mistakes is named, that one and no other,
# and nothing of a secret is ever shown.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_hex hmac_sha256 hmac_sha256_hex hmac_sha512_hex);
use FindBin;
use MIME::Base64 qw(decode_base64 encode_base64);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $dir = folder();

# --- as it should be ---

verifies('a request without a mistake', saved(own($body), $body),
	like => qr/^verdict +it verifies: hmac-sha256, secret 1 of \Q$file\E$/m);
verifies('with a request line and CR LF',
	saved(own($body), $body, line => 'POST /hooks/p HTTP/1.1', crlf => 1));
verifies('by its second secret', saved(own($body), $body),
	secret => "another\n$secret\n", like => qr/, secret 2 of/);
verifies('in time', saved(timed($body), $body), entry => {%timed});
verifies('in time, when it arrived',
	saved(timed($body, 90_000), $body),
	entry => {%timed}, args => [ '-t', $now - 90_000 ]);
verifies('a held delivery, when it arrived',
	saved([ 'Hookdir-Held', '2026-11-21T20:30:00.123456Z', 'X-Own-Time',
		1795293000, 'X-Own-Signature',
		'sha256=' . hex_of("1795293000.$body") ], $body),
	entry => {%timed}, like => qr/^judged at +2026-11-21T20:30:00Z, when it arr/m);
verifies('a token', saved([ 'X-Own-Token', $secret ], $body),
	entry => { secret_file => 'a.secret', scheme => 'token',
		signature => 'X-Own-Token' },
	like => qr/^verdict +it verifies: token, secret 1/m);

# --- the secret ---

my $good = saved(own($body), $body);
for my $case (
	['a blank behind it', "$secret \n", 'has white space at an end: remove it'],
	['a tab before it', "\t$secret\n", 'has white space at an end: remove it'],
	['CR CR LF', "$secret \r\r\n", 'has white space at an end: remove it'],
	['double quotes', qq("$secret"\n), 'is in quotes: remove them'],
	['quotes and a blank', qq('$secret' \n), 'is in quotes: remove them'],
	['a byte order mark', "\xef\xbb\xbf$secret\r\n",
		'begins with a byte order mark: remove it'],
	['its name', "SECRET=$secret\n", 'has a name and = before it: remove them'],
	['its name and quotes', qq(export SECRET="$secret"\n),
		'has a name and = before it: remove them'],
	['whsec_', "whsec_$secret\n", 'begins with whsec_, which this '
		. 'provider does not use: remove it']) {
	my ($name, $text, $what) = @{$case};
	named("secret: $name", "secret 1 of $file $what", $good, secret => $text);
}
named('secret: the second of two', "secret 2 of $file is in quotes: remove "
	. 'them', $good, secret => qq(other\n"$secret"\n));
named('secret: set at the sender with a line end',
	"secret 1 of $file is right, but the sender's has a line end (LF) at its "
	. 'end: set it there again without it', saved(own($body, "$secret\n"), $body));
my $bytes = "\x01key\xff of bytes \x00!";
for my $case (
	['hex', unpack('H*', $bytes)],
	['base64', encode_base64($bytes, '')],
	['whsec', 'whsec_' . encode_base64($bytes, '')]) {
	my ($key, $text) = @{$case};
	named("secret: to be decoded as $key", qq("secret_encoding": "$key"),
		saved(own($body, $bytes), $body), secret => "$text\n");
	named("secret: not to be decoded, but $key", '"secret_encoding": "raw"',
		saved(own($body, $text), $body), secret => "$text\n",
		entry => { %own, secret_encoding => $key })
	    if $key ne 'whsec';
}
secret('b.secret', "the-other-provider's");
my %other = (b => { secret_file => 'b.secret', signature => 'X-B' });
named('secret: of another provider',
	"the secret of the provider \"b\", which is secret 1 of $dir/b.secret",
	saved(own($body, "the-other-provider's"), $body), others => {%other});

# --- where the signature is ---

named('another header', '"signature": "X-Hub-Signature-256"',
	saved([ 'X-Hub-Signature-256', 'sha256=' . hex_of($body) ], $body));
named('no prefix', '"prefix": null',
	saved([ 'X-Own-Signature', hex_of($body) ], $body));
named('another prefix', '"prefix": "v1="',
	saved([ 'X-Own-Signature', 'v1=' . hex_of($body) ], $body));
named('a prefix that is missing', '"prefix": "HMAC "',
	saved([ 'Authorization', 'HMAC ' . hex_of($body) ], $body),
	entry => { secret_file => 'a.secret', signature => 'Authorization' });
named('several in one header', '"separator": ","',
	saved([ 'X-Own-Signature', 'sha256=' . '0' x 64 . ', sha256='
		. hex_of($body) ], $body));
named('another header and prefix', '"signature": "X-Sig", "prefix": "v1,"',
	saved([ 'X-Sig', 'v1,' . encode_base64(hmac_sha256($body, $secret), '') ],
		$body));
named('another digest', '"digest": "sha512"',
	saved([ 'X-Own-Signature', 'sha256=' . hmac_sha512_hex($body, $secret) ],
		$body));
named('another digest and its prefix', '"digest": "sha1", "prefix": "sha1="',
	saved([ 'X-Own-Signature', 'sha1=' . hmac_sha1_hex($body, $secret) ],
		$body));
named('the secret itself', '"scheme": "token", "prefix": null',
	saved([ 'X-Own-Signature', $secret ], $body));
named('a token without Bearer', '"prefix": null',
	saved([ 'Authorization', $secret ], $body),
	entry => { secret_file => 'a.secret', scheme => 'token',
		signature => 'Authorization', prefix => 'Bearer ' });
named('a token with Bearer', '"prefix": "Bearer "',
	saved([ 'Authorization', "Bearer $secret" ], $body),
	entry => { secret_file => 'a.secret', scheme => 'token',
		signature => 'Authorization' });

# --- what is signed ---

named('a time that is signed',
	'"timestamp": "header:X-Own-Time", "signed_payload": "{ts}.{body}"',
	saved(timed($body), $body));
named('a time that is not signed', '"timestamp": null, "signed_payload": "{body}"',
	saved([ 'X-Own-Time', $now, 'X-Own-Signature', 'sha256=' . hex_of($body) ],
		$body), entry => {%timed});
named('time and body the other way', '"signed_payload": "{body}{ts}"',
	saved([ 'X-Own-Time', $now, 'X-Own-Signature',
		'sha256=' . hex_of("$body$now") ], $body), entry => {%timed});
named('the time at another place', '"timestamp": "header:X-Time"',
	saved([ 'X-Time', $now, 'X-Own-Signature',
		'sha256=' . hex_of("$now.$body") ], $body), entry => {%timed});
named('the time beside the signature', '"timestamp": "element:t="',
	saved([ 'X-Own-Signature', "t=$now,sha256=" . hex_of("$now.$body") ],
		$body), entry => { %timed, separator => ',' });

# --- the clock ---

named('an old delivery', qr/^the clock, which is off by 3600 s, or the time given by -t: it was signed 3600 s before that, and "tolerance" is 300$/,
	saved(timed($body, 3600), $body), entry => {%timed}, args => ['-t', $now],
	late => 1);
named('one from the future', qr/^the clock, which is off by 900 s.* 900 s after that/,
	saved(timed($body, -900), $body), entry => {%timed}, args => ['-t', $now],
	late => 1);
named('an old delivery and another mistake', '"prefix": "sha256="',
	saved(timed($body, 3600), $body), entry => { %timed, prefix => 'v1=' },
	late => 1);

# --- another provider altogether ---

named('the preset of another provider', '"preset": "nvsep"',
	saved([ 'X-Nvsep-Hmac-Sha256', hex_of($body) ], $body),
	entry => { preset => 'spaces', secret_file => 'a.secret' });
my $at = 'https://h.example.com/p';
named('the preset of another provider, by the same url', '"preset": "square"',
	saved([ 'X-Square-Hmacsha256-Signature',
		encode_base64(hmac_sha256("$at$body", $secret), '') ], $body),
	entry => { preset => 'trello', secret_file => 'a.secret', public_url => $at });
named('a delivery for another provider',
	'the URL at the sender: this is a delivery for the provider "b", .../b',
	saved([ 'X-B', hex_of($body, "the-other-provider's") ], $body),
	others => {%other});

# --- nothing of it ---

my ($status, $change, $out) = judge(saved(own($body, 'who knows'), $body));
is($status, 1, 'a secret that nobody has');
like($change, qr/^none of \d{3,} that were tried makes it verify$/,
	'is no mistake that is known');
like($out, qr/^presented  X-Own-Signature: "sha256=" and 64 hexadecimal digits, \w{4}\.\.\.$/m,
	'what was presented');
like($out, qr/^signed +\{body\}: \d+ bytes, sha256 [0-9a-f]{64}\n +all of it  \{"id":"e-1","text":"caf\\xc3\\xa9 /m,
	'what was signed');
unlike($out, qr/\Q@{[ hex_of($body) ]}/, 'not what would have fitted');
my $short = substr hex_of($body), 0, 8;
unlike($out, qr/\Q$short/, 'nor its begin');
my $long = '{"a":"' . 'b' x 5000 . '"}';
($status, $change, $out) = judge(saved(own($long, 'x'), $long));
cmp_ok(length $out, '<', 1500, 'of a long body only begin and end');
like($out, qr/^ +begins     \{"a":"b{58}\n +ends       b{30}"\}$/m, 'both');
($status, $change, $out) = judge(saved([ 'X-Other', 'x' ], $body));
like($out, qr/^presented  nothing: there is no X-Own-Signature$/m, 'no header');
like($out, qr/^headers    X-Other$/m, 'but another');
like($out, qr/not verify: X-Own-Signature is missing/, 'and the reason');
($status, $change, $out) =
    judge(saved([ 'Content-Length', 4, @{ own('abcd') } ], 'abc'));
like($out, qr/but Content-Length says 4: it was not saved whole/, 'cut short');
my $hex = unpack 'H*', $secret;
for my $case ([$secret, "$secret\n", 'raw'], [$secret, "$hex\n", 'hex'],
	[$hex, "$hex\n", 'hex']) {
	my $leak = qq({"id":"$case->[0]"});
	($status, $change, $out) = judge(saved(own($leak, 'x'), $leak),
		secret => $case->[1], entry => { %own, secret_encoding => $case->[2] });
	like($out, qr/not shown: it has a password in it/,
		"a secret in the body: $case->[2]");
}
($status, $change, $out) = judge(
	saved([ 'X-Own-Token', "${secret}x" ], $body),
	entry => { secret_file => 'a.secret', scheme => 'token',
		signature => 'X-Own-Token' });
like($out, qr/^presented  X-Own-Token: is there, and not shown: it is a passw/m,
	'a token is not shown');
unlike($out, qr/characters/, 'nor how long it is');

# --- what is no request ---

for my $case (['{"id":1}', qr/not a request: a line of its head/],
	['', qr/not a request: no empty line/]) {
	my ($status, $change, $out, $err) = judge($case->[0]);
	is($status, 1, 'exit status');
	is($out, '', 'nothing to say');
	like($err, $case->[1], 'but why');
}
is_run([ 'explain', 'p', "$dir/none" ], {}, 1, '', qr/none: cannot be opened/,
	'no file');
is_run([ 'explain', 'p', '1795293000123456-99' ], {}, 1, '',
	qr/nothing is held by this id/, 'nothing is held');
is_run([ 'explain', 'nobody', "$dir/request" ], {}, 1, '', qr/no provider/,
	'no provider');
is_run([ 'explain', '-t', 'noon', 'p', '-' ], { in => "A: b\n\n" }, 1, '',
	qr/noon is not a time/, 'no time');
is_run([ 'explain', 'p', '-' ], { in => $good }, 0, qr/it verifies/, '',
	'standard input');
is_run([ 'explain', 'p' ], {}, 2, '', qr/explain: takes/, 'no file');

quiet("the-other-provider's", $bytes,
	unpack('H*', $bytes), encode_base64($bytes, ''));
done_testing();
