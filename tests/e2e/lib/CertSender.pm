# A sender whose deliveries name the URL of its certificate, as PayPal's do.
#
# CertSender->new; ->certificate: PEM, for KeyServer's set(); ->settings($keys,
# %more): the entry of the provider "pay", with the certificates of that
# KeyServer; ->delivery($url, %how): a request, signed.
package CertSender;
use strict;
use warnings;
use Compress::Zlib qw(crc32);
use File::Temp qw(tempdir);
use JSON::PP ();
use KeyServer;
use MIME::Base64 qw(encode_base64);
use Pair;
use Run ();
use Try ();

# The certificate has an unknown issuer. It is trusted only because of the URL
# that it was fetched from.
sub new {
	my ($class) = @_;
	my $c = bless { key => Pair->new('signer'), n => 0 }, $class;
	my $issuer = Pair->new('issuer');
	my $dir = tempdir('hookdir-cert-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
	KeyServer::spew("$dir/issuer.pem", Pair::run(qw(openssl req -x509
		-days 2 -subj /CN=issuer.invalid -key), $issuer->{file}));
	$c->{certificate} = Pair::run(qw(openssl req -x509 -days 2
		-subj /CN=signer.invalid -key), $c->{key}{file}, '-CA',
		"$dir/issuer.pem", '-CAkey', $issuer->{file});
	return $c;
}

sub certificate { return $_[0]{certificate} }

sub settings {
	my ($c, $keys, %more) = @_;
	return { scheme => 'rsa', signature => 'X-Sig',
		timestamp => 'header:X-Time', webhook_id => 'WH-1',
		signed_payload => '{header:X-Id}|{ts}|{webhook_id}|{crc32:body}',
		certificate_url => 'header:X-Cert-Url',
		certificate_allowed_urls => $keys->url('/*'),
		certificate_hosts => '*.invalid',
		certificate_without_issuers => JSON::PP::true,
		jwks_ca_file => $keys->ca, id => 'json:id', %more };
}

# {body}: another body than the one that is signed; {unsigned}: signed by nobody.
sub delivery {
	my ($c, $url, %how) = @_;
	my $body = '{"id":"' . ++$c->{n} . qq(-$$","text":"$Run::MARK"});
	my $text = join '|', 't-1', time, 'WH-1', crc32($body);
	my $sig = $how{unsigned} ? 'A' x 342 . '==' :
	    encode_base64($c->{key}->sign($text), '');
	my $r = { target => '/hooks/pay', body => $how{body} // $body,
		headers => [['X-Cert-Url', $url], ['X-Id', 't-1'],
		['X-Time', (split /\|/, $text)[1]], ['X-Sig', $sig]] };
	push @Try::KEEP_QUIET, Run::presented($r) unless $how{unsigned};
	return $r;
}

1;
