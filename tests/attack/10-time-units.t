#!/usr/bin/perl
# Attack: the digits of one signed time are read in another unit. What a signer
# of seconds put behind them is then a part of the time, and the rest is another
# id, or another body.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex);
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);
use Test::More;
use Try;

my $secret = Sign::secret('github');
my $now = time;
my %own = (secret_file => 'github.secret', signature => 'X-Sig',
	timestamp => 'header:X-Time');
my $w = Try::setup('cgi', { providers => {
	mailgun => { secret_file => 'github.secret',
		unsafe_body => JSON::PP::true },
	before => { %own, signed_payload => '{ts}{body}' },
	after => { %own, signed_payload => '{body}{ts}' },
	always => { %own, signed_payload => '{ts}{body}', tolerance => 0 },
	millis => { %own, signed_payload => '{ts}{body}',
		timestamp_format => 'milliseconds' },
	discordlike => { %own, signed_payload => '{ts}{body}',
		timestamp_format => 'rfc3339' },
	hubspot => { secret_file => 'github.secret',
		public_url => 'https://hooks.example.com/x' } } });

sub filed { return scalar(() = glob $w->box->inbox . "/$_[0]/new/*") }

# Sends it, and says whether it was taken; it must be filed then, and only then.
sub is_sent {
	my ($to, $good, $name, $body, @headers) = @_;
	my $before = filed($to);
	my $code = $w->send({ target => "/hooks/$to", body => $body,
		headers => [@headers] })->{code};
	is($code, $good ? 200 : 401, "$to: $name");
	is(filed($to) - $before, $good ? 1 : 0,
		"$to: $name: " . ($good ? 'filed' : 'not filed'));
	return;
}

sub mailgun {
	my ($time, $token, $sig, $event) = @_;
	return qq({"signature":{"timestamp":"$time","token":"$token",) .
	    qq("signature":"$sig"},"event-data":{"event":"$event"}});
}

my $token = '482391ab' x 6 . '48';
my $sig = hmac_sha256_hex("$now$token", $secret);
is_sent('mailgun', 1, 'the genuine one', mailgun($now, $token, $sig, 'opened'));
for my $n (1 .. 6) {
	my ($more, $rest) = (substr($token, 0, $n), substr $token, $n);
	is_sent('mailgun', 0, "$n digits of the token in the time",
		mailgun("$now$more", $rest, $sig, 'forged'));
	my $less = substr $now, 0, -$n;
	is_sent('mailgun', 0, "$n digits of the time in the token",
		mailgun($less, substr($now, -$n) . $token, $sig, 'forged'));
}

sub own {
	my ($text, $time) = @_;
	return (['X-Sig', hmac_sha256_hex($text, $secret)], ['X-Time', $time]);
}
for my $to (qw(before always)) {
	is_sent($to, 1, 'the genuine one', '482391{"a":1}',
		own("${now}482391{\"a\":1}", $now));
	is_sent($to, 0, 'as milliseconds', '391{"a":1}',
		own("${now}482391{\"a\":1}", "${now}482"));
	is_sent($to, 0, 'as microseconds', '{"a":1}',
		own("${now}482391{\"a\":1}", "${now}482391"));
}
is_sent('after', 1, 'the genuine one', '{"a":1}', own("{\"a\":1}$now", $now));
my $millis = $now * 1000;
is_sent('after', 0, 'as milliseconds', '{"a":1', own("{\"a\":1$millis", $millis));
is_sent('millis', 1, 'the genuine one', '1{"a":2}',
	own("${millis}1{\"a\":2}", $millis));
is_sent('millis', 0, 'as seconds', '0001{"a":2}',
	own("${millis}1{\"a\":2}", $now));
my $date = strftime '%Y-%m-%dT%H:%M:%SZ', gmtime $now;
is_sent('discordlike', 1, 'the genuine one', '{"a":3}',
	own("$date\{\"a\":3}", $date));
is_sent('discordlike', 0, 'in seconds', '{"a":4}', own("$now\{\"a\":4}", $now));

# HubSpot: the body may end in digits.
sub hubspot {
	my ($text, $time) = @_;
	return (['X-HubSpot-Signature-v3',
		encode_base64(hmac_sha256($text, $secret), '')],
	    ['X-HubSpot-Request-Timestamp', $time]);
}
my $text = "POSThttps://hooks.example.com/x[1]$millis";
is_sent('hubspot', 1, 'the genuine one', '[1]', hubspot($text, $millis));
is_sent('hubspot', 0, 'as seconds', '[1]' . substr($millis, 0, 3),
	hubspot($text, substr $millis, 3));

Try::finish($w);
done_testing();
