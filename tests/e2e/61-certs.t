#!/usr/bin/perl
# Certificates whose URL is in the request, under CGI and FastCGI: fetched when
# they are new, and only from URLs that the settings allow.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Compress::Zlib qw(crc32);
use File::Temp qw(tempdir);
use JSON::PP ();
use KeyServer;
use MIME::Base64 qw(encode_base64);
use Pair;
use Test::More;
use Try;

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $s = KeyServer->new;
my $key = Pair->new('signer');
my ($w, $box, $n);

# The signer's certificate has an unknown issuer. It is trusted only because of
# the URL that it was fetched from.
my $issuer = Pair->new('issuer');
my $dir = tempdir('hookdir-cert-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
KeyServer::spew("$dir/issuer.pem", Pair::run(qw(openssl req -x509 -days 2
    -subj /CN=issuer.invalid -key), $issuer->{file}));
my $cert = Pair::run(qw(openssl req -x509 -days 2 -subj /CN=signer.invalid
    -key), $key->{file}, '-CA', "$dir/issuer.pem", '-CAkey', $issuer->{file});

sub delivery {
	my ($url, %how) = @_;
	my $body = '{"id":"' . ++$n . qq(","text":"$Run::MARK"});
	my $text = join '|', 't-1', time, 'WH-1', crc32($body);
	my $r = { target => '/hooks/pay', body => $how{body} // $body, headers => [
		['X-Cert-Url', $url], ['X-Id', 't-1'],
		['X-Time', (split /\|/, $text)[1]],
		['X-Sig', encode_base64($key->sign($text), '')] ] };
	push @Try::KEEP_QUIET, Run::presented($r);
	return $r;
}

sub filed { return scalar keys %{ $box->files('new') } }

sub is_sent {
	my ($r, $code, $hits, $name, $like) = @_;
	my ($mark, $files, $before) = ($box->mark, filed(), $s->hits);
	my @bad = Try::code_wrong($w->send($r), $code);
	push @bad, 'filed ' . (filed() - $files)
	    if filed() - $files != ($code == 200 ? 1 : 0);
	push @bad, "the log has no $like: " . $box->since($mark) if $like &&
	    !Try::until(sub { $box->since($mark) =~ $like }, 10);
	push @bad, 'the source was asked ' . ($s->hits - $before) . ' times'
	    if $s->hits - $before != $hits;
	Try::check("$w->{name}: $name", @bad);
	$w->idle;
	return;
}

sub untried { return $box->write($box->inbox . '/.keys/pay.turns', '', 0600) }

for my $name (qw(cgi fcgi)) {
	$w = ServerSetup->new($name);
	$box = $w->box;
	$s->set($cert);
	$box->settings({ inbox => $box->inbox, providers => { pay => {
		scheme => 'rsa', signature => 'X-Sig',
		timestamp => 'header:X-Time', webhook_id => 'WH-1',
		signed_payload => '{header:X-Id}|{ts}|{webhook_id}|{crc32:body}',
		certificate_url => 'header:X-Cert-Url', certificate_allowed_urls => $s->url('/*'),
		certificate_hosts => '*.invalid', certificate_without_issuers => JSON::PP::true,
		jwks_ca_file => $s->ca, id => 'json:id' } } });
	$w->start;
	is_sent(delivery($s->url('/keys')), 200, 1, 'a new one is fetched');
	is_sent(delivery($s->url('/keys')), 200, 0, 'once');
	is_sent(delivery($s->url('/keys'), body => '{"id":"x"}'), 401, 0,
		'another body', qr/no signature fits the certificate/);
	is_sent(delivery('https://localhost:1/keys'), 401, 0,
		'at another port it is not fetched',
		qr/certificate_allowed_urls does not allow/);
	is_sent(delivery($s->url('/a.b')), 401, 0, 'nor at another path',
		qr/certificate_allowed_urls does not allow/);
	is_sent(delivery($s->url('/other')), 503, 0, 'two at once are too many',
		qr/is tried again in a few seconds/);
	untried();
	is_sent(delivery($s->url('/404')), 503, 1, 'one that is not there',
		qr/HTTP status 404/);
	is_sent(delivery($s->url('/keys')), 200, 0, 'the known one goes on');
	untried();
	is_sent(delivery($s->url('/other')), 200, 1, 'a second one');
	is_sent(delivery($s->url('/keys')), 200, 0, 'beside the first');
	$w->stop;
}
done_testing();
