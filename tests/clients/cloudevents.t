#!/usr/bin/perl
# What the SDK of CloudEvents sends, in both of its modes, is one event of the
# sender's own for that SDK again when it reads the file in the inbox.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Digest::SHA qw(hmac_sha256_hex);
use Encode qw(decode encode);
use IPC::Open2 qw(open2);
use JSON::PP;
use Npm;
use Test::More;
use Try;

Npm::install();

my $secret = Sign::secret('github');
my $w = Try::setup('lighttpd-fastcgi', { providers => { own => {
	secret_file => 'github.secret', signature => 'X-Sig' } } })->start;
my $new = $w->box->inbox . '/own/new';

# What the script answers.
sub sdk {
	my ($mode, $input) = @_;
	my $pid = open2(my $out, my $in, 'node', Npm::script('cloudevents.js'),
		$Npm::DIR, $mode);
	print {$in} encode_json($input // []);
	close $in;
	local $/;
	my $text = <$out>;
	waitpid $pid, 0;
	return decode_json($text);
}

# Sends a body with these headers: the new event as the SDK reads it.
sub filed {
	my ($body, %header) = @_;
	unlink glob "$new/*";
	is($w->send({ target => '/hooks/own', body => $body, headers =>
		[['X-Sig', hmac_sha256_hex($body, $secret)],
		    map { [$_, $header{$_}] } sort keys %header] })->{code},
		200, 'filed');
	my @file = glob "$new/*";
	is(scalar @file, 1, 'as one file');
	my $event = Sandbox::event($file[0]);
	ok($event->{body} eq $body, 'of what was signed');
	return sdk('read', [{ headers => $event->{head},
		body => decode('UTF-8', $body) }])->[0];
}

for my $sent (@{ sdk('make') }) {
	my $body = encode('UTF-8', $sent->{body});
	my %header = %{ $sent->{headers} };
	note $sent->{name};
	my $got = filed($body, %header);
	is(ref $got && scalar @$got, 1, 'one event') or diag explain $got;
	is($got->[0]{id}, "$sent->{name}-1", 'of the sender\'s id');
	is($got->[0]{source}, 'https://sender.example/s?a=b', 'source,');
	is($got->[0]{type}, 'com.example.made', 'type,');
	is($got->[0]{subject}, 'it', 'subject');
	is($got->[0]{time}, '2026-01-02T03:04:05.678Z', 'and time');
	is_deeply($got->[0]{data}, decode_json($body), 'its data is the body');
}

# One that is not of that SDK, and a batch: one event of ours.
my $batch = '[{"specversion":"1.0","id":"1","source":"/s","type":"t"},' .
    '{"specversion":"1.0","id":"2","source":"/s","type":"t"}]';
for (['{"a":1}', 'application/json'],
	[$batch, 'application/cloudevents-batch+json']) {
	my $got = filed($_->[0], 'Content-Type' => $_->[1]);
	is(ref $got && scalar @$got, 1, "$_->[1]: one event")
	    or diag explain $got;
	is($got->[0]{source}, '/own', 'of ours');
}

Try::finish($w);
done_testing();
