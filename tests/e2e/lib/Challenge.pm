# The challenges that providers send to a new URL: the answers on the wire, and
# that nothing is stored.
package Challenge;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_base64 hmac_sha256_hex);

our $TEXT = qr{\Atext/plain; ?charset=utf-8\z};
our $JSON = qr{\Aapplication/json\z};

my $token = 'Me_rShK8JHsTnbyYrWXCEoMGbM';

# The providers of these cases: what is added to a settings entry.
our %PROVIDER = (
	drop => { challenge => 'echo-query:challenge' },
	face => { challenge => 'meta', verify_token_file => 'face.tokens' },
	bird => { challenge => 'crc' },
	idp => { challenge => 'okta' },
	card => { challenge => 'head' },
	task => { challenge => 'echo-header:X-Hook-Secret' },
	talk => { challenge => 'echo-json:type=url_verification:challenge' },
	meet => { challenge => 'zoom' },
	game => { challenge => 'discord', accept_status => 204 },
	bill => { challenge => 'probe:events=[]', accept_body => '' },
);

sub secret { return "a-secret-of-the-provider-$_[0]" }

sub sign {
	my ($to, $body) = @_;
	return [['X-Sig', hmac_sha256_hex($body, secret($to))]];
}

# METHOD PROVIDER QUERY BODY HEADERS => what else a case has (Run.pm).
sub ask {
	my ($method, $to, $query, $body, $headers, %case) = @_;
	my $what = substr $query || $body, 0, 50;
	return { name => "challenge: $method $to $what", to => $to, %case,
		make => sub { return { target => "/hooks/$to" .
			(length $query ? "?$query" : ''), method => $method,
			body => $body, headers => $headers } } };
}

# Answered with this body.
sub given {
	my ($method, $to, $query, $body, $headers, $answer, %reply) = @_;
	return ask($method, $to, $query, $body, $headers, code => 200,
		answer => $answer, reply => { 'content-type' => $TEXT,
			%reply });
}

sub unsigned {
	my $meta = 'hub.mode=subscribe&hub.challenge=1158201444&' .
	    'hub.verify_token=';
	my $okta = [['X-Okta-Verification-Challenge', $token]];
	my $hook = [['X-Hook-Secret', $token]];
	my @json = ('content-type' => $JSON);
	my $crc = '{"response_token":"sha256=' .
	    hmac_sha256_base64($token, secret('bird')) . '="}';
	return (
	given('GET', 'drop', "challenge=$token", '', [], $token),
	given('GET', 'drop', 'a=b&challenge=%41+b%3A%2Fc', '', [], 'A b:/c'),
	given('HEAD', 'drop', "challenge=$token", '', [], ''),
	{ %{ given('POST', 'drop', "challenge=$token", '', [], $token) },
		# Wire has the cases without any length.
		ways => [[qr/lighttpd/, { server => [400, 411] }]] },
	given('GET', 'face', "${meta}meatyhamhock", '', [], '1158201444'),
	given('GET', 'idp', '', '', $okta, qq({"verification":"$token"}), @json),
	given('GET', 'bird', "crc_token=$token&nonce=x", '', [], $crc, @json),
	given('HEAD', 'card', '', '', [], ''),
	given('POST', 'task', '', '{}', $hook, 'OK', 'x-hook-secret' => $token),
	);
}

sub signed {
	my @json = ('content-type' => $JSON);
	my $slack = qq({"token":"t","challenge":"$token",) .
	    '"type":"url_verification"}';
	my $zoom = '{"payload":{"plainToken":"' . $token .
	    '"},"event":"endpoint.url_validation"}';
	my $zoomed = qq({"plainToken":"$token","encryptedToken":") .
	    hmac_sha256_hex($token, secret('meet')) . '"}';
	my $ping = '{"version":1,"type":0}';
	my $xero = '{"events":[],"entropy":"S0m3r4Nd0mt3xt"}';
	my $post = sub {
		my ($to, $body, @more) = @_;
		return given('POST', $to, '', $body, sign($to, $body), @more);
	};
	return (
	$post->('talk', $slack, $token),
	$post->('meet', $zoom, $zoomed, @json),
	$post->('game', '{"type":1}', '{"type":1}', @json),
	# Some servers keep the Content-Type of a body that is missing.
	ask('POST', 'game', '', $ping, sign('game', $ping), code => 204,
		answer => '', reply => { 'content-length' => undef }),
	$post->('bill', $xero, ''),
	);
}

sub refused {
	my $meta = 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=';
	my $zoom = '{"payload":{"plainToken":"v0:1:{}"},' .
	    '"event":"endpoint.url_validation"}';
	my $xero = '{"events":[],"entropy":"S0m3r4Nd0mt3xt"}';
	my $forged = [['X-Sig', hmac_sha256_hex('id=1', secret('bird'))]];
	my $no = sub {
		my ($code, $method, $to, $query, $body, $headers, %more) = @_;
		return ask($method, $to, $query, $body, $headers,
			code => $code, server => [400, 411], %more);
	};
	return (
	$no->(400, 'GET', 'drop', '', '', []),
	$no->(400, 'GET', 'drop', 'challenge=%3Cb%3E', '', []),
	$no->(400, 'GET', 'drop', 'challenge=a%0d%0aX-Evil:1', '', []),
	$no->(400, 'GET', 'drop', 'challenge=a&challenge=a', '', []),
	$no->(401, 'POST', 'drop', 'challenge=a', '{}', []),
	$no->(401, 'GET', 'face', "${meta}meatyhamhoc", '', [],
		hush => 'meatyhamhoc', ways => [[qr/nginx/, { hush => [] },
			'it says itself what was asked']]),
	$no->(400, 'GET', 'bird', 'crc_token=%7B%22a%22%3A1%7D', '', []),
	$no->(401, 'POST', 'bird', '', 'id=1', $forged),
	$no->(400, 'GET', 'idp', '', '', [['X-Okta-Verification-Challenge',
		'"},"a":{"']]),
	$no->(400, 'POST', 'task', '', '{}', [['X-Hook-Secret', 'a b']]),
	$no->(401, 'POST', 'meet', '', $zoom =~ s/v0:1:\{\}/abc/r, []),
	$no->(400, 'POST', 'meet', '', $zoom, sign('meet', $zoom)),
	$no->(401, 'POST', 'game', '', '{"type":1}', []),
	$no->(401, 'POST', 'bill', '', $xero, [], answer => ''),
	$no->(401, 'POST', 'bill', '', $xero, sign('meet', $xero),
		answer => ''),
	$no->(405, 'GET', 'card', '', '', [], allow => 'HEAD, POST'),
	$no->(405, 'GET', 'talk', 'challenge=a', '', []),
	$no->(405, 'DELETE', 'drop', 'challenge=a', '', [],
		allow => 'GET, HEAD, POST'),
	$no->(405, 'GET', 'coral', 'challenge=a&crc_token=a', '', []),
	);
}

sub cases { return (unsigned(), signed(), refused()) }

1;
