#!/usr/bin/perl
# Attack: LifeOmic signs for all its customers with one key. What it signed for
# another customer's URL is sent here, with whatever Host and target the attacker
# likes. Only what names public_url may be filed, in both forms of HTTP
# signatures and in tokens; without public_url, nothing is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(sha256);
use JSON::PP ();
use MIME::Base64 qw(encode_base64 encode_base64url);
use Test::More;
use Try;

my $mine = 'https://hooks.example.com/hooks/lifeomic';
my $w = Try::setup('cgi', { providers => {
	lifeomic => { jwks_file => 'lifeomic.jwks', public_url => $mine },
	'lifeomic-jwt' => { jwks_file => 'lifeomic.jwks',
		public_url => "$mine-jwt" },
	unbound => { preset => 'lifeomic', jwks_file => 'lifeomic.jwks' },
	nobody => { preset => 'lifeomic-jwt', jwks_file => 'lifeomic.jwks' },
	anybody => { preset => 'lifeomic-jwt', jwks_file => 'lifeomic.jwks',
		public_url => "$mine-any", claims => [ 'method={method}',
			'body_sha256={sha256:body}' ] } } });
my $box = $w->box;
my $n = 0;

sub filed { return scalar(() = glob "@{[ $box->inbox ]}/*/new/*") }

sub is_sent {
	my ($code, $name, $target, $body, $headers, %more) = @_;
	my $before = filed();
	push @Try::KEEP_QUIET, Run::presented({ headers => $headers });
	is($w->send({ target => $target, body => $body,
		headers => $headers, %more })->{code}, $code, $name);
	is(filed() - $before, $code == 200 ? 1 : 0, "$name: filed, or not");
	return;
}

# The drafts' form, over the target and the host that it was signed for.
sub draft {
	my ($path, $host, $body) = @_;
	my $date = Sign::imf(time);
	my $digest = 'SHA-256=' . encode_base64(sha256($body), '');
	my $sig = Sign::rsa('life', "(request-target): post $path\n" .
	    "host: $host\ndate: $date\ndigest: $digest");
	return [['Date', $date], ['Digest', $digest], ['Authorization',
		'Signature keyId="life-1",algorithm="rsa-sha256",headers=' .
		qq("(request-target) host date digest",signature="$sig")]];
}

# RFC 9421, over the components named.
sub label {
	my ($body, @value) = @_;
	my $digest = 'sha-256=:' . encode_base64(sha256($body), '') . ':';
	my @lines = map { qq("$_->[0]": $_->[1]) } @value,
	    ['content-digest', $digest];
	my $params = '(' . join(' ', map { /\A("[^"]+")/ } @lines) . ')' .
	    ';created=' . time . ';keyid="life-1";alg="rsa-v1_5-sha256"';
	my $sig = Sign::rsa('life', join "\n", @lines,
		qq("\@signature-params": $params));
	return [['Content-Digest', $digest], ['Signature-Input', "s=$params"],
		['Signature', "s=:$sig:"]];
}

sub token {
	my ($url, $body) = @_;
	my $text = join '.', map { encode_base64url($_) }
	    '{"alg":"RS256","kid":"life-1"}', JSON::PP->new->encode({
		iat => time + 0, method => 'POST', url => $url,
		body_sha256 => encode_base64(sha256($body), '') });
	return [['LifeOmic-Signature', "$text." .
		Sign::rsa('life', $text) =~ tr{+/=}{-_}dr]];
}

sub body { return '{"n":' . ++$n . qq(,"text":"$Run::MARK"}) }

my $at = '/hooks/lifeomic';
my $b = body();
is_sent(200, 'signed for me', $at, $b, draft($at, 'hooks.example.com', $b));
for (['another host', $at, 'hooks.example.org'],
    ['the host that the request names', $at, 'localhost'],
    ['my host, another port', $at, 'hooks.example.com:8443'],
    ['another path', '/in/hooks/lifeomic', 'hooks.example.com'],
    ['another provider of mine', '/hooks/unbound', 'hooks.example.com']) {
	my ($name, $path, $host) = @$_;
	$b = body();
	my $headers = draft($path, $host, $b);
	is_sent(401, "$name: signed for it", $at, $b, $headers);
	is_sent(401, "$name: and sent with it", $at, $b, $headers,
		env => { HTTP_HOST => $host });
	is_sent(401, "$name: sent to a path like it", "/x$at", $b, $headers)
	    if $path ne $at;
}

my %good = ('@authority' => 'hooks.example.com', '@path' => $at,
	'@target-uri' => $mine, '@scheme' => 'https');
my %bad = ('@authority' => 'hooks.example.org', '@path' => '/hooks/other',
	'@target-uri' => 'https://hooks.example.org/hooks/lifeomic',
	'@scheme' => 'http');
for my $name (sort keys %good) {
	$b = body();
	is_sent(200, "$name of mine", $at, $b, label($b, [$name, $good{$name}]));
	$b = body();
	is_sent(401, "$name of another", $at, $b,
		label($b, [$name, $bad{$name}]));
}

$b = body();
is_sent(200, 'a token for me', "$at-jwt", $b, token("$mine-jwt", $b));
$b = body();
is_sent(401, 'a token for another', "$at-jwt", $b,
	token('https://hooks.example.org/hooks/lifeomic-jwt', $b));
$b = body();
is_sent(500, 'no public_url', '/hooks/unbound', $b,
	draft('/hooks/unbound', 'localhost', $b));
is_sent(500, 'nor with tokens', '/hooks/nobody', $b,
	token('http://localhost/hooks/nobody', $b));
$b = body();
is_sent(500, 'public_url, which no claim is compared with', '/hooks/anybody',
	$b, token('https://hooks.example.org/hooks/x', $b));

Try::finish($w);
done_testing();
