#!/usr/bin/perl
# hookdir check: what handles the events (run), and who (run_user).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

my $true = '"command": ["true"]';
my $other = getpwuid($uid == 2 ? 3 : 2);
my $secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

# Settings whose entry has this run, on line 2 of the file.
sub runs {
	my ($run, $more) = @_;
	config(qq("coral": {"secret_file": "coral.secret",\n"run": $run}), $more);
	return;
}

# A file that is or is not a program.
sub handler {
	my ($name, $mode) = @_;
	put($name, "#!/bin/sh\nexit 0\n", $mode // 0755);
	return "$top/$name";
}

like(fine('a handler', sub { runs("{$true}") }),
	qr/^ok: coral: events of all types go to true, 1 at once, 8 attempts$/m,
	'is described');
like(fine('two of them', sub {
	runs(qq([{"command": ["@{[handler('on-event')]}"], "type": "a.*", "jobs": 2,
		"retry": []}, {"forward": "http://127.0.0.1:3000/x?token=y"}]));
}), qr{^ok:\ coral:\ events\ of\ the\ types\ that\ its\ settings\ name\ go\ to
	\ \Q$top\E/on-event,\ 2\ at\ once,\ 1\ attempt\n
	ok:\ coral:\ events\ of\ all\ types\ go\ to\ http://127\.0\.0\.1:3000/x\?\.\.\.,
	\ 1\ at\ once,\ 8\ attempts$}mx, 'are described');

# Errors of the settings.
finds('a run that is none', 'error',
	qr/hookdir\.json:2: providers\.coral\.run: must be an object/,
	sub { runs('7') });
finds('a misspelt setting', 'error',
	qr/hookdir\.json:3:\ providers\.coral\.run\[1\]\.tmeout:\ unknown\ setting:
	\ did\ you\ mean\ "timeout"\?$/x,
	sub { runs("[{$true, \"type\": \"a\"},\n{$true, \"tmeout\": 1}]") });
finds('a provider with an error in run', 'error',
	qr/providers\.coral\.run\.jobs: must be 1 with "order": "all"/,
	sub { runs("{$true, \"jobs\": 2, \"order\": \"all\"}") });
finds('in a file of its own', 'error',
	qr{providers\.d/blog\.json:2: run\.command: missing}, sub {
	folders("$top/providers.d");
	chmod 0755, "$top/providers.d";
	put('blog.secret', CORAL_NEW . "\n");
	put('providers.d/blog.json',
		qq({"preset": "coral", "secret_file": "blog.secret",\n"run": {}}), 0644);
});

# An error of the rest is said once, and run is looked at all the same.
my $out;
{
	fresh();
	config(qq("coral": {"secret_file": "none",\n"run": {"command": ["no-such"]}}));
	(undef, $out) = check();
	like($out, qr/^error: \S+ providers\.coral\.secret_file: /m, 'a broken provider');
	like($out, qr/^error: \S+ providers\.coral\.run\.command: /m, 'has a run too');
	like($out, qr/^2 errors, 0 warnings$/m, 'each is said once');
	put('hookdir.json', qq({"inbox": "inbox", "providers": {"coral": {"run": ]}}}), 0644);
	(undef, $out) = check();
	like($out, qr/^1 error, 0 warnings$/m, 'what is no JSON is said once');
}

# Programs.
finds('no such program', 'error',
	qr{run\.command:\ there\ is\ no\ program\ no-such-program\ in\ its\ PATH,
	\ /usr/local/bin:/usr/bin:/bin:\ give\ its\ absolute\ path$}x,
	sub { runs('{"command": ["no-such-program"]}') });
finds('one that is not in the path of handlers', 'error',
	qr/run\.command: there is no program on-event in/,
	sub { handler('on-event'); runs('{"command": ["on-event"]}') },
	env => { PATH => "$top:$ENV{PATH}" });
fine('one in a PATH of its own', sub {
	mkdir "$top/k5k8p3" or die "$!";
	handler('k5k8p3/on-event');
	runs(qq({"command": ["on-event"],
		"environment": {"PATH": "$top/k5k8p3:/bin"}}));
});
finds('no such file', 'error',
	qr{run\.command: \Q$top\E/on-event does not exist$},
	sub { runs(qq({"command": ["$top/on-event"]})) });
finds('a command line as one text', 'error',
	qr/run\.command: there is no program of this name, which has a blank/,
	sub { runs(qq({"command": ["@{[handler('on-event')]} --live"]})) });
finds('no program', 'error',
	qr{run\.command: \Q$top\E/on-event cannot be executed: chmod \+x$},
	sub { runs(qq({"command": ["@{[handler('on-event', 0644)]}"]})) });
