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
	dots => { %own, signed_payload => '{ts}.{body}' },
	orb => { %own, signed_payload => 'v1:{ts}:{body}' },
	decimal => { %own, signed_payload => '{ts}.{body}',
		timestamp_format => 'decimal' },
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

# A time without a fixed end, cut elsewhere.
is_sent('dots', 0, 'a fraction that the body may have', '{"a":5}',
	own("$now.5.{\"a\":5}", "$now.5"));
is_sent('dots', 1, 'the genuine one', '5.{"a":5}',
	own("$now.5.{\"a\":5}", $now));
is_sent('decimal', 1, 'the genuine one', '{"a":6}',
	own("$now.5.{\"a\":6}", "$now.5"));
is_sent('decimal', 0, 'without its fraction', '5.{"a":6}',
	own("$now.5.{\"a\":6}", $now));
my $bare = strftime '%Y-%m-%dT%H:%M:%S', gmtime $now;
my $east = strftime '%Y-%m-%dT%H:%M:%S', gmtime $now + 3600;
is_sent('dots', 0, 'a time that may go on', '5Z.{"a":7}',
	own("$bare.5Z.{\"a\":7}", $bare));
is_sent('dots', 1, 'the genuine one', '{"a":7}',
	own("$bare.5Z.{\"a\":7}", "$bare.5Z"));
is_sent('orb', 1, 'a time without a zone', '{"a":8}',
	own("v1:$bare.354:{\"a\":8}", "$bare.354"));
is_sent('orb', 1, 'the genuine one', '{"a":9}',
	own("v1:$east+01:00:{\"a\":9}", "$east+01:00"));
is_sent('orb', 0, 'half of its zone', '00:{"a":9}',
	own("v1:$east+01:00:{\"a\":9}", "$east+01"));
is_sent('orb', 0, 'a day that is not there', '{"a":1}',
	own("v1:2027-02-30T00:00:00:{\"a\":1}", '2027-02-30T00:00:00'));

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
