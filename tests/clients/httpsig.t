#!/usr/bin/perl
# HTTP signatures by libraries of npm, to hookdir behind lighttpd: what they
# sign is taken, and with one bit changed it is not.
use strict;
use warnings;
use Encode qw(decode encode);
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use JSON::PP;
use Npm;
use Pair;
use Test::More;
use Try;

Npm::install();

my %key = map { $_ => Pair->new("it-$_", $_) }
    2048, 'P-256', 'P-384', 'ed25519';
my $secret = 'a-secret-shared-with-the-sender';
my $w = ServerSetup->new('lighttpd-fastcgi');
my $box = $w->box;
my $etc = "$box->{dir}/etc";

$box->write("$etc/clients.jwks", Pair::set(map { $key{$_} } sort keys %key));
$box->write("$etc/rsa.pem", $key{2048}->public);
$box->write("$etc/shared.secret", "$secret\n", 0600);
# The scheme alone: the preset needs a URL.
my %scheme = (scheme => 'httpsig',
	signature => ['Authorization', 'Signature', 'Authentication']);
$box->settings({ inbox => $box->inbox, providers => {
	draft => { %scheme, jwks_file => 'clients.jwks' },
	pem => { %scheme, public_key_file => 'rsa.pem' },
	shared => { %scheme, secret_file => 'shared.secret' },
	successor => { %scheme, jwks_file => 'clients.jwks',
		required_components => ['@method', '@path', '@authority'] } } });
$w->start;

my (@jobs, $n);

sub job {
	my ($name, $code, %job) = @_;
	my $body = encode_json({ id => 'sent-' . ++$n,
		text => "$Run::MARK \x{e9}\x{20ac}", price => 1.5 });
	push @jobs, { %job, port => $w->{port} + 0, name => $name,
		code => $code, target => "/hooks/$job{to}?from=npm",
		body => decode('UTF-8', $body) };
	return;
}

# Taken whole, and with any bit changed not: 400 for another body or digest,
# 401 for all else.
sub signed {
	my ($name, %job) = @_;
	job($name, 200, %job);
	job("$name: a bit of the $_", /body|digest/ ? 400 : 401, %job,
		flip => $_) for qw(body digest signature date);
	return;
}

my @draft = (with => 'http-signature', kid => 'it-2048',
	key => "$key{2048}{file}");
my @list = (headers => ['date', 'digest']);

signed('http-signature, date and digest', to => 'draft', @draft, @list);
signed('http-signature, the key in PEM', to => 'pem', @draft, @list);
signed('http-signature, the header Signature', to => 'draft', @draft, @list,
	in => 'Signature');
signed('http-signature, all that it can sign', to => 'draft', @draft,
	headers => ['(request-target)', 'host', 'Date', 'Digest',
		'content-type', 'content-length', '(created)', '(expires)',
		'(keyid)', '(algorithm)']);
signed("http-signature, $_", to => 'draft', with => 'http-signature', @list,
	kid => "it-$_", key => "$key{$_}{file}") for 'P-256', 'ed25519';
job('http-signature, its own default of date alone', 401, to => 'draft',
	@draft);
job('http-signature, an unknown key', 401, to => 'draft', @draft, @list,
	kid => 'it');

my @successor = (with => 'http-message-signatures');

for (['rsa-v1_5-sha256', 2048], ['ecdsa-p256-sha256', 'P-256'],
	['ecdsa-p384-sha384', 'P-384'], ['ed25519', 'ed25519']) {
	my ($alg, $type) = @{$_};
	signed("http-message-signatures, $alg", to => 'successor', @successor,
		alg => $alg, kid => "it-$type", key => "$key{$type}{file}");
}
my @pss = (@successor, alg => 'rsa-pss-sha512', kid => 'it-2048',
	key => "$key{2048}{file}");
signed('http-message-signatures, rsa-pss-sha512', to => 'pem', @pss,
	salt => 64);
# Its own signer takes the longest salt that fits, not RFC 9421's 64 bytes.
job('http-message-signatures, rsa-pss-sha512 with another salt', 401,
	to => 'pem', @pss);
job('http-message-signatures, rsa-pss-sha512 by a key that is for RS256', 401,
	to => 'successor', @pss, salt => 64);
signed('http-message-signatures, hmac-sha256', to => 'shared',
	@successor, alg => 'hmac-sha256', kid => 'any',
	key => $secret);

$box->write("$etc/jobs.json", encode_json(\@jobs));
my $out = `node '$FindBin::Bin/httpsig.js' '$Npm::DIR' <'$etc/jobs.json'`;
is($?, 0, 'all are sent');
my $codes = eval { decode_json($out) } // [];
is($codes->[$_], $jobs[$_]{code}, $jobs[$_]{name}) for 0 .. $#jobs;
is(scalar keys %{ $box->files('new') }, grep({ $_->{code} == 200 } @jobs),
	'those that were taken are filed, and no other');
my %body = map { Sandbox::event($_)->{body} => 1 } keys %{ $box->files('new') };
ok(!grep({ $_->{code} == 200 && !$body{ encode('UTF-8', $_->{body}) } } @jobs),
	'byte for byte');
push @Try::KEEP_QUIET, $secret;
Try::finish($w);
done_testing();
