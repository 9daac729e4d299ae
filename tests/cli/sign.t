#!/usr/bin/perl
# hookdir sign: what it prints is what the provider would send.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_hex hmac_sha256_base64 hmac_sha256_hex
    hmac_sha512_hex);
use FindBin;
use MIME::Base64 qw(decode_base64);
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $avaya = '98ebda579bbc549fe827952fcdc438134c37cfa5';
my $uuid  = qr/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-
    [0-9a-f]{12}/x;
my $whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
my $dir   = folder();

secret('avaya.secret', $avaya);
settings(
	{
		coral => { secret_file =>
			    secret('coral.secret', CORAL_OLD, CORAL_NEW) },
		nvsep => { secret_file =>
			    secret('nvsep.secret', 'nvsep_test_signing_key') },
		vorsto =>
		    { secret_file => secret('vorsto.secret', 'your_api_key') },
		spaces => { secret_file => 'avaya.secret' },
		stripe => {
			secret_file => secret('stripe.secret',
				'whsec_test_secret', 'another'),
			signature => 'Stripe-Signature',
			separator => ',',
			prefix    => 'v1=',
			timestamp => 'element:t=',
			signed_payload    => '{ts}.{body}',
		},
		standard => {
			secret_file => secret('standard.secret', $whsec),
			secret_encoding         => 'whsec',
			signature   => 'webhook-signature',
			separator   => ' ',
			prefix      => 'v1,',
			timestamp   => 'header:webhook-timestamp',
			signed_payload      => '{header:webhook-id}.{ts}.{body}',
			id          => 'header:webhook-id',
			type        => 'header:webhook-type',
			signature_encoding    => 'base64',
		},
		sanity => {
			secret_file => secret('sanity.secret', 'test'),
			signature   => 'sanity-webhook-signature',
			separator   => ',',
			prefix      => 'v1=',
			timestamp   => 'element:t=',
			signed_payload      => '{ts}.{body}',
			signature_encoding    => 'base64url',
		},
		numbered => {
			secret_file => secret('numbered.secret', 'one', 'two'),
			signature   => 'X-Sig-*',
			signature_encoding    => 'base64',
			digest      => 'sha512',
			signature_encoding    => 'hex',
		},
		square => {
			secret_file => secret('square.secret', 'signature-key'),
			signature => 'x-square-hmacsha256-signature',
			signature_encoding  => 'base64',
			public_url       => 'https://webhook.site/webhooks',
			signed_payload    => '{url}{body}',
		},
		twilio => {
			secret_file => secret('twilio.secret', '12345'),
			signature   => 'X-Twilio-Signature',
			signature_encoding    => 'base64',
			digest      => 'sha1',
			public_url    => 'https://mycompany.com/myapp.php?foo=1&bar=2',
			signed_payload => '{url}{sortedform}',
		},
		'twilio-call' => {
			preset      => 'twilio',
			secret_file => 'twilio.secret',
			public_url  => 'https://mycompany.com/myapp.php',
		},
		target => {
			secret_file => 'avaya.secret',
			signature   => 'X-Target-Signature',
			digest      => 'sha1',
			signed_payload      => '{method} {uri} {body}',
		},
		inside => {
			secret_file => 'avaya.secret',
			signature   => 'json:sig',
		},
		either => {
			secret_file => 'avaya.secret',
			signature   => [ 'json:sig', 'X-Either' ],
		},
		stamped => {
			secret_file => 'avaya.secret',
			signature   => 'X-Stamped',
			timestamp   => 'json:at',
		},
		names => {
			preset      => 'coral',
			secret_file => 'avaya.secret',
			id          => 'header:X-Coral',
			type        => 'header:X-CORAL-EVENT',
		},
		hubspot => {
			secret_file => 'avaya.secret',
			public_url         => 'https://h.invalid/',
		},
		zendesk => { secret_file => 'avaya.secret' },
		tok => {
			secret_file => secret('tok.secret', 'first', 'second'),
			scheme      => 'token',
			signature   => 'Authorization',
			prefix      => 'Bearer ',
		},
		binary => {
			secret_file => secret('binary.secret', '00ff'),
			scheme      => 'token',
			signature   => 'X-Token',
			secret_encoding         => 'hex',
		},
	});

