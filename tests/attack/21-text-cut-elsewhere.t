#!/usr/bin/perl
# Attack: what was signed is cut elsewhere. The id, the time and the body stand
# side by side in the signed text; a body that contains a fresh time gives a
# second event, out of its own rest and under one signature.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex);
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);
use Test::More;
use Try;

my $key = "\x01" x 24;
my $secret = 'whsec_' . encode_base64($key, '');
my $now = time;
my $date = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now);

# Headers of Standard Webhooks.
sub standard {
	my ($id, $time, $body) = @_;
	return (['webhook-id', $id], ['webhook-timestamp', $time],
	    ['webhook-signature', 'v1,' .
		encode_base64(hmac_sha256("$id.$time.$body", $key), '')]);
}

sub twitch {
	my ($id, $time, $body) = @_;
	return (['Twitch-Eventsub-Message-Id', $id],
	    ['Twitch-Eventsub-Message-Timestamp', $time],
	    ['Twitch-Eventsub-Message-Signature',
		'sha256=' . hmac_sha256_hex("$id$time$body", $secret)]);
}

# An own rule that puts a field of the body behind the time, with nothing
# between the two.
sub joined {
	my ($id, $time, $body) = @_;
	return (['X-Id', $id], ['X-Time', $time],
	    ['X-Sig', hmac_sha256_hex("$time$body", $secret)]);
}

my $w = Try::setup('cgi', { providers => {
	standard => { preset => 'standard-webhooks', secret_file => 'x.secret' },
	twitch => { preset => 'twitch', secret_file => 'x.secret' },
	joined => { scheme => 'hmac', secret_file => 'x.secret',
		signature => 'X-Sig', timestamp => 'header:X-Time',
		signed_payload => '{ts}{body}', id => 'header:X-Id' } } });
$w->box->secret('x', $secret);

# The first cut is genuine, the second the attacker's: [id, time, body].
my @try = (
	[standard => \&standard, ['msg_1', $now, qq({"text":".$now.{}"})],
		[qq(msg_1.$now.{"text":"), $now, '{}"}']],
	[standard => \&standard, ['a.b', $now, "$now.{}"],
		["a.b.$now", $now, '{}']],
	[twitch => \&twitch, ['m-1', $date, qq({"text":"$date\{}"})],
		[qq(m-1$date\{"text":"), $date, '{}"}']],
	[twitch => \&twitch, ['m-2', $date, "${date}{}"],
		["m-2$date", $date, '{}']],
	# Read as seconds, or as milliseconds.
	[joined => \&joined, ['j-1', $now, '482{"a":1}'],
		['j-2', "${now}482", '{"a":1}']],
);
my $n = 0;
for (@try) {
	my ($to, $sign, $genuine, $forged) = @$_;
	$n++;
	my ($id, $time, $body) = @$genuine;
	my @headers = $sign->(@$genuine);
	my $got = $w->send({ target => "/hooks/$to", body => $body,
		headers => \@headers });
	# A sender's odd id may be refused; then there is nothing to forge.
	my $new = $w->box->inbox . "/$to/new";
	my @before = glob "$new/*";
	my @forged = $sign->(@$forged);
	is($forged[-1][1], $headers[-1][1], "$to $n: one signature for both");
	my $answer = $w->send({ target => "/hooks/$to", body => $forged->[2],
		headers => \@forged });
	is_deeply([glob "$new/*"], \@before, "$to $n: nothing is forged")
	    or diag("answered $got->{code}, then $answer->{code}");
}
my @filed = glob $w->box->inbox . '/*/new/*';
cmp_ok(scalar @filed, '>=', 3, 'the genuine ones are filed');
Try::finish($w);
done_testing();
