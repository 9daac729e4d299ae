#!/usr/bin/perl
# hookdir-forward: what it sends, and what it makes of each answer.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256_base64 sha256_hex);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IO::Select;
use KeyServer;
use MIME::Base64 qw(decode_base64);
use Sandbox ();
use ServerSetup ();
use Test::More;
use Target;
use Time::HiRes qw(time);

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $program = Sandbox::build() . '/hookdir-forward';
my $dir = tempdir('hookdir-forward-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
my $busy = "$dir/inbox/coral/busy";
make_path($busy);
my $t = Target->new;
my $secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

my $n = 0;

# An event's file, as the runner has it in busy/.
sub event {
	my ($body, %more) = @_;
	my $id = $more{id} // 'evt_' . ++$n;
	my $path = "$busy/3.$id";
	KeyServer::spew($path, join '', map { "$_\n" } 'Ce-Specversion: 1.0',
		'Ce-Id: ' . ($more{ce_id} // $id), 'Ce-Source: /coral',
		'Ce-Type: push', 'Ce-Time: 2026-11-27T12:00:00.000000Z',
		'Content-Type: ' . ($more{type} // 'application/json'),
		'Content-Length: ' . length $body,
		'Hookdir-Verified: hmac-sha256 secret=1', @{ $more{lines} // [] },
		'X-Sig: sha256=00', '');
	open my $f, '>>:raw', $path or die "$path: $!";
	print $f $body;
	close $f or die "$path: $!";
	return ($id, $path);
}

# A running program: {in, out, err, pid}.
sub start {
	my ($url, %env) = @_;
	pipe my $in_r, my $in or die;
	pipe my $out, my $out_w or die;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my %san = map { $_ => $ENV{$_} } grep { /SAN_/ } keys %ENV;
		%ENV = (%san, FORWARD_URL => $url, FORWARD_TIMEOUT => 20, %env);
		delete @ENV{ grep { !defined $ENV{$_} } keys %ENV };
		open STDIN, '<&', $in_r or die;
		open STDOUT, '>&', $out_w or die;
		open STDERR, '>', "$dir/err" or die;
		close $_ for $in, $out;
		exec { $program } $program or POSIX::_exit(126);
	}
	close $_ for $in_r, $out_w;
	$in->autoflush(1);
	return { in => $in, out => $out, pid => $pid };
}

sub line {
	my ($p) = @_;
	return IO::Select->new($p->{out})->can_read(30)
	    ? readline($p->{out}) // '' : 'nothing in 30 s';
}

# Its end: the status, and what it said on standard error.
sub finish {
	my ($p) = @_;
	close $p->{in};
	waitpid $p->{pid}, 0;
	return ($? & 127 ? 'signal ' . ($? & 127) : $? >> 8,
		Sandbox::slurp("$dir/err"));
}

sub give {
	my ($p, $path) = @_;
	print { $p->{in} } "$path\n";
	return line($p);
}

# One event to this URL, with its own program.
sub once {
	my ($url, %env) = @_;
	my ($id, $path) = event('{"a":1}');
	my $p = start($url, %env);
	is(line($p), "ready\n", 'ready');
	my $answer = give($p, $path);
	my ($status, $err) = finish($p);
	is("$status$err", '0', 'ends, and says nothing');
	$answer =~ s/^\Q$id\E // or $answer = "not its answer: $answer";
	return $answer;
}

sub answers {
	my ($name, $url, $want, %env) = @_;
	subtest $name => sub {
		like(once($url, %env), qr/\A(?:$want)\n\z/, 'the answer');
	};
	return;
}

# --- What an answer means ---

my %want = (200 => 0, 201 => 0, 202 => 0, 204 => 0, 299 => 0,
	400 => 100, 410 => 100, 413 => 100, 415 => 100, 422 => 100);
my @status = (200, 201, 202, 204, 299, 300, 301, 304, 307, 308, 400 .. 404,
	408, 409, 410, 413, 415, 418, 422, 425, 429, 451, 500 .. 504, 599);
subtest 'statuses' => sub {
	my $p = start($t->plain('/script'));
	is(line($p), "ready\n", 'ready');
	$t->answers(@status);
	for my $status (@status) {
		my ($id, $path) = event('{"a":1}');
		my $code = $want{$status} // 111;
		is(give($p, $path), "$id $code" .
			($code == 0 ? '' : " HTTP status $status") . "\n", "status $status");
	}
	finish($p);
};
answers('/204', $t->plain('/204'), qr/0/);
answers('/410', $t->plain('/410'), qr/100 HTTP status 410: the body/);
answers('/500', $t->plain('/500'), qr/111 HTTP status 500: the body/);
$t->forget;
answers('a redirect', $t->plain('/moved'), qr/111 HTTP status 301/);
is(scalar($t->requests), 1, 'is not followed');
answers('a reason', $t->plain('/explained'),
	qr/100 HTTP status 422: \{"error":"no such customer \?\?"\}/);
answers('Retry-After', $t->plain('/after'),
	qr/111 after=7 HTTP status 429: slow/);
answers('a date', $t->plain('/after-date'),
	qr/111 after=(?:3600|35[0-9]{2}) HTTP status 503/);
answers('a long one', $t->plain('/after-long'),
	qr/111 after=86400 HTTP status 503/);
answers('a wrong one', $t->plain('/after-junk'), qr/111 HTTP status 503/);
answers('a negative one', $t->plain('/after-minus'), qr/111 HTTP status 503/);
answers('one of many digits', $t->plain('/after-huge'),
	qr/111 after=86400 HTTP status 503/);
answers('a date that is over', $t->plain('/after-past'),
	qr/111 after=0 HTTP status 503/);
answers('one that comes too late', $t->plain('/after-400'),
	qr/100 HTTP status 400/);

# --- Bad servers ---

answers('closed without an answer', $t->plain('/early'), qr/111 .*[Ee]mpty.*/);
answers('closed in the header', $t->plain('/early-head'), qr/111 .+/);
answers('closed in the body', $t->plain('/cut-body'), qr/0/);
answers('an endless body', $t->plain('/endless'), qr/0/);
answers('an endless body of an error', $t->plain('/endless-500'),
	qr/111 HTTP status 500: x{200}/);
answers('an endless header', $t->plain('/endless-head'), qr/111 .+/);
answers('no HTTP', $t->plain('/junk'), qr/111 .+/);
answers('HTTP/0.9', $t->plain('/http09'), qr/111 .+/);
answers('hints before the answer', $t->plain('/continued'), qr/0/);
answers('hints alone', $t->plain('/only-hints'), qr/111 .+/);
answers('a server that hangs', $t->plain('/hang'),
	qr/111 .*timed out.*/, FORWARD_TIMEOUT => 1);
answers('one that hangs in the body', $t->plain('/hang-body'), qr/0/,
	FORWARD_TIMEOUT => 1);
answers('a header that drips', $t->plain('/drip'), qr/111 .*timed out.*/,
	FORWARD_TIMEOUT => 1);
answers('hints without end', $t->plain('/endless-hints'), qr/111 .+/,
	FORWARD_TIMEOUT => 1);
answers('chunks without end', $t->plain('/endless-chunks'), qr/0/);
answers('a trailer without end', $t->plain('/endless-trailer'), qr/0/);
answers('a bomb', $t->plain('/bomb'), qr/100 HTTP status 422: \?{0,2}.{0,200}/);
answers('a redirect to a file', $t->plain('/moved-file'), qr/111 HTTP status 302/);
answers('nobody there', 'http://127.0.0.1:1/', qr/111 .*connect.*/);
answers('no such host', 'http://hooks.invalid/', qr/111 .*resolve.*/);

# --- Certificates ---

answers('https', $t->url('/200'), qr/0/, FORWARD_CA_FILE => $t->ca);
$t->forget;
for my $which (qw(expired early elsewhere foreign)) {
	answers("a certificate that is $which", $t->url('/200', $which),
		qr/111 .*(?:certificate|subject name).*/,
		FORWARD_CA_FILE => $t->ca);
}
answers('the authorities of the system', $t->url('/200'),
	qr/111 .*certificate.*/, SSL_CERT_FILE => $t->ca);
is(scalar($t->requests), 0, 'none of them gets the event');
my %proxy = map { $_ => 'http://localhost:1', lc $_ => 'http://localhost:1' }
    qw(HTTP_PROXY HTTPS_PROXY ALL_PROXY);
answers('no proxy is used', $t->plain('/200'), qr/0/, %proxy);

# --- What is sent ---

sub headers {
	my ($request) = @_;
	my %h;
	push @{ $h{ lc $1 } }, $2 while $request->{head} =~ /^([^:\r\n]+): (.*)\r$/mg;
	return \%h;
}

subtest 'a CloudEvent in binary mode' => sub {
	$t->forget;
	my $p = start($t->plain('/200?a=b'));
	is(line($p), "ready\n", 'ready');
	my ($id, $path) = event("\0\xff\r\nbytes", id => 'evt.7', ce_id => 'a%20b',
		lines => ['Ce-Subject: x', 'Content-Encoding: gzip',
		    'Hookdir-Remote: 203.0.113.7', 'Authorization: Bearer x']);
	is(give($p, $path), "evt.7 0\n", 'done');
	($id, $path) = event('');
	is(give($p, $path), "$id 0\n", 'an empty body');
	finish($p);
	my @got = $t->requests;
	my $h = headers($got[0]);
	is(pack('H*', $got[0]{body}), "\0\xff\r\nbytes", 'the same bytes');
	is($got[0]{path}, '200?a=b', 'the URL with its query');
	is_deeply($h, { host => $h->{host}, accept => ['*/*'],
		'user-agent' => ['hookdir'], 'content-length' => [9],
		'content-type' => ['application/json'],
		'content-encoding' => ['gzip'], 'ce-specversion' => ['1.0'],
		'ce-id' => ['a%20b'], 'ce-source' => ['/coral'],
		'ce-type' => ['push'], 'ce-subject' => ['x'],
		'ce-time' => ['2026-11-27T12:00:00.000000Z'] },
		'these headers, and no others');
	is($got[1]{length}, 0, 'nothing');
	is($got[0]{connection}, $got[1]{connection}, 'one connection');
};

subtest 'a connection that was closed meanwhile' => sub {
	$t->forget;
	my $p = start($t->plain('/rude'));
	line($p);
	for (1 .. 3) {
		my ($id, $path) = event("{\"n\":$_}");
		is(give($p, $path), "$id 0\n", "event $_");
		select undef, undef, undef, 0.1;
	}
	finish($p);
	is(join(' ', map { pack 'H*', $_->{body} } $t->requests),
		'{"n":1} {"n":2} {"n":3}', 'each once');
};

subtest 'a large body' => sub {
	$t->forget;
	my $body = "0123456789abcdef" x (3 << 19);
	my ($id, $path) = event($body);
	my $p = start($t->plain('/200'), FORWARD_SECRET_FILE => secret($secret));
	line($p);
	is(give($p, $path), "$id 0\n", 'done');
	my ($kb) = Sandbox::slurp("/proc/$p->{pid}/status") =~ /^RssAnon:\s+(\d+)/m;
	cmp_ok($kb, '<', 12288, 'it is not in memory')
	    unless Sandbox::sanitized();
	finish($p);
	my ($got) = $t->requests;
	is($got->{length}, 24 << 20, 'its length');
	is($got->{sha256}, sha256_hex($body), 'its bytes');
};

# --- Signatures ---

sub secret {
	my (@lines) = @_;
	my $file = "$dir/secret";
	KeyServer::spew($file, join '', map { "$_\n" } @lines);
	chmod 0600, $file;
	return $file;
}

sub signature {
	my ($with, $h, $body) = @_;
	my $s = hmac_sha256_base64("$h->{'webhook-id'}[0]." .
		"$h->{'webhook-timestamp'}[0].$body",
		decode_base64($with =~ s/^whsec_//r));
	return 'v1,' . $s . '=' x (-length($s) % 4);
}

subtest 'Standard Webhooks' => sub {
	my $new = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX';
	my $file = secret($secret);
	my ($id, $path) = event('{"x":1}');
	$t->forget;
	my $before = int time;
	my $p = start($t->plain('/200'), FORWARD_SECRET_FILE => $file);
	is(line($p), "ready\n", 'ready');
	is(give($p, $path), "$id 0\n", 'done');
	secret('# both', $new, $secret);
	is(give($p, $path), "$id 0\n", 'with a new secret');
	secret('whsec_not base64!');
	is(give($p, $path), "$id 0\n", 'with a wrong file');
	my ($status, $err) = finish($p);
	is($status, 0, 'ends');
	like($err, qr/\Ahookdir: error: forward_secret_file: [^\n]*still used[^\n]*\n\z/,
		'says so');
	unlike($err, qr/whsec|MfKQ|not base/, 'without a secret');
	my @h = map { headers($_) } $t->requests;
	is($h[0]{'webhook-id'}[0], $id, 'the id');
	cmp_ok($h[0]{'webhook-timestamp'}[0], '>=', $before, 'the time');
	cmp_ok($h[0]{'webhook-timestamp'}[0], '<=', time, 'is now');
	is($h[0]{'webhook-signature'}[0], signature($secret, $h[0], '{"x":1}'),
		'the signature');
	is($h[$_]{'webhook-signature'}[0], join(' ',
		map { signature($_, $h[1], '{"x":1}') } $new, $secret),
		"two secrets, request $_") for 1;
	is(scalar(split / /, $h[2]{'webhook-signature'}[0]), 2,
		'and they stay in use');
};

# --- What it cannot be started with ---

sub refuses {
	my ($name, $status, $like, $url, %env) = @_;
	subtest $name => sub {
		my $p = start($url, %env);
		is(line($p), '', 'says nothing to the runner');
		my ($got, $err) = finish($p);
		is($got, $status, 'exit status');
		like($err, qr/\Ahookdir: error: [^\n]*(?:$like)[^\n]*\n\z/, 'why');
		unlike($err, qr/MfKQ|pw/, 'and no secret');
	};
	return;
}

my $url = $t->plain('/200');
refuses('no URL', 1, qr/hookdir-run/, undef);
refuses('no time', 1, qr/hookdir-run/, $url, FORWARD_TIMEOUT => undef);
refuses('a password', 1, qr/user name/, $url =~ s{//}{//me:pw\@}r);
refuses('another protocol', 1, qr/http/, 'file:///etc/passwd');
refuses('as CGI', 2, qr/web server/, $url, GATEWAY_INTERFACE => 'CGI/1.1');
refuses('no secret file', 1, qr/forward_secret_file: .*none/, $url,
	FORWARD_SECRET_FILE => "$dir/none");
my $open = secret($secret);
chmod 0644, $open;
refuses('a secret that others can read', 1, qr/every user/, $url,
	FORWARD_SECRET_FILE => $open);

# --- Files ---

subtest 'what is no event' => sub {
	my $p = start($url);
	line($p);
	like(give($p, "$busy/1.gone"), qr/^gone 111 the event is gone$/, 'gone');
	KeyServer::spew("$busy/1.junk", "junk\n");
	like(give($p, "$busy/1.junk"), qr/^junk 111 not an event/, 'junk');
	symlink '/etc/passwd', "$busy/1.link" or die;
	like(give($p, "$busy/1.link"), qr/^link 111 .*link$/, 'a link');
	POSIX::mkfifo("$busy/1.fifo", 0600) or die;
	like(give($p, "$busy/1.fifo"), qr/^fifo 111 /, 'a FIFO');
	SKIP: {
		skip 'only root can give files away', 2 if $> != 0;
		my ($id, $path) = event('{"forged":1}');
		$t->forget;
		chown 1, 1, $path or die;
		like(give($p, $path), qr/^$id 111 .*receiver's user$/,
		    'another user\'s file');
		is(scalar($t->requests), 0, 'is not sent');
	}
	my ($id, $path) = event('{}');
	is(give($p, $path), "$id 0\n", 'and then an event');
	print { $p->{in} } "$busy/nonsense\n";
	is(line($p), '', 'no answer without an id');
	my ($status, $err) = finish($p);
	is($status, 1, 'it ends');
	like($err, qr/not the path of an event/, 'says why');
};
done_testing();
