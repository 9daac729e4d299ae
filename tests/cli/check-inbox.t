#!/usr/bin/perl
# hookdir check: the inbox, its rights, its disk and what lies about in it.
use strict;
use warnings;
use File::Path qw(remove_tree);
use POSIX      ();
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

# The inbox itself.
like(fine('no inbox yet', sub { remove_tree($box) }),
	qr/^ok: inbox \Q$box\E: does not exist yet; the receiver creates it$/m,
	'is fine, since it will be made');
ok(!-e $box, 'but not by check');
finds('nor a folder for it', 'error',
	qr{inbox \S*/no/box: its parent folder does not exist: mkdir \S+/no$},
	sub {
		put('hookdir.json', '{"inbox": "no/box", "workers": 4, '
			. qq("providers": {$coral}}), 0644);
	});
finds('a file', 'error', qr/inbox: is not a folder, and must be a folder/,
	sub { remove_tree($box); put('inbox', '') });
for my $slash ('', '/', '//') {
	finds("a link$slash", 'error', qr/inbox: is a symbolic link, and must be/,
		sub {
			rename $box, "$top/real";
			symlink "$top/real", $box;
			put('hookdir.json', qq({"inbox": "inbox$slash", )
				. qq("workers": 4, "providers": {$coral}}), 0644);
		});
}
finds('a link to nowhere', 'error', qr/inbox: is a symbolic link, and must be/,
	sub { remove_tree($box); symlink "$top/real", $box });
finds('writable by others', 'error', qr/inbox: every user .* forge events/,
	sub { chmod 0702, $box });
finds('writable by the group', 'warning', qr/inbox: its group can write it/,
	sub { chmod 0720, $box });
# As group_access wants it.
sub shared {
	config($coral, '"group_access": true, ');
	chmod 02770, $box, "$box/coral", map { "$box/coral/$_" }
	    qw(tmp new cur dedup);
	return;
}
fine('as group_access wants it', \&shared);
for my $shut (['', 'x'], ['/coral', 'x'], ['/coral/new', 'rwx'],
	['/coral/cur', 'rwx']) {
	like(finds("$shut->[0]/ shut to the group", 'warning',
		qr{inbox$shut->[0]: group_access is set, but .*chmod g\+$shut->[1]$},
		sub { shared(); chmod 0700, $box . $shut->[0] }),
		qr/^to do: hookdir setup mends owners and modes$/m, 'or by setup');
}
finds('listed by others', 'warning', qr/inbox: every user .* can list it/,
	sub { chmod 0755, $box });
finds('its folder can be replaced', 'error',
	qr{open/inbox: every user of this machine can replace it}, sub {
		folders("$top/open");
		rename $box, "$top/open/inbox";
		chmod 0777, "$top/open";
		put('hookdir.json', '{"inbox": "open/inbox", "workers": 4, '
			. qq("providers": {$coral}}), 0644);
	});
finds("$_ writable by others", 'error', qr{/$_: every user .* forge events},
	sub { chmod 0702, "$box/$_" })
    for 'coral', map { "coral/$_" } qw(tmp new cur dedup);
finds("$_ writable by the group", 'warning', qr{/$_: its group can write it},
	sub { chmod 0720, "$box/$_" }) for 'coral', 'coral/new';
finds("$_ is a link", 'error', qr{/$_: is a symbolic link, and must be a folder},
	sub {
		rename "$box/$_", "$top/real";
		symlink "$top/real", "$box/$_";
	})
    for 'coral', map { "coral/$_" } qw(tmp new cur dedup);
finds("$_ is a file", 'error', qr{/$_: is not a folder, and must be a folder},
	sub { remove_tree("$box/$_"); put("inbox/$_", '') })
    for 'coral', map { "coral/$_" } qw(tmp new cur dedup);
