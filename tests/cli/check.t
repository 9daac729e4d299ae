#!/usr/bin/perl
# hookdir check: a set-up that is well, and each thing that can be wrong.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir  = folder();
my $top  = "$dir/top";           # all of it belongs to who runs check
my $box  = "$top/inbox";
my $user = nobody();             # undef where we are an ordinary user
my $uid  = $user // $>;
my $me   = getpwuid($uid) // "uid $uid";
my $cc   = $ENV{CC} // 'cc';
my $shim = "$dir/shim.so";
my %fine = (
	LD_PRELOAD     => $shim,
	ASAN_OPTIONS   => 'verify_asan_link_order=0',
	HOOKDIR_CONFIG => "$top/hookdir.json",
);

system("$cc -shared -fPIC -o '$shim' '$FindBin::Bin/lib/shim.c' -ldl "
	. '2>/dev/null') == 0
    or plan skip_all => "$cc cannot make the shim";

my $coral = '"coral": {"secret_file": "coral.secret"}';

sub own { return $> == 0 ? chown $uid, (getpwuid $uid)[3], @_ : 1 }

sub put {
	my ($name, $text, $mode) = @_;
	spew("$top/$name", $text, $mode);
	own("$top/$name");
	return;
}

sub folders {
	for (@_) {
		make_path($_, { mode => 0700 });
		own($_);
	}
	return;
}

# Some are closed to ourselves.
sub clear {
	system('chmod', '-R', 'u+rwx', $top) if -e $top;
	remove_tree($top);
	return;
}

END { local $?; clear() }

# A set-up without a fault.
sub fresh {
	clear();
	folders($top, $box, "$box/coral",
		map { "$box/coral/$_" } qw(tmp new cur seen));
	chmod 0755, $top;
	put('hookdir.json',
		qq({"inbox": "inbox", "workers": 4, "providers": {$coral}}), 0644);
	put('coral.secret', CORAL_OLD . "\n");
	put('inbox/coral/lock', '');
	put('inbox/coral/new/e', 'an event');
	return;
}

