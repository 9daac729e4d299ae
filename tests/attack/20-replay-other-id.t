#!/usr/bin/perl
# Attack: a delivery that was seen once is sent again with other ids, where the
# provider signs a time but not the id; by each way of signing. Nothing must be
# filed twice, and nothing that the provider signed must be lost.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256 hmac_sha256_base64 hmac_sha256_hex sha256
    sha256_hex);
use MIME::Base64 qw(encode_base64 encode_base64url);
use Test::More;
use Try;

my $secret = Sign::secret('coral');
my %own = (secret_file => 'coral.secret', id => 'header:X-Id');
my %entry = (
	header => { %own, scheme => 'hmac', signature => 'X-Sig',
		timestamp => 'header:X-Time', signed_payload => '{ts}.{body}' },
	json => { %own, scheme => 'hmac', signature => 'X-Sig',
		timestamp => 'json:at' },
	jwt => { %own, scheme => 'jwt', claims => 'hash={sha256:body}' },
	httpsig => { %own, scheme => 'httpsig' },
);

# For each entry: the headers that sign a body at a time.
my %sign = (
	header => sub {
		my ($body, $time) = @_;
		return (['X-Time', $time],
		    ['X-Sig', hmac_sha256_hex("$time.$body", $secret)]);
	},
	json => sub { return ['X-Sig', hmac_sha256_hex($_[0], $secret)] },
	jwt => sub {
		my ($body, $time) = @_;
		my $text = join '.', map { encode_base64url($_) }
		    '{"alg":"HS256"}',
		    qq({"iat":$time,"hash":"@{[sha256_hex($body)]}"});
		return ['Authorization', "Bearer $text." .
		    encode_base64url(hmac_sha256($text, $secret))];
	},
	httpsig => sub {
		my ($body, $time) = @_;
		my $digest = 'sha-256=:' . encode_base64(sha256($body), '') . ':';
		my $params = qq{("content-digest");created=$time;} .
		    'keyid="k";alg="hmac-sha256"';
		my $base = qq{"content-digest": $digest\n} .
		    qq{"\@signature-params": $params};
		return (['Content-Digest', $digest],
		    ['Signature-Input', "sig=$params"], ['Signature', 'sig=:' .
			encode_base64(hmac_sha256($base, $secret), '') . ':']);
	},
);

# Sends it with this id: what is in new/ then.
sub filed {
	my ($w, $to, $body, $id, @headers) = @_;
	my $in = $w->box->inbox;
	my $got = $w->send({ target => "/hooks/$to", body => $body, headers =>
	    [@headers, defined $id ? ['X-Id', $id] : ()] });
	is($got->{code}, 200, "$to: " . ($id // 'no id') . ' is answered 200')
	    or diag($w->box->since({}));
	return join ' ', sort map { s{.*/}{}r } glob "$in/$to/new/*";
}

sub attack {
	my ($w, $to) = @_;
	my $time = time;
	my $body = qq({"at":$time,"text":"$to"});
	my @first = $sign{$to}->($body, $time);
	is(filed($w, $to, $body, 'event-1', @first), 'event-1', "$to: filed");
	is(filed($w, $to, $body, $_, @first), 'event-1',
	    "$to: not again as " . ($_ // 'one without an id'))
	    for qw(event-2 event/3), undef;
	# The sender tries again.
	my $later = qq({"at":@{[$time + 1]},"text":"$to"});
	my @again = $sign{$to}->($later, $time + 1);
	is(filed($w, $to, $later, 'event-1', @again), 'event-1',
	    "$to: a repeat is one");
	# Somebody else may have sent it, under an id that is known: the event
	# itself, under its own id, must not be lost.
	is(filed($w, $to, $later, 'event-4', @again), 'event-1 event-4',
	    "$to: what was signed for it is not lost");
	is(filed($w, $to, $later, 'event-5', @again), 'event-1 event-4',
	    "$to: and is filed once");
	# Ids that a replay named stay free for their own events.
	my $other = qq({"at":$time,"text":"another"});
	is(filed($w, $to, $other, 'event-2', $sign{$to}->($other, $time)),
	    'event-1 event-2 event-4', "$to: the event of that id comes");
	return;
}

my $w = Try::setup('cgi', { providers => \%entry });
attack($w, $_) for sort keys %entry;
Try::finish($w);
done_testing();
