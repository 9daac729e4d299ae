#!/usr/bin/perl
# hookdir check: a set-up that is well, settings, secrets, the machine.
use strict;
use warnings;
use File::Path qw(remove_tree);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

my $dir = folder();

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
like((check())[1], qr/^to do: `hookdir add NAME` makes/m,
	'and the command that makes some');
finds('settings that are no JSON', 'error',
	qr/hookdir\.json:1: syntax error/,
	sub { put('hookdir.json', '{"inbox": "inbox",') });
my $out = finds('a misspelt setting', 'error',
	qr/providers\.coral\.secert_file: unknown setting/,
	sub { config('"coral": {"secert_file": "x"}') });
unlike($out, qr/ok: coral/, 'a broken provider is not called fine');
finds('no provider', 'warning', qr/hookdir\.json: no providers/,
	sub { config('') });
finds('settings that others can write', 'error', qr/every user of this/,
	sub { chmod 0646, "$top/hookdir.json" });
finds('settings that the group can write', 'warning',
	qr/hookdir\.json: its group can write it: chmod g-w/,
	sub { chmod 0660, "$top/hookdir.json" });
finds('duplicates that are not recognised for long enough', 'warning',
	qr/coral:\ retries\ for\ 193\ hours,\ but\ duplicates\ are\ recognised
	\ for\ 192\ hours\ only:\ set\ dedup_days\ to\ 9$/mx,
	sub { config('"coral": {"secret_file": "coral.secret", '
		. '"sender_retry_hours": 193}') });
fine('duplicates that just are', sub {
	config('"coral": {"secret_file": "coral.secret", "sender_retry_hours": 192}');
});
my $timed = '"secret_file": "coral.secret", "signature": "X-Sig", '
    . '"timestamp": "header:X-Time", "signed_payload": "{ts}.{body}"';
finds('times that are accepted for longer', 'warning',
	qr/hand:\ signed\ times\ may\ be\ 193\ hours\ old\ \(tolerance\),\ but
	\ duplicates\ are\ recognised\ for\ 192\ hours\ only:\ set
	\ dedup_days\ to\ 9$/mx,
	sub { config(qq("hand": {$timed, "tolerance": 691201})) });
finds('times that are accepted as long', 'warning',
	qr/providers\.hand\.tolerance: is more than a day/, sub {
	config(qq("hand": {$timed, "tolerance": 691200}));
});
fine('several providers', sub {
	put('other.secret', "0123456789abcdef\nfedcba9876543210\n");
	config(qq($coral, "blog": {"preset": "coral",
	    "secret_file": "other.secret"}));
});
# Challenges.
my $own = '"secret_file": "coral.secret", "signature": "X-Sig", '
    . '"id": "json:id", "challenge":';
like(fine('a challenge', sub {
	config(qq("hand": {$own "echo-query:challenge"}));
}), qr/^ok:\ hand:\ its\ challenge\ is\ answered:\ a\ GET\ with\ the
	\ challenge\ in\ its\ query\ \(challenge\ echo-query:challenge\)$/mx,
	'which one');
like(finds('a challenge without tokens', 'warning',
	qr/providers\.hand\.challenge: meta is not answered without/, sub {
	config(qq("hand": {$own "meta"}));
}), qr/^ok:\ hand:\ its\ challenge\ is\ not\ answered:\ there\ is\ no
	\ verify_token_file$/mx, 'that it is not answered');
my $meta = qq("hand": {$own "meta", "verify_token_file": "tokens"});
like(fine('a challenge with tokens', sub {
	put('tokens', "a-token-of-some-length\n");
	config($meta);
}), qr/^ok: hand: its challenge is answered: a GET with hub\.challenge and/m,
	'that it is answered');
finds('tokens that the group can read', 'warning',
	qr/tokens: its group can read it: chmod g-r/, sub {
	put('tokens', "a-token-of-some-length\n");
	chmod 0640, "$top/tokens";
	config($meta);
});
finds('no such challenge', 'error',
	qr/providers\.hand\.challenge: must be none, echo-query:NAME, meta,/,
	sub { config(qq("hand": {$own "slack"})) });
fresh();
put('other.secret', "0123456789abcdef\nfedcba9876543210\n");
put('token.secret', "a token of many bytes\n");
config('"blog": {"preset": "coral", "secret_file": "other.secret"}, '
	. '"tok": {"scheme": "token", "signature": "X-Token", '
	. '"secret_file": "token.secret"}, "bad": {}');
(undef, $out) = check();
like($out, qr/^ok: blog: preset coral, hmac sha256, 2 secrets, posted to /m,
	'a preset under another name');
like($out, qr/^ok: tok: own profile, token X-Token, 1 secret, posted to .*tok$/m,
	'an own profile');
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
	qr/coral: secret 2 has fewer than 15 bytes/,
	sub { put('coral.secret', "0123456789abcdef\nzyxwvutsrqponm\n") });
unlike($out, qr/zyxwv/, 'which is not shown');
fine('a secret of 15 bytes', sub { put('coral.secret', "0123456789abcde") });
my $two = qq($coral, "blog": {"preset": "coral",
    "secret_file": "other.secret"});
finds('a secret used twice', 'warning',
	qr/blog: shares a secret with coral: anyone who/, sub {
		put('coral.secret', CORAL_OLD . "\n" . CORAL_NEW . "\n");
		put('other.secret', "something else, and long\n" . CORAL_NEW);
		config($two);
	});
finds('a secret used by three, once each', 'warning',
	qr/(?:blag|blog): shares a secret with (?:coral|blog)/, sub {
		put('other.secret', CORAL_NEW);
		config(qq($two, "blag": {"preset": "coral",
		    "secret_file": "other.secret"}));
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
	qr/coral\.secret: may be published, since a folder is called \Q$_\E/, sub {
		folders("$top/$_");
		rename "$top/coral.secret", "$top/$_/coral.secret";
		config(qq("coral": {"secret_file": "$_/coral.secret"}));
	})
    for qw(public_html htdocs httpdocs wwwroot www cgi-bin);
finds('an inbox that will be published', 'warning',
	qr{inbox: may be published, since a folder is called www}, sub {
		folders("$top/www");
		put('hookdir.json', '{"inbox": "www/inbox", "workers": 4, '
			. qq("providers": {$coral}}), 0644);
	});
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

# The machine.
finds('a clock before its time', 'error', qr/the clock of this machine is/,
	undef, env => { SHIM_NOW => 1_704_067_199 });
fine('a clock at its time', undef, env => { SHIM_NOW => 1_704_067_200 });
finds('a clock of the far future', 'error', qr/the clock of this machine/,
	sub { unlink "$box/coral/new/e" }, env => { SHIM_NOW => 4_102_444_800 });
fine('the last second before', sub { unlink "$box/coral/new/e" },
	env => { SHIM_NOW => 4_102_444_799 });
finds("a clock that is $_", 'warning', qr/clock of this machine is not/, undef,
	env => { SHIM_NTP => $_ }) for qw(unsync error);
finds('ulimit -f', 'error', qr/ulimit -f: files of 1048576 bytes, but an event/,
	undef, ulimit => '-f 2048');
fine('ulimit -f that is enough', undef, ulimit => '-f 2176');
finds('ulimit -n', 'warning', qr/ulimit -n: 144 open files, but 4 workers/,
	undef, ulimit => '-n 144');
fine('ulimit -n that is enough', undef, ulimit => '-n 145');
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
