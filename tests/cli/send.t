#!/usr/bin/perl
# hookdir send: what arrives is what was signed, and nothing of it is in argv.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_base64 hmac_sha256_hex);
use FindBin;
use IO::Socket::INET ();
use JSON::PP         ();
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

plan skip_all => 'curl is not installed'
    unless grep { -x "$_/curl" } split /:/, $ENV{PATH};
delete @ENV{ grep { /_proxy\z/i } keys %ENV };

my $dir    = folder();
my $avaya  = '98ebda579bbc549fe827952fcdc438134c37cfa5';
my $json   = JSON::PP->new->utf8;
my $secret = 'a-token-that-nobody-may-see';
settings(
	{
		coral => {
			secret_file =>
			    secret('coral.secret', CORAL_OLD, CORAL_NEW)
		},
		nvsep  => { secret_file => secret('nvsep.secret', 'key') },
		vorsto => { secret_file => 'nvsep.secret' },
		spaces => { secret_file => secret('avaya.secret', $avaya) },
		tok    => {
			secret_file => secret('tok.secret', $secret),
			scheme      => 'token',
			signature   => 'X-Token',
			prefix      => 'a "quoted" \\ ',
		},
		inside => {
			secret_file => 'nvsep.secret',
			signature   => 'json:sig',
			signed_payload => '{json:data}',
		},
	});

# One request served by a child: answers with $answer, records what came and
# every command line of the machine that shows what is in it.
sub serve {
	my ($answer) = @_;
	my $listen = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		Listen    => 1
	) or die "listen: $!";
	my $pid = fork // die "fork: $!";
	return ($listen->sockport, $pid) if $pid;
	$SIG{ALRM} = 'DEFAULT';
	alarm 30;
	my $c   = $listen->accept or exit 1;
	my $all = '';
	while ($all !~ /\r\n\r\n/) { sysread $c, $all, 65536, length $all or last }
	my ($head, $body) = split /\r\n\r\n/, $all, 2;
	my ($length) = $head =~ /^content-length: *(\d+)/mi;
	while (length $body < ($length // 0)) {
		sysread $c, $body, 65536, length $body or last;
	}
	my (@seen, @curl);
	for my $file (glob '/proc/[0-9]*/cmdline') {
		open my $fh, '<:raw', $file or next;
		my $line = join ' ', split /\0/, scalar(<$fh>) // '';
		push @curl, $line if $line =~ m{(?:\A|/)curl };
		push @seen, $line if $line =~ /\Q$secret\E|sha256=|X-Coral/;
	}
	spew("$dir/body", $body);
	spew("$dir/request", $json->encode(
		{ head => $head, seen => \@seen, curl => \@curl }));
	syswrite $c, $answer;
	close $c;
	# POSIX::_exit: the parent's folder is not this child's to remove.
	require POSIX;
	POSIX::_exit(0);
}

