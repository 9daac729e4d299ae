#!/usr/bin/perl
# hookdir setup and add, run by root: what they must not do for the receiver's
# user, for the user before, and for others of this machine.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Path qw(make_path remove_tree);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

plan skip_all => 'needs root' if $> != 0;

my $dir = folder();
my $uid = nobody();
my ($me, $gid) = (getpwuid $uid)[ 0, 3 ];
my ($other, $other_gid) = (getpwnam 'daemon')[ 2, 3 ];
my $etc = "$dir/etc";
my $box = "$dir/var/inbox";
my $settings = "$etc/hookdir.json";

sub fresh {
	my ($text) = @_;
	remove_tree($etc, "$dir/var", "$dir/home", "$dir/bob");
	make_path($etc, "$dir/var", "$dir/home", "$dir/bob");
	chmod 0755, $etc, "$dir/var", "$dir/home", "$dir/bob";
	chown $uid, $gid, "$dir/home";
	chown $other, $other_gid, "$dir/bob";
	spew($settings, $text // qq({"inbox": "$box", "user": "$me"}\n), 0644);
	return;
}

sub hookdir {
	my ($args, %how) = @_;
	return run([ '-c', $how{settings} // $settings, @$args ], root => 1, %how);
}

# "0 0755"
sub owner_of {
	my @st = lstat $_[0] or return 'none';
	return sprintf '%d %04o', $st[4], $st[2] & 07777;
}

sub state_of {
	return scalar `find $_[0] -printf '%p %U %G %m %y\n' | sort`;
}

# --- a program of another user ---

# What belonged to the user until now is made root's where root keeps it.
fresh(qq({"inbox": "$box", "user": "daemon", "providers":
	{"x": {"public_key_file": "$dir/bob/key"}}}\n));
spew("$dir/bob/key", "#!/bin/sh\n", 0700);
chown $other, $other_gid, "$dir/bob/key";
chmod 06755, "$dir/bob/key";
hookdir([ 'setup', '--user', $me ]);
unlike(owner_of("$dir/bob/key"), qr/^0 0*[4-7]\d\d\d$/,
	"no file of another user becomes root's with a set-uid bit");

# --- whom a user's settings name ---

# They may name their owner only: else root would mend, for her, what is his.
for my $how ('user', 'the owner of the inbox') {
	fresh();
	my $own = "$dir/home/hookdir.json";
	my $user = $how eq 'user' ? '"user": "daemon", ' : '';
	spew($own, qq({$user"inbox": "$dir/bob/box", "group_access": true,\n)
		. qq("group": "nogroup", "providers": {"github": {}}}\n), 0644);
	make_path(map { "$dir/bob/box/github/$_" } qw(tmp new cur dedup));
	spew("$dir/bob/box/github/new/letter", "private\n", 0600);
	system 'chown', '-R', "$other:$other_gid", "$dir/bob";
	chown $uid, $gid, $own;
	my $before = state_of("$dir/bob");
	for my $args ([ 'setup' ], [ 'add', '--generate', 'gitea' ],
		[ 'sweep' ], [ 'remove', '--purge', '--force', 'github' ]) {
		my ($status, undef, $err) = hookdir($args, settings => $own);
		isnt($status, 0, "a user's settings that name another by $how: $args->[0]");
		like($err, qr{\Q$own\E(?::\d+)?: belongs to \Q$me\E, who may not},
			"$how: it is said");
		is(state_of("$dir/bob"), $before, "$how: and nothing is changed");
	}
}

# Root makes no folder for her where only root may make one.
for my $args ([ 'setup' ], [ 'add', '--generate', 'gitea' ]) {
	fresh();
	my $own = "$dir/home/hookdir.json";
	spew($own, qq({"user": "$me", "inbox": "$dir/var/unit.d",\n)
		. qq("providers": {"github": {}}}\n), 0644);
	chown $uid, $gid, $own;
	my ($status, undef, $err) = hookdir($args, settings => $own);
	isnt($status, 0, "$args->[0]: an inbox of a user's settings in a folder of root's");
	like($err, qr{unit\.d}, 'is named');
	is(owner_of("$dir/var/unit.d"), 'none', 'and not made');
}

# --- folders that somebody was quicker to make ---

for my $name (qw(secrets providers.d)) {
	for my $plant ([ $other, 0755 ], [ 0, 0777 ]) {
		fresh();
		mkdir "$etc/$name" or die "mkdir: $!";
		chown $plant->[0], 0, "$etc/$name";
		chmod $plant->[1], "$etc/$name";
		my ($status, undef, $err) = hookdir([ 'add', '--generate', 'gitea' ]);
		isnt($status, 0, sprintf '%s/ of uid %d, mode %o', $name, @$plant);
		like($err, qr{/\Q$name\E (?:belongs to|can be written)}, 'it is said');
		is_deeply([ glob "$etc/$name/*" ], [], 'and nothing put into it');
	}
}

# --- what is not hookdir's is not opened ---

fresh();
chmod 0700, $etc;
spew("$etc/.profile", "a file for all, in a folder that is shut\n", 0644);
my ($status, undef, $err) = hookdir(['setup']);
is($status, 1, 'settings in a folder with other files');
is(owner_of($etc), '0 0700', 'it stays shut');
like($err, qr{\Q$etc\E: .*\.profile}, 'and why');
unlink "$etc/.profile";
($status) = hookdir(['setup']);
is($status, 0, 'without them');
is(owner_of($etc), '0 0755', 'it is opened');

# --- names that write on the terminal ---

fresh();
make_path(map { "$box/github/$_" } qw(tmp new cur dedup));
spew("$settings", qq({"inbox": "$box", "user": "$me", "providers": {"github": {}}}\n), 0644);
spew("$box/github/new/\e]0;x\a\nmended x", '', 0644);
system 'chown', '-R', "$uid:$gid", $box;
for my $option (['-n'], []) {
	my (undef, $out, $said) = hookdir([ 'setup', @$option ]);
	unlike("$out$said", qr/[^\n\x20-\x7e]/, 'no byte that a terminal obeys');
	unlike($out, qr{^mended x}m, 'nor a line of its own');
	like($out, qr{new/\\x1b\]0;x}, 'it is shown all the same');
}

# --- the folders of a runner that is another user ---
my ($runner) = (getpwnam 'bin')[2];
fresh(qq({"inbox": "$box", "user": "$me", "group": "daemon", "group_access": true,
	"providers": {"coral": {"secret_file": "s"}}}\n));
spew("$etc/s", 'q7LmN2x0aW4bKs9ZzQ8xNp3LwR6tYv1k');
hookdir([ 'setup' ]);
ok(!-e "$box/coral/busy", 'setup makes none of them');
my @folder = map { "$box/coral/$_" } qw(busy later failed done errors);
for (@folder) {
	mkdir $_;
	chown $runner, $other_gid, $_;
	chmod 02770, $_;
}
spew("$box/coral/errors/e", 'said');
chown $runner, $other_gid, "$box/coral/errors/e";
my $as_made = state_of($box);
my ($rc, $said, $wrong) = hookdir([ 'setup' ]);
is("$rc$said$wrong", '0', 'as a runner made them, they are right');
is(state_of($box), $as_made, 'and stay so');
chmod 0755, "$box/coral/later";
($rc, undef, $wrong) = hookdir([ 'setup' ]);
like($wrong, qr{/coral/later belongs to bin: it is not changed}, 'or are named');
is($rc, 1, 'as not mended');
chown $uid, $gid, "$box/coral/later", "$box/coral/failed";
spew("$box/coral/failed/e", 'an event');
chown $uid, $gid, "$box/coral/failed/e";
($rc, $said, $wrong) = hookdir([ 'setup' ]);
is("$rc$wrong", '0', "the receiver's own");
is(sprintf('%o %o', map { (stat)[2] & 07777 } "$box/coral/later",
	"$box/coral/failed/e"), '2770 660', 'are mended, with what is in them');

# --- its locks, of when it was the receiver's user ---
my @lock = map { "$box/coral/$_" } qw(run.lock job.12.lock paused);
for (@lock, "$box/coral/job.x.lock") {
	spew($_, '');
	chown $uid, $gid, $_;
}
spew("$box/coral/job.2.lock", '');
chown $runner, $other_gid, "$box/coral/job.2.lock";
symlink '/etc/passwd', "$box/coral/job.3.lock" or die;
($rc, undef, $wrong) = hookdir([ 'setup' ]);
is(join(' ', map { sprintf '%o', (stat)[2] & 07777 } @lock), '660 660 660',
	'the group can lock them now');
is(join(' ', map { sprintf '%o', (stat)[2] & 07777 } map { "$box/coral/$_" }
	qw(job.x.lock job.2.lock)), '600 600', 'other files are left alone');
like($wrong, qr{\A\S+ \S+ \S+/job\.3\.lock is a symbolic link: remove it\n\z},
	'and what is no file is named');
done_testing();
