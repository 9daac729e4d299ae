#!/usr/bin/perl
# Attack: a genuine delivery comes again as a CloudEvent, or as another one: with
# headers that no signature covers. It must stay one event, and no reader of
# CloudEvents may find a second event inside of the first.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256_hex);
use Test::More;
use Try;

my $secret = Sign::secret('github');
my %own = (secret_file => 'github.secret', signature => 'X-Sig');
my $w = Try::setup('cgi', { providers => { own => {%own},
	named => { %own, id => 'json:id' } } });

sub files { return glob $w->box->inbox . "/$_[0]/new/*" }

sub sent {
	my ($to, $body, @headers) = @_;
	return $w->send({ target => "/hooks/$to", body => $body, headers =>
	    [['X-Sig', hmac_sha256_hex($body, $secret)], @headers] })->{code};
}

my $body = '{"specversion":"1.0","id":"genuine","source":"https://h/s",' .
    '"type":"t","time":"2026-01-02T03:04:05Z","data":{}}';
my @ways = (
	['Content-Type' => 'application/cloudevents+json'],
	['Content-Type' => 'application/json'],
	['content-type' => 'APPLICATION/CloudEvents+JSON; charset=utf-8'],
	['Content-Type' => 'application/cloudevents-batch+json'],
	['Content-Type' => 'application/cloudevents+avro'],
	['Content-Type' => ' application/cloudevents+json'],
);
for (['own', 'digest'], ['named', 'id']) {
	my ($to, $known_by) = @$_;
	my $mark = $w->box->mark;
	is(sent($to, $body, $_), 200, "$to: $_->[1]") for @ways;
	like($w->box->since($mark), qr/a duplicate by its $known_by, not filed/,
		"$to: and the log says by what it is known");
	is(sent($to, $body, ['Content-Type', 'application/json'],
		['Ce-Specversion', '1.0'], ['Ce-Id', "forged-$_"],
		['Ce-Source', '/bank']), 200, "$to: binary, $_") for 1 .. 3;
	is(scalar(() = files($to)), 1, "$to: one event");
}

# Each way first: what is in the file then.
my $n = 0;
for my $way (@ways) {
	my $own = $body =~ s/genuine/'genuine' . ++$n/er;
	sent('own', $own, $way);
	my ($head) = map { (split /\n\n/, $_, 2)[0] } grep { /genuine$n"/ }
	    map { Sandbox::slurp($_) } files('own');
	ok(defined $head, "$way->[1]: filed");
	unlike($head, qr{^Content-Type:\s*application/cloudevents}mi,
		"$way->[1]: not a structured event");
	is(scalar(() = $head =~ /^Ce-Id:/mgi), 1, "$way->[1]: one id");
	like($head, $way->[1] =~ /\+json/i && $way->[1] !~ /batch/ ?
		qr/^Ce-Id: genuine$n$/m : qr/^Ce-Id: sha256-/m,
		"$way->[1]: whose id it is");
}

# Names that become ours with another spelling, and lines in a value.
is(sent('own', '{"a":1}', ['Ce-Specversion', '1.0'], ['Ce_Id', 'x'],
	['Ce-Source', 'a%0ACe-Id: b%0D%0A%0D%0Ac'], ['Ce-Time', 'never'],
	['Original-Content-Type', 'application/cloudevents+json']), 200,
	'a source with line ends');
my ($head) = map { (split /\n\n/, $_, 2)[0] } grep { /\{"a":1\}$/ }
    map { Sandbox::slurp($_) } files('own');
is(scalar(() = $head =~ /^Ce-Id:/mg), 1, 'is one line');
like($head, qr/^Ce-Source: a%0ACe-Id:%20b%0D%0A%0D%0Ac$/m, 'and is encoded');
unlike($head, qr/never/, 'a time that is none is not believed');
unlike($head, qr/^Original-Content-Type:/m, 'nor a type that is not ours');

Try::finish($w);
done_testing();
