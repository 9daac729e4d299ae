#!/usr/bin/perl
# hookdir explain: each line of hookdir-explain(1)'s list of mistakes.  The mistake
# is made, and named.  The same delivery with a signature that nothing here makes
# looks just like it: then nothing is named.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_hex hmac_sha256 hmac_sha256_hex hmac_sha512_hex);
use FindBin;
use MIME::Base64 qw(encode_base64);
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

my $dir     = folder();
my $unknown = 'nobody-here-has-this';
my $at      = 'https://hooks.example.com/hooks/p';
my $pretty  = "{\n  \"a\": 1,\n  \"b\": \"caf\xc3\xa9/\"\n}";
my $compact = "{\"a\":1,\"b\":\"caf\xc3\xa9/\"}";
my %b       = (others => { b => { signature => 'X-B',
	secret_file => secret('b.secret', 'the-other-secret') } });

# A delivery whose signature, in this header, is of this text.
sub of {
	my ($text, $came, %how) = @_;
	return sub {
		my ($key) = @_;
		return saved([ @{ $how{with} // [] }, $how{header} // 'X-Own-Signature',
			($how{prefix} // 'sha256=')
			    . ($how{mac} // \&hmac_sha256_hex)->($text, $key) ],
			$came // $text, line => "POST @{[ $how{uri} // '/hooks/p' ]} HTTP/1.1");
	};
}

# The line of the table, what is done wrong, the delivery by its key, what is
# said, and the rest.
my @case = (
	['secret', 'white space', of($body), qr/has white space at an end/,
		secret => "$secret \n"],
	['secret', 'quotes', of($body), qr/is in quotes/, secret => qq("$secret"\n)],
	['secret', 'a byte order mark', of($body), qr/begins with a byte order mark/,
		secret => "\xef\xbb\xbf$secret\n"],
	['secret', 'a name', of($body), qr/has a name and =/, secret => "A=$secret\n"],
	['secret', 'whsec_ too much', of($body), qr/begins with whsec_, which/,
		secret => "whsec_$secret\n"],
	['secret', 'whsec_ lacking', of($body), qr/lacks whsec_/,
		key => "whsec_$secret"],
	['secret', 'not decoded', of($body), qr/^"secret_encoding": "hex"$/,
		secret => unpack('H*', $secret) . "\n"],
	['secret', 'of another provider', of($body),
		qr/^the secret of the provider "b"/, key => 'the-other-secret', %b],
	['secret', 'a line end at the sender', of($body), qr/is right, but the sender/,
		key => "$secret\n"],
	['signature', 'another header', of($body, undef, header => 'X-Sig'),
		qr/^"signature": "X-Sig"$/],
	['signature', 'another prefix', of($body, undef, prefix => 'v1='),
		qr/^"prefix": "v1="$/],
	['signature', 'a separator',
		of($body, undef, prefix => 'sha256=' . '0' x 64 . ',sha256='),
		qr/^"separator": ","$/],
	['signature', 'another digest', of($body, undef, mac => \&hmac_sha512_hex),
		qr/"digest": "sha512"/],
	['signature', 'the secret itself', of($body, undef, prefix => '',
			mac => sub { $_[1] }), qr/^"scheme": "token"/],
	['signed text', 'another template', of("$now.$body", $body,
			with => [ 'X-Own-Time', $now ]),
		qr/"signed_payload": "\{ts\}\.\{body\}"/],
	['signed text', 'the time elsewhere', of("$now.$body", $body,
			with => [ 'X-Time', $now ]), qr/^"timestamp": "header:X-Time"$/,
		entry => {%timed}],
	(map { [ 'URL', $_->[0], of("$_->[1]$body", $body,
			with => [ 'Host', $_->[2] // 'hooks.example.com' ],
			uri => $_->[3]),
			qr/^"public_url": "\Q$_->[1]\E"$/,
			entry => { %own, signed_payload => '{url}{body}',
				public_url => $at } ] } (
		['http', $at =~ s/https/http/r], ['a slash', "$at/"],
		['a port', $at =~ s/com/com:8443/r], ['a query', "$at?a=1", undef, '/hooks/p?a=1'],
		['a host', $at =~ s/hooks\.ex/in.ex/r, 'in.example.com'])),
	['body', 'a line end', of("$body\n", $body), qr/with a line end \(LF\)/],
	['body', 'indented', of($compact, $pretty), qr/as compact JSON/],
	['body', 'not indented', of($pretty, $compact), qr/as JSON indented by 2/],
	['body', 'characters', of($compact =~ s/\xc3\xa9/\\u00e9/r, $compact),
		qr/not ASCII as \\u00ab/],
	['body', 'slashes', of($compact =~ s{/}{\\/}r, $compact), qr{with / as \\/}],
	['body', 'base64', of($body, encode_base64($body, '')), qr/this base64/],
	['body', 'Latin-1', of($body, $body =~ s/\xc3\xa9/\xe9/r), qr/in Latin-1/],
	['time', 'a clock', of($now - 900 . ".$body", $body,
			with => [ 'X-Own-Time', $now - 900 ]),
		qr/^the clock, which is off by 900 s/, entry => {%timed},
		args => [ '-t', $now ], late => 1],
	['preset', 'another', of($body, undef, prefix => '',
			header => 'X-Nvsep-Hmac-Sha256'), qr/^"preset": "nvsep"/,
		entry => { preset => 'github', secret_file => 'a.secret' }],
	['all of it', 'another provider', of($body, undef, header => 'X-B',
			prefix => ''), qr/this is a delivery for the provider "b"/,
		key => 'the-other-secret', %b],
);

for my $case (@case) {
	my ($line, $name, $request, $said, %how) = @{$case};
	my $key = delete $how{key} // $secret;

	named("$line: $name", $said, $request->($key), %how);
	my ($status, $change, $out, $err) = judge($request->($unknown), %how);
	is($status, 1, "$line: $name, by nobody's secret");
	like($change, qr/^none /, 'is no such mistake') or diag($out, $err);
}

# Each line of the list has a case.
my ($list) = slurp("$FindBin::Bin/../../man/hookdir-explain.1")
    =~ /^\.It preset\n(.*?)^\.El$/ms;
my %seen = map { $_->[0] => 1 } @case;
my @line = ('preset', ($list // '') =~ /^\.It (.+)$/mg);
cmp_ok(scalar @line, '>=', 8, 'there is a list');
is(join(', ', grep { !$seen{$_} } @line), '', 'every line of it is tried');

# What is like a mistake, and is right.
for my $case (['quotes that belong to it', qq("$secret")], ['a name', "A=$secret"],
	['whsec_', "whsec_$secret"], ['white space', " $secret "],
	['hexadecimal', unpack 'H*', $secret]) {
	my ($name, $text) = @{$case};
	verifies("right: $name", of($body)->($text), secret => "$text\n");
}
quiet($unknown, 'the-other-secret');
done_testing();