# The headers as a hash, lower case.
sub sign {
	my ($args, $body) = @_;
	my ($status, $out, $err) = run([ 'sign', @{$args} ], in => $body);
	is($status, 0, "sign @{$args}") or diag($err);
	is($err, '', 'without a word');
	return map { my ($n, $v) = split /: /, $_, 2; (lc $n => $v) }
	    split /\n/, $out;
}

sub refused {
	my ($args, $body, $err, $name) = @_;
	return is_run([ 'sign', @{$args} ], { in => $body }, 1, '', $err,
		$name);
}

# Coral, with the vector of its secrets.
my $body = coral_body();
is(length $body, 357, 'the body of the vector');
is_run(['sign', 'coral'], { in => $body }, 0, <<'OUT' =~ s/\\\n//gr, '', 'coral');
Content-Type: application/json
X-Coral-Event: STORY_CREATED
X-Coral-Signature: \
sha256=044196bad5bd2fbfd07b9f9c6906fc197a53cd1a3ab7868fee1c1812f46c3052,\
sha256=68e5ad77a6c7d3dbec93f4b8b3e4a54ff5da22dafeb8f2dc7b780e835ed40270
OUT

# Whatever the bytes are.
for my $bytes ("\0", "\r\n", "\xff\xfe", "a" x 200_000, '{"type":7}') {
	my %got = sign(['coral'], $bytes);
	is( $got{'x-coral-signature'},
		join(',',
			map { 'sha256=' . hmac_sha256_hex($bytes, $_) }
			    CORAL_OLD, CORAL_NEW),
		'coral signs ' . length($bytes) . ' bytes');
	is($got{'x-coral-event'}, $bytes =~ /type/ ? 7 : undef,
		'and its type, if it has one');
}
refused(['coral'], '', qr/\Ahookdir: error: coral: the body lacks what is/,
	'nothing to sign');
refused(['coral'], '{"type":"a\r\nX-Other: b"}',
	qr/X-Coral-Event: no header can carry this value/,
	'a type cannot smuggle a header in');
refused(['coral'], "{\"type\":\"a\\u007f\"}", qr/no header can carry/,
	'nor a control character');
refused(['coral', '-t', 1], $body, qr/coral: signs no time/,
	'Coral signs no time');

# NVSEP and Vorsto, with their vectors.
my %got = sign(['nvsep'],
	    '{"id":"20c6d434-9f90-48e4-a246-993ffab00477",'
	  . '"type":"cfs_exclusions.created",'
	  . '"createdAt":"2023-01-01T12:00:01Z","version":"1.0",'
	  . '"data":{"id":"44cd42ee-1982-423a-9b76-e629f952df88"}}');
is_deeply(
	\%got,
	{
		'content-type'        => 'application/json',
		'x-nvsep-hmac-sha256' =>
		    'cI0pk25QGGFD2FS9Uhf5aWPKyMCVnpZwVyfv9f5v5Xk='
	},
	'nvsep: base64');
%got = sign(['vorsto'], '{"message":{}}');
is($got{'x-signature'}, hmac_sha256_hex('{"message":{}}', 'your_api_key'),
	'vorsto: hex');

# Spaces: the same data in its three bodies, and the body itself.
my $data = '{"event":"space.created","topicId":"5f1e"}';
my $mac  = 'c5058dfe685c55ebb30ca5eb768f8131c684a02c06017afafaad388b5d4de688';
my $form = 'application/x-www-form-urlencoded';
for (
	[
		'data=%7B%22event%22%3A%22space.created%22%2C%22topicId%22%3A'
		    . '%225f1e%22%7D',
		$form, $mac
	],
	[
		'{"data":"{\"event\":\"space.created\",\"topicId\":\"5f1e\"}"}',
		'application/json', $mac
	],
	[
		" \r\n\t{\"data\":$data}", 'application/json', $mac
	],
	[
		'[]', 'application/json', hmac_sha256_hex('v0:1672574401:[]', $avaya)
	],
	[ '', undef, undef ],
    )
{
	my ($in, $type, $want) = @{$_};
	if (!defined $want) {
		refused(['spaces'], $in, qr/spaces: the body lacks/, 'empty');
		next;
	}
	%got = sign([ 'spaces', '-t', 1672574401 ], $in);
	is($got{'x-spaces-signature'}, $want, 'spaces: signature');
	is($got{'x-spaces-request-timestamp'}, 1672574401, 'spaces: time');
	is($got{'content-type'}, $type, 'spaces: type');
}
%got = sign(['spaces'], "{\"data\":$data}");
my $ts = $got{'x-spaces-request-timestamp'};
ok(abs(time - $ts) < 30, 'without -t it is the time now');
is($got{'x-spaces-signature'}, hmac_sha256_hex("v0:$ts:$data", $avaya),
	'and that is what is signed');
refused([ 'spaces', '-t', 'soon' ], $data, qr/spaces: soon is not a time/,
	'-t that is not a time');
refused([ 'spaces', '-t', '' ], $data, qr/no header can carry/, '-t of nothing');
refused([ 'spaces', '-t', "1\n2" ], $data, qr/no header can carry/,
	'-t with a line end');
%got = sign([ 'spaces', '-t', '1672574401' ], "{\"data\":$data}");
is($got{'x-spaces-signature'},
	hmac_sha256_hex("v0:1672574401:$data", $avaya),
	'-t is taken verbatim');

# Elements: time first, then each secret's.
my $stripe = qq({\n  "id": "evt_test_webhook",\n  "object": "event",\n)
    . qq(  "data": { "object": { "id": "rdr_123", )
    . qq("object": "terminal.reader" } }\n});
%got = sign([ 'stripe', '-t', 1614265330 ], $stripe);
is( $got{'stripe-signature'},
	't=1614265330,v1='
	  . hmac_sha256_hex("1614265330.$stripe", 'whsec_test_secret')
	  . ',v1='
	  . hmac_sha256_hex("1614265330.$stripe", 'another'),
	'stripe');
refused([ 'stripe', '-t', '1,2' ], $stripe, qr/stripe: 1,2 is not a time/,
	'-t with a separator');
%got = sign([ 'sanity', '-t', 1633519811129 ], '{"_id":"resume"}');
is($got{'sanity-webhook-signature'},
	't=1633519811129,v1=tLa470fx7qkLLEcMOcEUFuBbRSkGujyskxrNXcoh0N0',
	'sanity: base64url and milliseconds, by its published vector');
my ($plus) = grep {
	hmac_sha256_base64("1.$_", 'test') =~ m{\+.*/}
} 1 .. 1000;
%got = sign([ 'sanity', '-t', 1 ], $plus);
is($got{'sanity-webhook-signature'},
	't=1,v1=' . hmac_sha256_base64("1.$plus", 'test') =~ tr{+/}{-_}r,
	'both characters of base64url');

# Times as the provider writes them.
%got = sign(['hubspot'], '[]');
my $ms = $got{'x-hubspot-request-timestamp'};
like($ms, qr/\A\d{13}\z/, 'hubspot: milliseconds');
cmp_ok(abs($ms / 1000 - time), '<', 60, 'of now');
is($got{'x-hubspot-signature-v3'},
	hmac_sha256_base64("POSThttps://h.invalid/[]$ms", $avaya) . '=',
	'which are signed');
%got = sign(['zendesk'], '{}');
my $rfc = $got{'x-zendesk-webhook-signature-timestamp'};
like($rfc, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z\z/,
	'zendesk: RFC 3339');
is($got{'x-zendesk-webhook-signature'},
	hmac_sha256_base64("${rfc}{}", $avaya) . '=', 'which is signed');

# Standard Webhooks: an id made up for the header.
%got = sign([ 'standard', '-t', 1614265330 ], '{"test": 2432232314}');
like($got{'webhook-id'}, qr/\A$uuid\z/, 'a fresh id');
is($got{'webhook-type'}, 'sample', 'a type');
is( $got{'webhook-signature'},
	'v1,'
	  . hmac_sha256_base64(
		"$got{'webhook-id'}.1614265330.{\"test\": 2432232314}",
		decode_base64(substr $whsec, 6))
	  . '=',
	'its signature');
my %other = sign([ 'standard', '-t', 1614265330 ], '{}');
isnt($other{'webhook-id'}, $got{'webhook-id'}, 'another id each time');

# Other places for signatures.
%got = sign(['numbered'], 'x');
is($got{'x-sig-1'}, hmac_sha512_hex('x', 'one'), 'numbered: 1');
is($got{'x-sig-2'}, hmac_sha512_hex('x', 'two'), 'numbered: 2');
ok(!exists $got{'x-sig-3'}, 'numbered: no 3');
refused(['inside'], '{}', qr/inside: puts its signature into the body/,
	'a signature in the body');
%got = sign(['either'], 'x');
is($got{'x-either'}, hmac_sha256_hex('x', $avaya), 'the other place');
%got = sign(['stamped'], my $now = '{"at":' . time . '}');
is($got{'x-stamped'}, hmac_sha256_hex($now, $avaya), 'a time in the body');
refused(['stamped'], '{"at":1}', qr/stamped: at: signed \d+ s ago/,
	'what the receiver would refuse is not printed');
refused(['stamped'], '{}', qr/stamped: the body lacks the signed time/,
	'no time in the body');
refused([ 'stamped', '-t', 1 ], $now, qr/signs no time that/,
	'-t cannot change the body');

# URLs: the published one, never that of the command line; the path.
%got = sign(['square'], '{"data":{"type":"webhooks","id":">id<"}}');
is($got{'x-square-hmacsha256-signature'},
	'Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=',
	'square, by the vector of its SDK');
%got = sign([ 'twilio', 'http://127.0.0.1/' ],
	    'CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309'
	  . '&To=%2B18005551212&Caller=%2B14158675309');
is($got{'x-twilio-signature'}, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
	'twilio, by the vector of its SDK');
is($got{'content-type'}, $form, 'as a form');
%got = sign([ 'twilio-call', 'http://127.0.0.1/?customer=42&x=a%20b' ],
	    'AccountSid=ACxxxxxxx&CallSid=CA1234567890ABCDE'
	  . '&CallStatus=completed&From=%2B14158675309&To=%2B18005551212');
is($got{'x-twilio-signature'}, 'WjaWT8ilr9SRKJgVEyf7q8kUa7Y=',
	'twilio, with the query of a call');
for (
	[ 'http://h/a/b?c=d', '/a/b?c=d' ],
	[ 'https://h:1/',     '/' ],
	[ 'http://h',         '/' ],
	[ 'http://h?x',       '/?x' ],
	[ 'http://h/a#b',     '/a' ],
	[ 'http://h#b',       '/' ],
    )
{
	%got = sign([ 'target', $_->[0] ], 'x');
	is($got{'x-target-signature'},
		hmac_sha1_hex("POST $_->[1] x", $avaya), "path of $_->[0]");
}
refused([ 'target', 'http://h/' . 'x' x 8192 ], 'x', qr/the URL is over/,
	'a long URL');
refused(['target'], 'x', qr/target: signs the path of the URL/, 'a target without a URL');
is_run([ 'sign', 'target', $_ ], { in => 'x' }, 2, '', qr/not a URL/,
	"not a URL: $_")
    for 'h/a', 'ftp://h/', "http://h/ x", "http://h/\n", "http://h/\x7f";

# A header comes once, and names that begin alike are not the same.
my ($rc, $text) = run([ 'sign', 'names' ], in => '{"type":"x"}');
like($text, qr/^X-Coral: $uuid$/m,       'the id');
like($text, qr/^X-Coral-Event: x$/m,     'the type of the body');
is((() = $text =~ /coral-event/gi), 1, 'is there once');
like((run([ 'sign', 'names' ], in => '{}'))[1],
	qr/^X-CORAL-EVENT: sample$/m, 'else one that is made up');
is_run([ 'sign', 'coral' ], { stdin => $dir }, 1, '',
	qr/\Ahookdir: error: standard input: cannot be read: Is a directory/,
	'a directory as standard input');

# Tokens.
%got = sign(['tok'], 'anything');
is($got{authorization}, 'Bearer first', 'the first secret as a token');
my ($status, $out, $err) = refused(['binary'], 'x',
	qr/binary: X-Token: no header can carry this value/,
	'a secret that is no header value');
unlike($err, qr/\x00|\xff|00ff|\\xff/, 'and it is not shown');

done_testing();
