#!/usr/bin/perl
# hookdir add where somebody has put something else in its way, where the disk is
# full or cannot be written, and several at once. All or nothing, each time.
use strict;
use warnings;
use Fcntl qw(F_SETLK F_WRLCK SEEK_SET);
use FindBin;
use POSIX ();
use lib "$FindBin::Bin/lib";
use Add;
use Cli;
use Test::More;

my $secret = SECRET;

# A link, and what it leads to, which must not change.
sub linked {
	my ($path, $to, $like, %how) = @_;
	rename "$box/$path", "$box/$path~" if -e "$box/$path";
	symlink $to, "$box/$path" or die "$path: $!";
	my $said = refused("a link: $path", $how{args} // ['github'], $like, in => $secret);
	unlike($said, qr/\Q$secret\E/, 'and shows no secret');
	unlink "$box/$path";
	rename "$box/$path~", "$box/$path" if -e "$box/$path~";
	return;
}

fresh();
mkdir "$box/other", 0777;
mkdir "$box/target", 0700;
chown $uid, $gid, "$box/target";
put('victim', "victim\n", 0600);
chown $uid, $gid, "$box/other", "$box/victim";
added('one', ['coral'], in => "$secret-coral");
linked('hookdir.json', "$box/hookdir.json~", qr{hookdir\.json is a symbolic link});
linked('providers.d', "$box/target", qr{providers\.d is a symbolic link});
linked('providers.d/github.json', "$box/victim", qr/github: .*already/);
linked('providers.d/github.json', "$box/victim", qr{providers\.d/github\.json is a symbolic link},
	args => ['--force', 'github']);
linked('providers.d/github.json', "$box/nothing", qr/github\.json/);
linked('secrets', "$box/target", qr{secrets is a symbolic link});
linked('secrets/github', "$box/victim", qr{secrets/github });
linked('secrets/github', "$box/victim", qr{secrets/github is a symbolic link},
	args => ['--force', 'github']);
linked('secrets/github', "$box/nothing", qr{secrets/github });
linked('inbox', "$box/target", qr{inbox is a symbolic link});
linked('inbox/github', "$box/target", qr{inbox/github});
is(slurp("$box/victim"), "victim\n", 'what links led to is as it was');

# Other things than files.
for (['a folder', sub { mkdir $_[0] }, sub { rmdir $_[0] }],
    ['a pipe', sub { POSIX::mkfifo($_[0], 0600) }, sub { unlink $_[0] }],
    ['a file of two names', sub { link "$box/victim", $_[0] }, sub { unlink $_[0] }]) {
	my ($name, $make, $unmake) = @$_;
	for my $path ('providers.d/github.json', 'secrets/github') {
		$make->("$box/$path");
		refused("$name: $path", ['--force', 'github'], qr{\Q$path\E }, in => $secret);
		$unmake->("$box/$path");
	}
}
added('and when they are gone', ['github'], in => $secret);

# A secret without an entry: somebody's, or of an add that was killed.
fresh();
mkdir "$box/secrets";
put('secrets/github', "left\n");
refused('a secret is there', ['github'], qr{secrets/github .*File exists: perhaps of an add that was killed: --force replaces it}, in => $secret);
added('by force', ['--force', 'github'], in => $secret);
is(slurp("$box/secrets/github"), "$secret\n", 'is replaced');
is((stat "$box/secrets/github")[4], $uid, "and the receiver's");

# An add that was killed between the two names of a new file.
for my $name ('providers.d/github.json', 'secrets/github', 'hookdir.json') {
	my $tmp = $name =~ s{([^/]+)\z}{.$1.tmp}r;
	link "$box/$name", "$box/$tmp" or die "link: $!";
	added("a crash left $tmp", ['--force', 'github'], in => $secret);
	ok(!-e "$box/$tmp", 'which is gone');
}

# ... or when a folder was not the user's yet.
SKIP: {
	skip 'needs root', 1 if $> != 0;
	for my $name ('providers.d', 'secrets', 'inbox') {
		fresh();
		mkdir "$box/$name", 0700;
		chown 0, 0, "$box/$name" or die "chown: $!";
		refused("root's $name", ['github'], qr{\Q$box\E/$name: \S+ cannot (?:read|write into) it: hookdir setup mends}, in => $secret);
		is((hookdir(['setup']))[0], 0, 'setup');
		added("after setup: $name", ['github'], in => $secret);
	}
}

# A disk that is full, at each of the files: none may be larger than 1 KiB.
sub small { $SIG{XFSZ} = 'IGNORE'; return }
fresh();
for (['its secret', ['github'], 'k' x 4096, qr{secrets/github cannot be written}],
    ['its entry', ['github', 'accept_body=' . 'a' x 2000], $secret, qr{providers\.d/github\.json cannot be written}]) {
	my ($name, $args, $in, $like) = @$_;
	refused("no room for $name", $args, $like, in => $in,
		ulimit => '-f 2', prepare => \&small);
	added('before', ['github'], in => 'before');
	refused("no room for another $name", [ '--force', @$args ], $like, in => $in,
		ulimit => '-f 2', prepare => \&small);
	is(slurp("$box/secrets/github"), "before\n", 'the old secret is there');
	my ($status) = hookdir([ 'remove', '--purge', 'github' ]);
	is($status, 0, 'and can be removed');
}

# Folders that cannot be written.
SKIP: {
	skip 'needs another user than root', 1 if $> == 0 && !defined nobody();
	fresh();
	my @as = $> == 0 ? (user => $uid) : ();
	chmod 0555, $box;
	refused('a folder that cannot be written', ['github'], qr/belongs to root: run the command as root/, in => $secret, @as);
	chmod 0755, $box;
}
SKIP: {
	skip 'needs a mount that cannot be written', 1
	    if $> != 0 || system('unshare -m true 2>/dev/null') != 0;
	fresh();
	my $before = tree();
	open my $in, '>', "$box/../in" or die;
	print {$in} $secret;
	close $in;
	my $program = program($uid);
	my $said = `unshare -m sh -c 'mount --bind $box $box && mount -o remount,ro,bind $box && HOOKDIR_CONFIG=$box/hookdir.json $program add github <$box/../in' 2>&1`;
	is($? >> 8, 1, 'a read-only file system');
	like($said, qr/Read-only file system/, 'is said');
	is_unchanged($before, 'read-only');
}

# Several at once.
sub at_once {
	my (@args) = @_;
	my $program = program();
	my @pid = map {
		my ($n, $args) = ($_, $args[$_]);
		my $pid = fork // die "fork: $!";
		if ($pid == 0) {
			open STDIN, '<', "$box/in" or die;
			open STDOUT, '>', '/dev/null' or die;
			open STDERR, '>', "$box/err$n" or die;
			$ENV{HOOKDIR_CONFIG} = "$box/hookdir.json";
			exec { $program } $program, 'add', @$args or die;
		}
		$pid;
	} 0 .. $#args;
	return map { waitpid $_, 0; $? } @pid;
}
fresh();
put('in', "$secret\n");
my @status = at_once(map { [ 'github' ] } 1 .. 5);
is(scalar(grep { $_ == 0 } @status), 1, 'of five with one name, one is added');
like(join('', map { slurp("$box/err$_") } 0 .. 4), qr/(?:is in the settings already.*){4}/s, 'and four are told so');
is(slurp("$box/secrets/github"), "$secret\n", 'its secret is whole');
my @name = map { [ "n$_", '--preset', 'coral' ] } 1 .. 5;
@status = at_once(@name);
is_deeply(\@status, [ (0) x 5 ], 'five with other names are all added')
    or diag(map { slurp("$box/err$_") } 0 .. 4);
ok(-e "$box/secrets/$_->[0]" && -e "$box/providers.d/$_->[0].json", $_->[0]) for @name;
ok(!-e "$box/.lock", 'no lock is left');
is(scalar(() = glob "$box/{secrets,providers.d}/.*.tmp"), 0, 'and no part of a file');

# A signal in the middle of it: what is begun is ended first.
fresh();
put('.lock', '');
put('in', "$secret\n");
open my $lock, '+<', "$box/.lock" or die;
my $whole = pack 's s x![q] q q i', F_WRLCK, SEEK_SET, 0, 0, 0;
fcntl $lock, F_SETLK, $whole or die "fcntl: $!";
my $pid = fork // die "fork: $!";
if ($pid == 0) {
	open STDIN, '<', "$box/in" or die;
	open STDOUT, '>', '/dev/null' or die;
	$ENV{HOOKDIR_CONFIG} = "$box/hookdir.json";
	exec program(), 'add', 'github' or die;
}
# It waits for the lock, which it has open then, as this process before exec() has.
sub waits {
	return unless (readlink("/proc/$pid/exe") // '') =~ m{/hookdir\z};
	return grep { (readlink // '') eq "$box/.lock" } glob "/proc/$pid/fd/*";
}
for (1 .. 600) { last if waits(); select undef, undef, undef, 0.05 }
ok(scalar(waits()), 'it waits for the lock');
kill 'TERM', $pid;
close $lock;
waitpid $pid, 0;
is($? & 127, 15, 'a signal ends it');
ok(-e "$box/secrets/github" && -e "$box/providers.d/github.json", 'when all is written');
my ($status) = hookdir(['check']);
is($status, 0, 'and works');
done_testing();
