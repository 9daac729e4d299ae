#!/usr/bin/perl
# hookdir explain: what others changed on the way is named: the URL, the body.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Explain;
use Test::More;

# --- the URL ---

my $at = 'https://hooks.example.com/hooks/p';
my %url = (%own, signed_payload => '{url}{body}', public_url => $at);
for my $case (
	['http', 'http://hooks.example.com/hooks/p'],
	['a slash behind it', "$at/"],
	['a port', 'https://hooks.example.com:8443/hooks/p'],
	['the port of https', 'https://hooks.example.com:443/hooks/p'],
	['a query', "$at?a=1", line => 'POST /hooks/p?a=1 HTTP/1.1'],
	['another host', 'https://other.example.com/hooks/p',
		host => 'other.example.com'],
	['another path', 'https://hooks.example.com/in/p',
		line => 'POST /in/p HTTP/1.1'],
	['all that came', 'http://in.example.org:8080/in/p?x',
		line => 'POST /in/p?x HTTP/1.1', host => 'in.example.org:8080']) {
	my ($name, $url, %how) = @{$case};
	named("url: $name", qq("public_url": "$url"),
		saved([ 'Host', $how{host} // 'hooks.example.com',
			@{ own("$url$body") } ], $body, %how), entry => {%url});
}
named('url: without its slash', qq("public_url": "$at"),
	saved(own("$at$body"), $body), entry => { %url, public_url => "$at/" });
named('url: without its port', qq("public_url": "$at"),
	saved(own("$at$body"), $body),
	entry => { %url, public_url => 'https://hooks.example.com:444/hooks/p' });
named('url: with a password, which is not shown',
	'"public_url": "http://***@h.example.com/p"',
	saved(own("http://u:pass-word\@h.example.com/p$body"), $body),
	entry => { %url, public_url => 'https://u:pass-word@h.example.com/p' });
my %uri = (%own, signed_payload => '{method}{uri}{body}');
for my $case (
	['/hooks/p', '/hooks/p/'], ['/hooks/p/', '/hooks/p'],
	['/hooks/p?a=b', '/hooks/p'],
	['/in/p', '/hooks/p', 'X-Original-URI' => '/in/p']) {
	my ($was, $came, @more) = @{$case};
	my ($sent) = $was =~ /\?/ ? $came : $was;
	my ($is)   = $was =~ /\?/ ? $was  : $came;
	named("target: sent to $sent, came to $is",
		'what changes the path on its way, such as a proxy or the server: it '
		. "was sent to $sent",
		saved([ @more, @{ own("POST$sent$body") } ], $body,
			line => "POST $is HTTP/1.1"), entry => {%uri});
}

# --- the body ---

my $by = 'what rewrites the body on its way, such as a proxy or the program that '
    . 'saved it: it was signed ';