for my $made (qw(busy later failed done errors)) {
	finds("$made is a link", 'error',
		qr{/$made: is a symbolic link, and must be a folder},
		sub { symlink $top, "$box/coral/$made" });
}
finds('run.lock is a FIFO', 'error', qr{/run\.lock: is not a regular file: remove},
	sub { POSIX::mkfifo("$box/coral/run.lock", 0600) });
like(finds("a runner's folder that is shut to the group", 'warning',
	qr{/later: group_access is set, but .*chmod g\+rwx$},
	sub { shared(); mkdir "$box/coral/later", 0700 }),
	qr/^to do: hookdir setup mends owners and modes$/m, 'setup mends it');
finds('a pause', 'warning',
	qr{/paused: no handler of coral is started: `hookdir resume coral`},
	sub { put('inbox/coral/paused', '') });
finds('lock is a link', 'error', qr{coral/lock: is not a regular file},
	sub { unlink "$box/coral/lock"; symlink 'new/e', "$box/coral/lock" });
fine('a provider without a folder', sub { remove_tree("$box/coral") });
fine('some folders are missing',
	sub { remove_tree("$box/coral/dedup"); unlink "$box/coral/lock" });
finds("$_ on another file system", 'error',
	qr{inbox/coral: tmp/ and $_/ are on different file systems}, undef,
	env => { SHIM_DEV => $_ })
    for qw(new cur dedup);

