#!/usr/bin/perl
# hookdir check: entries in providers.d, the user, the group and the public URL.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

my $entry = '{"preset": "coral", "secret_file": "blog.secret"}';
my $other = getpwuid($uid == 2 ? 3 : 2);

# A second entry, in a file of its own.
sub file {
	my ($name, $text, $mode) = @_;
	folders("$top/providers.d");
	chmod 0755, "$top/providers.d";
	put('blog.secret', CORAL_NEW . "\n");
	put("providers.d/$name", $text // $entry, $mode // 0644);
	return;
}

sub top { my ($more) = @_; config($coral, "$more, "); return }

my $out = fine('an entry in providers.d', sub { file('blog.json') });
like($out, qr{^ok: blog: preset coral, .* posted to \.\.\./blog$}m, 'it is there');
fine('leftovers of editors and of packages', sub {
	file('blog.json');
	file($_, 'x') for 'blog.json~', '.blog.json.swp', '#blog.json#',
	    'blog.json.dpkg-new', 'blog.json.dpkg-old', 'blog.json.bak', 'README';
});
for (['My_Shop.json', 'call it my-shop\.json'],
    ['blog.JSON', 'call it blog\.json'], ['blog', 'call it blog\.json'],
    ['blog.jsonc', 'call it blog\.json'],
    ["caf\xc3\xa9.json", 'a name has 1 to 32 of a-z, 0-9 and -']) {
	my ($name, $like) = @$_;
	finds("not a name: $name", 'warning',
		qr{/providers\.d/\S+: does not count: $like},
		sub { file($name) });
}
finds('an odd value', 'warning',
	qr{/providers\.d/blog\.json:2: public_url: has no effect},
	sub { file('blog.json', $entry
		=~ s{\}}{,\n"public_url": "https://hooks.corp.internal/blog"\}}r) });
finds('an error', 'error',
	qr{/providers\.d/blog\.json:2: preste: unknown setting},
	sub { file('blog.json', "{\n\"preste\": 1}") });
finds('in both places', 'error',
	qr{hookdir\.json:1: providers\.coral: is in \S+/providers\.d/coral\.json too},
	sub { file('coral.json') });
finds('a file that its group can write', 'warning',
	qr{/providers\.d/blog\.json: its group can write it: chmod g-w},
	sub { file('blog.json', undef, 0664) });
finds('a folder that its group can write', 'warning',
	qr{/providers\.d: its group can write it: chmod g-w},
	sub { file('blog.json'); chmod 0775, "$top/providers.d" });
finds('a folder that everybody can write', 'error',
	qr{/providers\.d: every user of this machine can write it: chmod o-w},
	sub { file('blog.json'); chmod 0777, "$top/providers.d" });
SKIP: {
	skip 'needs root to give files away', 2 if $> != 0;
	finds('a file of somebody else', 'warning',
		qr{/providers\.d/blog\.json: belongs to another user \(uid 12345},
		sub { file('blog.json'); chown 12345, -1, "$top/providers.d/blog.json" });
	finds('a folder of somebody else', 'warning',
		qr{/providers\.d: belongs to another user \(uid 12345},
		sub { file('blog.json'); chown 12345, -1, "$top/providers.d" });
}

# user and group
fine('the user', sub { top(qq("user": "$me")) });
finds('another user', 'warning',
	qr/hookdir\.json:1: user: is not the user that this check runs as/,
	sub { top(qq("user": "$other")) });
finds('no such user', 'error',
	qr/hookdir\.json:1: user: there is no user no-such-user/,
	sub { top('"user": "no-such-user"') });
finds('root', 'error', qr/hookdir\.json:1: user: root is root \(uid 0\)/,
	sub { top('"user": "root"') });
finds('no such group', 'warning', qr/hookdir\.json:1: group: there is no such/,
	sub { top('"group": "no-such-group"') });
finds('a group without access', 'warning',
	qr/hookdir\.json:1: group: has no effect: group_access is not set/,
	sub { top('"group": "mail"') });

# base_url
fine('a public URL', sub { top('"base_url": "https://hooks.corp.internal/hooks/"') });
fine('of a trial', sub { top('"base_url": "http://127.0.0.1:8080/hooks"') });
for (['of an example', 'https://hooks.example.com/hooks', 'has the host of an ex'],
    ['of a manual', 'https://YOUR.HOST/hooks', 'has the host of an example'],
    ['http', 'http://hooks.corp.internal/hooks', 'begins with http://'],
    ['with a name', 'https://hooks.corp.internal/hooks/coral',
	'ends with the name of an entry, coral'],
    ['a port', 'https://hooks.corp.internal:70000/', 'has a port that does not']) {
	my ($name, $url, $like) = @$_;
	finds("base_url: $name", 'warning', qr/hookdir\.json:1: base_url: $like/,
		sub { top(qq("base_url": "$url")) });
}
done_testing();