my %hand = (
	compact => $body,
	spaced  => '{"id": "e-1", "text": "caf' . "\xc3\xa9"
	    . ' a/b <b>", "n": [1, {}]}',
	two => "{\n  \"id\": \"e-1\",\n  \"text\": \"caf\xc3\xa9 a/b <b>\",\n"
	    . "  \"n\": [\n    1,\n    {}\n  ]\n}",
);
(my $four = $hand{two}) =~ s/^( +)/$1$1/mg;
(my $tab = $hand{two}) =~ s/^( +)/"\t" x (length($1) \/ 2)/meg;
(my $crlf = $hand{two}) =~ s/\n/\r\n/g;
my $python = $hand{spaced} =~ s/\xc3\xa9/\\u00e9/r;
my $php    = $body =~ s/\xc3\xa9/\\u00e9/r =~ s{/}{\\/}r;
my $java   = $body =~ s/\xc3\xa9/\\u00E9/r;
my $go     = $body =~ s/<b>/\\u003cb\\u003e/r;
for my $case (
	['a line end that was lost', "$body\n", $body,
		'with a line end (LF) behind it'],
	['a line end that was added', $body, "$body\n",
		'without the line end behind it'],
	['CR LF that was added', $body, "$body\r\n",
		'without the line end behind it'],
	['CR LF that was lost', "$body\r\n", $body,
		'with a line end (CR LF) behind it'],
	['blanks that were added', $body, " \n$body \n\n",
		'without the white space around it'],
	['CR LF made LF', "a=1\r\nb=2\r\nc", "a=1\nb=2\nc",
		'with CR LF in place of LF'],
	['LF made CR LF', "a=1\nb=2\nc", "a=1\r\nb=2\r\nc",
		'with LF in place of CR LF'],
	['a byte order mark that was added', $body, "\xef\xbb\xbf$body",
		'without the byte order mark before it'],
	['a byte order mark that was lost', "\xef\xbb\xbf$body", $body,
		'with a byte order mark before it'],
	['made pretty', $body, $hand{two}, 'as compact JSON, without blanks'],
	['made compact', $hand{two}, $body, 'as JSON indented by 2'],
	['made compact, of four', $four, $body, 'as JSON indented by 4'],
	['made compact, of tabs', $tab, $body, 'as JSON indented by a tab'],
	['made compact, of CR LF', $crlf, $body,
		'as JSON indented by 2, in lines that end in CR LF'],
	['made compact, of blanks', $hand{spaced}, $body,
		'as JSON with a blank after each , and :'],
	['made compact, a line end lost', "$hand{two}\n", $body,
		'as JSON indented by 2, with a line end (LF) behind it'],
	['unescaped', $body =~ s/\xc3\xa9/\\u00e9/r, $body,
		'as JSON, with what is not ASCII as \\u00ab'],
	['unescaped, of upper case', $java, $body,
		'as JSON, with what is not ASCII as \\u00AB'],
	['escaped', $body, $java, 'as JSON, with what is not ASCII as it is'],
	['slashes unescaped', $body =~ s{/}{\\/}r, $body, 'as JSON, with / as \\/'],
	['slashes escaped', $body, $body =~ s{/}{\\/}r, 'as JSON, with / as it is'],
	['marks unescaped', $go, $body,
		'as JSON, with <, > and & as \\u003c and the like'],
	['marks escaped', $body, $go, 'as JSON, with <, > and & as they are'],
	["PHP's made JavaScript's", $php, $body,
		'as JSON, with what is not ASCII as \\u00ab, with / as \\/'],
	["Python's made JavaScript's", $python, $body,
		'as JSON with a blank after each , and :, with what is not ASCII as '
		. '\\u00ab'],
	['of two characters for one', '{"a":"\\ud83d\\ude00"}',
		"{\"a\":\"\xf0\x9f\x98\x80\"}",
		'as JSON, with what is not ASCII as \\u00ab']) {
	my ($name, $was, $came, $what) = @{$case};
	named("body: $name", "$by$what", saved(own($was), $came));
}
named('body: also where a time is signed', "${by}without the line end behind it",
	saved(timed($body, 1000), "$body\n"), entry => {%timed}, late => 1);

# --- what no way of writing JSON makes sense of ---

my $known = 'none of ';
for my $odd ('[' x 100_000, '{"a":"\\', '{"a":"\\u00', '{"a":"\\ud83d\\u00e9"}',
	'{"a":"\\ud83d"}', '{"a":"\\ude00"}', "{\"a\":\"\xc3\"}", "[\"\xff\xfe\"]",
	"[\"\xf0\x9f\x98\"]", ']', '[]]', '{', '[1,', '"', "\0", "{\"\0\":1}",
	'[{}, [ ], {"a":[]}]', '', "\n", 'a=1&b=%2', "[\"\xf4\x90\x80\x80\"]") {
	my ($status, $change, $out, $err) = judge(saved(own("x$odd"), $odd));
	is("$status $err", '1 ', 'an odd body: ' . length($odd) . ' bytes');
	like($change // $out, qr/^\Q$known/, 'is looked at, and no more')
	    if $odd ne '';
}
quiet('pass-word');
done_testing();
