#!/usr/bin/perl
# hookdir check: secrets with something around them, and what is no secret of
# webhooks. Each is named by file and line, and none is shown.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

my $secret = '0aW4bKs9Zq7LmN2x';

# A warning about line 3, which says nothing of the secret.
sub odd {
	my ($name, $line, $like, %how) = @_;
	my $out = finds($name, 'warning', qr{coral\.secret: line 3 .*$like}, sub {
		put('coral.secret', "# a comment\n" . "zQ8xNp3LwR6tYv1k\n$line\n");
		config($how{entry}) if $how{entry};
	});
	unlike($out, qr/aW4|bKs9/, 'and is not shown');
	return;
}

sub right {
	my ($name, $line, %how) = @_;
	fine($name, sub {
		put('coral.secret', "# a comment\n$line\n");
		config($how{entry}) if $how{entry};
	});
	return;
}

sub of { return qq("$_[0]": {"secret_file": "coral.secret"}) }

right('comments', "$secret\n#\n#\tx");
right('a secret that looks like a comment', "\\# $secret");
right('CR LF', "$secret\r");
odd('a byte order mark', "\xef\xbb\xbf$secret", 'byte order mark');
odd('NUL bytes', join("\0", split //, $secret), 'NUL bytes in it, like UTF-16');
odd('a NUL', "$secret\0", 'has a NUL');
odd('a CR', "$secret\r$secret", 'has a CR');
odd('a no-break space', "$secret\xc2\xa0", 'not seen in it, a no-break space');
odd('a zero-width space', "0\xe2\x80\x8b$secret", 'zero-width character \(U\+200B');
odd('quotes', qq("$secret"), 'is in quotes');
odd('NAME=value', "WEBHOOK_SECRET=$secret", 'has a name and =');
odd('NAME: value', "secret: $secret", 'has a name and a colon');
odd('a literal \n', "$secret\\n", 'ends with a backslash');
odd('a comment without a blank', "#made on a Monday, $secret", 'looks like a comment');
odd('whsec_ twice', "whsec_whsec_$secret", 'whsec_ twice');
odd('an API key', "sk_live_$secret", 'sk_live_, like a secret API key of Stripe: Stripe signs with');
odd('a token of GitHub', "ghp_$secret", 'personal access token of GitHub');
odd('a URL', "https://hooks.example.com/$secret", 'like a URL');
odd('PEM', '-----BEGIN PUBLIC KEY-----', 'like a public key in PEM');
odd('a secret of another provider', "whsec_$secret", 'like a signing secret of Stripe',
	entry => of('typeform'));
right('its own', "whsec_$secret", entry => of('stripe'));
right('a secret key that signs', "sk_live_$secret", entry => of('paystack'));
finds('stripe without whsec_', 'warning',
	qr/coral\.secret: line 1 does not begin with whsec_/, sub {
		put('coral.secret', "$secret\n");
		config(of('stripe'));
	});
fine('no preset', sub {
	put('coral.secret', "whsec_$secret\n");
	config('"own": {"secret_file": "coral.secret", "signature": "X-Sig",'
		. ' "id": "json:id"}');
});

# Elsewhere.
finds('in a variable', 'warning', qr/CORAL: line 2 is in quotes/,
	sub { config('"coral": {"secret_env": "CORAL"}') },
	env => { CORAL => "$secret\n'$secret'" });
finds('a verify token', 'warning', qr/meta\.token: line 1 is in quotes/, sub {
	put('coral.secret', $secret);
	put('meta.token', qq("$secret, another"\n));
	config('"meta": {"secret_file": "coral.secret",
	    "verify_token_file": "meta.token"}');
});

# What cannot be decoded: why, as far as its look says it.
for (['in quotes', qq("$secret"), 'is in quotes'],
    ['of Supabase', "v1,whsec_$secret", 'Supabase shows it: remove "v1,"'],
    ['with a mark', "\xef\xbb\xbfwhsec_$secret", 'byte order mark']) {
	my ($name, $line, $like) = @$_;
	fresh();
	put('coral.secret', "$line\n");
	config(of('svix'));
	my ($status, $out) = check();
	like($out, qr/^warning: .*coral\.secret: line 1 .*$like/m, $name);
	like($out, qr/^error: .*coral\.secret: line 1 is not in the form/m,
		'which is an error');
	is($status, 1, 'exit status');
	unlike($out, qr/aW4|bKs9/, 'and not shown');
}
for (["\xff\xfe0\0a\0", 'is written in UTF-16'],
    ["-----BEGIN PRIVATE KEY-----\n" . "MC4CAQ\n" x 9, 'PEM is no secret']) {
	finds("no list of secrets: $_->[1]", 'error', qr/coral\.secret: .*$_->[1]/,
		sub { put('coral.secret', $_->[0]) });
}
done_testing();