finds('a folder', 'error', qr{run\.command: /usr cannot be executed},
	sub { runs('{"command": ["/usr"]}') });
finds('a secret in place of a program', 'error',
	qr{run\.command: there is no program \(not shown: it may be a secret\) in},
	sub { runs(qq({"command": ["$secret"]})) })
	=~ /\Q$secret\E/ and fail('a secret is shown');

# Folders and files.
fine('a folder', sub { folders("$top/work"); runs("{$true, \"directory\": \"work\"}") });
finds('no folder', 'error', qr{run\.directory: \Q$top\E/work is no folder},
	sub { runs("{$true, \"directory\": \"work\"}") });
finds('a file', 'error', qr{run\.directory: \Q$top\E/work is no folder},
	sub { put('work', ''); runs("{$true, \"directory\": \"work\"}") });
my $forward = '"forward": "https://app.corp.internal/x"';
fine('files of forward', sub {
	put('key', "$secret\n", 0600);
	put('ca.pem', 'x');
	runs("{$forward, \"forward_secret_file\": \"key\", \"forward_ca_file\": \"ca.pem\"}");
});
finds('no secret', 'error', qr{run\.forward_secret_file: \Q$top\E/key does not exist$},
	sub { runs("{$forward, \"forward_secret_file\": \"key\"}") });
finds('no CA', 'error', qr{run\.forward_ca_file: \Q$top\E/ca\.pem does not exist$},
	sub { runs("{$forward, \"forward_ca_file\": \"ca.pem\"}") });
finds('a secret in another form', 'error',
	qr{run\.forward_secret_file: \Q$top\E/key: line 1\b(?!.*hush)},
	sub { put('key', "hush!\n", 0600); runs("{$forward, \"forward_secret_file\": \"key\"}") });
# Where the program is a copy, it looks for hookdir-forward beside it.
if ($> == 0) {
	my $forwarder = folder() . '/hookdir-forward';
	finds('no hookdir-forward', 'error',
		qr{run\.forward: \Q$forwarder\E, without which},
		sub { rename $forwarder, "$forwarder.gone" or die; runs("{$forward}") });
	rename "$forwarder.gone", $forwarder or die;
}
finds('a secret for everybody', 'error',
	qr{run\.forward_secret_file: \Q$top\E/key: every user of this machine can},
	sub { put('key', 'x', 0644); runs("{$forward, \"forward_secret_file\": \"key\"}") });

# Values that are allowed, and not what was meant.
for (['a secret as an argument', qq("command": ["true", "--key=$secret"]),
	'command: has something in it that looks like a secret'],
    ['a secret as a variable', qq($true, "environment": {"A": "$secret"}),
	'environment: has something in it that looks like a secret'],
    ['insecure without forward', qq($true, "insecure": true),
	'insecure: has no effect without forward'],
    ['insecure to this machine',
	'"forward": "http://127.0.0.1/", "insecure": true',
	'insecure: has no effect: this URL is allowed without it'],
    ['insecure with https', qq($forward, "insecure": true),
	'insecure: has no effect: this URL is allowed without it'],
    ['variables with forward', qq($forward, "environment": {"A": "b"}),
	'environment: has no effect with forward'],
    ['a folder with forward', qq($forward, "directory": "/usr"),
	'directory: has no effect with forward'],
    ['a path of JSONPath', qq($true, "order": "json:\$.id"), 'order: '],
    ['a header that no event has', qq($true, "order": "header:X-Customer"),
	'order: names a line that the header of no event has']) {
	my ($name, $object, $like) = @$_;
	my $said = finds($name, 'warning', qr/providers\.coral\.run\.$like/,
		sub { runs("{$object}") });
	unlike($said, qr/\Q$secret\E/, "$name: without the secret");
}
for my $file ('secret', 'ca') {
	finds("a $file file without forward", 'warning',
		qr/run\.forward_${file}_file: has no effect without forward/,
		sub { put('x', 'x'); runs("{$true, \"forward_${file}_file\": \"x\"}") });
}
finds('a CA without https', 'warning', qr/run\.forward_ca_file: has no effect: the URL/,
	sub { put('x', 'x'); runs('{"forward": "http://127.0.0.1/", "forward_ca_file": "x"}') });
fine('insecure that is needed', sub {
	runs('{"forward": "http://10.0.0.1/", "insecure": true}');
});
fine("lines that events have: $_", sub { runs("{$true, \"order\": \"header:$_\"}") })
    for 'Ce-Type', 'hookdir-remote', 'X-Coral-Signature', 'Content-Type';
fine('a line that is kept', sub {
	config(qq("coral": {"secret_file": "coral.secret", "keep_headers": "X-Cust-*",
	    "run": {$true, "order": "header:X-Cust-Id"}}));
});