sub config {
	my ($providers, $more) = @_;
	put('hookdir.json', qq({"inbox": "inbox", "workers": 4, )
		. ($more // '') . qq("providers": {$providers}}), 0644);
	return;
}

sub check {
	my (%how) = @_;
	my $args = delete $how{args} // [];
	return run([ 'check', @{$args} ], user => $user, %how,
		env => { %fine, %{ $how{env} // {} } });
}

# One finding, of this kind, and nothing else that is not fine.
sub finds {
	my ($name, $level, $pattern, $change, %how) = @_;
	fresh();
	$change->() if $change;
	my ($status, $out, $err) = check(%how);
	my @found = grep { !/\Aok: / } split /\n/, $out;
	my $sum   = pop @found;
	subtest $name => sub {
		is(scalar @found, 1, 'one finding') or diag($out, $err);
		like($found[0] // '', qr/\A$level: .*$pattern/, 'what it says');
		is($status, $level eq 'error' ? 1 : 0, 'exit status');
		is( $sum,
			$level eq 'error'
			? '1 error, 0 warnings' : '0 errors, 1 warning',
			'the sum');
		is($err, '', 'nothing on stderr');
	};
	return $out;
}

# Nothing to complain about.
sub fine {
	my ($name, $change, %how) = @_;
	fresh();
	$change->() if $change;
	my ($status, $out, $err) = check(%how);
	subtest $name => sub {
		is($status, 0, 'exit status');
		unlike($out, qr/^(?:error|warning):/m, 'no complaint');
		like($out, qr/^0 errors, 0 warnings\n\z/m, 'the sum');
		is($err, '', 'nothing on stderr');
	};
	return $out;
}

is( fine('a good set-up'), <<"OUT", 'is described');
ok: inbox $box
ok: coral: preset coral, hmac sha256, 1 secret, posted to .../coral
0 errors, 0 warnings
OUT
my $before = `cd '$top' && find . -printf '%p %m %u %s %T@ %C@\\n' | sort`;
check();
is(`cd '$top' && find . -printf '%p %m %u %s %T@ %C@\\n' | sort`, $before,
	'nothing is created or changed');

# Settings.
finds('no settings', 'error', qr/hookdir\.json: cannot be opened: No such/,
	sub { unlink "$top/hookdir.json" });
finds('settings that are no JSON', 'error',
	qr/hookdir\.json:1: not JSON from here on/,
	sub { put('hookdir.json', '{"inbox": "inbox",') });
my $out = finds('a misspelt setting', 'error',
	qr/providers\.coral\.secert_file: unknown setting/,
	sub { config('"coral": {"secert_file": "x"}') });
unlike($out, qr/ok: coral/, 'a broken provider is not called fine');
finds('no provider', 'warning', qr/hookdir\.json: providers: there is none/,
	sub { config('') });
finds('settings that others can write', 'error', qr/every user of this/,
	sub { chmod 0646, "$top/hookdir.json" });
finds('settings that the group can write', 'warning',
	qr/hookdir\.json: its group can write it: chmod g-w/,
	sub { chmod 0660, "$top/hookdir.json" });
fine('several providers', sub {
	put('other.secret', "0123456789abcdef\nfedcba9876543210\n");
	config(qq($coral, "blog": {"preset": "coral",
	    "secret_file": "other.secret"}));
});
fresh();
put('other.secret', "0123456789abcdef\nfedcba9876543210\n");
put('token.secret', "a token of many bytes\n");
config('"blog": {"preset": "coral", "secret_file": "other.secret"}, '
	. '"tok": {"scheme": "token", "signature": "X-Token", '
	. '"secret_file": "token.secret"}, "bad": {}');
(undef, $out) = check();
like($out, qr/^ok: blog: preset coral, hmac sha256, 2 secrets, posted to /m,
	'a preset under another name');
like($out, qr/^ok: tok: own rule, token X-Token, 1 secret, posted to .*tok$/m,
	'an own rule');
like($out, qr/^error: .*providers\.bad\./m, 'beside one that is broken');

# Secrets.
finds('a secret that others can read', 'error', qr/chmod o-rwx/,
	sub { chmod 0604, "$top/coral.secret" });
finds('a secret that the group can read', 'warning',
	qr/coral\.secret: its group can read it: chmod g-r/,
	sub { chmod 0640, "$top/coral.secret" });
finds('a secret that the group can write', 'warning',
	qr/coral\.secret: its group can write it: chmod g-w/,
	sub { chmod 0620, "$top/coral.secret" });
finds('no secret', 'error', qr/coral\.secret: cannot be opened/,
	sub { unlink "$top/coral.secret" });
finds('stray white space', 'warning', qr/begins or ends with white space/,
	sub { put('coral.secret', CORAL_OLD . " \n") });
$out = finds('a short secret', 'warning',
	qr/coral: secret 2 has fewer than 16 bytes/,
	sub { put('coral.secret', "0123456789abcdef\nzyxwvutsrqponml\n") });
unlike($out, qr/zyxwv/, 'which is not shown');
fine('a secret of 16 bytes', sub { put('coral.secret', "0123456789abcdef") });
my $two = qq($coral, "blog": {"preset": "coral",
    "secret_file": "other.secret"});
finds('a secret used twice', 'warning',
	qr/blog: has a secret of coral: whoever knows it/, sub {
		put('coral.secret', CORAL_OLD . "\n" . CORAL_NEW . "\n");
		put('other.secret', "something else, and long\n" . CORAL_NEW);
		config($two);
	});
fine('a secret that begins like another', sub {
	put('other.secret', CORAL_OLD . '0');
	config($two);
});
fine('a secret of the same length', sub {
	put('other.secret', CORAL_NEW);
	config($two);
});
fine('a secret from the environment',
	sub { config('"coral": {"secret_env": "CORAL"}') },
	env => { CORAL => CORAL_OLD });
finds('a folder that others can write', 'error',
	qr/coral\.secret: every user of this machine can replace it.* 0777/,
	sub {
		folders("$top/keys");
		rename "$top/coral.secret", "$top/keys/coral.secret";
		chmod 0777, "$top/keys";
		config('"coral": {"secret_file": "keys/coral.secret"}');
	});
fine('a sticky one', sub {
	folders("$top/keys");
	rename "$top/coral.secret", "$top/keys/coral.secret";
	chmod 01777, "$top/keys";
	config('"coral": {"secret_file": "keys/coral.secret"}');
});

# Published places.
for (
	[ 'the document root by option', [ '--document-root', $top ], {} ],
	[ 'the document root by variable', [], { DOCUMENT_ROOT => $top } ],
	[ 'the document root by a link', [ '--document-root', "$dir/link" ], {} ],
	[ 'with dots', [ '--document-root', "$top/inbox/.." ], {} ],
	[ 'a folder above', [ '--document-root', $dir ], {} ],
	[ 'the root', [ '--document-root', '/' ], {} ],
	[
		'the option wins',
		[ '--document-root', $top ],
		{ DOCUMENT_ROOT => '/nonexistent' }
	],
    )
{
	my ($name, $args, $env) = @{$_};
	fresh();
	unlink "$dir/link";
	symlink $top, "$dir/link";
	my ($status, $text) = check(args => $args, env => $env);
	is($status, 1, "$name: exit status");
	for my $what ('hookdir\.json', 'coral\.secret', 'inbox') {
		like($text,
			qr/^error: \S*$what: inside the document root/m,
			"$name: $what");
	}
	like($text, qr/^3 errors, 0 warnings/m, "$name: and no more");
}
fine('another document root', undef, args => [ '--document-root', '/usr' ]);
fine('one whose name begins like ours',
	sub { mkdir "$dir/to"; mkdir "$dir/topping" },
	args => [ '--document-root', "$dir/to" ]);
fine('an empty variable', undef, env => { DOCUMENT_ROOT => '' });
finds('only the inbox in it', 'error', qr/inbox: inside the document root/,
	undef, args => [ '--document-root', $box ]);
finds('a document root that is not there', 'error',
	qr{document root /nonexistent: No such file}, undef,
	args => [ '--document-root', '/nonexistent' ]);
finds('a document root that is a file', 'error',
	qr{document root \S*hookdir\.json: not a folder}, undef,
	args => [ '--document-root', "$top/hookdir.json" ]);
finds("a secret in $_", 'warning',
	qr/coral\.secret: may be published, by the name \Q$_\E/, sub {
		folders("$top/$_");
		rename "$top/coral.secret", "$top/$_/coral.secret";
		config(qq("coral": {"secret_file": "$_/coral.secret"}));
	})
    for qw(public_html htdocs httpdocs wwwroot www cgi-bin);
finds('an inbox that will be published', 'warning',
	qr{inbox: may be published, by the name www}, sub {
		folders("$top/www");
		put('hookdir.json', '{"inbox": "www/inbox", "workers": 4, '
			. qq("providers": {$coral}}), 0644);
	});
finds("an inbox in $_->[0]", 'warning',
	qr{may be published, by the name $_->[1]}, sub {
		put('hookdir.json', qq({"inbox": "$_->[0]", "workers": 4, )
			. qq("providers": {$coral}}), 0644);
	})
    for grep { -d $_->[1] && $user } [ '/srv/http', '/srv/http' ];
fine('a folder that is called almost so', sub {
	folders("$top/wwww");
	rename "$top/coral.secret", "$top/wwww/coral.secret";
	config('"coral": {"secret_file": "wwww/coral.secret"}');
});
fine('when the document root is known', sub {
	folders("$top/www");
	rename "$top/coral.secret", "$top/www/coral.secret";
	config('"coral": {"secret_file": "www/coral.secret"}');
}, args => [ '--document-root', '/usr' ]);

# The inbox itself.
like(fine('no inbox yet', sub { remove_tree($box) }),
	qr/^ok: inbox \Q$box\E: not there yet; the receiver makes it$/m,
	'is fine, since it will be made');
ok(!-e $box, 'but not by check');
finds('nor a folder for it', 'error',
	qr{inbox \S*/no/box: the folder it would be in is not there: mkdir \S+/no$},
	sub {
		put('hookdir.json', '{"inbox": "no/box", "workers": 4, '
			. qq("providers": {$coral}}), 0644);
	});
finds('a file', 'error', qr/inbox: no folder, and must be a folder/,
	sub { remove_tree($box); put('inbox', '') });
for my $slash ('', '/', '//') {
	finds("a link$slash", 'error', qr/inbox: a symbolic link, and must be/,
		sub {
			rename $box, "$top/real";
			symlink "$top/real", $box;
			put('hookdir.json', qq({"inbox": "inbox$slash", )
				. qq("workers": 4, "providers": {$coral}}), 0644);
		});
}
finds('a link to nowhere', 'error', qr/inbox: a symbolic link, and must be/,
	sub { remove_tree($box); symlink "$top/real", $box });
finds('writable by others', 'error', qr/inbox: every user .* forge events/,
	sub { chmod 0702, $box });
finds('writable by the group', 'warning', qr/inbox: its group can write it/,
	sub { chmod 0720, $box });
fine('as group_access wants it', sub {
	config($coral, '"group_access": true, ');
	chmod 02770, $box, "$box/coral", map { "$box/coral/$_" }
	    qw(tmp new cur seen);
});
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
    for 'coral', map { "coral/$_" } qw(tmp new cur seen);
finds("$_ writable by the group", 'warning', qr{/$_: its group can write it},
	sub { chmod 0720, "$box/$_" }) for 'coral', 'coral/new';
finds("$_ is a link", 'error', qr{/$_: a symbolic link, and must be a folder},
	sub {
		rename "$box/$_", "$top/real";
		symlink "$top/real", "$box/$_";
	})
    for 'coral', map { "coral/$_" } qw(tmp new cur seen);
finds("$_ is a file", 'error', qr{/$_: no folder, and must be a folder},
	sub { remove_tree("$box/$_"); put("inbox/$_", '') })
    for 'coral', map { "coral/$_" } qw(tmp new cur seen);
finds('lock is a link', 'error', qr{coral/lock: must be a plain file},
	sub { unlink "$box/coral/lock"; symlink 'new/e', "$box/coral/lock" });
fine('a provider without a folder', sub { remove_tree("$box/coral") });
fine('some folders are missing',
	sub { remove_tree("$box/coral/seen"); unlink "$box/coral/lock" });
finds("$_ on another file system", 'error',
	qr{inbox/coral: tmp/ and $_/ are on different file systems}, undef,
	env => { SHIM_DEV => $_ })
    for qw(new cur seen);

# Rights, which root does not lack.
SKIP: {
	my $lacks = qr/\Q$me\E lacks the right to read, write or enter it \(Perm/;

	skip 'for root everything is permitted', 1 if $uid == 0;
	finds("$_->[0] of mode 0$_->[1]", 'error', qr{/$_->[0]: $lacks},
		sub { chmod oct $_->[1], "$top/$_->[0]" })
	    for [ 'inbox', 600 ], [ 'inbox/coral', 600 ],
	    (map { ([ "inbox/coral/$_", 500 ], [ "inbox/coral/$_", 300 ],
		[ "inbox/coral/$_", 600 ]) } qw(tmp new seen)),
	    [ 'inbox/coral/lock', 400 ], [ 'inbox/coral/lock', 200 ];
	fine('a cur of the consumer', sub { chmod 0, "$box/coral/cur" });
	fine('folders that need not be written',
		sub { chmod 0100, "$box/coral"; chmod 0500, $box });
	finds('unless something is missing', 'error', qr{inbox/coral: $lacks},
		sub { rmdir "$box/coral/seen"; chmod 0500, "$box/coral" });
	finds('or a provider', 'error', qr{/inbox: $lacks},
		sub { remove_tree("$box/coral"); chmod 0500, $box });
	finds('nor can one be made', 'error', qr{/top: $lacks},
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
	skip 'needs root to give files away', 5 unless $> == 0;
	finds('settings of another user', 'warning',
		qr/hookdir\.json: belongs to another user \(uid 12345\)/,
		sub { chown 12345, -1, "$top/hookdir.json" });
	fine('settings of root', sub { chown 0, -1, "$top/hookdir.json" });
	fine('a secret that root lets the group read', sub {
		chown 0, -1, "$top/coral.secret";
		chmod 0640, "$top/coral.secret";
	});
	finds('an inbox of another user', 'warning',
		qr/inbox: belongs to uid 12345, and this is \Q$me\E/,
		sub { chown 12345, -1, $box; chmod 0770, $box;
			config($coral, '"group_access": true, ') });
	finds('checked by root', 'warning',
		qr/inbox: belongs to root, who can write everywhere/,
		sub { chown 0, 0, $top, $box, glob "$top/*" },
		user => undef);
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
	qr{coral/tmp: 2 files for more than 36 hours left by a crash}, sub {
		for (1 .. 3) {
			put("inbox/coral/tmp/$_", '');
			my $then = $now - 36 * 3600 - ($_ < 3 ? 60 : -60);
			utime $then, $then, "$box/coral/tmp/$_";
		}
	});
finds('an event that waits', 'warning',
	qr{coral/new: 1 file for more than 24 hours waiting: is the consumer},
	sub { utime 0, $now - 86_460, "$box/coral/new/e" });
fine('one that has not waited so long',
	sub { utime 0, $now - 86_340, "$box/coral/new/e" });
fine('an old event in the works', sub {
	rename "$box/coral/new/e", "$box/coral/cur/e";
	utime 0, 0, "$box/coral/cur/e";
});
finds('for too long', 'warning',
	qr{coral/cur: 1 file for more than 24 hours being worked on}, sub {
		rename "$box/coral/new/e", "$box/coral/cur/e";
	}, env => { SHIM_NOW => '+86460' });
fine('but not long enough', sub {
	rename "$box/coral/new/e", "$box/coral/cur/e";
}, env => { SHIM_NOW => '+86340' });

# The machine.
finds('a clock before its time', 'error', qr/the clock of this machine is/,
	undef, env => { SHIM_NOW => 1_704_067_199 });
fine('a clock at its time', undef, env => { SHIM_NOW => 1_704_067_200 });
finds('a clock of the far future', 'error', qr/the clock of this machine/,
	sub { unlink "$box/coral/new/e" }, env => { SHIM_NOW => 4_102_444_800 });
fine('the last second before', sub { unlink "$box/coral/new/e" },
	env => { SHIM_NOW => 4_102_444_799 });
finds("a clock that is $_", 'warning', qr/nothing keeps the clock/, undef,
	env => { SHIM_NTP => $_ }) for qw(unsync error);
finds('ulimit -f', 'error', qr/ulimit -f: files of 1048576 bytes, but an event/,
	undef, ulimit => '-f 2048');
fine('ulimit -f that is enough', undef, ulimit => '-f 2176');
finds('ulimit -n', 'warning', qr/ulimit -n: 47 open files, but 4 workers/,
	undef, ulimit => '-n 47');
fine('ulimit -n that is enough', undef, ulimit => '-n 48');
SKIP: {
	skip 'root has no limit of processes', 2 if $uid == 0;
	skip 'sh has no ulimit -u', 2
	    if system('sh -c "ulimit -u 19" 2>/dev/null') != 0
	    && system('sh -c "ulimit -p 19" 2>/dev/null') != 0;
	my $letter = system('sh -c "ulimit -u 19" 2>/dev/null') == 0 ? 'u' : 'p';
	finds('ulimit -u', 'warning', qr/ulimit -u: 19 processes and threads/,
		undef, ulimit => "-$letter 19");
	fine('ulimit -u that is enough', undef, ulimit => "-$letter 20");
}

# Bytes that others chose, in a line.
fresh();
config('"coral": {"secret_file": "a\u001b[31m\nb"}');
(undef, $out) = check();
like($out, qr/a\\x1b\[31m\\x0ab/, 'a path is escaped');

done_testing();
