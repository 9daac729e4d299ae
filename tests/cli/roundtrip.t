#!/usr/bin/perl
# What sign prints the receiver takes, and list and cat give it back.
use strict;
use warnings;
use FindBin;
use JSON::PP ();
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir      = folder();
my $box      = "$dir/inbox";
my $receiver = receiver();
plan skip_all => "$receiver is not there" unless -x $receiver;

my $json = JSON::PP->new->utf8;
system("openssl genpkey -quiet -algorithm ED25519 -out $dir/own.pem && " .
    "openssl pkey -in $dir/own.pem -pubout -out $dir/own.pub") == 0 or die;
my $own  = secret('own.secret', 'first secret of ours', 'and the second one');
settings(
	{
		map({ ($_ => { secret_file => $own }) }
			qw(coral nvsep vorsto spaces)),
		stripe => {
			secret_file => $own,
			signature   => 'Stripe-Signature',
			separator   => ',',
			prefix      => 'v1=',
			timestamp   => 'element:t=',
			signed_payload      => '{ts}.{body}',
			id          => 'json:id',
			type        => 'json:type',
		},
		standard => {
			secret_file => secret('std.secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
			secret_encoding         => 'whsec',
			signature   => 'webhook-signature',
			separator   => ' ',
			prefix      => 'v1,',
			timestamp   => 'header:webhook-timestamp',
			signed_payload      => '{header:webhook-id}.{ts}.{body}',
			id          => 'header:webhook-id',
			type        => 'header:webhook-type',
			signature_encoding    => 'base64',
		},
		target => {
			secret_file => $own,
			signature   => 'X-Target-Signature',
			signed_payload      => '{method} {uri} {body}',
			signature_encoding    => 'base64url',
		},
		inside => {
			secret_file => $own,
			signature   => 'json:meta.sig',
			separator   => ' ',
			prefix      => 'v1=',
			signed_payload => '{json:data}',
		},
		keyed => {
			scheme      => 'ed25519',
			public_key_file => 'own.pub',
			signature   => 'json:sig',
			signature_encoding => 'base64',
			signed_payload => '{header:X-Account}{json:message}',
		},
		account => {
			secret_file => $own,
			signature   => 'X-Account-Signature',
			signed_payload => '{header:X-Account} {method} {uri} {body}',
			header_characters => '@.',
		},
		mailgun => { secret_file => $own, unsafe_body => JSON::PP::true },
		tok => {
			secret_file => $own,
			scheme      => 'token',
			signature   => 'X-Token',
		},
	},
	# nvsep may send again after eight days.
	dedup_days => 9);

# Hand a request to the receiver as a web server would; the answer's code.
sub receive {
	my ($provider, $headers, $body) = @_;
	my %env = (
		HOOKDIR_CONFIG    => "$dir/hookdir.json",
		GATEWAY_INTERFACE => 'CGI/1.1',
		REQUEST_METHOD    => 'POST',
		REQUEST_URI       => "/hooks/$provider?a=b",
		PATH_INFO         => "/$provider",
		CONTENT_LENGTH    => length $body,
		PATH              => $ENV{PATH},
	);
	for (split /\n/, $headers) {
		my ($name, $value) = split /: /, $_, 2;
		my $variable = uc $name =~ tr/-/_/r;
		$env{ $variable eq 'CONTENT_TYPE'
			? $variable : "HTTP_$variable" } = $value;
	}
	spew("$dir/body", $body);
	Cli::give_to(nobody()) if $> == 0;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		%ENV = %env;
		open STDIN,  '<', "$dir/body"   or die;
		open STDOUT, '>', "$dir/answer" or die;
		open STDERR, '>', "$dir/log"    or die;
		leave_root();
		exec { $receiver } $receiver or die;
	}
	waitpid $pid, 0;
	my ($code) = slurp("$dir/answer") =~ /\AStatus: (\d+)/;
	return $code // 'none';
}

# What the user has to give.
my %more = (
	keyed   => [ '--key', "$dir/own.pem", '-H', 'X-Account: a-1' ],
	account => [ '-H', 'X-Account: me@h.invalid' ],
);
# What is stored, where it is not the body.
my %stored = (spaces => 'x', inside => 'x', keyed => '{"id":"m"}');
my $body = '{"id":"id/\"1\"","type":"a b","message":{"id":"m"},"data":"x",' .
    '"signature":{"timestamp":"' . time . '","token":"once"}}';
my @provider = qw(coral nvsep vorsto spaces stripe standard target inside keyed
    account mailgun tok);
for my $provider (@provider) {
	my ($status, $headers, $err) =
	    run([ 'sign', @{ $more{$provider} // [] }, $provider, "https://h/hooks/$provider?a=b" ],
		in => $body);
	is($status, 0, "$provider: signed") or diag($err);
	# Of a signature in the body, the body comes as well.
	($headers, my $sent) = split /\n\n/, $headers, 2;
	$sent //= $body;
	isnt($sent, $body, "$provider: in the body")
	    if $provider =~ /inside|keyed|mailgun/;
	is(receive($provider, $headers, $sent), 200, "$provider: taken")
	    or diag(slurp("$dir/log"));
	(undef, my $out) = run([ 'list', '--json', $provider ]);
	my @row = map { $json->decode($_) } split /\n/, $out;
	is(scalar @row, 1, "$provider: listed");
	my $want = $stored{$provider} // $sent;
	($status, $out) = run([ 'cat', $row[0]{file} ]);
	is($out, $want, "$provider: what was signed comes back");
	is($row[0]{size}, length $want, "$provider: its size");
	is($row[0]{id}, 'id/"1"', "$provider: its id, decoded")
	    if $provider =~ /coral|nvsep|stripe/;
	is($row[0]{type}, 'a b', "$provider: its type, decoded")
	    if $provider =~ /coral|nvsep|stripe/;
	# Another body under the same headers.
	isnt(receive($provider, $headers, $sent =~ s/"x"/"y"/r =~ s/"m"/"n"/r), 200,
		"$provider: nothing else is taken")
	    unless $provider =~ /tok|mailgun/;
}
my ($status, $out, $err) = run(['list']);
is("$status$err", '0', 'all of it is listed');
is(($out =~ tr/\n//), 1 + @provider, 'once');
($status, $out) = run(['check']);
is($status, 0, 'check finds no fault with what the receiver made')
    or diag($out);
unlike($out, qr/^warning: (?!.*(?:clock|file system|disk|root|a secret|limit|equal bodies))/m,
	'nor anything unwise') or diag($out);

done_testing();
