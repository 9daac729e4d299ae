#!/usr/bin/perl
# The first hookdir add of all, where there are no settings yet: root's, and those
# of a user who has none. What fails leaves nothing behind.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Mounts;

Mounts::private();

use Add;
use Cli;
use Test::More;

my $secret = SECRET;
fresh();
unlink "$box/hookdir.json";
is(system('mount -t tmpfs none /var/lib'), 0, 'a /var/lib of our own');

sub first {
	my ($args, %how) = @_;
	return hookdir([ '-c', "$box/etc/hookdir.json", 'add', @$args ], in => $secret, %how);
}
my @got = first(['github', '--user', $user, 'digst=x']);
is($got[0], 1, 'a first one that is wrong');
like($got[2], qr/digst/, 'and it says so');
ok(!-e "$box/etc", 'no settings are left');
is_deeply([ glob '/var/lib/*' ], [], 'and no inbox');
@got = first(['github', '--user', $user, '--base-url', 'https://h.mine.test/in']);
is($got[0], 0, 'a first one') or diag($got[2]);
like($got[1], qr{^made \Q$box\E/etc/hookdir\.json: inbox /var/lib/hookdir, user \Q$user\E$}m, 'makes the settings');
like($got[1], qr{^url +https://h\.mine\.test/in/github$}m, 'with its URL');
is((stat "/var/lib/hookdir/github/new")[4], $uid, "the inbox is the receiver's");
is((stat "$box/etc/secrets/github")[4], $uid, 'and so is the secret');
is((stat "$box/etc/providers.d/github.json")[4], 0, "the entry is root's");
@got = hookdir([ '-c', "$box/etc/hookdir.json", 'check' ]);
is($got[0], 0, 'check finds no error');
unlike($got[1], qr/^(?:error|warning): (?!the clock|\S+ on a file system of type tmpfs)/m, 'and nothing odd') or diag($got[1]);
@got = hookdir([ '-c', "$box/etc/hookdir.json", 'setup' ]);
is("@got", '0  ', 'setup has nothing to do');

# Root's are not another user's.
my %other = (user => $uid, in => $secret, env => { HOOKDIR_CONFIG => "$box/etc/hookdir.json" });
for my $args (['add', 'github'], ['setup'], ['remove', 'github']) {
	@got = hookdir($args, %other);
	is($got[0], 1, "$args->[0]: settings of root");
	is($got[2], "hookdir: error: $box/etc/hookdir.json: its folder belongs to root: "
		. "run the command as root, or name settings of your own: "
		. "hookdir -c ~/.config/hookdir/hookdir.json\n", 'and what to do');
}

# A user's own.
my $home = "$box/home";
mkdir $home;
chown $uid, $gid, $home;
my $passwd = slurp('/etc/passwd') =~ s/^(\Q$user\E:(?:[^:]*:){4})[^:]*/$1$home/mr;
put('passwd', $passwd, 0644);
is(system('mount', '--bind', "$box/passwd", '/etc/passwd'), 0, 'a home');
my %own = (user => $uid, in => $secret, env => { HOOKDIR_CONFIG => undef });
@got = hookdir([ 'add', 'github' ], %own);
is($got[0], 0, 'a user without settings') or diag($got[2]);
is_deeply([ map { (lstat "$home/$_")[4] // 'none' } '.config/hookdir/hookdir.json',
	'.config/hookdir/providers.d/github.json', '.config/hookdir/secrets/github',
	'hookdir/github/new' ], [ ($uid) x 4 ], 'has all of it himself');
is_deeply([ map { sprintf '%o', (lstat "$home/$_")[2] & 07777 } '.config/hookdir',
	'.config/hookdir/secrets', '.config/hookdir/secrets/github', 'hookdir' ],
	[qw(700 700 600 700)], 'and nobody else sees it');
@got = hookdir(['check'], %own);
is($got[0], 0, 'check finds no error');
@got = hookdir([ 'remove', '--purge', 'github' ], %own);
is($got[0], 0, 'and he can remove it') or diag($got[2]);
ok(!-e "$home/.config/hookdir/secrets/github" && !-e "$home/hookdir/github", 'all of it');
done_testing();
