#!/usr/bin/perl
# hookdir explain: what was done to a body is undone where it can be, and is
# named where it cannot.
use strict;
use warnings;
use FindBin;
use IO::Compress::Deflate qw(deflate);
use IO::Compress::Gzip qw(gzip);
use MIME::Base64 qw(encode_base64);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $unknown = 'nobody-here-has-this';
my $by = 'what rewrites the body on its way, such as a proxy or the program that '
    . 'saved it: it was signed ';

# --- what can be undone ---

my $latin1 = $body =~ s/\xc3\xa9/\xe9/r;
(my $utf16 = $body =~ s/\xc3\xa9/\xe9/r) =~ s/(.)/$1\0/gs;
my $escaped = '"' . ($body =~ s/"/\\"/gr) . '"';
my $form = 'payload=' . ($body =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger);
for my $case (
	['base64', $body, encode_base64($body, ''),
		'as the bytes that this base64 stands for'],
	['base64 with a line end', $body, encode_base64($body, '') . "\n",
		'as the bytes that this base64 stands for'],
	['a JSON string', $body, $escaped, 'as the JSON that is in this JSON string'],
	['a form', $body, $form, 'as the JSON in the field payload of this form'],
	['UTF-16', $body, $utf16, 'in UTF-8, and came in UTF-16'],
	['UTF-16 with its mark', $body, "\xff\xfe$utf16",
		'in UTF-8, and came in UTF-16'],
	['Latin-1', $body, $latin1, 'in UTF-8, and came in Latin-1'],
	['UTF-8 of Latin-1', $latin1, $body,
		'in Latin-1, or was encoded as UTF-8 once more on its way'],
	['UTF-8 twice', $body, $body =~ s/\xc3\xa9/\xc3\x83\xc2\xa9/r,
		'in Latin-1, or was encoded as UTF-8 once more on its way']) {
	my ($name, $was, $came, $what) = @{$case};
	named("undone: $name", "$by$what", saved(own($was), $came));
}

# --- compressed, before or after it was signed ---

my ($packed, $deflated) = ('', '');
gzip(\$body, \$packed) && deflate(\$body, \$deflated) or die 'cannot compress';
my %decompress = (entry => { %own, decompress => JSON::PP::true });
my $lost = 'what removes Content-Encoding on its way: the body is compressed '
    . '(%s), and the text in it was signed. Let the header arrive';
for my $case (['gzip', $packed], ['deflate', $deflated]) {
	my ($coding, $bytes) = @{$case};
	my @says = ('Content-Encoding', $coding);
	my $after  = saved([ @{ own($body) }, @says ], $bytes);
	my $before = saved([ @{ own($bytes) }, @says ], $bytes);

	named("$coding after it was signed", '"decompress": true', $after);
	verifies("$coding, and the entry says so", $after, %decompress);
	verifies("$coding before it was signed", $before);
	named("$coding before it was signed, and the entry says after",
		'"decompress": null', $before, %decompress);
	named("$coding, and its header is lost", sprintf($lost, $coding)
		. ', and set "decompress": true', saved(own($body), $bytes));
	named("$coding, its header is lost, and the entry says after",
		sprintf($lost, $coding), saved(own($body), $bytes), %decompress);
	named("$coding after it was signed, by another preset's sender",
		qr/^"preset": "github"; remove "signature"/,
		saved([ 'X-Hub-Signature-256', 'sha256=' . hex_of($body),
			'X-GitHub-Event', 'push', 'X-GitHub-Delivery', 'a-1', @says ], $bytes),
		%decompress);
	my $out = shows("$coding, and another secret", saved([ 'Content-Length',
		length $bytes, @{ own($body, $unknown) }, @says ], $bytes),
		%decompress, possible => [qr/^another secret signs/],
		not => [ qr/Content-Length says/, qr/Content-Encoding/, qr/compress/ ]);
	like($out, qr/^decoded    $coding: \d+ bytes are \d+ bytes$/m, 'it says so');
	unlike($out, qr/Content-Length says/, 'nothing is wrong with its length');
}


# Without a provider, an entry decompresses too, and broken ones are looked at.
secret('quoted.secret', '"whsec_' . encode_base64('K' x 24, '') . '"');
secret('a.secret', $secret);
settings({ p => $decompress{entry}, q => { preset => 'standard-webhooks',
	secret_file => 'quoted.secret' } });
my ($status, $out) = run([ 'explain', '-' ], in => saved([ @{ own($body) },
	'Content-Encoding', 'gzip', 'webhook-signature', 'v1,x' ], $packed));
is($status, 0, 'compressed, without a provider');
like($out, qr/^entry +p: it verifies/m, 'by its entry');
like($out, qr/^entry +q: it looks like one for this entry, but/m,
	'and the broken one is looked at');

# --- a secret in a body or a name is not shown, however it is written ---

my $hidden = $secret;
for my $form ($hidden, uc unpack('H*', $hidden), encode_base64($hidden, ''),
	encode_base64("x$hidden:y", ''), encode_base64("xy$hidden.", ''),
	$hidden =~ s/-/%2d/gr, $hidden =~ s/-/\\u002d/gr) {
	my (undef, undef, $text) = judge(saved(own('x'), qq({"a":"$form"})));
	is(index($text, $form), -1, "not shown: $form");
	like($text, qr/not shown: it has a password in it/, 'which it says');
}
my (undef, undef, $text) = judge(saved([ "X-\U$secret\E", 1 ], $body));
unlike($text, qr/\Q$secret\E/i, 'nor in the name of a header');
settings({ p => {%own}, b => { secret_env => 'HOOK_BROKEN', digest => 'sha3' } });
(undef, $text) = run([ 'explain', 'p', '-' ], in => saved(own('x'),
	'{"a":"the-hidden-variable"}'), env => { HOOK_BROKEN => 'the-hidden-variable' });
