# The headers that each provider sends with a body. They are made with
# Digest::SHA and no code of hookdir, so that both cannot be wrong in the same
# way. Every function returns headers as [[NAME, VALUE], ...].
package Sign;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256);
use File::Temp ();
use MIME::Base64 qw(encode_base64 encode_base64url);
use POSIX qw(strftime);

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

# LifeOmic's key, made once by the openssl command; others sign with theirs.
sub key {
	my ($name) = @_;
	our %KEY;
	return $KEY{$name} //= do {
		my $file = File::Temp->new;
		system('openssl', 'genpkey', '-quiet', '-algorithm', 'RSA',
		    '-out', "$file") == 0 or
		    system("openssl genpkey -algorithm RSA -out $file " .
			'2>/dev/null') == 0 or die "openssl genpkey\n";
		$file;
	};
}

# The public half as a JWK set.
sub jwks {
	my ($name) = @_;
	my ($hex) = `openssl rsa -in @{[ key($name) ]} -noout -modulus
	    2>/dev/null` =~ /=([0-9A-F]+)/ or die "openssl rsa\n";
	my $n = encode_base64url(pack 'H*', $hex);
	return qq({"keys":[{"kid":"life-1","kty":"RSA","alg":"RS256",) .
	    qq("use":"sig","n":"$n","e":"AQAB"},{"kty":"oct","k":"AA"}]}\n);
}

# RSA PKCS#1 v1.5 with SHA-256 in base64; kept, for it costs a process.
sub rsa {
	my ($name, $text) = @_;
	our %RSA;
	return $RSA{$name}{$text} //= do {
		my $file = File::Temp->new;
		binmode $file;
		print $file $text;
		close $file;
		my $key = key($name);
		my $sig = `openssl dgst -sha256 -sign $key $file`;
		die "openssl dgst\n" if $?;
		encode_base64($sig, '');
	};
}

sub imf {
	my ($time) = @_;
	my @t = gmtime $time;
	return sprintf '%s, %02d %s %d %s GMT',
	    (qw(Sun Mon Tue Wed Thu Fri Sat))[$t[6]], $t[3],
	    (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$t[4]],
	    $t[5] + 1900, strftime('%H:%M:%S', @t);
}

# Parts of it can be given: key, time, date, digest, target, and what is signed
# or sent in place of it: list, params, in.
sub lifeomic {
	my ($body, %with) = @_;
	# One signature for a run of a few minutes, which is how they are kept.
	our $TIME = time if time - ($Sign::TIME // 0) > 100;
	my $date = $with{date} // imf($with{time} // $TIME);
	my $digest = $with{digest} // 'SHA-256=' .
	    encode_base64(sha256($body), '');
	my $list = $with{list} // '(request-target) date digest';
	my %value = ('(request-target)' =>
	    'post ' . ($with{target} // '/hooks/lifeomic'), date => $date,
	    digest => $digest, 'content-type' => 'application/json',
	    'content-length' => length $body);
	my $sig = rsa($with{key} // 'life',
	    join "\n", map { "$_: $value{$_}" } split / /, $list);
	my $params = $with{params} //
	    'keyId="life-1",algorithm="rsa-sha256",';
	return [
		['Date', $date], ['Digest', $digest],
		[$with{in} // 'Authorization',
		    ($with{in} // '') eq 'Signature' ?
		    qq(${params}headers="$list",signature="$sig") :
		    qq(Signature ${params}headers="$list",signature="$sig")],
	];
}

# RFC 9421 with Content-Digest.
sub httpsig {
	my ($body, %with) = @_;
	our $TIME = time if time - ($Sign::TIME // 0) > 100;
	my $digest = 'sha-256=:' . encode_base64(sha256($body), '') . ':';
	my $params = '("@method" "@path" "@authority" "content-digest")' .
	    ';created=' . ($with{time} // $TIME) . ';keyid="life-1"' .
	    ';alg="rsa-v1_5-sha256"';
	my $sig = rsa($with{key} // 'life', join "\n", '"@method": POST',
	    '"@path": /hooks/lifeomic', '"@authority": localhost',
	    qq("content-digest": $digest), qq("\@signature-params": $params));
	return [
		['Content-Digest', $digest],
		['Signature-Input', "sig1=$params"],
		['Signature', "sig1=:$sig:"],
	];
}

1;
