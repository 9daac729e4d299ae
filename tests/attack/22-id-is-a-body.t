#!/usr/bin/perl
# Attack: a delivery that was seen is sent again, and its id, which is not
# signed, is the very body of a delivery that is still to come. That one must be
# filed when it comes, and not taken for a repeat.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256_hex);
use Test::More;
use Try;

my $secret = Sign::secret('coral');
my $w = Try::setup('cgi', { providers => { own => { scheme => 'hmac',
	secret_file => 'coral.secret', signature => 'X-Sig',
	id => 'header:X-Id' } } });

sub deliver {
	my ($body, $id) = @_;
	my $got = $w->send({ target => '/hooks/own', body => $body, headers => [
		['X-Sig', hmac_sha256_hex($body, $secret)],
		defined $id ? ['X-Id', $id] : ()] });
	is($got->{code}, 200, 'answered 200');
	return;
}

sub bodies {
	return sort map { Sandbox::event($_)->{body} }
	    glob $w->box->inbox . '/own/new/*';
}

my ($seen, $next) = ('{"order":1}', '{"order":2}');
deliver($seen, 'o-1');
deliver($seen, $_) for $next, "text\0$next" =~ s/\0/%00/r, "text$next";
deliver($next);
ok((grep { $_ eq $next } bodies()), 'the later event is filed');
# The other way: a body that is an id.
deliver('a/b');
deliver('{"order":3}', 'a/b');
ok((grep { $_ eq '{"order":3}' } bodies()), 'so is one whose id was a body');
Try::finish($w);
done_testing();