# Rights, which root does not lack.
SKIP: {
	my $lacks = qr/\Q$me\E cannot read, write or enter it \(Perm/;

	skip 'for root everything is permitted', 1 if $uid == 0;
	finds("$_->[0] of mode 0$_->[1]", 'error', qr{/$_->[0]: $lacks},
		sub { chmod oct $_->[1], "$top/$_->[0]" })
	    for [ 'inbox', 600 ], [ 'inbox/coral', 600 ],
	    (map { ([ "inbox/coral/$_", 500 ], [ "inbox/coral/$_", 300 ],
		[ "inbox/coral/$_", 600 ]) } qw(tmp new dedup)),
	    [ 'inbox/coral/lock', 400 ], [ 'inbox/coral/lock', 200 ];
	fine('a cur of the consumer', sub { chmod 0, "$box/coral/cur" });
	fine('folders that need not be written',
		sub { chmod 0100, "$box/coral"; chmod 0500, $box });
	finds('unless something is missing', 'error', qr{inbox/coral: $lacks},
		sub { rmdir "$box/coral/dedup"; chmod 0500, "$box/coral" });
	finds('or a provider', 'error', qr{/inbox: $lacks},
		sub { remove_tree("$box/coral"); chmod 0500, $box });
	finds('nor can one be made', 'error',
		qr{does not exist, and \Q$me\E cannot create it in \S+/top \(Perm},
		sub { remove_tree($box); chmod 0555, $top });
	finds('what cannot be looked into', 'error', qr{closed/inbox: Permission},
		sub {
			folders("$top/closed");
			chmod 0, "$top/closed";
			put('hookdir.json', '{"inbox": "closed/inbox", '
				. qq("workers": 4, "providers": {$coral}}), 0644);
		});
}
SKIP: {
	skip 'needs root to give files away', 11 unless $> == 0;
	my (undef, $said) = do {
		fresh();
		config($coral, '"user": "root", ');
		chown 0, 0, $box;
		check();
	};
	like($said, qr/^error: \S+inbox: \Q$me\E cannot read, .* belongs to root$/m,
		'who is not the user of the settings is not told to take the inbox');
	unlike($said, qr/^to do:/m, 'since it may be well');
	(undef, $said) = do { fresh(); chown 0, 0, "$box/coral/new"; check() };
	like($said, qr{^error: \S+/new: \Q$me\E cannot .* belongs to root: chown \Q$me\E }m,
		'a folder of root');
	like($said, qr/^to do: hookdir setup mends/m, 'setup mends that');
	(undef, $said) = do { fresh(); chown 12345, 0, "$box/coral/new"; check() };
	like($said, qr{^error: \S+/new: \Q$me\E cannot .* belongs to uid 12345: chown }m,
		"a stranger's");
	unlike($said, qr/^to do:/m, 'setup does not touch that');
	finds('settings of another user', 'warning',
		qr/hookdir\.json: belongs to another user \(uid 12345\)/,
		sub { chown 12345, -1, "$top/hookdir.json" });
	(undef, $said) = do {
		fresh();
		chown 0, 0, "$top/coral.secret";
		chmod 0600, "$top/coral.secret";
		check();
	};
	like($said, qr/^to do: hookdir setup mends/m, 'a secret of root: setup');
	(undef, $said) = do { fresh(); chmod 0, "$top/coral.secret"; check() };
	like($said, qr/^to do: hookdir setup mends/m, 'one that is shut: setup');
	fine('settings of root', sub { chown 0, -1, "$top/hookdir.json" });
	fine('a secret that root lets the group read', sub {
		chown 0, -1, "$top/coral.secret";
		chmod 0640, "$top/coral.secret";
	});
	finds('an inbox of another user', 'warning',
		qr/inbox: belongs to uid 12345, but this check runs as \Q$me\E/,
		sub { chown 12345, -1, $box; shared() });
	fresh();
	chown 0, 0, $top, $box, glob "$top/*";
	my ($status, $out, $err) = check(user => undef, root => 1);
	is($status, 78, 'an inbox of root, checked by root: nobody to become');
	like($err, qr/hookdir\.json: set "user" to .* inbox \S+ belongs to root/,
		'and what to do');
}

# The disk.
finds("on $_->[1]", 'warning', qr/inbox: on a file system of type $_->[1]: /,
	undef, env => { SHIM_FS => $_->[0] })
    for [ '1021994', 'tmpfs' ], [ '858458f6', 'ramfs' ],
    [ '794c7630', 'overlayfs' ], [ '6969', 'NFS' ], [ '517b', 'SMB' ],
    [ 'ff534d42', 'CIFS' ], [ 'fe534d42', 'SMB' ], [ 'c36400', 'Ceph' ],
    [ '5346414f', 'AFS' ], [ '1021997', '9P' ], [ '65735546', 'FUSE' ];
finds('tmpfs before it is made', 'warning', qr/top: on a file system of type/,
	sub { remove_tree($box) }, env => { SHIM_FS => '1021994' });
finds('read-only', 'error', qr/inbox: the file system is mounted read-only/,
	undef, env => { SHIM_RDONLY => 1 });
finds('a full disk', 'error', qr/inbox: the disk is full/, undef,
	env => { SHIM_BAVAIL => 0 });
finds('63 MiB left', 'warning', qr/inbox: the disk is nearly full: 63 MiB/,
	undef, env => { SHIM_BAVAIL => 16_383, SHIM_BLOCKS => 20_000 });
fine('64 MiB left', undef,
	env => { SHIM_BAVAIL => 16_384, SHIM_BLOCKS => 20_000 });
finds('less than 1 %', 'warning', qr/nearly full: 390 MiB left/, undef,
	env => { SHIM_BAVAIL => 99_999, SHIM_BLOCKS => 10_000_000 });
fine('1 %', undef,
	env => { SHIM_BAVAIL => 100_000, SHIM_BLOCKS => 10_000_000 });
finds('no inode', 'error', qr/inbox: the disk has no inode left/, undef,
	env => { SHIM_FAVAIL => 0 });
finds('few inodes', 'warning', qr/inbox: the disk has few inodes left: 999/,
	undef, env => { SHIM_FAVAIL => 999, SHIM_FILES => 2000 });
fine('enough inodes', undef,
	env => { SHIM_FAVAIL => 1000, SHIM_FILES => 100_000 });
finds('less than 1 % of inodes', 'warning', qr/few inodes left: 9999/, undef,
	env => { SHIM_FAVAIL => 9999 });
fine('a file system that counts none', undef,
	env => { SHIM_FAVAIL => 0, SHIM_FILES => 0 });

# What lies about.  Age by mtime, in cur/ by the time of the rename.
my $now = time;
finds('debris', 'warning',
	qr{coral/tmp: 2 files older than 36 hours: left by a crash}, sub {
		for (1 .. 3) {
			put("inbox/coral/tmp/$_", '');
			my $then = $now - 36 * 3600 - ($_ < 3 ? 60 : -60);
			utime $then, $then, "$box/coral/tmp/$_";
		}
	});
finds('an event that waits', 'warning',
	qr{coral/new: 1 file older than 24 hours: is the consumer},
	sub { utime 0, $now - 86_460, "$box/coral/new/e" });
fine('one that has not waited so long',
	sub { utime 0, $now - 86_340, "$box/coral/new/e" });
my $event = 'evt_1.' . '0123456789abcdef' x 4;
sub left {
	my ($name, $age) = @_;
	put("inbox/coral/tmp/$name", 'x');
	utime $now - $age, $now - $age, "$box/coral/tmp/$name";
	return;
}
finds('a whole event', 'warning',
	qr{coral/tmp: 1 file that a crash left, which may be .* hookdir sweep},
	sub { left($event, 301) });
finds('several, and very old', 'warning',
	qr{coral/tmp: 2 files that a crash left},
	sub { left("$_$event", 1e6) for 1, 2 });
# Far enough from 300 for a slow machine.
fine('one that is being stored', sub { left($event, 240) });
fine('another name', sub { left("$event~", 301) });
for my $name ("tmp/$event", 'new/pipe') {
	finds("a pipe: $name", 'warning',
		qr{coral/\Q$name\E: is not a regular file: remove it},
		sub { POSIX::mkfifo("$box/coral/$name", 0600) or die "mkfifo: $!" });
}

# Days of marks, held deliveries, fetched keys.
sub more {
	folders("$box/coral/dedup/2026-11-25", "$box/coral/hold", "$box/.keys");
	put("inbox/$_", 'x')
	    for qw(coral/hold/.lock coral/hold/.part .keys/life .keys/life.lock);
	return;
}
fine('all that there can be', \&more);
for my $name (qw(coral/hold .keys coral/dedup/2026-11-25)) {
	finds("$name is a link", 'error', qr{\Q$name\E: is a symbolic link}, sub {
		more();
		rename "$box/$name", "$top/real";
		symlink "$top/real", "$box/$name";
	});
	next if $uid == 0;
	finds("$name is shut", 'error',
		qr{\Q$name\E: \Q$me\E cannot read, .*: chmod u\+rwx \S+\Q$name\E$},
		sub { more(); chmod 0500, "$box/$name" });
}
for my $name (qw(coral/hold/.lock coral/hold/.part .keys/life .keys/life.lock)) {
	finds("$name is a link", 'error',
		qr{\Q$name\E: is not a regular file: remove it}, sub {
			more();
			unlink "$box/$name";
			symlink '/nonexistent', "$box/$name";
		});
	next if $uid == 0;
	finds("$name is shut", 'error',
		qr{\Q$name\E: \Q$me\E cannot read or write it: chmod u\+rw},
		sub { more(); chmod 0400, "$box/$name" });
}
fine('marks, which may be old', sub {
	put('inbox/coral/dedup/e', '');
	utime 0, 0, "$box/coral/dedup/e";
});
fine('an old event in the works', sub {
	rename "$box/coral/new/e", "$box/coral/cur/e";
	utime 0, 0, "$box/coral/cur/e";
});
finds('for too long', 'warning',
	qr{coral/cur: 1 file older than 24 hours: did the consumer}, sub {
		rename "$box/coral/new/e", "$box/coral/cur/e";
	}, env => { SHIM_NOW => '+86460' });
fine('but not long enough', sub {
	rename "$box/coral/new/e", "$box/coral/cur/e";
}, env => { SHIM_NOW => '+86340' });

done_testing();
