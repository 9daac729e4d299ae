# What each provider sends with a body, made here with Digest::SHA and nothing
# of hookdir, so that both cannot be wrong in the same way. Every function
# returns headers as [[NAME, VALUE], ...].
package Sign;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex);
use MIME::Base64 qw(encode_base64);

our %SECRET = (
	coral => [
		'whsec_' . '5f4dcc3b5aa765d61d8327deb882cf99' x 2,
		'whsec_' . '0cc175b9c0f1b6a831c399e269772661' x 2,
	],
	nvsep => ['nvsep_test_signing_key'],
	vorsto => ['your_api_key_for_tests'],
	spaces => ['98ebda579bbc549fe827952fcdc438134c37cfa5'],
	github => ["It's a Secret to Everybody"],
	stripe => ['whsec_test_secret_for_stripe'],
	slack => ['8f742231b10e8888abcd99yyyzzz85a5'],
	gitlab => ['glwt-7Jq2mXz0Yd4KpV9s'],
	bearer => ['tok.Zm9vYmFyLWJlYXJlci10b2tlbg'],
	broken => ['whsec_never_used'],
);

sub secret { return $SECRET{ $_[0] }[ $_[1] // 0 ] }

sub coral {
	my ($body, @secrets) = @_;
	@secrets = secret('coral') unless @secrets;
	return [['X-Coral-Signature', join ',',
	    map { 'sha256=' . hmac_sha256_hex($body, $_) } @secrets]];
}

sub nvsep {
	my ($body, $form) = @_;
	my $mac = hmac_sha256($body, secret('nvsep'));
	return [['x-nvsep-hmac-sha256', ($form // 'base64') eq 'hex' ?
	    unpack('H*', $mac) : encode_base64($mac, '')]];
}

sub vorsto {
	my ($body, $secret) = @_;
	return [['x-signature',
	    hmac_sha256_hex($body, $secret // secret('vorsto'))]];
}

# Signs "v0:TIME:DATA"; the caller puts DATA into a body of its choice.
sub spaces {
	my ($data, $time) = @_;
	$time //= time;
	return [
		['X-Spaces-Request-Timestamp', $time],
		['X-Spaces-Signature',
		    hmac_sha256_hex("v0:$time:$data", secret('spaces'))],
	];
}

sub github {
	my ($body, $id, $type) = @_;
	return [
		['X-GitHub-Delivery', $id], ['X-GitHub-Event', $type // 'push'],
		['X-Hub-Signature-256',
		    'sha256=' . hmac_sha256_hex($body, secret('github'))],
	];
}

sub stripe {
	my ($body, $time) = @_;
	$time //= time;
	my $mac = hmac_sha256_hex("$time.$body", secret('stripe'));
	return [['Stripe-Signature',
	    "t=$time,v1=" . '0' x 64 . ",v1=$mac,v0=" . '1' x 64]];
}

sub slack {
	my ($body, $time) = @_;
	$time //= time;
	return [
		['X-Slack-Request-Timestamp', $time],
		['X-Slack-Signature', 'v0=' .
		    hmac_sha256_hex("v0:$time:$body", secret('slack'))],
	];
}

sub gitlab {
	my ($body, $id, $token) = @_;
	return [
		['X-Gitlab-Token', $token // secret('gitlab')],
		['X-Gitlab-Event-UUID', $id], ['X-Gitlab-Event', 'Push Hook'],
	];
}

sub bearer {
	my ($body, $token) = @_;
	return [['Authorization', 'Bearer ' . ($token // secret('bearer'))]];
}

1;
