#!/usr/bin/perl
# hookdir remove: the entry and the secret go, the inbox only when it is said,
# and never events without a word.
use strict;
use warnings;
use FindBin;
use File::Path qw(make_path);
use lib "$FindBin::Bin/lib";
use Add;
use Cli;
use Test::More;

my $secret = SECRET;

sub removes {
	my ($name, $args, $like, %how) = @_;
	my @got = hookdir([ 'remove', @$args ], %how);
	is($got[0], 0, "$name: removed") or diag(@got[ 1, 2 ]);
	like($got[1], $like, "$name: says what");
	is($got[2], '', "$name: and nothing else");
	return $got[1];
}

sub keeps {
	my ($name, $args, $like, $status) = @_;
	my $before = tree();
	my @got = hookdir([ 'remove', @$args ]);
	is($got[0], $status // 1, "$name: exit status") or diag(@got[ 1, 2 ]);
	is($got[1], '', "$name: nothing on standard output");
	like($got[2], $like, "$name: says why");
	is_unchanged($before, $name);
	return;
}

sub mine {
	my ($name, $text) = @_;
	put($name, $text);
	chown $uid, $gid, "$box/$name";
	return;
}

# What add has made.
fresh();
my $empty = tree();
added($_, [$_], in => "$secret$_") for qw(github coral meta);
my $out = removes('github', ['github'],
	qr{\Aremoved +\Q$box\E/providers\.d/github\.json\nremoved +\Q$box\E/secrets/github\ninbox +\Q$box\E/inbox/github stays, with 0 events: --purge removes it\n\z});
ok(!-e "$box/providers.d/github.json", 'the entry is gone');
ok(!-e "$box/secrets/github", 'and the secret');
ok(-d "$box/inbox/github/new", 'and the inbox is there');
ok(-e "$box/secrets/coral" && -e "$box/providers.d/coral.json", 'as the others are');
removes('meta', ['meta'], qr{secrets/meta\n.*secrets/meta\.token}s);
ok(!-e "$box/secrets/meta.token", 'its token as well');
ok(!-e "$box/.lock", 'no lock is left');
added('again', ['github'], in => $secret);

# The receiver then knows it no more than one that never was.
my $receiver = ($ENV{HOOKDIR_BUILD} // 'build') . '/hookdir.fcgi';

sub answer {
	my ($name) = @_;
	my $pid = open(my $out, '-|') // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', "$box/hookdir.json" or die;
		open STDERR, '>', '/dev/null' or die;
		%ENV = (HOOKDIR_CONFIG => "$box/hookdir.json",
			GATEWAY_INTERFACE => 'CGI/1.1', REQUEST_METHOD => 'POST',
			REQUEST_URI => "/hooks/$name", PATH_INFO => "/$name",
			CONTENT_LENGTH => -s STDIN);
		exec { $receiver } $receiver or die;
	}
	local $/;
	return scalar <$out>;
}
like(answer('github'), qr/\AStatus: 401/, 'the receiver knows it');
removes('github once more', ['github'], qr/github/);
like(answer('github'), qr/\AStatus: 404/, 'and then does not');
is(answer('github'), answer('unknown'), 'as one that never was');
added('and again', ['github'], in => $secret);

# What there is not.
keeps('again', ['meta'], qr/meta: no provider of this name in \Q$box\E\/hookdir\.json$/);
keeps('a name near one', ['githb'], qr/githb: no provider .*: did you mean "github"\?/);
keeps('no name', ['Git/Hub'], qr/no provider can have this name/, 2);
keeps('a path', ['../hookdir'], qr/no provider can have this name/, 2);
fresh(qq({ "inbox": "inbox", "user": "$user",\n "providers": {\n"coral": {"secret_file": "s"}}}));
mine('s', $secret);
keeps('of the settings file', ['coral'], qr{coral: its entry is in \Q$box\E/hookdir\.json:3: remove it there by hand});
unlink "$box/hookdir.json";
keeps('without settings', ['coral'], qr/hookdir\.json/);

# The inbox.
fresh();
added('github', ['github'], in => $secret);
mine("inbox/github/new/$_", 'x') for 1 .. 3;
mine('inbox/github/cur/1', 'x');
mkdir "$box/inbox/github/hold";
chown $uid, $gid, "$box/inbox/github/hold";
mine('inbox/github/hold/1-1', 'x');
mine('inbox/github/hold/.lock', '');
keeps('events wait', ['--purge', 'github'], qr{github: 3 events in new/, 1 in cur/ and 1 refused in hold/: nothing is purged; --force});
unlink glob "$box/inbox/github/new/*";
keeps('one is taken', ['--purge', 'github'], qr{0 events in new/, 1 in cur/});
rename "$box/inbox/github/cur/1", "$box/inbox/github/new/1";
keeps('one waits', ['--purge', 'github'], qr{1 event in new/, 0 in cur/});
mkdir "$box/elsewhere";
mine('elsewhere/kept', 'x');
symlink "$box/elsewhere", "$box/inbox/github/link";
symlink "$box/elsewhere/kept", "$box/inbox/github/cur/link";
for my $folder (qw(busy later failed done errors)) {
	mkdir "$box/inbox/github/$folder";
	chown $uid, $gid, "$box/inbox/github/$folder";
}
for my $folder (qw(busy later failed)) {
	mine("inbox/github/$folder/$_", 'x') for qw(1 2);
	unlink "$box/inbox/github/new/1";
	keeps("in $folder/", ['--purge', 'github'],
		qr{0 events in new/, \d in cur/, .*\b2 in $folder/.* nothing is purged});
	unlink "$box/inbox/github/$folder/$_" for qw(1 2);
}
mine('inbox/github/new/1', 'x');
mine("inbox/github/$_/1", 'x') for qw(busy later failed done errors);
mine('inbox/github/run.lock', '');
removes('by force', ['--purge', '--force', 'github'], qr{^purged +\Q$box\E/inbox/github$}m);
ok(!-e "$box/inbox/github", 'the inbox is gone');
ok(-e "$box/elsewhere/kept", 'and no link was followed');
added('github again', ['github'], in => $secret);
unlink "$box/inbox/github/hold/1-1";
removes('nothing waits', ['--purge', 'github'], qr/^purged /m);
ok(!-e "$box/inbox/github", 'no force is needed');

# The rest of a purge that was interrupted.
added('for a rest', ['github'], in => $secret);
removes('its entry', ['github'], qr/stays/);
system('rm', '-r', "$box/inbox/github/new", "$box/inbox/github/lock");
removes('its rest', ['--purge', 'github'], qr/\Apurged /);
ok(!-e "$box/inbox/github", 'is gone');
keeps('once more', ['--purge', 'github'], qr/no provider of this name/);

# The rest of an add, or of a remove, that was killed.
added('with a token', ['meta'], in => $secret);
unlink "$box/providers.d/meta.json";
removes('without its entry', ['meta'],
	qr{\Aremoved +\Q$box\E/secrets/meta\nremoved +\Q$box\E/secrets/meta\.token\n});
keeps('and again', ['meta'], qr/no provider of this name/);
mine('secrets/mete', $secret);
added('with the secret of that name', ['meta', 'secret_file=secrets/mete']);
keeps("another's secret", ['mete'], qr/no provider of this name/);
mkdir "$box/inbox/github";
chown $uid, $gid, "$box/inbox/github";
mkdir "$box/inbox/github/new";
mine('inbox/github/new/1', 'x');
keeps('a rest with an event', ['--purge', 'github'], qr{1 event in new/});

# An inbox that is a link.
fresh();
added('linked', ['github'], in => $secret);
rename "$box/inbox/github", "$box/elsewhere";
symlink "$box/elsewhere", "$box/inbox/github";
my ($status, undef, $err) = hookdir([ 'remove', '--purge', 'github' ]);
is($status, 1, 'an inbox that is a link: not purged');
like($err, qr{inbox/github cannot be read}, 'and it says so');
ok(-d "$box/elsewhere/new", 'and where it leads is untouched');

# A folder of events that is a link: nothing behind it is counted as events.
fresh();
added('with a link', ['github'], in => $secret);
mkdir "$box/elsewhere";
mine('elsewhere/kept', 'x');
for my $folder (qw(new cur hold busy later failed)) {
	rename "$box/inbox/github/$folder", "$box/kept";
	symlink "$box/elsewhere", "$box/inbox/github/$folder" or die;
	keeps("$folder/ is a link", ['--purge', 'github'],
		qr{inbox/github/$folder cannot be read: });
	unlink "$box/inbox/github/$folder";
	rename "$box/kept", "$box/inbox/github/$folder";
}

# A fallback, too.
fresh(sprintf '{ %s"inbox": "inbox", "fallback_inbox": "second" }',
	$> == 0 ? qq("user": "$user", ) : '');
mkdir "$box/second";
chown $uid, $gid, "$box/second";
added('with a fallback', ['github'], in => $secret);
make_path("$box/second/github/new");
mine('second/github/new/1', 'x');
system('chown', '-R', "$uid:$gid", "$box/second");
keeps('an event in it', ['--purge', 'github'], qr{1 event in new/});
removes('by force', ['--purge', '--force', 'github'], qr/^purged /m);
ok(!-e "$box/second/github", 'is purged');
ok(-d "$box/second", 'and remains');

# A secret of several.
fresh();
added('one', ['github'], in => $secret);
added('two', ['gitea', 'secret_file=secrets/github']);
$out = removes('one', ['github'], qr{^stays +\Q$box\E/secrets/github: it is not}m);
ok(-e "$box/secrets/github", 'the secret of two stays');
removes('two', ['gitea'], qr{providers\.d/gitea\.json\n});
ok(-e "$box/secrets/github", 'it was not made for this one');
added('its own', ['github', 'secret_file=secrets/mine'],
	do { mkdir "$box/secrets"; mine('secrets/mine', $secret); unlink "$box/secrets/github"; () });
removes('its own', ['github'], qr{providers\.d/github\.json\n});
ok(-e "$box/secrets/mine", 'a secret that add has not made stays');

# A broken entry.
added('to be broken', ['github'], in => $secret);
put('providers.d/github.json', '{ broken', 0644);
removes('broken', ['github'], qr{secrets/github\n});
added('to be wrong', ['github'], in => $secret);
put('providers.d/github.json', '{ "secret_file": "secrets/github", "digst": "x" }', 0644);
removes('wrong', ['github'], qr{secrets/github\n});

# Links in place of what it removes: they go themselves.
added('to be linked', ['github'], in => $secret);
rename "$box/$_", "$box/kept" and symlink "$box/kept", "$box/$_"
    for 'providers.d/github.json';
removes('a link', ['github'], qr{providers\.d/github\.json\n});
ok(-e "$box/kept", 'where it led is untouched');
ok(!-l "$box/providers.d/github.json", 'and it is gone');
added('a folder', ['github'], in => $secret);
rename "$box/providers.d", "$box/moved";
symlink "$box/moved", "$box/providers.d";
keeps('a folder that is a link', ['github'], qr{providers\.d is a symbolic link});

# Not root.
SKIP: {
	skip 'needs root', 3 if $> != 0;
	fresh();
	added('of root', ['github'], in => $secret);
	my $before = tree();
	my @got = hookdir([ 'remove', 'github' ], user => $uid);
	is($got[0], 1, 'another user cannot remove it');
	like($got[2], qr/belongs to root: run the command as root/, 'and is told so');
	is_unchanged($before, 'another user');
}
done_testing();
