#!/usr/bin/perl
# hookdir setup: after it, hookdir check has nothing to say about owners and
# modes; it does nothing twice, and with -n nothing at all.
use strict;
use warnings;
use Fcntl qw(F_SETLK F_WRLCK SEEK_SET);
use File::Path qw(remove_tree);
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Mounts;

Mounts::private();

use Cli;
use Check;
use Test::More;

my $third = getpwnam 'daemon';
my $group = getgrnam 'daemon';
my $gid = (getpwuid $uid)[3];
my $settings = "$top/hookdir.json";
my $day = "$box/coral/dedup/2026-11-27";

# Everything is right, and the settings are root's.
sub right {
	my ($more) = @_;
	fresh();
	folders("$box/coral/hold", "$box/.keys", $day, "$top/providers.d",
		"$top/secrets");
	config('"coral": {"secret_file": "coral.secret"}, '
		. '"github": {"secret_file": "secrets/github"}',
		qq("user": "$me", ) . ($more // ''));
	folders("$box/github", map { "$box/github/$_" } qw(tmp new cur dedup));
	put('secrets/github', 'x' x 40 . "\n");
	put('inbox/coral/tmp/left', '');
	put('inbox/coral/cur/f', 'an event');
	put("inbox/coral/hold/$_", '') for qw(.lock .part);
	put("inbox/.keys/$_", '') for qw(a.json a.lock);
	put('inbox/coral/dedup/2026-11-27/mark', '');
	chown 0, 0, $top, $settings, "$top/providers.d";
	chown 0, $gid, "$top/secrets";
	chmod 0755, "$top/providers.d";
	chmod 0750, "$top/secrets";
	setup() if $more;
	return;
}

sub setup {
	return run([ 'setup', @_ ], root => 1, env => { HOOKDIR_CONFIG => $settings });
}

# Every file: its mode, owner, group, and when it was changed last.
sub state_of {
	my ($what) = @_;
	return scalar `find $top -printf '%p $what\n' | sort`;
}

sub has {
	my ($path, $uid_is, $gid_is, $mode, $name) = @_;
	my @st = lstat $path;
	$mode = -d $path ? 0700 : 0600 if $mode < 0;
	is(sprintf('%d:%d %04o', $st[4], $st[5], $st[2] & 07777),
		sprintf('%d:%d %04o', $uid_is, $gid_is, $mode), $name);
	return;
}

# What is said about it by the receiver's user.
sub complaints {
	my ($status, $out) = run(['check'], user => $uid, env => {
		LD_PRELOAD => folder() . '/shim.so',
		ASAN_OPTIONS   => 'verify_asan_link_order=0',
		HOOKDIR_CONFIG => $settings });
	return grep { /^(?:error|warning):/ } split /\n/, $out;
}

# Mends these, and says nothing else; %how: more settings; silent: check finds
# nothing wrong with them, either.
sub mends {
	my ($name, $paths, $change, $want, %how) = @_;
	subtest $name => sub {
		right($how{settings});
		$change->($_) for @{$paths};
		my @said = $how{silent} ? () : complaints();
		for my $path ($how{silent} ? () : @{$paths}) {
			ok(scalar(grep { /\Q$path\E/ } @said),
				"check complains: $path") or diag(@said);
		}
		my $before = state_of('%U %G %m %C@ %s');
		my ($status, $out, $err) = setup('-n');
		is($status, 0, '-n: exit status') or diag($err);
		is(state_of('%U %G %m %C@ %s'), $before, 'and nothing changed');
		my @would = split /\n/, $out =~ s/would mend/mended/gr
		    =~ s/would make/made/gr;
		($status, $out, $err) = setup();
		is($status, 0, 'exit status');
		is($err, '', 'nothing on stderr');
		is_deeply([ split /\n/, $out ], \@would, 'what -n has said');
		is(scalar @would, scalar @{$paths}, 'a line for each');
		for my $path (@{$paths}) {
			like($out, qr/^(?:mended|made) \Q$path\E: /m,
				"which names it: $path");
			has($path, @{$want}, 'as it should be');
		}
		is_deeply([ complaints() ], [], 'check finds nothing');
		is_deeply([ setup() ], [ 0, '', '' ], 'a second time');
	};
	return;
}

sub chmods { my ($mode) = @_; return sub { chmod $mode, @_ or die } }
sub owns { my @to = @_; return sub { chown @to, @_ or die } }

right();
is_deeply([ complaints() ], [], 'what is right');
is_deeply([ setup() ], [ 0, '', '' ], 'is left alone');

# --- settings and secrets ---

mends('that the group can write', [ $settings ], chmods(0664), [ 0, 0, 0644 ]);
mends('that the user cannot read', [ $settings ], chmods(0600), [ 0, 0, 0644 ]);
mends('a folder that everybody can write', [ $top ], chmods(0777), [ 0, 0, 0755 ]);
mends('an entry that the user cannot read', [ "$top/providers.d/x.json" ], sub {
	put('providers.d/x.json', '{"preset": "coral", '
		. '"secret_file": "coral.secret"}', 0600);
	chown 0, 0, @_;
	put('hookdir.json', slurp($settings)
		=~ s/"coral": \{.*?\}, //r, 0644);
	chown 0, 0, $settings;
	system "mkdir -p $box/x/tmp $box/x/new $box/x/cur $box/x/dedup; "
	    . "chown -R $uid:$gid $box/x; chmod 700 $box/x $box/x/*";
}, [ 0, 0, 0644 ], silent => 1);
mends('providers.d', [ "$top/providers.d" ], chmods(0777), [ 0, 0, 0755 ],
	silent => 1);
mends('no providers.d', [ "$top/providers.d" ], sub { rmdir $_[0] }, [ 0, 0, 0755 ],
	silent => 1);
mends('secrets/ that everybody can write', [ "$top/secrets" ], chmods(0777),
	[ 0, $gid, 0750 ]);
mends('that is shut', [ "$top/secrets" ], chmods(0700), [ 0, $gid, 0750 ]);
mends('that is of another group', [ "$top/secrets" ], owns(0, 0), [ 0, $gid, 0750 ]);
mends("that is the user's", [ "$top/secrets" ], owns($uid, $gid),
	[ 0, $gid, 0750 ], silent => 1);
mends("a secret of root's", [ "$top/coral.secret" ], owns(0, 0),
	[ $uid, $gid, 0600 ]);
mends("one in secrets/", [ "$top/secrets/github" ], owns(0, 0),
	[ $uid, $gid, 0600 ]);
mends('one that others can read', [ "$top/coral.secret" ], chmods(0604),
	[ $uid, $gid, 0600 ]);
mends('that the group can read', [ "$top/coral.secret" ], chmods(0640),
	[ $uid, $gid, 0600 ]);
mends('that the group can write', [ "$top/coral.secret" ], chmods(0620),
	[ $uid, $gid, 0600 ]);
mends('that the user cannot read', [ "$top/coral.secret" ], chmods(0200),
	[ $uid, $gid, 0600 ]);
right();
chown 0, $gid, "$top/coral.secret";
chmod 0640, "$top/coral.secret";
is_deeply([ setup() ], [ 0, '', '' ],
	"a secret of root's that the user reads by his group stays so");
chown $uid, $gid, "$top/coral.secret";
chmod 0400, "$top/coral.secret";
is_deeply([ setup() ], [ 0, '', '' ], 'one that can only be read, as well');

# --- inboxes ---

my @shared = ($box, map { "$box/$_" } 'coral', map { "coral/$_" }
    qw(tmp new cur dedup dedup/2026-11-27));
my @private = ("$box/coral/hold", "$box/.keys");
my @file = map { "$box/$_" } qw(coral/lock coral/hold/.part .keys/a.json);
my @event = map { "$box/coral/$_" } qw(tmp/left new/e cur/f);
my @silent = (silent => 1);
my @all = ($uid, $gid);
my @grouped = (settings => '"group_access": true, ');
my @ours = grep { !/cur/ } @shared;

mends('folders that everybody can write', \@shared, chmods(0702),
	[ @all, 0700 ]);
mends('that the group can write', \@shared, chmods(0770), [ @all, 0700 ]);
mends("that are root's", [@ours], owns(0, 0), [ @all, 0700 ], silent => 1);
mends("the inbox is root's", [$box], owns(0, 0), [ @all, 0700 ]);
mends("cur/ is root's", ["$box/coral/cur"], owns(0, 0), [ @all, 0700 ],
	@silent);
mends("shut: $_", [$_], chmods(0400), [ @all, 0700 ])
    for $box, "$box/coral/new", $day;
mends('shut to the group', [ grep { !/tmp|dedup/ } @shared ], chmods(0700),
	[ @all, 02770 ], @grouped);
mends('what the group need not enter', [ grep { /tmp|dedup/ } @shared ],
	chmods(0700), [ @all, 02770 ], @grouped, @silent);
mends('an inbox that everybody can list', [$box], chmods(0755),
	[ @all, 0700 ]);
mends("private folders that are root's", \@private, owns(0, 0),
	[ @all, 0700 ]);
mends('that are open', \@private, chmods(0770), [ @all, 0700 ], @silent);
mends("files that are root's", \@file, owns(0, 0), [ @all, 0600 ]);
mends('that are shut', \@file, chmods(0400), [ @all, 0600 ]);
mends('the same with group_access', [ @private, @file ], sub {
	chown 0, 0, @_;
	chmod -d $_[0] ? 0770 : 0666, @_;
}, [ @all, -1 ], @grouped, @silent);
mends("events that are root's", \@event, owns(0, 0),
	[ @all, 0600 ], @silent);
mends('that are open', \@event, chmods(0666), [ @all, 0600 ],
	@silent);
mends('that the group cannot read', \@event, chmods(0600),
	[ @all, 0660 ], @grouped, @silent);
mends("an event of root's: check", [ $event[1] ], owns(0, 0), [ @all, 0600 ]);
mends('folders that are missing', [ map { "$box/coral/$_" }
	qw(tmp new cur dedup) ], sub { remove_tree(@_) }, [ @all, 0700 ],
	@silent);

# All of it at once, for a group: what had no way out.
right();
my $open = sub {
	put('hookdir.json', slurp($settings) =~ s/"workers"/
		qq("group": "daemon", "group_access": true, "workers")/er, 0644);
	chown 0, 0, $settings;
};
$open->();
is(scalar(grep { /group_access is set/ } complaints()), 7,
	'group_access, set afterwards');
my ($status, $out, $err) = setup();
is($status, 0, 'is made true');
is($err, '', 'without a complaint');
is_deeply([ complaints() ], [], 'check finds nothing any more');
has($_, $uid, $group, 02770, $_) for @shared;
has("$box/coral/$_", $uid, $group, 0660, $_) for qw(tmp/left new/e cur/f);
has("$box/coral/hold", $uid, $gid, 0700, 'hold/ stays shut');
is_deeply([ setup() ], [ 0, '', '' ], 'a second time');
put('hookdir.json', slurp($settings) =~ s/"group_access": true, //r, 0644);
chown 0, 0, $settings;
setup();
has($_, $uid, $group, 0700, "$_, and back") for @shared;
is_deeply([ grep { !/ group: has no effect: / } complaints() ], [],
	'check finds nothing');

# --- what is not hookdir's ---

sub refuses {
	my ($name, $change, $error, %how) = @_;
	subtest $name => sub {
		right($how{settings});
		$change->();
		my $before = state_of('%U %G %m %l');
		for my $dry ([], ['-n']) {
			my ($rc, undef, $said) = setup(@{$dry});
			is($rc, $how{status} // 1, "exit status @{$dry}");
			like($said, qr/^hookdir: error: $error/m, 'says why');
			is(state_of('%U %G %m %l'), $before, 'changes nothing')
			    if !$how{also};
		}
	};
	return;
}

refuses("a third user's $_", sub { chown $third, 0, "$top/$_" },
	qr{\Q$top/$_\E belongs to daemon: it is not changed; chown it if})
    for qw(coral.secret secrets/github inbox inbox/coral
    inbox/coral/new inbox/coral/tmp/left inbox/coral/new/e inbox/coral/lock
    inbox/.keys inbox/.keys/a.json);
refuses("a third user's settings", sub { chown $third, 0, $settings },
	qr{\Q$settings\E: belongs to daemon, who may not say});
refuses('many of them are one line', sub {
	put("inbox/coral/new/e$_", '') for 1 .. 20;
	chown $third, 0, glob "$box/coral/new/*";
}, qr{\S*/new/e\d* belongs to daemon: .*; and 20 more in this folder$});
right('"group_access": true, ');
chown $third, $gid, "$box/coral/new/e", "$box/coral/cur/f";
is_deeply([ setup() ], [ 0, '', '' ], 'a consumer may have put events back');
right();
chown $third, $gid, "$box/coral/cur/f";
is_deeply([ setup() ], [ 0, '', '' ], 'and in cur/ it may do what it likes');
refuses('a secret that is not there', sub { unlink "$top/coral.secret" },
	qr{\Q$top\E/coral\.secret: No such file});
refuses('a secret in place of its file', sub {
	put('hookdir.json', slurp($settings)
		=~ s{coral\.secret}{whsec_9tQ/Zz8/YxWv7uTsRqPo6nMlKj5i}r, 0644);
	chown 0, 0, $settings;
}, qr{\Q$top\E/\(not shown: it may be a secret\): its folder does not});
refuses('a link in place of a secret', sub {
	rename "$top/coral.secret", "$top/other";
	chown 0, 0, "$top/other";
	symlink 'other', "$top/coral.secret";
}, qr{\S+/coral\.secret is a symbolic link, and what it leads to});
right();
rename "$top/coral.secret", "$top/other";
symlink 'other', "$top/coral.secret";
is_deeply([ setup() ], [ 0, '', '' ], 'that leads to a good one: fine');
refuses('a folder of other things', sub {
	remove_tree($box);
	mkdir $box;
	mkdir "$box/$_" for qw(apt dpkg);
}, qr{\Q$box\E is not changed: there is "(?:apt|dpkg)" in it, which no inbox});
refuses('no folder for the inbox', sub {
	put('hookdir.json', slurp($settings) =~ s/"inbox"(?=,)/"no\/box"/r, 0644);
	chown 0, 0, $settings;
}, qr{\S+/no/box: its folder does not exist});
refuses('no such user', sub {
	put('hookdir.json', slurp($settings) =~ s/"$me"/"no-such"/r, 0644);
	chown 0, 0, $settings;
}, qr{\S+hookdir\.json:1: user: there is no user no-such}, status => 78);
refuses('root', sub {
	put('hookdir.json', slurp($settings) =~ s/"$me"/"root"/r, 0644);
	chown 0, 0, $settings;
}, qr{.*never works as root}, status => 78);
refuses('no such group', sub {
	put('hookdir.json', slurp($settings)
		=~ s/"user"/"group": "no-such", "user"/r, 0644);
	chown 0, 0, $settings;
}, qr{\S+hookdir\.json:1: group: there is no group no-such});
refuses('settings that cannot be read', sub {
	put('hookdir.json', '{', 0644);
	chown 0, 0, $settings;
}, qr{\S+hookdir\.json:\d+: });
refuses('settings that anybody may have written', sub { chmod 0666, $settings },
	qr{\Q$settings\E: every user of this machine can write it});
right();
chmod 0700, $top;
chown $third, 0, $top;
my @shut = setup();
is($shut[0], 1, 'what the user cannot reach');
like($shut[2], qr{\Q$top\E belongs to daemon}, 'is said');

# Outside of the settings' folder, a public key is not opened to everybody.
my $lifeomic = sub {
	my ($path) = @_;
	right();
	spew($path =~ m{^/} ? $path : "$top/$path", "key\n", 0600);
	put('hookdir.json', slurp($settings) =~ s{"coral": \{.*?\}}
		{"lifeomic": {"public_key_file": "$path"}}r, 0644);
	chown 0, 0, $settings;
	return setup();
};
is(($lifeomic->('try.pub'))[0], 0, 'a public key');
has("$top/try.pub", 0, 0, 0644, 'is opened to the user');
my $far = folder() . '/far';
mkdir $far;
my @far = $lifeomic->("$far/try.pub");
is($far[0], 1, 'a key file elsewhere');
like($far[2], qr{far/try\.pub: \Q$me\E cannot read it, and it is not changed},
	'is named');
has("$far/try.pub", 0, 0, 0600, 'and left alone');

# --- another user ---

right();
my @other = setup('--user', 'daemon', '--group', 'daemon', '--base-url',
	'https://hooks.example.com/hooks');
is($other[0], 0, 'another user') or diag($other[2]);
like($other[1], qr{^changed \Q$settings\E: user daemon, group daemon, group_access true, base_url https://hooks\.example\.com/hooks$}m,
	'what is written');
like(slurp($settings), qr/"user": "daemon", .*"group": "daemon", "group_access": true, "base_url": "https:/,
	'it is');
has($settings, 0, 0, 0644, 'the settings are still root\'s');
has("$box/coral/new/e", $third, $group, 0660, 'the events are given over');
has("$top/coral.secret", $third, $group, 0600, 'and the secrets');
($status, $out, $err) = setup('--user', 'daemon', '--group', 'daemon');
is_deeply([ $status, $out, $err ], [ 0, '', '' ], 'a second time');
for my $bad ([ '--user', 'no-such' ], [ '--user', 'root' ],
	[ '--group', 'no-such' ], [ '--base-url', 'ftp://x' ],
	[ '--base-url', 'https://x/?y' ]) {
	right();
	my $before = slurp($settings);
	my @said = setup(@{$bad});
	is($said[0], 1, "@{$bad}");
	like($said[2], qr/^hookdir: error: \Q$bad->[0]\E: /, 'is named');
	is(slurp($settings), $before, 'and nothing is written');
}
# A comment and a hand-made order stay.
right();
my $text = slurp($settings) =~ s/\{/{ \/\/ mine\n/r =~ s/\}\n?\z/}\n\/\/ end\n/r;
put('hookdir.json', $text, 0640);
chown 0, $gid, $settings;
setup('--base-url', 'https://a.example/hooks');
is(slurp($settings) =~ s{,\n"base_url": "https://a.example/hooks"}{}r, $text, 'the settings are otherwise as they were') or diag(slurp($settings));
has($settings, 0, $gid, 0640, 'and have their mode');

# --- new settings ---

my $etc = folder() . '/etc/hookdir';
sub start {
	return run([ '-c', "$etc/hookdir.json", 'setup', @_ ], root => 1);
}
is(system('mount -t tmpfs none /var/lib'), 0, 'a /var/lib of our own');
my @start = start('-n', '--user', $me);
is($start[0], 0, 'no settings yet: -n') or diag($start[2]);
like($start[1], qr{\Awould make \Q$etc\E/\nwould make \S+/hookdir\.json: inbox /var/lib/hookdir, user \Q$me\E\n\z},
	'what would be made');
ok(!-e folder() . '/etc', 'nothing is');
@start = start('--user', $me, '--base-url', 'https://a.example/hooks');
is($start[0], 0, 'no settings yet') or diag($start[2]);
is(slurp("$etc/hookdir.json"), <<"JSON", 'the settings');
{
  "inbox": "/var/lib/hookdir",
  "user": "$me",
  "base_url": "https://a.example/hooks"
}
JSON
has($etc, 0, 0, 0755, 'their folder');
has("$etc/hookdir.json", 0, 0, 0644, 'their mode');
has("$etc/providers.d", 0, 0, 0755, 'providers.d');
has("$etc/secrets", 0, $gid, 0750, 'secrets');
has('/var/lib/hookdir', $uid, $gid, 0700, 'the inbox');
is_deeply([ start() ], [ 0, '', '' ], 'a second time');
is_deeply([ glob "$etc/.l* $etc/.h*" ], [], 'no lock is left');
remove_tree(folder() . '/etc');
@start = start();
like(slurp("$etc/hookdir.json"), qr/"user": "(?:_hookdir|www-data)"/,
	'a user who exists');

# A user's own, in his home.
my $home = folder() . '/home';
mkdir $home;
chown $uid, $gid, $home;
my $passwd = slurp('/etc/passwd') =~ s/^(\Q$me\E:(?:[^:]*:){4})[^:]*/$1$home/mr;
spew(folder() . '/passwd', $passwd, 0644);
system('mount', '--bind', folder() . '/passwd', '/etc/passwd');
my @own = run(['setup'], user => $uid, env => { HOOKDIR_CONFIG => undef });
is($own[0], 0, "a user's own") or diag($own[2]);
is(slurp("$home/.config/hookdir/hookdir.json"),
	qq({\n  "inbox": "$home/hookdir"\n}\n), 'settings');
has("$home/.config/hookdir/hookdir.json", $uid, $gid, 0600, 'their mode');
has("$home/$_", $uid, $gid, 0700, $_) for '.config/hookdir', 'hookdir',
    '.config/hookdir/secrets', '.config/hookdir/providers.d';
is_deeply([ run(['setup'], user => $uid, env => { HOOKDIR_CONFIG => undef }) ],
	[ 0, '', '' ], 'a second time');
chmod 0755, "$home/hookdir";
chmod 0, "$home/.config/hookdir/secrets";
@own = run(['setup'], user => $uid, env => { HOOKDIR_CONFIG => undef });
is($own[0], 0, 'he mends it himself') or diag($own[2]);
has("$home/$_", $uid, $gid, 0700, $_) for 'hookdir', '.config/hookdir/secrets';
chown 0, 0, "$home/hookdir";
@own = run(['setup'], user => $uid, env => { HOOKDIR_CONFIG => undef });
is($own[0], 1, "what is root's, he cannot");
like($own[2], qr{/hookdir cannot be changed: Operation not permitted}, 'is said');

# --- full and read-only disks ---

for my $case ([ 'full', 'size=4k,nr_inodes=2' ], [ 'read-only', 'ro' ]) {
	my ($name, $options) = @{$case};
	my $mount = folder() . "/$name";
	mkdir $mount;
	system("mount -t tmpfs -o $options none $mount");
	my @said = run([ '-c', "$mount/h/hookdir.json", 'setup', '--user', $me ],
	    root => 1);
	is($said[0], 1, "a $name disk");
	like($said[2], $name eq 'full' ? qr/No space left/ : qr/Read-only/, 'why');
	is_deeply([ glob "$mount/* $mount/*/.* $mount/*/*" ],
		$name eq 'full' && -d "$mount/h"
		? [ "$mount/h", "$mount/h/.", "$mount/h/.." ] : [],
		'nothing half-made');
	system 'umount', $mount;
}

# --- two at once ---

right();
my @child;
for my $i (1 .. 6) {
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', folder() . "/err.$i";
		exec program(), '-c', $settings, 'setup', '--base-url',
		    "https://$i.example/hooks" or exit 1;
	}
	push @child, $pid;
}
is(scalar(grep { waitpid $_, 0; $? != 0 } @child), 0, 'six at once succeed');
my @urls = slurp($settings) =~ /"base_url": "https:\/\/\d\.example\/hooks"/g;
is(scalar @urls, 1, 'and the settings are those of one of them');
is_deeply([ setup() ], [ 0, '', '' ], 'which are whole');

spew("$top/.lock", '');
open my $lock, '+<', "$top/.lock" or die;
my $whole = pack 's s x![q] q q i', F_WRLCK, SEEK_SET, 0, 0, 0;
fcntl $lock, F_SETLK, $whole or die "fcntl: $!";
my $pid = fork // die "fork: $!";
if ($pid == 0) {
	close $lock;
	open STDOUT, '>', '/dev/null';
	exec program(), '-c', $settings, 'setup', '--base-url',
	    'https://waits.example/hooks' or exit 1;
}
select undef, undef, undef, 0.5;
unlike(slurp($settings), qr/waits/, 'one waits while another works');
close $lock;
waitpid $pid, 0;
is($?, 0, 'and goes on then');
like(slurp($settings), qr/waits/, 'with its work');

done_testing();
