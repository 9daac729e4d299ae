#!/usr/bin/perl
# hookdir setup, run by root, in an inbox whose user plants links, FIFOs and
# files of others in it, and moves folders while root works.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

plan skip_all => 'needs root' if $> != 0;

my $dir = folder();
my $uid = nobody();
my ($me, $gid) = (getpwuid $uid)[ 0, 3 ];
my $third = getpwnam 'daemon';
my $etc = "$dir/etc";
my $box = "$dir/var/inbox";
my $settings = "$etc/hookdir.json";
my $prey = "$dir/prey";         # root's, and none of hookdir's business

# As the user would: link() of files of others is forbidden to users, not to
# root, who plays one here whose machine allows it.
sub fresh {
	remove_tree($etc, "$dir/var", $prey, "$dir/users");
	make_path($etc, "$dir/var", "$prey/folder", "$dir/users");
	spew("$prey/file", "root's\n", 0600);
	spew("$prey/folder/file", "root's\n", 0600);
	spew("$prey/third", "another's\n", 0600);
	chown $third, $third, "$prey/third";
	chmod 0755, $etc, "$dir/var", $prey;
	chown $uid, $gid, "$dir/users";
	spew($settings, qq({"inbox": "$box", "user": "$me", "group_access": true,\n)
		. '"providers": {"github": {"secret_file": "secrets/github"}}}',
		0644);
	mkdir "$etc/secrets";
	spew("$etc/secrets/github", 'x' x 40 . "\n");
	make_path("$box/.keys", map { "$box/github/$_" }
		qw(tmp new cur hold dedup/2026-11-27));
	spew("$box/github/new/e", "an event\n");
	spew("$box/github/lock", '');
	system 'chown', '-R', "$uid:$gid", $box;
	return;
}

sub state_of {
	return scalar `find $prey -printf '%p %U %G %m %n %y\n' | sort`;
}

sub setup {
	my ($status, $out, $err) = run([ '-c', $settings, 'setup', @_ ], root => 1);
	unlike("$out$err", qr/x{20}/, 'no secret is shown');
	return ($status, $out, $err);
}

# What is planted is not followed, not given away, and named.
sub harmless {
	my ($name, $plant, $said) = @_;
	subtest $name => sub {
		fresh();
		$plant->();
		my $before = state_of();
		my ($status, undef, $err) = setup();
		is(state_of(), $before, 'nothing else was changed');
		is($status, 1, 'exit status');
		like($err, $said, 'it is named');
	};
	return;
}

sub replace {
	my ($path, $how) = @_;
	remove_tree($path) if -d $path && !-l $path;
	unlink $path;
	$how->($path);
	system 'chown', '-h', "$uid:$gid", $path if -l $path;
	return;
}

my $to_folder = sub { symlink "$prey/folder", $_[0] };
my $to_file = sub { symlink "$prey/file", $_[0] };
for my $path ('', '/github', '/.keys', map { "/github/$_" }
	qw(tmp new cur hold dedup dedup/2026-11-27)) {
	harmless("a link in place of inbox$path/",
		sub { replace("$box$path", $to_folder) },
		$path eq '' ? qr{\Q$box\E is a symbolic link, and must be a folder$}m
		: qr{\Q$box$path\E is a symbolic link: remove it$}m);
	harmless("a FIFO in place of inbox$path/",
		sub { replace("$box$path", sub { system 'mkfifo', @_ }) },
		qr{\Q$box$path\E is not a folder: remove it$}m)
	    if $path =~ /new|keys/;
}
for my $path (qw(github/lock github/new/x github/tmp/x github/cur/x
	github/hold/x .keys/x)) {
	harmless("$path is a link", sub { replace("$box/$path", $to_file) },
		qr{\Q$box/$path\E is a symbolic link: remove it$}m);
	harmless("$path has another name", sub {
		unlink "$box/$path";
		link "$prey/file", "$box/$path" or die "link: $!";
	}, qr{\Q$box/$path\E belongs to root and has 2 names \(hard links\)});
	harmless("$path is a third user's", sub {
		unlink "$box/$path";
		link "$prey/third", "$box/$path" or die "link: $!";
	}, qr{\Q$box/$path\E belongs to daemon: it is not changed})
	    if $path !~ m{/(?:new|cur)/};
	harmless("$path is a FIFO",
		sub { replace("$box/$path", sub { system 'mkfifo', @_ }) },
		qr{\Q$box/$path\E is not a regular file: remove it$}m);
	harmless("$path is a device", sub {
		replace("$box/$path", sub { system 'mknod', @_, qw(c 1 3) });
		-c "$box/$path" or die "no device\n";
	}, qr{\Q$box/$path\E is not a regular file: remove it$}m)
	    if $path =~ m{new|lock};
	harmless("$path is root's, in a third group", sub {
		replace("$box/$path", sub { spew($_[0], '', 0640) });
		chown 0, $third, "$box/$path";
	}, qr{\Q$box/$path\E belongs to root and to group daemon});
}
for my $path (qw(new cur)) {
	fresh();
	link "$prey/third", "$box/github/$path/x" or die "link: $!";
	my $before = state_of();
	setup();
	is(state_of(), $before, "a third user's file in $path/ stays so");
}
harmless('a secret with another name', sub {
	unlink "$etc/secrets/github";
	link "$prey/file", "$etc/secrets/github" or die "link: $!";
}, qr{/secrets/github belongs to root and has 2 names});
harmless('secrets/ is a link', sub {
	replace("$etc/secrets", $to_folder);
}, qr{/secrets is a symbolic link: remove it});
harmless("the inbox's folder is reached by a user's link", sub {
	symlink "$dir/var", "$dir/users/var";
	system 'chown', '-h', "$uid:$gid", "$dir/users/var";
	spew($settings, slurp($settings) =~ s{\Q$box\E}{$dir/users/var/inbox}r,
		0644);
}, qr{/users/var is a symbolic link that another user than root can change});

# Settings that a user writes can name any file.
for my $setting (qw(secret_file public_key_file)) {
	harmless("a user's settings that name $setting", sub {
		spew($settings, slurp($settings)
			=~ s{"secret_file": "[^"]*"}{"$setting": "$prey/file"}r, 0644);
		chown $uid, $gid, $settings, $etc;
	}, $setting eq 'secret_file'
		? qr{\Q$prey\E/file belongs to root, and the settings do not}
		: qr{\Q$prey\E/file belongs to root, and the settings do not|cannot read it});
}
harmless("an entry of the user's", sub {
	mkdir "$etc/providers.d";
	spew("$etc/providers.d/x.json", qq({"secret_file": "$prey/file"}), 0644);
	chown $uid, $gid, "$etc/providers.d/x.json";
}, qr{\Q$prey\E/file belongs to root, and the settings do not});
harmless("an inbox in a user's settings", sub {
	mkdir "$prey/box";
	spew($settings, slurp($settings) =~ s{\Q$box\E}{$prey/box}r, 0644);
	chown $uid, $gid, $settings;
}, qr{\Q$prey\E/box belongs to root, and the settings do not});

# Of a mark only the name counts: nothing is done with it.
{
	fresh();
	my $marks = "$box/github/dedup/2026-11-27";
	symlink "$prey/file", "$marks/link" or die "symlink: $!";
	link "$prey/$_", "$marks/$_" or die "link: $!" for qw(file third);
	system 'mkfifo', "$marks/fifo";
	my $was = state_of();
	is((setup())[0], 0, 'whatever is called like a mark is no trouble');
	is(state_of(), $was, 'and is not changed');
}

# Folders are moved, and replaced by links, while root works.
fresh();
mkdir "$prey/folder/$_" for qw(tmp new cur dedup hold);
spew("$prey/folder/new/e$_", '') for 1 .. 50;
spew("$prey/folder/lock", '');
spew("$box/github/new/e$_", '') for 1 .. 300;
my $before = state_of();
my $pid = fork // die "fork: $!";
if ($pid == 0) {
	require POSIX;
	$) = "$gid $gid";
	POSIX::setgid($gid);
	POSIX::setuid($uid);
	symlink "$prey/folder", "$box/link";
	symlink "$prey/folder/new", "$box/linknew";
	for (;;) {
		rename "$box/github", "$box/aside";
		rename "$box/link", "$box/github";
		rename "$box/github", "$box/link";
		rename "$box/aside", "$box/github";
		rename "$box/github/new", "$box/asidenew";
		rename "$box/linknew", "$box/github/new";
		rename "$box/github/new", "$box/linknew";
		rename "$box/asidenew", "$box/github/new";
		unlink "$box/github/new/e1";
		symlink "$prey/file", "$box/github/new/e1";
		unlink "$box/github/new/e1";
	}
}
my %status;
for (1 .. 20) {
	my ($status) = run([ '-c', $settings, 'setup' ], root => 1);
	$status{$status}++;
	system "chown -hR 0:0 $box/github/new $box/asidenew 2>/dev/null";
	chmod 0600, glob "$box/github/new/e2*";
}
kill 'KILL', $pid;
waitpid $pid, 0;
is(state_of(), $before, 'a race with renames changes nothing else');
is(join(' ', sort grep { !/^[01]$/ } keys %status), '', 'and ends nothing');
rename "$box/aside", "$box/github" if !-e "$box/github/lock";
rename "$box/asidenew", "$box/github/new" if !-d "$box/github/new";
unlink "$box/link", "$box/linknew", "$box/github/new/e1";
my @said = setup();
is($said[0], 0, 'after it, all is mended') or diag($said[2]);

# An inbox with many events is mended in one go, and with one line.
fresh();
spew("$box/github/new/m$_", '') for 1 .. 3000;
@said = setup();
is($said[0], 0, 'many events');
like($said[1], qr{/new/m\d+: owner root -> .*, mode 0600 -> 0660; and 3000 more},
	'are one line');
is(scalar(`find $box/github/new -type f ! -perm 0660 | wc -l`) + 0, 0,
	'all of them are mended');
done_testing();