# Types.
finds('one that takes nothing', 'warning',
	qr/hookdir\.json:3: providers\.coral\.run\[1\]\.type: takes no event: those before/,
	sub { runs("[{$true},\n{$true, \"type\": \"a\"}]") });
finds('one whose types are taken', 'warning',
	qr/run\[2\]\.type: takes no event: those before/, sub {
	runs("[{$true, \"type\": \"a.*\"}, {$true, \"type\": \"b\"}, "
		. "{$true, \"type\": [\"b\", \"a.b.*\"]}, {$true}]");
});
finds('events that nothing takes', 'warning',
	qr/providers\.coral\.run: events of other types stay in new/,
	sub { runs("{$true, \"type\": [\"a\", \"b.*\"]}") });
fine('a star takes the rest', sub {
	runs("[{$true, \"type\": \"a\"}, {$true, \"type\": [\"b\", \"*\"]}]");
});
finds('a provider without types', 'warning',
	qr/run\[0\]\.type: takes no event but CloudEvents/, sub {
	put('hand.secret', CORAL_NEW . "\n");
	config(qq("hand": {"secret_file": "hand.secret", "signature": "X-S",
	    "id": "json:id", "run": [{$true, "type": "push"}, {$true}]}));
});
fine('a type that it has all the same', sub {
	put('hand.secret', CORAL_NEW . "\n");
	config(qq("hand": {"secret_file": "hand.secret", "signature": "X-S",
	    "id": "json:id", "run": [{$true, "type": "unknown"}, {$true}]}));
});

# The user.
finds('a run_user that is none', 'error', qr/hookdir\.json:1: run_user: must be a string/,
	sub { runs("{$true}", '"run_user": 7, ') });
finds('no such run_user', 'error',
	qr/hookdir\.json:1: run_user: there is no user no-such-user on this machine/,
	sub { runs("{$true}", '"run_user": "no-such-user", ') });
finds('root', 'error', qr/hookdir\.json:1: run_user: root is root \(uid 0\)/,
	sub { runs("{$true}", '"run_user": "root", ') });
finds("the receiver's user", 'warning',
	qr/hookdir\.json:1: run_user: is the receiver's user: handlers can read all/,
	sub { runs("{$true}", qq("run_user": "$me", )) })
	if $uid != 0;
finds('another user without group_access', 'error',
	qr/run_user: has no access to the inbox: set "group_access": true/,
	sub { runs("{$true}", qq("run_user": "$other", )) });

# An inbox of this group, which its group can use.
sub shared {
	my ($gid) = @_;
	for (glob "$box $box/coral $box/coral/{tmp,new,cur,dedup}") {
		chown -1, $gid, $_;
		chmod 02770, $_;
	}
	chown -1, $gid, glob "$box/coral/new/*";
	chmod 0660, glob "$box/coral/new/*";
	runs("{$true}", qq("run_user": "$other", "group_access": true, ));
	return;
}
SKIP: {
	skip 'needs root to give files away', 7 if $> != 0;
	my $own = (getpwnam $other)[3];
	finds('another user who is not in the group', 'error',
		qr/run_user:\ \Q$other\E\ is\ not\ in\ the\ inbox's\ group,\ \S+,\ and
		\ has\ no\ access\ to\ the\ inbox:\ usermod\ -aG\ \S+\ \Q$other\E$/x,
		sub { shared((getgrnam 'nogroup')[2]) });
	fine('another user who is', sub { shared($own) });
	fresh();
	shared($own);
	chown -1, $own, "$top/coral.secret";
	chmod 0640, "$top/coral.secret";
	like((check())[1], qr{^warning:\ \S+\ run_user:\ \Q$other\E\ can\ read\ the\ secret
		\ file\ \Q$top\E/coral\.secret:\ chmod\ go-r$}mx, 'who can read a secret');
	finds('who cannot read the settings', 'warning',
		qr{run_user: \Q$other\E cannot read the settings in \Q$top\E/hookdir\.json},
		sub { shared($own); chmod 0600, "$top/hookdir.json" });
	finds('not set', 'warning',
		qr/hookdir\.json:\ run_user:\ not\ set:\ handlers\ that\ root\ starts\ run
		\ as\ the\ inbox's\ owner/x,
		sub { runs("{$true}"); chown 0, 0, "$top/hookdir.json" });
	fine('not set, and nothing runs', sub {
		config($coral);
		chown 0, 0, "$top/hookdir.json";
	});
	finds('a program that the user cannot execute', 'warning',
		qr{run\.command: \Q$top\E/on-event cannot be executed by \Q$other\E},
		sub { shared($own); runs(qq({"command": ["@{[handler('on-event', 0700)]}"]}),
			qq("run_user": "$other", "group_access": true, )) });
}
done_testing();
