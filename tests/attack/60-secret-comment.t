#!/usr/bin/perl
# Attack: the text of a comment in a secret file is guessed, and used as the
# secret: as the key of a signature, as a password, as a verify token. So is a
# line on which nothing is to be seen.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Digest::SHA qw(hmac_sha256_hex);
use Test::More;
use Try;

my $n = 0;
my $w = Try::setup('cgi', { providers => {
	env  => { preset => 'coral', secret_env => 'CORAL' },
	gitlab => { secret_file => 'gitlab.secret' },
	meta => { secret_file => 'meta.secret',
		verify_token_file => 'meta.token' } } });
my $box = $w->box;
my @comment = ('# made 2026-11', "#\tmade 2026-11", '#', '# ', '  # indented',
	"\x{ef}\x{bb}\x{bf}# after a byte order mark", "#\xc2\xa0of a web page");

my @empty = (' ', "\t", " \t ", "\xc2\xa0", "\xe2\x80\x8b", "\xef\xbb\xbf");

# What an attacker would sign with: the line, and what is behind its sign.
sub guesses {
	my ($line) = @_;
	my $bare = $line =~ s/\A(?:\xef\xbb\xbf)?\s*//r;
	my %seen;
	return grep { length && !$seen{$_}++ }
	    ($line, $bare, $bare =~ s/\A#\s*//r);
}

sub delivery { return Try::delivery(sprintf('comment-%03d', ++$n), @_) }

for my $comment (@comment) {
	my $name = $comment =~ s/[^ -~]/?/gr;
	for my $end ("\n", "\r\n") {
		$box->write("$box->{dir}/etc/coral.secret",
		    $comment . $end . Sign::secret('coral') . $end, 0600);
		Try::refused($w, delivery(secrets => [$_]), 400,
		    "'$name' is no secret", qr/no signature fits/)
		    for guesses($comment);
		Try::stored($w, delivery(), 'the secret below it is one');
	}
}

for my $empty (@empty) {
	my $name = unpack 'H*', $empty;
	$box->write("$box->{dir}/etc/coral.secret",
	    "$empty\n" . Sign::secret('coral') . "\n$empty", 0600);
	Try::refused($w, delivery(secrets => [$empty]), 400,
	    "the bytes $name are no secret", qr/no signature fits/);
	Try::stored($w, delivery(), 'the secret below them is one');
}

# In a variable.
my %env = (target => '/hooks/env', env => {
	CORAL => "# made 2026-11\n" . Sign::secret('coral') . "\n#" });
Try::refused($w, delivery(%env, secrets => [$_]), 400,
    "nor is '$_' in a variable", qr/no signature fits/)
    for '# made 2026-11', '#';
is($w->send(delivery(%env))->{code}, 200, 'the secret in the variable is one');

# A password.
$box->secret('gitlab', '# the hook of ours', Sign::secret('gitlab'));
for (['# the hook of ours', 401], [Sign::secret('gitlab'), 200]) {
	my $got = $w->send({ target => '/hooks/gitlab', body => '{}', headers =>
	    [['X-Gitlab-Token', $_->[0]], ['X-Gitlab-Event-UUID', 'u']] });
	is($got->{code}, $_->[1], "a password is answered $_->[1]");
}

# A verify token.
$box->secret('meta', 'app-secret-of-the-tests');
$box->write("$box->{dir}/etc/meta.token", "# at Meta\nmeatyhamhock\n", 0600);
for (['%23+at+Meta', 401], ['%23%20at%20Meta', 401], ['meatyhamhock', 200]) {
	my $got = $w->send({ method => 'GET', headers => [], target =>
	    '/hooks/meta?hub.mode=subscribe&hub.challenge=1158201444'
	    . "&hub.verify_token=$_->[0]" });
	is($got->{code}, $_->[1], "a verify token is answered $_->[1]");
}

# A secret that looks like a comment is written with a backslash.
$box->write("$box->{dir}/etc/coral.secret", "\\# a strange secret\n", 0600);
Try::stored($w, delivery(secrets => ['# a strange secret']), 'written with \#');
Try::refused($w, delivery(secrets => ['\# a strange secret']), 400,
    'the backslash is no part of it', qr/no signature fits/);

# In UTF-16 no comment can be told from a secret.
$box->write("$box->{dir}/etc/coral.secret", "\xff\xfe" . join('',
    map { "$_\0" } split //, "# made\nx\n"), 0600);
Try::refused($w, delivery(secrets => ["\xff\xfe#\0 \0m\0a\0d\0e\0"]), 500,
    'in UTF-16', qr/UTF-16/);
$box->secret('coral', @{ $Sign::SECRET{coral} });
Try::finish($w);
done_testing();