like($text, qr/^signed/m, 'an entry beside a broken one');
unlike($text, qr/the-hidden-variable/, 'whose secret is not shown');

verifies('a form that is signed as it is', saved(own($form), $form));
verifies('base64 that is signed as it is',
	saved(own(encode_base64($body)), encode_base64($body)));

# --- what is seen, and no more ---

my ($gzip, $zlib, $ascii) = ('', '', '{"a":"b","c":[1,2,3]}');
gzip(\$body, \$gzip) && deflate(\$body, \$zlib) or die 'cannot compress';
my %json = (type => 'application/json');

# One that came, with the headers that it came with.
sub came {
	my ($text, %with) = @_;
	my @h = @{ own($text, $unknown) };
	push @h, 'Content-Type', $with{type} if $with{type};
	push @h, 'Content-Encoding', $with{coding} if $with{coding};
	push @h, 'Content-Length', $with{length} // length $text;
	return saved(\@h, $text);
}
my @case = (
	['gzip', $gzip, {}, qr/^the body is compressed \(gzip\)$/],
	['gzip, as its header says', $gzip, { coding => 'gzip' },
		qr/^the body is compressed \(gzip\)$/],
	['deflate', $zlib, {}, qr/^the body is compressed \(deflate\)$/],
	['brotli', "\x8b\x05\x80\xff\xfe", { coding => 'br' },
		qr/^the body is binary, and Content-Encoding says/],
	['no gzip, though its header says so', $ascii, { coding => 'gzip' },
		qr/^Content-Encoding says that the body is compressed, and it is/],
	['cut off', substr($body, 0, -3), {%json},
		qr/^the body is JSON that ends in the middle$/],
	['cut off in a string', '{"a":"b}', {%json},
		qr/^the body is JSON that ends in the middle$/],
	['shorter than it says', $ascii, { length => 100 },
		qr/^the body is shorter than Content-Length says$/],
	['longer than it says', $ascii, { length => 3 },
		qr/^the body is longer than Content-Length says$/],
	['a form for JSON', 'a=1&b=%20', {%json},
		qr/^the body is a form, and Content-Type says JSON$/],
	['JSON for a form', $ascii, { type => 'application/x-www-form-urlencoded' },
		qr/^the body is JSON, and Content-Type says a form$/],
	['JSON in a form', 'payload=%7B%22a%22%3A1%7D',
		{ type => 'application/x-www-form-urlencoded' },
		qr/^the body is a form with JSON in its field payload$/],
	['base64', encode_base64($ascii, ''), {%json}, qr/^the body is base64 of J/],
	['a JSON string', '"{\\"a\\":1}"', {%json},
		qr/^the body is a JSON string that has JSON in it$/],
	['Python', q({'a': 1, 'b': None}), {%json},
		qr/^the body is what Python prints of a value/],
	['[object Object]', '[object Object]', {%json},
		qr/^the body is the text \[object Object\]$/],
	['UTF-16', $utf16, {%json}, qr/^the body is in UTF-16$/],
	['Latin-1', $latin1, {%json}, qr/^the body is not in UTF-8: it may be in L/],
	['characters that were lost', "{\"a\":\"caf\xef\xbf\xbd\"}", {%json},
		qr/^the body has U\+FFFD in it/],
	['UTF-8 twice', "{\"a\":\"caf\xc3\x83\xc2\xa9\"}", {%json},
		qr/^the body seems to be encoded as UTF-8 twice$/],
	['a byte order mark', "\xef\xbb\xbf$ascii", {%json},
		qr/^the body begins with a byte order mark$/],
	['nothing', '', {%json}, qr/^the body is empty$/],
	['no JSON', '{"a":1,}', {%json}, qr/^the body is no valid JSON$/],
);
for my $case (@case) {
	my ($name, $text, $with, $known) = @{$case};
	my @not = map { $_->[3] } grep { "$_->[3]" ne "$known" } @case;
	shows("seen: $name", came($text, %{$with}), known => [$known],
		not => \@not);
}

# What is as it should be is not named.
my @none = map { $_->[3] } @case;
for my $case (['JSON', $body, {%json}], ['compact', $ascii, {%json}],
	['a list', '[1,{"a":"}"}]', {%json}], ['a string with \\', '{"a":"\\\\"}', {}],
	['a form', 'a=1&b=2', { type => 'application/x-www-form-urlencoded' }],
	['a text', "line\nline\n", { type => 'text/plain' }],
	['bytes', "\0\1\2\xff", { type => 'application/octet-stream' }],
	['a word', 'abcdefgh', { type => 'text/plain' }],
	['a number', '42', {%json}], ['identity', $ascii, { coding => 'identity' }],
	['a line end', "$ascii\n", {%json}]) {
	my ($name, $text, $with) = @{$case};
	shows("not seen: $name", came($text, %{$with}), not => \@none);
}

quiet($unknown);
done_testing();
