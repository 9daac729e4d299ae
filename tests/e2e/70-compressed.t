#!/usr/bin/perl
# Compressed bodies: signed before that, or after it, behind real web servers;
# filed as they were signed, held as they came, and verified again.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(hmac_sha256_hex);
use IO::Compress::Gzip qw(gzip);
use Test::More;
use Try;

my $secret = Sign::secret('github');
my %own = (secret_file => 'github.secret', signature => 'X-Sig',
	id => 'json:id');
my $n = 0;

sub packed {
	my ($text) = @_;
	gzip(\$text, \my $out) or die "gzip\n";
	return $out;
}

# A delivery: what is sent, what is signed, and headers.
sub request {
	my ($to, $sent, $signed, @headers) = @_;
	my $r = { target => "/hooks/$to", body => $sent, headers => [
		['X-Sig', hmac_sha256_hex($signed, $secret)],
		['Content-Type', 'application/json'], @headers] };
	push @Try::KEEP_QUIET, Run::presented($r);
	return $r;
}

sub body {
	my ($id, $fill) = @_;
	my $text = qq({"id":"$id","text":"$Run::MARK");
	$text .= ',"n":[' . join(',', map { int rand 1e9 } 1 .. $fill) . ']'
	    if $fill;
	return "$text}";
}

# [head, body] of an event, or nothing.
sub filed {
	my ($w, $to, $id) = @_;
	my $path = $w->box->inbox . "/$to/new/$id";
	return -e $path ? split /\n\n/, Sandbox::slurp($path), 2 : ();
}

my @GZIP = ['Content-Encoding', 'gzip'];
for my $way (qw(cgi apache-cgid lighttpd-fastcgi nginx)) {
	my $w = Try::setup($way, { max_body => 8 << 20, hold => {},
		providers => { after => { %own, decompress => JSON::PP::true },
			before => {%own} } });
	$w->start unless $w->cgi;
	my $box = $w->box;
	for my $fill (0, 100_000) {
		my $body = body("plain-$fill", $fill);
		my $packed = packed($body);
		is($w->send(request('after', $packed, $body, @GZIP))->{code},
			200, "$way: signed, then compressed");
		my ($head, $got) = filed($w, 'after', "plain-$fill");
		ok(($got // '') eq $body, "$way: what was signed is filed");
		like($head // '', qr/^Hookdir-Decoded: gzip$/m, 'and says so');
		unlike($head // '', qr/^Content-Encoding/m, 'and is plain');
	}
	my $body = body('was-plain', 0);
	is($w->send(request('after', $body, $body))->{code}, 200,
		"$way: not compressed");
	is((filed($w, 'after', 'was-plain'))[1], $body, 'is filed as it came');
	my $zip = packed($body = body('packed', 0));
	is($w->send(request('before', $zip, $zip, @GZIP))->{code}, 200,
		"$way: compressed, then signed");
	my ($path) = glob $box->inbox . '/before/new/sha256-*';
	my ($head, $got) = split /\n\n/, Sandbox::slurp($path // '/dev/null'), 2;
	ok($got eq $zip, 'is filed as it was signed');
	like($head, qr/^Content-Encoding: gzip$/m, 'and says so');
	is($w->send(request('before', packed($body), $body, @GZIP))->{code},
		401, "$way: without `decompress`, nothing is decompressed");

	# What is held, and verifies when the secret is right.
	$body = body('held', 0);
	my $r = request('after', packed($body), $body, @GZIP);
	$box->secret('github', 'another');
	$w->stop_program, $w->start_program if $w->fcgi;
	sleep 2 unless $w->cgi;
	is($w->send($r)->{code}, 401, "$way: another secret");
	my ($kept) = glob $box->inbox . '/after/hold/*';
	my ($khead, $kbody) =
	    split /\n\n/, Sandbox::slurp($kept // '/dev/null'), 2;
	ok(($kbody // '') eq $r->{body}, "$way: held as it came");
	like($khead // '', qr/^Content-Encoding: gzip$/m, 'with its coding');
	$box->secret('github', $secret);
	like($box->hookdir('explain', 'after', (split m{/}, $kept // 'x')[-1]),
		qr/^decoded +gzip: \d+ bytes.*^verdict +it verifies/ms,
		"$way: explain decodes it");
	like($box->hookdir('reverify', 'after'), qr/1 filed/,
		"$way: reverify too");
	is((filed($w, 'after', 'held'))[1], $body, 'and files what was signed');

	# What is no good is refused at once, and for good.
	my $cut = packed($body = body('cut', 0));
	for (['cut', substr($cut, 0, -1), 400], ['more behind it', "${cut}x",
			400], ['not compressed', $body, 400],
		['a bomb', packed('a' x (3 << 20)), 413]) {
		is($w->send(request('after', $_->[1], $body, @GZIP))->{code},
			$_->[2], "$way: $_->[0]");
	}
	is($w->send(request('after', $cut, $body,
		['Content-Encoding', 'br']))->{code}, 400, "$way: unknown");
	is(scalar(() = glob $box->inbox . '/after/new/*'), 4,
		"$way: nothing of these is filed");
	Try::finish($w);
}
done_testing();
