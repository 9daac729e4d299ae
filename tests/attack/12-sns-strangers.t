#!/usr/bin/perl
# Attack: Amazon's key signs for everybody who has an account there, and anybody
# can have a bucket called sns. Deliveries of a stranger's topic, old ones, and
# certificates of a stranger's host must not be filed; without topic_arn, nothing
# is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Pair;
use POSIX qw(strftime);
use Test::More;
use Try;

my $json = JSON::PP->new->canonical;
my $mine = 'arn:aws:sns:eu-west-1:123456789012:orders';
my $pair = Pair->new('sns');
my $file = 'SimpleNotificationService-0123.pem';
my $at = "https://sns.eu-west-1.amazonaws.com/$file";
my @good = map { "https://sns.$_/$file" } qw(us-east-1.amazonaws.com
    ap-southeast-2.amazonaws.com us-gov-west-1.amazonaws.com
    cn-north-1.amazonaws.com.cn eusc-de-east-1.amazonaws.eu);
my @bad = map { "https://$_/$file" } qw(sns.s3.amazonaws.com
    sns.s3-us-west-2.amazonaws.com sns.s3-website-us-east-1.amazonaws.com
    sns.ec2.amazonaws.com sns.execute-api.amazonaws.com
    sns.us-east-1.amazonaws.com.evil.example evil.example
    sns.us-east-1.amazonaws.com:8443 us-east-1.sns.amazonaws.com
    sns.x.us-east-1.amazonaws.com u@sns.us-east-1.amazonaws.com
    sns.us-east-1.s3.amazonaws.com sns.{region}.amazonaws.com
    sns.us-east-1.amazonaws.com/x);

my $w = Try::setup('cgi', { providers => {
	'aws-sns' => { topic_arn => [ 'arn:aws:sns:eu-west-1:1:other', $mine ] },
	unbound => { preset => 'aws-sns' } } });
my $box = $w->box;

# All of these certificates are known, as if they had been fetched: none of the
# bad ones may be used even so.
my $set = '{"keys":[' . join(',', map { $pair->jwk(kid => $_) =~
    s/\}\z/,"exp":4000000000}/r } $at, @good, @bad) . ']}';
for my $dir ($box->inbox, $box->inbox . '/.keys') {
	mkdir $dir, 0700;
	$box->own($dir);
}
my $source = "https://sns.{region}.amazonaws.com/SimpleNotificationService-*.pem";
$box->write($box->inbox . "/.keys/$_", "Source: $source\nFetched: " . time .
    "\nMax-Age: 86400\nContent-Length: " . length($set) . "\n\n$set", 0600)
    for qw(aws-sns unbound);

# What SNS sends, and signs.
my $n = 0;
sub message {
	my (%with) = @_;
	my $time = strftime('%Y-%m-%dT%H:%M:%S.000Z',
		gmtime($with{time} // time));
	my %m = (Type => 'Notification', MessageId => 'm-' . ++$n,
		TopicArn => $with{topic} // $mine, Message => 'Hello',
		Timestamp => $with{stamp} // $time);
	my @names = qw(Message MessageId Timestamp TopicArn Type);
	my $text = join '', map { "$_\n$m{$_}\n" } @names;
	$m{SignatureVersion} = '2';
	$m{Signature} = encode_base64($pair->sign($text), '');
	$m{SigningCertURL} = $with{url} // $at;
	$m{TopicArn} = $with{claimed} if $with{claimed};
	return $json->encode(\%m);
}

sub filed { return scalar(() = glob "@{[ $box->inbox ]}/*/new/*") }

sub is_sent {
	my ($code, $name, $body, $like, $to) = @_;
	my ($before, $mark) = (filed(), $box->mark);
	my $got = $w->send({ target => '/hooks/' . ($to // 'aws-sns'),
		body => $body, headers => [['X-Amz-Sns-Message-Type',
			'Notification'], ['X-Amz-Sns-Topic-Arn', $mine]] });
	is($got->{code}, $code, $name);
	is(filed() - $before, $code == 200 ? 1 : 0, "$name: filed, or not");
	like($box->since($mark), $like, "$name: and why") if $like;
	return;
}

is_sent(200, 'my topic', message());
is_sent(200, 'my other topic', message(topic => 'arn:aws:sns:eu-west-1:1:other'));
is_sent(200, "by $_", message(url => $_)) for @good;

my $theirs = 'arn:aws:sns:eu-west-1:666666666666:orders';
is_sent(401, 'the topic of a stranger', message(topic => $theirs),
	qr/TopicArn is \Q$theirs\E, which is not in topic_arn/);
is_sent(401, "a topic whose name begins like mine", message(topic => "$mine-2"),
	qr/is not in topic_arn/);
is_sent(401, 'another case', message(topic => uc $mine), qr/not in topic_arn/);
is_sent(401, 'my topic, but signed for another',
	message(topic => $theirs, claimed => $mine), qr/no signature fits/);
is_sent(401, 'both', message(topic => $theirs) =~
	s/"TopicArn"/"TopicArn":"$mine","TopicArn"/r, qr/./);
is_sent(401, 'a day old', message(time => time - 86400), qr/signed 864\d\d s ago/);
is_sent(401, 'of tomorrow', message(time => time + 86400), qr/s ahead/);
is_sent(401, 'another form of time', message(stamp => '' . time), qr/not in the form/);
is_sent(200, 'after an hour of retries', message(time => time - 3700));
is_sent(401, "not by $_", message(url => $_),
	qr/certificate_allowed_urls does not allow/) for @bad;
is_sent(500, 'no topic_arn', message(), undef, 'unbound');

Try::finish($w);
done_testing();
