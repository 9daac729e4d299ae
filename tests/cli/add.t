#!/usr/bin/perl
# hookdir add: the entry, the secret and the inbox of a provider, all or nothing.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Add;
use Cli;
use Test::More;

my $secret = SECRET;

sub mode { return sprintf '%04o', (stat "$box/$_[0]")[2] & 07777 }
sub owner { return (stat "$box/$_[0]")[4] }

# Nothing to complain about, as the receiver's user sees it.
sub checked {
	my ($name, $warnings) = @_;
	my ($status, $out, $err) = hookdir(['check']);
	my @found = grep { /^(?:error|warning): / && !/^warning: the clock/ }
	    split /\n/, $out;
	is($status, 0, "$name: check finds no error");
	is_deeply([ grep { !($warnings && /$warnings/) } @found ], [],
		"$name: check is silent");
	return;
}

# A first provider.
fresh();
my ($out, $err) = added('github', ['github'],
	in => "$secret\n");
is($err, '', 'nothing on standard error');
like($out, qr{^added +github \(preset github, hmac\): \Q$box\E/providers\.d/github\.json$}m,
	'says what it is');
like($out, qr{^url +https://YOUR\.HOST/hooks/github$}m, 'and its URL');
like($out, qr{^where +Settings, Webhooks, Add webhook: .* application/json}m,
	'and where to give it the URL');
like($out, qr/^note +sends again only on request/m, "and the preset's note");
like($out, qr/^next +hookdir send github$/m, 'and the next command');
unseen($secret, 'github', $out, $err);
is_deeply(entry('github'), { preset => 'github',
	secret_file => 'secrets/github' }, 'the entry');
is(slurp("$box/secrets/github"), "$secret\n", 'the secret');
is(mode('secrets/github'), '0600', 'only its user can read it');
is(owner('secrets/github'), $uid, "the receiver's");
is(mode('providers.d/github.json'), '0644', 'everybody can read the entry');
is(owner('providers.d/github.json'), $>, 'but only who added it change it');
is(owner('secrets'), $>, 'as the folder of secrets');
is(mode('secrets'), $> == 0 ? '0750' : '0700', 'which others do not see');
is(owner("inbox/github/$_"), $uid, "the inbox: $_") for qw(tmp new cur dedup);
ok(!-e "$box/.lock", 'no lock is left');
checked('github');

# Once.
refused('again', [ 'github' ], qr{github: is in the settings already: \Q$box\E/providers\.d/github\.json; --force}, in => "other$secret\n");
($out) = added('by force', [ '--force', 'github' ], in => "other$secret\n");
is(slurp("$box/secrets/github"), "other$secret\n", 'another secret');
refused('by force, but wrong', [ '--force', 'github', 'digest=md4' ],
	qr/github: digest: /, in => $secret);
fresh(qq({ "inbox": "inbox",\n"providers": {\n"coral": {"secret_file": "s"}}}\n));
refused('of the settings file', [ 'coral' ], qr{coral: is in the settings already: \Q$box\E/hookdir\.json:3: change it there},
	in => $secret);
refused('nor by force', [ '--force', 'coral' ], qr{hookdir\.json:3}, in => $secret);

# What the command line says.
fresh();
for (['no such preset', ['--preset', 'githb', 'x-1'], qr/preset: there is no preset called "githb": did you mean "github"\?/],
    ['a name near one', ['githb'], qr/githb: there is no preset of this name: did you mean --preset github\?; `hookdir presets` lists/],
    ['a name with one in it', ['my-github'], qr/my-github: .* did you mean --preset github\?/],
    ['no such setting', ['github', 'digst=sha1'], qr/github: digst: unknown setting: did you mean "digest"\?/],
    ['an old name', ['github', 'seen=1'], qr/github: seen: unknown setting/],
    ['no number', ['github', 'tolerance=5m'], qr/github: tolerance: must be a whole number/],
    ['out of range', ['github', 'reject_status=200'], qr/github: reject_status: out of range/],
    ['neither true nor false', ['github', 'unsafe_body=yes'], qr/github: unsafe_body: must be true or false/],
    ['no object', ['github', 'hold=5'], qr/github: hold: must be an object/],
    ['no handlers', ['github', 'run=5'], qr/github: run: must be an object/],
    ['handlers of no use', ['github', 'run={"command": "true"}'], qr/github: run\.command: must be a list/],
    ['twice', ['github', 'id=none', 'id=none'], qr/github: id: was given before/],
    ['two presets', ['--preset', 'coral', 'github', 'preset=null'], qr/github: preset: conflicts with --preset/],
    ['a secret', ['github', "secret=$secret"], qr/github: secret: a secret does not stand on a command line.*--secret-file/],
    ['a secret by another name', ['github', "webhook_secret=$secret"], qr/webhook_secret: a secret does not stand/],
    ['a secret in place of a file', ['github', "secret_file=$secret"], qr/secret_file: a secret does not stand/],
    ['a token', ['meta', "verify_token=$secret"], qr/verify_token: a secret does not stand/],
    ['no value', ['github', 'digest'], qr/github: digest: not a setting: write SETTING=VALUE/],
    ['no name', ['github', '=x'], qr/not a setting/],
    ['two secrets', ['--generate', 'github', 'secret_env=HOME'], qr/leave --secret-file and --generate out/],
    ['a secret that Stripe makes', ['--generate', 'stripe'], qr/stripe: --generate: stripe makes the secret itself, .*--secret-file FILE; where: Developers/],
    ['one of another name', ['--generate', 'shop', 'preset=shopify'], qr/shop: --generate: shopify makes the secret/],
    ['a value that is no UTF-8', ['github', "id=json:\xff"], qr/github: id=json:\\xff: not text in UTF-8/],
    ['a name near none', ['acme'], qr/acme: there is no preset called "acme"; .*signature=HEADER/],
    ['no secret needed', ['--generate', 'discord'], qr/discord: secret: cannot be used with the scheme ed25519/],
    ) {
	my ($name, $args, $like) = @$_;
	my $said = refused($name, $args, $like, in => "$secret\n");
	unlike($said, qr/\Q$secret\E/, 'and shows no secret');
	unlike($said, qr/HOOKDIR_ADD|secret_env/, 'and no name of its own')
	    unless "@$args" =~ /secret_env/;
}
for (['a name', ['GitHub'], qr/GitHub: not a name for a provider/],
    ['a path', ['../x'], qr/not a name for a provider/],
    ['two sources', ['--generate', '--secret-file', 'x', 'github'], qr/use only one of the two/],
    ['no URL', ['--base-url', 'hooks', 'github'], qr/hooks: not a URL/]) {
	my ($name, $args, $like) = @$_;
	refused($name, $args, $like, in => $secret, status => 2);
}

# Values.
fresh();
added('all kinds', ['slack', 'tolerance=60', 'decompress=true',
	'hold={"count": 3}', 'keep_headers=X-A', 'keep_headers=X-B',
	'type=const:a"b', 'id=null', 'accept_body="ok"'], in => $secret);
is_deeply(entry('slack'), { preset => 'slack', tolerance => 60,
	decompress => JSON::PP::true(), hold => { count => 3 },
	keep_headers => ['X-A', 'X-B'], type => 'const:a"b', id => undef,
	accept_body => '"ok"', secret_file => 'secrets/slack' }, 'their values');
added('a list', ['coral', 'keep_headers=["X-A", "X-B"]'], in => $secret . 'c');
is_deeply(entry('coral')->{keep_headers}, ['X-A', 'X-B'], 'as JSON');

# Without a preset.
added('its own', ['acme', 'signature=X-Acme-Hmac', 'id=json:id',
	'signature_encoding=base64'], in => $secret . '0');
is_deeply(entry('acme'), { preset => undef, signature => 'X-Acme-Hmac',
	id => 'json:id', signature_encoding => 'base64',
	secret_file => 'secrets/acme' }, 'has no preset');
added('the name of one', ['stripe', 'preset=null', 'signature=X-Own',
	'id=json:id'], in => $secret . '1');
is(entry('stripe')->{preset}, undef, 'but not its settings');
added('a preset by another name', ['--preset', 'coral', 'blog'],
	in => $secret . '2');
is(entry('blog')->{preset}, 'coral', 'is named');
added('a preset as a setting', ['shop', 'preset=shopify'], in => $secret . '3');
is(entry('shop')->{preset}, 'shopify', 'is the same');
checked('all of these');

# Secrets.
fresh();
for (['empty', '', qr/github: the secret on standard input: empty/],
    ['a line end', "\n", qr/: empty/],
    ['blanks', "  \n", qr/: empty/],
    ['a comment', "# x\n", qr/: empty/],
    ['a NUL', "abc\0def$secret", qr/has a NUL in it/],
    ['UTF-16', "\xff\xfea\0b\0", qr/NUL|UTF-16/],
    ['too long', 'x' x 65537, qr/longer than 65536 bytes/],
    ['nine', join('', map { "$secret$_\n" } 1 .. 9), qr/more than 8 secrets/]) {
	my ($name, $text, $like) = @$_;
	refused("a secret: $name", ['github'], $like, in => $text);
}
refused('none at all', ['github'], qr/empty/);
refused('a wrong form', ['svix'], qr/svix: secret: line 1 is not in the form that "secret_encoding" says/,
	in => "v1,whsec_$secret!");
like(refused('a wrong form, and why', ['svix'], qr/line 1 of the secret .*remove "v1,"/,
	in => "v1,whsec_${secret}"), qr/error: svix: secret: line 1/, 'and the error');
for (['4 KiB', 'k' x 4096, 'k' x 4096 . "\n"],
    ['64 KiB', 'k' x 65536, 'k' x 65536 . "\n"],
    ['CR LF at its end', "$secret\r\n", "$secret\n"],
    ['empty lines at its end', "$secret\n\n", "$secret\n"],
    ['two for rotation', "$secret\n${secret}2\n", "$secret\n${secret}2\n"],
    ['with a comment', "# new\n$secret\n", "# new\n$secret\n"],
    ['no line end', $secret, "$secret\n"]) {
	my ($name, $text, $kept) = @$_;
	my ($status) = hookdir([ 'add', '--force', 'github' ], in => $text);
	if (length $kept > 65536) {
		is($status, 1, "a secret: $name, which no file can have");
		next;
	}
	is($status, 0, "a secret: $name");
	is(slurp("$box/secrets/github"), $kept, 'as it is kept');
}
(undef, $err) = added('a placeholder', ['--force', 'github'], in => "YOUR_SECRET\n");
like($err, qr/warning: .*looks like that of an example/, 'is warned of');
put('mine', "$secret\n");
added('of a file', ['coral', '--secret-file', "$box/mine"]);
is(slurp("$box/secrets/coral"), "$secret\n", 'is copied');
added('of standard input', ['gitea', '--secret-file', '-'], in => "${secret}g");
is(slurp("$box/secrets/gitea"), "${secret}g\n", 'is read');
refused('of no file', ['box', '--secret-file', "$box/none"], qr/box: .*cannot be opened: No such/);
refused('of a folder', ['box', '--secret-file', $box], qr/box: the secret file: /);
my $own = put('own', "${secret}o\n");
chown $uid, $gid, $own;
added('a file of its own', ['box', "secret_file=$own"]);
ok(!-e "$box/secrets/box", 'stays where it is');

# Made ones.
fresh();
for (['github', qr/[0-9a-f]{64}/], ['svix', qr{whsec_[A-Za-z0-9+/]{43}=}],
    ['hexed', qr/[0-9a-f]{64}/, 'secret_encoding=hex', 'signature=X-A', 'id=none'],
    ['based', qr{[A-Za-z0-9+/]{43}=}, 'secret_encoding=base64', 'signature=X-A', 'id=none']) {
	my ($name, $form, @more) = @$_;
	($out, $err) = added("made: $name", ['--generate', $name, @more]);
	my ($shown) = $out =~ /^secret +(\S+)$/m;
	like($shown // '', qr/\A$form\z/, 'shown, in its form');
	is(slurp("$box/secrets/$name"), "$shown\n", 'and kept');
	is(scalar(() = $out =~ /\Q$shown\E/g), 1, 'shown once');
	is($err, '', 'and nowhere else');
}
my %made = map { slurp("$box/secrets/$_") => 1 } qw(github svix hexed based);
is(scalar keys %made, 4, 'each is another');
refused('made, and nobody sees it', ['--generate', 'gitea'], qr/standard output/,
	stdout => '/dev/full') if -e '/dev/full';
($out) = added('a token of meta', ['meta'], in => $secret);
my ($token) = $out =~ /^token +(\S+)$/m;
is(slurp("$box/secrets/meta.token"), "$token\n", 'is made, shown and kept');
is(entry('meta')->{verify_token_file}, 'secrets/meta.token', 'and named');

# Keys.
fresh();
my $hex = '79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664';
added('a key as text', ['discord', '--public-key', $hex]);
is_deeply(entry('discord'), { preset => 'discord', public_key => $hex }, 'is in the entry');
ok(!-e "$box/secrets/discord", 'and there is no secret');
system("openssl genpkey -quiet -algorithm ed25519 -out $box/k.pem && openssl pkey -in $box/k.pem -pubout -out $box/k.pub") == 0 or die;
added('a key in a file', ['telnyx', '--public-key', "$box/k.pub"]);
is(entry('telnyx')->{public_key} . "\n", slurp("$box/k.pub"), 'is in the entry');
put('both', slurp("$box/k.pub") . slurp("$box/k.pem"));
refused('a private key', ['sendgrid', '--public-key', "$box/k.pem"], qr/sendgrid: public key: this is a private key/);
refused('a private key too', ['sendgrid', '--public-key', "$box/both"], qr/this is a private key/);
refused('no key', ['sendgrid', '--public-key', 'abc'], qr/sendgrid: public_key: /);
refused('a key of another kind', ['sendgrid', '--public-key', $hex], qr/sendgrid: public_key: key 1 is of the kind/);
put('jwks', '{"keys": []}');
refused('a key set', ['lifeomic', '--public-key', "$box/jwks", 'public_url=https://h.example.org/hooks/lifeomic'], qr/name the file by jwks_file=PATH/);
refused('a key where a secret is needed', ['github', '--public-key', $hex], qr/github: public_key: cannot be used/, in => $secret);
added('the URL of a key set', ['lifeomic', '--public-key', 'https://keys.example.org/jwks', 'public_url=https://h.example.org/hooks/lifeomic']);
is(entry('lifeomic')->{jwks_url}, 'https://keys.example.org/jwks', 'is in the entry');

added('a key in place of a secret', ['std', 'scheme=standard', '--public-key',
	'whpk_JkSGPiYfPTeNNyy5Ci3XgsW8eAe6t0kMnvcgVBc45IM=']);
ok(!-e "$box/secrets/std", 'where one of the two will do');
added('both', ['both-of', 'scheme=standard', '--generate', '--public-key',
	'whpk_JkSGPiYfPTeNNyy5Ci3XgsW8eAe6t0kMnvcgVBc45IM=']);
like(slurp("$box/secrets/both-of"), qr/\Awhsec_/, 'have a secret as well');
added('a variable', ['var', 'signature=X-A', 'id=none', 'secret_env=VAR_SECRET'],
	env => { VAR_SECRET => "$secret-var" });
ok(!-e "$box/secrets/var", 'has its secret elsewhere');
refused('a variable that is not there', ['var2', 'signature=X-A', 'secret_env=VAR_SECRET'],
	qr/var2: secret_env: this variable is not/);

# A group that reads the inbox.
SKIP: {
	skip 'needs root', 1 if $> != 0;
	my $group = getgrnam 'daemon';
	fresh(qq({ "inbox": "inbox", "user": "$user", "group": "daemon", "group_access": true }));
	($out, $err) = added('with a group', ['github'], in => $secret);
	is_deeply([ map { /^(\S+)/ } split /\n/, $out ],
		[qw(added url provider where note next)], 'says no more than without one');
	is($err, '', 'and nothing on standard error');
	is_deeply([ map { my @st = stat "$box/inbox$_"; sprintf '%o %d', $st[2] & 07777, $st[5] } '', '/github', '/github/new' ],
		[ ("2770 $group") x 3 ], 'it has the inbox');
	is(mode('secrets/github'), '0600', 'and no secret');
	fresh(qq({ "inbox": "inbox", "user": "$user", "group": "no-such-group", "group_access": true }));
	refused('no such group', ['github'], qr/group: there is no group no-such-group/, in => $secret);
}

# What is lacking.
fresh();
fresh();
refused('a URL', ['square'], qr{square: give this as well: public_url=https://.*; where: Developer Console}, in => $secret);
refused('a key and a URL', ['lifeomic-jwt'], qr{public_url=\S+ --public-key KEY;}m);
refused('a topic', ['aws-sns'], qr/topic_arn=arn:/);
added('a topic', ['aws-sns', 'topic_arn=arn:aws:sns:us-east-1:123456789012:t']);
is_deeply(entry('aws-sns'), { preset => 'aws-sns', topic_arn => 'arn:aws:sns:us-east-1:123456789012:t' }, 'without a secret');

# The public URL.
my $line = $> == 0 ? qq("user": "$user", ) : '';
fresh(qq(// mine\n{ $line"inbox": "inbox" /* events */ }\n// the end\n));
($out) = added('base_url', ['square', '--base-url', 'https://h.example.org/in'], in => $secret);
like($out, qr{^url +https://h\.example\.org/in/square$}m, 'is the beginning of the URL');
like(slurp("$box/hookdir.json"), qr{\A// mine\n\{ \Q$line\E"inbox": "inbox", "base_url": "https://h\.example\.org/in" /\* events \*/ \}\n// the end\n\z}s, 'and a setting, beside the comments');
ok(!exists entry('square')->{public_url}, 'and the default of public_url');
($out) = added('the next', ['trello'], in => $secret . 't');
like($out, qr{^url +https://h\.example\.org/in/trello$}m, 'has it as well');
my $was = slurp("$box/hookdir.json");
refused('one that is refused', ['coral', '--base-url', 'https://other.example.org/', 'digst=x'], qr/digst/, in => $secret, said => 1);
is(slurp("$box/hookdir.json"), $was, 'does not change it');
($out) = added('its own URL', ['twilio', 'public_url=https://t.example.org/a?b'], in => "${secret}u");
like($out, qr{^url +https://t\.example\.org/a\?b$}m, 'is shown');

# Whom the receiver runs as.
SKIP: {
	skip 'needs root', 1 if $> != 0;
	fresh();
	refused('no such user', ['coral', '--user', 'nobody-at-all'], qr/nobody-at-all/, in => $secret);
	refused('root', ['coral', '--user', 'root'], qr/root/, in => $secret);
	fresh(qq({ "inbox": "inbox" }));
	added('a user', ['coral', '--user', $user], in => $secret);
	like(slurp("$box/hookdir.json"), qr/"user": "\Q$user\E"/, 'is a setting then');
	is((stat "$box/secrets/coral")[4], $uid, 'and has the secret');
	fresh(qq({ "inbox": "inbox" }));
	refused('a user, but wrong', ['coral', '--user', $user, 'digst=x'], qr/digst/, in => $secret, said => 1);
	refused('nobody', ['coral'], qr/set "user"/, in => $secret, status => 78);
}
done_testing();
