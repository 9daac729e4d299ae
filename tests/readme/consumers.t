#!/usr/bin/perl
# README.md's examples of consumers, as they stand there, on an inbox that the
# receiver filled.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use File::Copy qw(copy);
use Sign;
use Test::More;
use ServerSetup;

my $readme = Sandbox::slurp("$Sandbox::TOP/README.md");

# The code under this heading.
sub example {
	my ($heading) = @_;
	my ($code) = $readme =~ /^### \Q$heading\E\n.*?^```\w+\n(.*?)^```/ms;
	return $code // die "README.md has no example '$heading'\n";
}

# Everything that the consumer may see: plain, with an empty line inside, with
# an id that is no file name.
my %body = (
	'plain' => '{"id":"plain","type":"a"}',
	'lines' => qq({\n\n\n"id": "lines",\n\n"type": "b"}),
	'odd' => '{"id":"../o d","type":"c \"q\""}',
);

my %consumer = (
	'In shell' => ['/bin/sh', 'sh', sub {
		my ($code, $seen) = @_;
		return "handle() {\n\tprintf '%s ' \"\$1\" >>$seen\n" .
		    "\tcat >>$seen\n\t[ ! -e $seen.fail ]\n}\n" .
		    $code =~ s/^#!.*\n//r;
	}],
	'In PHP' => ['/usr/bin/php', 'php-cli', sub {
		my ($code, $seen) = @_;
		my $fresh = "function handle(\$type, \$data) {\n" .
		    "file_put_contents('$seen', \"\$type \" . " .
		    "json_encode(\$data), FILE_APPEND);\n" .
		    "return !file_exists('$seen.fail');\n}\n";
		return $code =~ s/^<\?php\n/<?php\n$fresh/r;
	}],
	'In Python' => ['/usr/bin/python3', 'python3', sub {
		my ($code, $seen) = @_;
		return "import os\ndef handle(type, data):\n" .
		    "    import json\n" .
		    "    print(type, json.dumps(data), " .
		    "file=open('$seen', 'a'))\n" .
		    "    return not os.path.exists('$seen.fail')\n\n$code";
	}],
);

for my $heading (sort keys %consumer) {
	my ($program, $package, $wrap) = @{ $consumer{$heading} };
	ServerSetup::skip_all("$package is not installed") unless -x $program;
	my $w = ServerSetup->new('cgi');
	my $box = $w->box;
	my $coral = $box->inbox . '/coral';
	my $deliver = sub {
		my ($body) = @_;
		return $w->send({ target => '/hooks/coral', body => $body,
			headers => Sign::coral($body) })->{code};
	};
	is($deliver->($body{$_}), 200, "$heading: $_ is stored")
	    for sort keys %body;

	my $seen = "$box->{dir}/var/dedup";
	my $code = $wrap->(example($heading), $seen);
	is(($code =~ s{/var/lib/hookdir}{$box->inbox}ge), 1,
	    "$heading: names the inbox once");
	$box->write("$box->{dir}/bin/consumer", $code, 0755);
	my $run = sub {
		return system "$program $box->{dir}/bin/consumer "
		    . ">$box->{dir}/log/consumer 2>&1";
	};

	# A handler that fails loses nothing; the next run takes up from cur/.
	$box->write("$seen.fail", '');
	$run->();
	is(scalar(() = glob "$coral/new/*"), 0, "$heading: all taken");
	is(scalar(() = glob "$coral/cur/*"), 3, "$heading: and kept");
	unlink "$seen.fail", $seen;
	is($run->(), 0, "$heading: ends well");
	is(scalar(() = glob "$coral/{new,cur}/*"), 0, "$heading: all done");
	my $got = Sandbox::slurp($seen);
	my $count = () = $got =~ /"id"/g;
	is($count, 3, "$heading: each once");
	like($got, qr/\bc%20%22q%22 \{/, "$heading: type of the odd one");
	like($got, qr/"plain"/, "$heading: and data");
	is(Sandbox::slurp("$box->{dir}/log/consumer"), '', "$heading: in silence");
	is($deliver->($body{plain}), 200, "$heading: a duplicate");
	is(scalar(() = glob "$coral/new/*"), 0, "$heading: is not filed");
	$box->destroy;
}

# The settings in the README are JSON, and what check would accept.
my @json = $readme =~ /^```json\n(.*?)^```/msg;
is(scalar @json, 7, 'settings in the README');
my $box = Sandbox->new;
my $all = JSON::PP->new->decode($json[0]);
for my $more (@json[1 .. $#json]) {
	my $entries = JSON::PP->new->decode("{$more}");
	$all->{providers}{$_} = $entries->{$_} for keys %$entries;
}
for my $name (keys %{ $all->{providers} }) {
	my $entry = $all->{providers}{$name};
	$box->secret($name, ($entry->{scheme} // '') eq 'standard'
		? 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
		: "a secret long enough of $name");
}
my $key = Sign::key('life');
$box->write("$box->{dir}/etc/webhook-jwks.json", Sign::jwks('life'));
$box->write("$box->{dir}/etc/lifeomic.jwks", Sign::jwks('life'));
$box->write("$box->{dir}/etc/$_.pem",
    scalar `openssl rsa -in $key -pubout 2>/dev/null`) for qw(other wise);
$box->write("$box->{dir}/etc/meta.token", "a token that is no secret\n", 0600);
$all->{inbox} = $box->inbox;
$box->settings($all);
# Not from the build folder, which may lie where only root can go.
my $check = "$box->{dir}/bin/hookdir";
copy(Sandbox::build() . '/hookdir', $check) or die "copy: $!\n";
chmod 0755, $check;
my @as = @Sandbox::USER ? ('runuser', '-u', 'www-data', '--') : ();
my $out = do {
	local $ENV{HOOKDIR_CONFIG} = $box->config;
	local $ENV{DOCUMENT_ROOT};
	my $command = join ' ', @as, $check, 'check', '2>&1';
	`$command`;
};
is($?, 0, 'hookdir check finds no error in them');
unlike($out, qr/^error/m, 'nor says so') or diag($out);
$box->destroy;

done_testing();
