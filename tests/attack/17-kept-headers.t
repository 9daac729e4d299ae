#!/usr/bin/perl
# Attack: a captured delivery comes with other headers, another query and from
# another address, at providers that keep all of it. What is kept may change
# neither how the event is read nor whether it is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256_hex);
use Test::More;
use Try;

my $secret = Sign::secret('github');
my %own = (secret_file => 'github.secret', signature => 'X-Sig');
my %all = (keep_headers => ['*'], keep_query => JSON::PP::true,
	keep_address => JSON::PP::true);
my $w = Try::setup('cgi', { providers => { own => { %own, %all,
	id => 'header:X-Id', type => 'header:X-Type' },
	list => { %own, separator => ',', id => 'header:X-Id' } } });
my $new = $w->box->inbox . '/own/new';
my $n = 0;

# A delivery of its own, with these headers: its code and its event.
sub sent {
	my ($target, @headers) = @_;
	my $body = '{"n":' . ++$n . '}';
	my $code = $w->send({ target => "/hooks/own$target", body => $body,
		headers => [['X-Sig', hmac_sha256_hex($body, $secret)],
		['X-Id', "id$n"], @headers] })->{code};
	return ($code, -e "$new/id$n" ? Sandbox::slurp("$new/id$n") : '', $body);
}

sub whole {
	my ($name, $target, @headers) = @_;
	my ($code, $file, $body) = sent($target, @headers);
	my ($head, $got) = split /\n\n/, $file, 2;
	is($code, 200, "$name: taken");
	is($got, $body, "$name: the body is what was signed");
	unlike($head, qr/[^\n\t\x20-\x7e]/, "$name: printable");
	unlike($head, qr/\n[^\n:]*(?:\n|\z)/, "$name: names and values");
	is($w->box->hookdir('cat', "$new/id$n"), $body, "$name: hookdir cat");
	return $head;
}


# Readers of HTTP and of MIME undo what these say, and find another body.
for my $h (['Transfer-Encoding', 'chunked'],
	['Content-Transfer-Encoding', 'base64'], ['Transfer_Encoding', 'gzip'],
	['Content-Range', 'bytes 0-1/2'], ['MIME-Version', '1.0']) {
	my $head = whole("$h->[0]", '', $h);
	unlike($head, qr/^$h->[0]:/mi, "$h->[0] is not kept")
	    if $h->[0] !~ /MIME|Range/;
}

# A secret in the wrong place.
my $head = whole('a secret as a value', '', ['X-Key', $secret]);
unlike($head, qr/\Q$secret\E/, 'is not kept');
$head = whole('a secret in the query', "?key=$secret&a=b");
unlike($head, qr/\Q$secret\E/, 'is not kept');
$head = whole('a secret in a list', '', ['X-Key', "key=$secret;a=b"]);
unlike($head, qr/\Q$secret\E/, 'is not kept');

# Lines, and much of everything.
for my $h (['Content-Type', "\xff" x 8000], ['X-Type', "\xff" x 8000],
	['X-Other', "\xff" x 8000], ['Content-Encoding', "\xff" x 8000],
	['Content-Type', "\x1b]0;x\x07a"], ['X-Type', "a\x85b\xc2\x85\x7f"],
	['X-Type', "\xff" x 60000], ['Content-Type', "\xff" x 60000]) {
	whole("$h->[0], " . length($h->[1]), '', $h);
}
whole('all of them', '', map { [$_, "\xff" x 8000] }
	qw(Content-Type X-Type X-Other Content-Encoding));
whole('a query', "?" . "\xff" x 8000);
whole('a query of lines', "?%0d%0aCe-Id:x\x01\x7f\xc2\x85");
whole('many', '', map { ["X-N$_", 'v' x 500] } 1 .. 100);

# A signature that is genuine, and says much besides.
{
	my $body = '{"n":"signature"}';
	my $sig = hmac_sha256_hex($body, $secret);
	my @many = map { ['X-Sig', $_] } ("\xff" x 30000) . ",$sig";
	is($w->send({ target => '/hooks/list', body => $body, headers =>
		[@many, ['X-Id', 'list']] })->{code}, 401,
		'more than any reader takes');
	is(scalar(() = glob $w->box->inbox . '/list/new/*'), 0, 'is not filed');
	is($w->send({ target => '/hooks/list', body => $body, headers =>
		[['X-Sig', "a,$sig"], ['X-Id', 'list']] })->{code}, 200,
		'and the genuine one is');
}

Try::finish($w);
done_testing();
