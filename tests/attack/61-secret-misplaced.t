#!/usr/bin/perl
# Attack: read the logs and what people paste into bug reports. Somebody has put
# the secret where another setting belongs; no program may say it, nor a part of
# it, wherever it stands.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use File::Copy qw(copy);
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use POSIX ();
use Test::More;
use Try;

my $w = Try::setup('cgi');
my $box = $w->box;
my $d = $box->{dir};
copy(Sandbox::build() . '/hookdir', "$d/bin/hookdir") or die "copy: $!\n";
chmod 0755, "$d/bin/hookdir";
$box->write("$d/etc/ca.pem", "no certificate\n");

# Secrets as the vendors make them, and a password of a person.
my @secret = ('whsec_' . '5f4dcc3b5aa765d6' x 4,
	'98ebda579bbc549fe827952fcdc438134c37cfa5',
	'ab/cd7EF+Gh9iJ0kLmN1oP2qR3sT4uV5w=', 'correct horse battery 9 staple');

# What each program says, as the receiver's user.
sub hookdir {
	my ($in, @args) = @_;
	$box->write("$d/run/in", $in);
	my $pid = open(my $out, '-|') // die "fork: $!\n";
	if (!$pid) {
		Sandbox::become_user();
		$ENV{HOOKDIR_CONFIG} = $box->config;
		open STDIN, '<', "$d/run/in";
		open STDERR, '>&', \*STDOUT;
		exec "$d/bin/hookdir", @args or POSIX::_exit(127);
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	return $text;
}

# Six bytes in a row are a part of it.
sub tells {
	my ($text, $secret, $public) = @_;
	my $from = $public ? length $public : 0;
	for my $at ($from .. length($secret) - 6) {
		return 1 if index($text, substr $secret, $at, 6) >= 0;
	}
	return 0;
}

sub saved {
	my ($r) = @_;
	return join '', "POST $r->{target} HTTP/1.1\n",
	    (map { "$_->[0]: $_->[1]\n" } @{ $r->{headers} }), "\n", $r->{body};
}

my %of = (preset => 'coral', secret_file => 'coral.secret');
my %key = (scheme => 'rsa', signature => 'X-Sig');
my %own = (scheme => 'hmac', signature => 'X-Sig', prefix => 'sha256=',
	secret_file => 'coral.secret');
my %life = (preset => 'lifeomic',
	public_url => 'https://hooks.example.com/hooks/life');

# Where it may stand: name => function of the secret that gives the entry.
my @place = (
	[secret_file => sub { ({ preset => 'coral', secret_file => $_[0] }) }],
	[secret_env => sub { ({ preset => 'coral', secret_env => $_[0] }) }],
	[verify_token_file => sub { ({ preset => 'meta',
		secret_file => 'coral.secret', verify_token_file => $_[0] }) }],
	[preset => sub { ({ %of, preset => $_[0] }) }],
	[scheme => sub { ({ %own, scheme => $_[0] }) }],
	[digest => sub { ({ %own, digest => $_[0] }) }],
	[secret_encoding => sub { ({ %own, secret_encoding => $_[0] }) }],
	[signature => sub { ({ %own, signature => $_[0] }) }],
	['one of the signatures' => sub { ({ %own,
		signature => ['X-Sig', $_[0]] }) }],
	[prefix => sub { ({ %own, prefix => $_[0] }) }],
	[separator => sub { ({ %own, separator => $_[0] }) }],
	[timestamp => sub { ({ %own, timestamp => $_[0] }) }],
	(map { my $key = $_; [$key => sub { ({ %own, $key => $_[0] }) }] }
		qw(id type signed_payload claims algorithms required_components
		signature_encoding accept_body certificate_url
		certificate_allowed_urls certificate_hosts)),
	['the header of an id' => sub { ({ %own, id => "header:$_[0]" }) }],
	['the header of a time' => sub { ({ %own,
		timestamp => "header:$_[0]", signed_payload => '{ts}.{body}' }) }],
	['in what is signed' => sub { ({ %own,
		signed_payload => "{body}$_[0]" }) }],
	['a variable in it' => sub { ({ %own, signed_payload => "{$_[0]}" }) }],
	['a header in it' => sub { ({ %own,
		signed_payload => "{header:$_[0]}{body}" }) }],
	[challenge => sub { ({ %own, challenge => $_[0] }) }],
	[public_key => sub { ({ %key, public_key => $_[0] }) }],
	['one of the keys' => sub { ({ %key, public_key => ['x', $_[0]] }) }],
	[public_key_file => sub { ({ %key, public_key_file => $_[0] }) }],
	[jwks_file => sub { ({ scheme => 'jwt', signature => 'Authorization',
		jwks_file => $_[0] }) }],
	[jwks_url => sub { ({ %life, jwks_url => $_[0] }) }],
	['query of jwks_url' => sub { ({ %life,
		jwks_url => "https://127.0.0.1:9/jwks?token=$_[0]" =~ s/ /+/gr }) }],
	[jwks_ca_file => sub { ({ %life, jwks_ca_file => $_[0],
		jwks_url => 'https://127.0.0.1:9/jwks' }) }],
	[topic_arn => sub { ({ preset => 'aws-sns', topic_arn => [$_[0]] }) }],
	[timestamp_format => sub { ({ %own, timestamp => 'json:at',
		timestamp_format => $_[0] }) }],
	[header_characters => sub { ({ %own, header_characters => $_[0],
		signed_payload => '{header:X-Id}{body}' }) }],
	[webhook_id => sub { ({ preset => 'paypal', webhook_id => $_[0] }) }],
	[public_url => sub { ({ %own, public_url => $_[0],
		signed_payload => '{url}{body}' }) }],
	['query of public_url' => sub { ({ %own, signed_payload => '{url}{body}',
		public_url => "https://h.example.com/p?token=$_[0]" =~ s/ /+/gr }) }],
	['user of public_url' => sub { ({ %own, signed_payload => '{url}{body}',
		public_url => 'https://me:' . ($_[0] =~ tr{ /}{..}r)
		    . '@h.example.com/p' }) }],
	[max_body => sub { ({%of}, { max_body => $_[0] }) }],
	[inbox => sub { ({%of}, { inbox => $_[0] }) }],
	[fallback_inbox => sub { ({%of}, { fallback_inbox => $_[0] }) }],
	['an unknown setting' => sub { ({ %of, $_[0] => 1 }) }],
	['an unknown setting at the top' => sub { ({%of}, { $_[0] => 1 }) }],
	['an unknown limit' => sub { ({ %of, hold => { $_[0] => 1 } }) }],
	['in place of the entry' => sub { ($_[0]) }],
	['in place of the limits' => sub { ({ %of, hold => $_[0] }) }],
	['the name of a provider' => sub { ({%of}, {}, $_[0]) }],
);

# What the other commands say; they read the settings as check does.
sub others {
	return join '', (map { hookdir('', @$_) } ['list'], ['sweep'], ['hold'],
	    ['keys', '--refresh', 'victim'], ['reverify', 'victim']),
	    (map { hookdir('{}', @$_) } ['sign', 'victim'],
	    ['send', 'victim', 'http://127.0.0.1:9/hooks/victim']);
}

for my $secret (@secret) {
	my ($public) = $secret =~ /\A(whsec_)/;
	for my $place (@place) {
		my ($name, $make) = @$place;
		# A person's words are no different from other words.
		next if $secret =~ / / && $name =~ /unknown|name\ of|inbox|signature
		    |prefix|timestamp|preset|signed|header|variable/x;
		my ($entry, $top, $called) = $make->($secret);
		$box->settings({ inbox => "$d/var/inbox", hold => {},
			providers => { victim => $entry,
				$called ? ($called => $entry) : () },
			%{ $top // {} } });
		my $mark = $box->mark;
		my $r = Try::delivery('x', target => '/hooks/victim');
		push @{ $r->{headers} }, ['X-Sig', 'sha256=' . 'ab' x 32];
		my $said = $w->send($r)->{raw};
		$said .= $w->send({ %$r, target => "/hooks/$called" =~ s/ /%20/gr })
		    ->{raw} if $called;
		$said .= $box->since($mark);
		$said .= hookdir('', 'check');
		$said .= hookdir(saved($r), 'explain', 'victim', '-');
		$said .= others() if $secret eq $secret[0];
		ok(!tells($said, $secret, $public), "'$secret' as $name")
		    or diag($said);
	}
}

# The secret itself in place of a signature, and in the text that is signed.
for my $secret (@secret) {
	$box->secret('coral', $secret);
	$box->settings({ inbox => "$d/var/inbox", hold => {}, providers => {
		victim => {%own}, other => { %own, signature => 'Authorization',
			prefix => '' },
		url => { %own, public_url => "https://h.example.com/p?k=hunter2",
			signed_payload => '{url}{body}' } } });
	my $basic = encode_base64("me:$secret", '');
	for (['victim', 'X-Sig', $secret], ['victim', 'X-Sig', "sha256=$secret"],
	    ['victim', 'X-Sig', $secret =~ s/\Awhsec_//r],
	    ['other', 'Authorization', $secret],
	    ['other', 'Authorization', "Bearer $secret"],
	    ['other', 'Authorization', "Basic $basic"]) {
		my ($to, $header, $value) = @$_;
		my $said = hookdir(saved({ target => "/hooks/$to?key=$secret",
			headers => [[$header, $value]], body => '{}' }),
		    'explain', $to, '-');
		ok(!tells($said, $secret) && !tells($said, $basic)
			&& $said !~ /characters|digits/,
		    "'$value' in $header") or diag($said);
	}
	my $said = hookdir(saved({ target => '/p?k=hunter2', body => '{}',
		headers => [['X-Sig', 'sha256=' . 'ab' x 32]] }),
	    'explain', 'url', '-');
	ok($said =~ /example/ && $said !~ /hunter2/, 'a query that is signed')
	    or diag($said);
}
Try::finish($w);
done_testing();
