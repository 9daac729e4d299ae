#!/usr/bin/perl
# Attack: a token that says one thing twice. What checks the token must not read
# another member than the one that made it look right; escapes must not hide the
# second. And a token for others, who are listed beside each other.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256 sha256_hex);
use MIME::Base64 qw(encode_base64url);
use Test::More;
use Try;

my $secret = Sign::secret('github');
my $w = Try::setup('cgi', { providers => { token => { scheme => 'jwt',
	secret_file => 'github.secret',
	claims => ['aud=me', 'hash={sha256:body}'] } } });
my $box = $w->box;
my $n = 0;

sub filed { return scalar(() = glob "@{[ $box->inbox ]}/*/new/*") }

sub is_sent {
	my ($good, $name, $claims, $header) = @_;
	my $body = '{"n":' . ++$n . '}';
	my $hash = sha256_hex($body);
	my $text = join '.', map { encode_base64url($_) }
	    $header // '{"alg":"HS256"}', qq({$claims,"hash":"$hash"});
	my $token = "$text." . encode_base64url(hmac_sha256($text, $secret));
	my $before = filed();
	push @Try::KEEP_QUIET, $token;
	is($w->send({ target => '/hooks/token', body => $body,
		headers => [['Authorization', "Bearer $token"]] })->{code},
		$good ? 200 : 401, $name);
	is(filed() - $before, $good ? 1 : 0, "$name: filed, or not");
	return;
}

my $now = time;
my $old = $now - 86400;
my $good = qq("iat":$now,"aud":"me");
is_sent(1, 'a good one', $good);
is_sent(0, 'an old one', qq("iat":$old,"aud":"me"));
# One name that is there twice, each written in two ways.
for (['iat', $old, $now], ['exp', $old, $now + 60], ['nbf', $now + 86400, $now],
    ['aud', '"you"', '"me"'], ['hash', '"0"', '"1"']) {
	my ($name, $wrong, $right) = @$_;
	my $rest = join ',', grep { !/^"$name"/ } qq("iat":$now), '"aud":"me"';
	my $hidden = sprintf '\u%04x%s', ord $name, substr $name, 1;
	my $other = sprintf '%s\u%04X', substr($name, 0, -1), ord substr $name, -1;
	for my $first ($name, $hidden) {
		for my $second ($name, $other) {
			next if $name eq 'hash' && $second ne $name;
			is_sent(0, "$first and $second", qq($rest,"$first":) .
			    qq($wrong,"$second":$right));
			is_sent(0, "$first and $second, turned", qq($rest,) .
			    qq("$first":$right,"$second":$wrong));
		}
	}
}
is_sent(0, "in the header: $_", $good, qq({"alg":"HS256",$_})) for
    '"crit":["x"],"x":1', '"crit":[],"crit":[]', '"\u0063rit":["x"],"x":1',
    '"\u0063rit":[],"cri\u0074":[]', '"crit":[],"cr\u0069t":[]',
    '"alg":"none"', '"\u0061lg":"none"', '"kid":"a","k\u0069d":"b"';
is_sent(1, "aud: $_", qq("iat":$now,"aud":$_)) for
    '["me"]', '["you","me"]', '[1,null,"me"]';
is_sent(0, "aud: $_", qq("iat":$now,"aud":$_)) for
    '[]', '["you"]', '[["me"]]', '{"me":"me"}', '["m","e"]', '"you"', 'null';
is_sent(0, 'no aud', qq("iat":$now));

Try::finish($w);
done_testing();
