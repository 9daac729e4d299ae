#!/usr/bin/perl
# Attack: a signed header takes in what separates it from the time and the body,
# so that one signature fits another id, another time and another body. In every
# scheme whose signed text has a header, refused with a line in the log.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex);
use MIME::Base64 qw(decode_base64 encode_base64);
use Pair;
use POSIX qw(strftime);
use Test::More;
use Try;

my $now = time;
my $date = strftime '%Y-%m-%dT%H:%M:%SZ', gmtime $now;
my $secret = Sign::secret('github');
my $whsec = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
my $pair = Pair->new('v1a', 'ed25519');
my $w = Try::setup('cgi', { providers => {
	std => { scheme => 'standard', secret_file => 'std.secret' },
	svix => { secret_file => 'std.secret' },
	v1a => { scheme => 'standard', public_key_file => 'v1a.pem' },
	twitch => { secret_file => 'github.secret' },
	own => { secret_file => 'github.secret', signature => 'X-Sig',
		timestamp => 'header:X-Time',
		signed_payload => '{header:X-Id}|{ts}|{body}',
		id => 'header:X-Id' },
	always => { secret_file => 'github.secret', signature => 'X-Sig',
		timestamp => 'header:X-Time', tolerance => 0,
		signed_payload => '{header:X-Id}.{ts}.{body}' },
	plain => { secret_file => 'github.secret', signature => 'X-Sig',
		signed_payload => '{header:X-Id}{body}' },
	target => { secret_file => 'github.secret', signature => 'X-Sig',
		signed_payload => '{method}{uri}{body}' } } });
my $box = $w->box;
$box->write("$box->{dir}/etc/std.secret", "whsec_$whsec\n", 0600);
$box->write("$box->{dir}/etc/v1a.pem", $pair->public);

# How each signs: [ID, TIME, BODY] as headers.
my %sign = (
	std => sub { standard('webhook', @_) },
	svix => sub { standard('svix', @_) },
	v1a => sub {
		my ($id, $time, $body) = @_;
		return (['webhook-id', $id], ['webhook-timestamp', $time],
		    ['webhook-signature', 'v1a,' .
			encode_base64($pair->sign("$id.$time.$body"), '')]);
	},
	twitch => sub {
		my ($id, $time, $body) = @_;
		return (['Twitch-Eventsub-Message-Id', $id],
		    ['Twitch-Eventsub-Message-Timestamp', $time],
		    ['Twitch-Eventsub-Message-Signature', 'sha256=' .
			hmac_sha256_hex("$id$time$body", $secret)]);
	},
	own => sub { own("$_[0]|$_[1]|$_[2]", @_) },
	always => sub { own("$_[0].$_[1].$_[2]", @_) },
	plain => sub { own("$_[0]$_[2]", @_) },
	target => sub { own("POST$_[0]$_[2]", '', 0) },
);

sub standard {
	my ($stem, $id, $time, $body) = @_;
	return (["$stem-id", $id], ["$stem-timestamp", $time],
	    ["$stem-signature", 'v1,' . encode_base64(hmac_sha256(
		"$id.$time.$body", decode_base64($whsec)), '')]);
}

sub own {
	my ($text, $id, $time) = @_;
	return (['X-Sig', hmac_sha256_hex($text, $secret)], ['X-Id', $id],
	    ['X-Time', $time]);
}

sub filed { return scalar(() = glob "@{[ $box->inbox ]}/$_[0]/new/*") }

sub is_sent {
	my ($to, $good, $name, $id, $time, $body) = @_;
	my ($before, $mark) = (filed($to), $box->mark);
	my $code = $w->send({ body => $body,
		target => $to eq 'target' ? $id : "/hooks/$to",
		headers => [$sign{$to}->($id, $time, $body)] })->{code};
	is($code, $good ? 200 : 401, "$to: $name");
	is(filed($to) - $before, $good ? 1 : 0,
		"$to: $name: " . ($good ? 'filed' : 'not filed'));
	like($box->since($mark),
	    qr/warning: $to: - from \S+: answered 401: the signature is right, but/,
		"$to: $name: and the log says why") if !$good;
	return;
}

for my $to (qw(std svix v1a own always)) {
	my $d = $to eq 'own' ? '|' : '.';
	is_sent($to, 1, 'genuine', "msg_$to-1", $now, qq({"m":"$d$now$d\{}"}));
	is_sent($to, 0, 'the rest of its body', qq(msg_$to-1$d$now$d\{"m":"),
		$now, '{}"}');
	is_sent($to, 0, "an id with $_", "a${_}b", $now, '{}')
	    for '.', ' ', ':', '/', '"', '{', '~';
}
is_sent('twitch', 1, 'genuine', 't-1', $date, qq({"m":"$date\{}"}));
is_sent('twitch', 1, 'in base64', 'aGVsbG8gd29ybGQ=', $date, '{}');
is_sent('twitch', 0, 'the rest of its body', qq(t-1$date\{"m":"), $date,
	'{}"}');
is_sent('plain', 1, 'genuine', 'p1', 0, '{"a":1}');
is_sent('plain', 0, 'a form that begins like an id', 'p1', 0, 'a=1');
is_sent('plain', 0, 'JSON in the id', 'p1{"a":', 0, '1}');
is_sent('target', 1, 'genuine', '/hooks/target?a=1', 0, '{"a":1}');
is_sent('target', 0, 'its query in the body', '/hooks/target', 0,
	'?a=1{"a":1}');

Try::finish($w);
done_testing();