sub http { "HTTP/1.1 $_[0] X\r\nContent-Length: " . length($_[1]) . "\r\n"
	. ($_[2] // '') . "Connection: close\r\n\r\n$_[1]" }

# Send, and what arrived: (status, stdout, stderr, headers, body, request line)
sub deliver {
	my ($answer, $args, %how) = @_;
	my ($port, $pid) = serve($answer);
	unlink "$dir/request";
	my ($provider, $path, @more) = @{$args};
	my @got = run([ 'send', @more, $provider, "http://127.0.0.1:$port$path" ],
		%how);
	my $request = -e "$dir/request"
	    ? $json->decode(slurp("$dir/request")) : undef;
	kill TERM => $pid;
	waitpid $pid, 0;
	return @got unless $request;
	my ($line, @head) = split /\r\n/, $request->{head};
	my %head;
	for (@head) {
		my ($n, $v) = /\A([^:]+): ?(.*)\z/s or next;
		$head{ lc $n } = exists $head{ lc $n } ? "$head{lc $n}|$v" : $v;
	}
	return (@got, \%head, slurp("$dir/body"), $line, $request);
}

my $body = coral_body();
my ($status, $out, $err, $head, $came, $line, $request) =
    deliver(http(200, '{"received":true}'), [ 'coral', '/hooks/coral?a=[1-2]' ],
	in => $body);
is($status, 0, 'a 200 is a success') or diag($err);
is($out, qq(200 {"received":true}\n), 'code and body of the answer');
is($err, '', 'and no more');
is($line, 'POST /hooks/coral?a=[1-2] HTTP/1.1', 'the request line');
is($came, $body, 'the body arrives byte for byte');
is( $head->{'x-coral-signature'},
	'sha256=044196bad5bd2fbfd07b9f9c6906fc197a53cd1a3ab7868fee1c1812f46c3052,'
	  . 'sha256=68e5ad77a6c7d3dbec93f4b8b3e4a54ff5da22dafeb8f2dc7b780e835ed40270',
	'signed');
is($head->{'content-type'},  'application/json', 'Content-Type, once');
is($head->{'x-coral-event'}, 'STORY_CREATED',    'the event header');
is($head->{'content-length'}, 357, 'Content-Length');
ok(!exists $head->{expect}, 'no Expect: 100-continue');
is_deeply($request->{seen}, [], 'no command line shows a signature');
ok((grep { /curl -q -K \/dev\/fd\/3\z/ } @{ $request->{curl} }),
	'curl was told by a pipe') or diag explain $request->{curl};

# The same with bytes that something might change, and large.
for my $bytes ("\0", "\r\n\0\xff", "\@/etc/passwd", "a" x 3_000_000) {
	($status, $out, $err, $head, $came) =
	    deliver(http(204, ''), [ 'nvsep', '/' ], in => $bytes);
	is($status, 0,         'sent ' . length($bytes) . ' bytes');
	is($out,    "204 \n",  'a 204 has no body');
	ok($came eq $bytes, 'as they are');
	is($head->{'x-nvsep-hmac-sha256'},
		hmac_sha256_base64($bytes, 'key') . '=', 'signed');
	ok(!exists $head->{expect}, 'no Expect: 100-continue');
}

# A token, with what curl's configuration has to quote.
($status, $out, $err, $head, $came, $line, $request) =
    deliver(http(201, 'ok'), [ 'tok', '/' ], in => 'x');
is($status, 0, 'a token') or diag($err);
is($head->{'x-token'}, qq(a "quoted" \\ $secret), 'quoted for curl');
is_deeply($request->{seen}, [], 'no command line shows the token');

# Headers of the user's own, and a signature in the body.
($status, $out, $err, $head, $came) = deliver(http(200, ''),
	[ 'nvsep', '/', '-H', 'X-Own: "a" \\b', '-H', 'user-agent: me',
		'-H', 'Content-Type: text/x', '-H', 'Host: other.invalid' ],
	in => 'x');
is("$status$err", '0', 'with headers of our own') or diag($err);
is_deeply([ @{$head}{qw(x-own user-agent content-type host)} ],
	[ '"a" \\b', 'me', 'text/x', 'other.invalid' ], 'they arrive, once');
($status, $out, $err, $head, $came) =
    deliver(http(200, ''), [ 'inside', '/' ], in => '{"data":"D"}');
is($came, '{"sig":"' . hmac_sha256_hex('D', 'key') . '","data":"D"}',
	'a signature in the body arrives there') or diag($err);
is($head->{'content-length'}, length $came, 'with its length');

# Samples: of each preset, fresh each time.
my $uuid = qr/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
my %seen;
for my $provider (qw(coral nvsep vorsto spaces coral)) {
	($status, $out, $err, $head, $came) =
	    deliver(http(200, ''), [ $provider, '/', $seen{coral} ? '-s' : () ],
		in => '');
	is($status, 0, "a sample of $provider") or diag($err);
	like($came, $uuid, 'with an id');
	ok(!$seen{$came}++, 'that is new');
	unlike($came, qr/\$(?:ID|TIME)/, 'everything is filled in');
	ok(eval { $json->decode($came) }, 'and JSON');
	$seen{$provider} = $came;
}
my $sample = $json->decode($seen{coral});
like($sample->{createdAt}, qr/\A\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z\z/,
	'a time in RFC 3339');
is( (deliver(http(200, ''), [ 'coral', '/', '-s' ], in => 'not this'))[4]
	=~ /STORY_CREATED/, 1, '-s sends the sample whatever stdin is');
like((deliver(http(200, ''), [ 'coral', '/' ], stdin => '/dev/null'))[4],
	qr/STORY_CREATED/, 'so does an empty stdin');
SKIP: {
	# A terminal: TIOCSPTLCK opens its other side, TIOCGPTN is its number.
	my ($unlock, $number) = (pack('i', 0), pack('i', 0));
	my $pty;
	open($pty, '+<', '/dev/ptmx')
	    && ioctl($pty, 0x40045431, $unlock)
	    && ioctl($pty, 0x80045430, $number)
	    && -r '/dev/pts/' . unpack('i', $number)
	    or skip('no pseudo-terminal here', 1);
	like((deliver(http(200, ''), [ 'coral', '/' ],
		stdin   => '/dev/pts/' . unpack('i', $number),
		prepare => sub { alarm 20 }))[4] // '',
		qr/STORY_CREATED/, 'nobody has to type at a terminal');
}
($status, $out, $err, $head, $came) =
    deliver(http(200, ''), [ 'spaces', '/', '-t', 1672574401 ], in => '{}');
is($head->{'x-spaces-signature'},
	hmac_sha256_hex('v0:1672574401:{}', $avaya), '-t sets the signed time');

# Answers that are no success.
for my $code (302, 307, 400, 401, 404, 500, 503) {
	($status, $out) = deliver(
		http($code, 'no', "Location: http://127.0.0.1:1/\r\n"),
		[ 'coral', '/' ], in => $body);
	is($status, 1, "$code is none");
	is($out, "$code no\n", 'and is shown, not followed');
}
($status, $out) = deliver(http(200, "a\tb\n\e[31m\x07\xff\0\x7f"),
	[ 'coral', '/' ], in => $body);
is($out, "200 a\tb\n\\x1b[31m\\x07\\xff\\x00\\x7f\n",
	'an answer cannot play with the terminal');
($status, $out, $err) = deliver(http(200, 'x' x 1_100_000), [ 'coral', '/' ],
	in => $body);
is($status, 1, 'an answer without end');
like($err, qr/coral: the answer is over 1048576 bytes/, 'is given up');
($status, $out, $err) = deliver(http(200, 'x' x 1_000_000), [ 'coral', '/' ],
	in => $body);
is($status, 0, 'a large one is not');
is(length $out, 1_000_005, 'and is shown whole');
($status, $out, $err) =
    deliver("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", [ 'coral', '/' ],
	in => $body);
is($status, 1, 'an answer cut short');
like($err, qr/coral: no answer: curl ended with status 18/, 'is none');
is($out, '', 'and not shown');
($status, $out, $err) = deliver('', [ 'coral', '/' ], in => $body);
is($status, 1, 'a server that hangs up');
like($err, qr/curl: .*\nhookdir: error: coral: no answer: curl ended with/,
	'says curl');

# Nobody there, no URL, no curl.
my $free = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1);
my $port = $free->sockport;
close $free;
is_run([ 'send', 'coral', "http://127.0.0.1:$port/" ], { in => $body }, 1, '',
	qr/curl: .*\nhookdir: error: coral: no answer: curl ended with status 7/,
	'nobody listens');
is_run([ 'send', 'coral', $_ ], { in => $body }, 2, '',
	qr/\Ahookdir: error: .*: not a URL/, "no URL: $_")
    for '127.0.0.1/', 'file:///etc/passwd', "http://h/\nurl = x", '';
is_run([ 'send', 'coral', "http://127.0.0.1:$port/" ],
	{ in => $body, env => { PATH => $dir } }, 1, '',
	qr/coral: curl cannot be started: install the package curl/, 'no curl');
is_run([ 'send', 'nope', "http://127.0.0.1:$port/" ], { in => $body }, 1, '',
	qr/nope: no provider of this name/, 'no such provider');
is_run([ 'send', 'nvsep', '-t', 5, "http://127.0.0.1:$port/" ],
	{ in => $body }, 1, '', qr/nvsep: signs no time/,
	'what cannot be signed is not sent');

is_run([ 'send', 'coral', "http://127.0.0.1:$port/" ], { stdin => $dir }, 1,
	'', qr/coral: cannot be read: Is a directory/, 'a directory as standard input');

# Without a URL. What stands in for curl keeps what it was told, files the event
# as the receiver would, and answers.
mkdir "$dir/bin";
spew("$dir/bin/curl", <<"CURL", 0755);
#!/bin/sh
cat /dev/fd/3 >'$dir/told'
cat >'$dir/body'
echo try >>'$dir/tries'
if [ "\$(wc -l <'$dir/tries')" -le "\${REFUSED:-0}" ]; then
	echo 'curl: (7) refused' >&2
	exit 7
fi
if [ -n "\$FILE_IT" ]; then
	mkdir -p "\$FILE_IT"
	{
		echo "Ce-Id: \${FILE_IT##*/}-id"
		echo "Content-Length: \$(wc -c <'$dir/body')"
		echo 'Ce-Type: T'
		printf 'Ce-Time: 2026-11-21T20:30:00.123456Z\\n\\n'
		cat '$dir/body'
	} >"\$FILE_IT/event"
fi
printf 'said\\n%s\\n%s' "\$REDIRECT" "\${CODE:-200}"
exit "\${ENDED:-0}"
CURL
my %stub = (PATH => "$dir/bin:$ENV{PATH}");
my $all  = $json->decode(slurp("$dir/hookdir.json"))->{providers};

sub told {
	my ($name) = @_;
	return join '|', slurp("$dir/told") =~ /^\Q$name\E = "(.*)"$/mg;
}

# Without: (status, stdout, stderr) of send coral, where the answer is so.
sub without_url {
	my (%env) = @_;
	return run([qw(send -s coral)], env => { %stub, %env });
}

($status, $out, $err) = without_url(FILE_IT => "$dir/inbox/coral/new");
is("$status$err", '0', 'without a URL') or diag($err);
is(told('url'), 'http://127.0.0.1/hooks/coral', 'to this machine');
unlike(told('header'), qr/host:/i, 'by its own name');
like($out, qr{\A200\ said\nTIME\ .*\ SIZE\n
	2026-11-21T20:30:00\.123456Z\ +coral\ +T\ +new-id\ +\d+\n
	\Q$dir\E/inbox/coral/new/event\n\z}x, 'the event, and its file');
spew("$dir/inbox/coral/new/other", slurp("$dir/inbox/coral/new/event")
	=~ s/new-id/other/r =~ s/2026/2027/r =~ s/STORY/STORK/r);
# However slow this machine is, it is not older than what is sent below.
utime time + 600, time + 600, "$dir/inbox/coral/new/other";
($status, $out, $err) = without_url(FILE_IT => "$dir/inbox/coral/cur");
like($out, qr{ cur-id .*/inbox/coral/cur/event\n\z}s,
	'in cur/, and no other of the same second') or diag($out, $err);
unlink "$dir/inbox/coral/cur/event";
($status, $out, $err) = without_url();
like($out, qr{/inbox/coral/new/other\n\z},
	'the newest, if none is as it was sent') or diag($out, $err);
unlink glob "$dir/inbox/coral/new/*";

($status, $out, $err) = without_url();
is($status, 1, 'a 200 without an event');
like($err, qr{coral: accepted, but not in the inbox \Q$dir\E/inbox: },
	'is told');
mkdir $_ for map { "$dir/inbox/coral/dedup$_" } '', '/2026-11-21';
spew("$dir/inbox/coral/dedup/2026-11-21/mark", '');
($status, $out, $err) = without_url();
is("$status$err", '0', 'one that is marked as filed');
like($out, qr/filed; a consumer has taken it already\n\z/, 'was taken away');
unlink "$dir/inbox/coral/dedup/2026-11-21/mark";

my %says = (
	403 => qr/forbids/,
	404 => qr/enable hookdir in the web server; or .* other settings/,
	405 => qr/does not hand this URL to hookdir/,
	413 => qr/over the limit/,
	418 => qr/answered 418: see the web server's error log/,
	500 => qr/run `hookdir check`, and see the web server's error log/,
	502 => qr/cannot reach the receiver/,
	503 => qr/not running, or cannot write/,
	504 => qr/does not answer/,
	400 => qr/answered 400: the signature was refused: /,
);
for my $code (sort keys %says) {
	($status, $out, $err) = without_url(CODE => $code);
	is("$status$out", "1$code said\n", "answered $code");
	like($err, qr/\Ahookdir: error: coral: answered $code: .*\n\z/, 'one line');
	like($err, $says{$code}, 'that says what to do');
}
for (301, 308) {
	($status, $out, $err) = without_url(CODE => $_,
		REDIRECT => 'https://hooks.invalid/hooks/coral?secret=1');
	is($status, 1, "redirected by $_");
	like($err, qr{redirects to https://hooks\.invalid/hooks/coral\?\.\.\.: it wants HTTPS; give that URL},
		'to HTTPS');
}
($status, $out, $err) = without_url(CODE => 302, REDIRECT => 'http://127.0.0.1/x');
like($err, qr{redirects to http://127\.0\.0\.1/x: give that URL}, 'elsewhere');
($status, $out, $err) = without_url(ENDED => 7);
is("$status$out", 1, 'nobody listens at port 80');
like($err, qr/nothing listens there: is a web server \(lighttpd, apache2, nginx\) installed and running\?/,
	'is explained');

# A web server that was started just now may not listen yet.
unlink "$dir/tries";
($status, $out, $err) =
    without_url(REFUSED => 3, FILE_IT => "$dir/inbox/coral/new");
is("$status$err", '0', 'three times nobody listens, then somebody does');
is(slurp("$dir/tries"), "try\n" x 4, 'it tries again, and ends at an answer');
like($out, qr{\A200 said\n.*/new/event\n\z}s, 'which is shown, with the event');
unlink "$dir/tries", "$dir/inbox/coral/new/event";
($status, $out, $err) = without_url(REFUSED => 1e6);
is("$status$out", 1, 'nobody ever listens');
like($err, qr/\Acurl: \(7\) refused\nhookdir: error: [^\n]*\n\z/,
	'curl has its say once');
cmp_ok(slurp("$dir/tries") =~ tr/\n//, '>', 3, 'it did try');
unlink "$dir/tries";
run([qw(send -s coral http://127.0.0.1/)],
	env => { %stub, REFUSED => 1 });
is(slurp("$dir/tries"), "try\n", 'with a URL, it tries once');
unlink "$dir/tries";
without_url(CODE => 503);
is(slurp("$dir/tries"), "try\n", 'an answer is one, whatever its code');

settings($all, base_url => 'https://hooks.example.com:8443/in/here');
without_url();
is(told('url'), 'http://127.0.0.1/in/here/coral', 'by the path of base_url');
like(told('header'), qr/(?:\A|\|)Host: hooks\.example\.com:8443(?:\||\z)/,
	'and its host');
run([qw(send -s -H), 'Host: own.invalid', 'coral'], env => \%stub);
is(scalar(() = told('header') =~ /host:/gi), 1, 'one Host');
like(told('header'), qr/Host: own\.invalid/, "the user's");
settings($all);

# A provider that signs with a key that nobody has.
settings({ %{$all}, dis => { preset => 'discord',
	public_key => 'ab' x 32 } });
is_run([qw(send -s dis)], { env => \%stub }, 1, '',
	qr/dis: signs with a private key: give its file by --key, and its public/,
	'needs --key');
settings($all);

# The user's own settings of curl have no say.
spew("$dir/.curlrc", "header = \"X-Mine: 1\"\nlocation\n");
($status, $out, $err, $head) = deliver(http(200, ''), [ 'coral', '/' ],
	in => $body, env => { HOME => $dir, CURL_HOME => $dir });
ok(!exists $head->{'x-mine'}, '~/.curlrc is not read');

done_testing();
