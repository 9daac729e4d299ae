#!/usr/bin/perl
# hookdir check: settings that are allowed and do not what was meant. Each is
# named by file, line and setting, with what to do; and what is almost like it
# is not.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

# Where the program is a copy, it looks for hookdir-fetch beside it.
spew(folder() . '/hookdir-fetch', '', 0755);

# An entry of its own that is fine, each setting on its own line.
my %own = (
	secret_file => '"coral.secret"',
	signature   => '"X-Sig"',
	id          => '"json:id"',
);
my %timed = (%own, timestamp => '"header:X-Time"', signed_payload => '"{ts}.{body}"');

# The settings of an entry are written in order, from line 3 on.
sub line_of {
	my ($key, $set) = @_;
	return 3 + grep { $_ lt $key } keys %$set;
}

sub write_entry {
	my ($name, $set, $more) = @_;
	my @text = map { qq("$_": $set->{$_}) } sort keys %$set;
	put('hookdir.json', qq({"inbox": "inbox", "workers": 4, "providers": {\n)
		. qq("$name": {\n) . join(",\n", @text) . "}" . ($more // '')
		. "}}\n", 0644);
	return;
}

# One case: what is odd, the setting's line or that of the entry, the words; and
# values that are almost like it.
sub odd {
	my ($name, $key, $value, $like, $almost, %how) = @_;
	my $entry = $how{name} // 'hand';
	my $base  = $how{base} // \%own;
	my %set   = (%$base, $key => $value);
	my $at   = $how{at} // $key;
	my $n    = $how{line} // line_of($at, \%set);
	finds("$name: $value", 'warning',
		qr{/hookdir\.json:$n: providers\.$entry\.\Q$at\E: .*$like}, sub {
			prepare();
			write_entry($entry, \%set, $how{more});
	}) if defined $value;
	for my $good (@$almost) {
		fine("$name: not $good", sub {
			prepare();
			write_entry($entry, { %$base, $key => $good }, $how{more});
		});
	}
	return;
}

sub prepare {
	put('other.secret', "fedcba9876543210fedcba9876543210\n");
	put('tokens', "a-token-of-some-length\n");
	return;
}

# --- URLs ---

my %url = (%own, signed_payload => '"{url}{body}"');
my $blog = ', "blog": {"preset": "coral", "secret_file": "other.secret"}';
my $here = 'https://shop.test/hooks/hand';
for (['no scheme', 'shop.test/hooks/hand', 'does not begin with https://'],
    ['a path alone', '/hooks/hand', 'does not begin with https://'],
    ['no host', 'https:///hooks/hand', 'has no host'],
    ['a host to be filled in', 'https://YOUR.HOST/hooks/hand', 'host of an example'],
    ['a host of manuals', 'https://www.example.com/hooks/hand', 'host of an example'],
    ['a host in brackets', 'https://<host>/hooks/hand', 'host of an example'],
    ['a blank', 'https://shop.test/hooks/hand ', 'has a blank in it: remove'],
    ['a line end', "$here\\n", 'has a blank in it: remove'],
    ['a fragment', "$here#top", 'has a fragment'],
    ['a password', 'https://me:pw@shop.test/hooks/hand', 'has a user or a password'],
    ['http', 'http://shop.test/hooks/hand', 'begins with http://'],
    ['a slash at its end', "$here/", 'ends with a slash: .* ends with /hand$'],
    ['another entry', 'https://shop.test/hooks/blog',
	'name of another entry, blog: this entry is posted to \.\.\./hand$'],
    ['no entry', 'https://shop.test/hooks', 'does not end with /hand'],
    ['upper case', 'https://shop.test/hooks/Hand', 'does not end with /hand'],
    ['nearly the entry', 'https://shop.test/hooks/hnad', 'something like it: write the name'],
    ['two URLs', "$here,https://b.test/hand", 'more than one URL'],
    ['two schemes', "https://$here", 'more than one URL'],
    ['no such port', 'https://shop.test:99999/hooks/hand', 'a port that does not exist'],
    ['a foreign name', 'https://shop.test/in/acme', 'does not have this name anywhere'],
    ['nothing', '', 'is empty: give the URL']) {
	my ($name, $value, $like) = @$_;
	odd("a URL with $name", 'public_url', qq("$value"), $like, [],
		base => \%url, more => $blog);
}
odd('a URL', 'public_url', undef, '', [ map { qq("$_") } $here, "$here?a=b",
	'HTTPS://shop.test:8443/hand', 'http://localhost/hand',
	'http://127.0.0.1:8080/hooks/hand', 'https://notexample.com/hand',
	'https://myhost.test/hand', 'https://shop.test/webhooks/acme-hand',
	'https://hand.shop.test/in', 'https://shop.test/in?from=hand',
	'https://shop.test:65535/hand' ], base => \%url);
my $out = finds('a password is not shown', 'warning', qr/has a user/, sub {
	write_entry('hand', { %url, public_url => '"https://me:Zq7Lm@shop.test/hand"' });
});
unlike($out, qr/Zq7Lm/, 'nowhere');

# --- paths in JSON ---

for (['$.id', 'json:id'], ['$.data.id', 'json:data\.id'], ['.id', 'json:id'],
    ["\$['data']['id']", 'json:data\.id'], ["data['id']", 'json:data\.id'],
    ['/data/id', 'json:data\.id'], ['$[\"id\"]', 'json:id'],
    ['data->id', 'json:data\.id'], ['data->>id', 'json:data\.id'],
    ['data/id', 'json:data\.id'], ['items[0].id', 'element of an array'], ['[0]', 'element of an array'],
    ['/items/0/id', 'element of an array'], ['items.0.id', 'element of an array'],
    ['$.items[*].id', 'element of an array'],
    ['data..id', 'is empty'], ['data.', 'is empty'], ['$', 'is empty'],
    ["\$['a.b']", 'a dot in it'], [' id', 'json:id']) {
	odd('a path', 'id', qq("json:$_->[0]"), $_->[1], []);
}
odd('a path', 'id', undef, '', [ map { qq("json:$_") } 'id', 'data.id', 'a0.b1',
	'a-b', 'a_b', '@id', 'data.object.id' ]);
for (qw(json:type json:event json:data.event_type json:createdAt json:timestamp
    header:X-Shop-Topic header:X-Shop-Event header:X-Timestamp header:Date)) {
	odd('an id', 'id', qq("$_"), 'looks like the place of a type or a time', []);
}
for (qw(header:Content-Type header:Host header:user-agent)) {
	odd('an id', 'id', qq("$_"), 'is the same for many events', []);
}
odd('an id', 'id', undef, '', [ map { qq("$_") } qw(header:X-Request-Id json:eventId
	json:event_id json:event.id header:X-Event-Id json:timeline form:id none) ]);
odd('a type', 'type', '"json:$.type"', 'json:type', ['"json:type"', '"const:$.x"']);
odd('a signature', 'signature', '"json:/sig"', 'json:sig', ['"json:sig"'],
	base => { %own, signed_payload => '"{json:data}"' });
odd('a template', 'signed_payload', '"{json:$.data}"', 'json:data',
	['"{json:data}"', '"$.{json:data}"']);
odd('a time', 'timestamp', '"json:$.time"', 'json:time', ['"json:time"']);
odd('a challenge', 'challenge', '"probe:$.a=[]"', 'json:a', ['"probe:a=[]"']);
odd('a challenge', 'challenge', '"echo-json:type=x:$.challenge"',
	'json:challenge', ['"echo-json:type=x:challenge"', '"echo-json:a=$.b:c"']);

# --- names of headers ---

odd('a header', 'signature', '"X_Sig"', 'has _ in the name .* drop', ['"X-Sig"']);
odd('a header', 'signature', '"HTTP_X_SIG"', 'the header is called X-Sig$',
	['"Http-X-Sig"']);
odd('a header', 'signature', '["X-Sig", "X_Sig_2"]', 'has _ in the name',
	['["X-Sig", "X-Sig-2"]', '"X-Sig-*"']);
odd('an id', 'id', '"header:X_Id"', 'has _ in the name', ['"header:X-Id"']);
odd('an id', 'id', '"header:HTTP_X_ID"', 'the header is called X-Id$', []);
odd('an id', 'id', '"header:X-Id:"', 'has a colon', []);
odd('an id', 'id', '"header: X-Id"', 'has a blank', []);
odd('an id', 'id', '"header:X-Id\u00e9"', "that no header's name has", []);
odd('a type', 'type', '"header:X_Type"', 'has _ in the name', ['"const:X_Type"']);
odd('a time', 'timestamp', '"header:X_Time"', 'has _ in the name', [],
	base => \%timed);
odd('a template', 'signed_payload', '"{header:X_Id}.{body}"', 'has _ in the name',
	['"{header:X-Id}.{body}"', '"X_Id.{body}"']);

# Those that are kept, and those that are held.
odd('a kept header', 'keep_headers', '"X_Shop"', 'has _ in the name',
	['"X-Shop"', '"X-Shop-*"', '"*"']);
odd('a kept header', 'keep_headers', '["X-A", "HTTP_X_B"]',
	'the header is called X-B$', ['["X-A", "X-B"]']);
odd('a kept header', 'keep_headers', '"Content-Type"',
	'no effect: the event file has a line', ['"Content-Language"']);
for (['HTTP_X_TOKEN', 'the header is called X-Token$'], ['X_Token', 'has _ in the name'],
    ['*', 'keeps every password'], ['Cookie', 'keeps every password']) {
	my ($name, $like) = @$_;
	odd('a held header', 'hold', qq({"headers": ["$name"]}), $like,
		['{"headers": ["X-Token", "X-Api-*", "Authorization"]}'],
		at => 'hold.headers', line => 3);
	finds("a held header at the top: $name", 'warning',
		qr{/hookdir\.json:1: hold\.headers: .*$like},
		sub { config($coral, qq("hold": {"headers": "$name"}, )) });
}
for (['X-Token:', 'must be header names: NAME, NAME-\*'], ['X-*-Y', 'must be header names']) {
	my ($name, $like) = @$_;
	finds("a held header: $name", 'error',
		qr{/hookdir\.json:1: hold\.headers: $like},
		sub { config($coral, qq("hold": {"headers": "$name"}, )) });
}

# --- other values ---

for (['"{body} "', 'begins or ends with a blank'], ["\"'{body}'\"", 'is in quotes'],
    ['"%{body}"', 'has \$ or % before'], ['"{method} + {body}"', 'has \+, which']) {
	odd('a template', 'signed_payload', $_->[0], $_->[1], ['"a{body}"']);
}
for (['sha512=', 'set "digest": "sha512"'], ['SHA1=', 'set "digest": "sha1"'],
    ['bearer', '"Bearer " if there is'], ['^sha256=', 'character of patterns'],
    ['sha256={sig}', 'character of patterns'], ['sha256= ', 'a blank after =']) {
	odd('a prefix', 'prefix', qq("$_->[0]"), $_->[1], ['"SHA256="', '"t="']);
}
odd('a digest and its prefix', 'prefix', undef, '', ['"sha512="'],
	base => { %own, digest => '"sha512"' });
odd('a preset for another header', 'signature', '"Stripe-Signature"',
	'header of the preset "stripe", and the entry has "github"', ['"X-My-Sig"'],
	base => { secret_file => '"other.secret"', preset => '"github"' });
odd('the same header', 'signature', undef, '', ['"X-Hub-Signature-256"'],
	base => { secret_file => '"other.secret"', preset => '"github"' });
odd('topics', 'topic_arn', '"arn:aws:sns:us-east-1:123456789012:o"',
	'no effect: only SNS', ['null']);
odd('a tolerance in minutes', 'tolerance', '5', 'counts seconds', [10, 300],
	base => \%timed);
for (['tolerance', 5, 'counts seconds'], ['max_body', 1024, 'counts bytes'],
    ['hold', '{"bytes": 100}', 'is too little']) {
	my ($key, $value, $like) = @$_;
	finds("$key: $value", 'warning', qr{/hookdir\.json:1: $key\S*: .*$like},
		sub { config($coral, qq("$key": $value, )) });
}
fine('none of it', sub {
	config($coral, '"tolerance": 10, "max_body": 4096, "hold": {"bytes": 4096}, ');
});
finds('the inbox as its own fallback', 'error',
	qr/fallback_inbox \S+: is the inbox itself/,
	sub { config($coral, '"fallback_inbox": "./inbox", ') });

odd('a template', 'signed_payload', '"v0:${body}"', 'has \$ or % before \{',
	['"$:{body}"']);
odd('a template', 'signed_payload', '"v0\\\\n{body}"', 'a backslash and a letter',
	['"v0\\n{body}"', '"v0\\\\{body}"']);
odd('a prefix', 'prefix', '"Bearer"', '"Bearer " if there is one',
	['"Bearer "', '"sha256="', '""', 'null']);
odd('a prefix', 'prefix', '"sha256"', '"sha256=" if there is one', ['"sha"']);
odd('an element', 'timestamp', '"element:t"', '"element:t=" if there is one',
	['"element:t="', '"element:t:"'],
	base => { %timed, separator => '","' });
odd('a claim', 'claims', '["sha256={sha256:body}", "aud=YOUR-ID"]',
	'that of an example', ['["sha256={sha256:body}", "aud=me"]'],
	base => { scheme => '"jwt"', secret_file => '"coral.secret"',
		id => '"json:id"' });
my %rsa = (scheme => '"rsa"', signature => '"X-Sig"', id => '"json:id"',
	certificate_url => '"header:X-Cert"',
	certificate_allowed_urls => '"https://keys.shop.test/*.pem"',
	certificate_hosts => '"keys.shop.test"');
odd('the host of a certificate', 'certificate_hosts', '"https://keys.shop.test"',
	'name alone', ['"keys.shop.test"', '["keys.shop.test", "*.shop.test"]'],
	base => \%rsa);
odd('a pattern', 'certificate_allowed_urls', '"https://keys.example.com/*.pem"',
	'host of an example', ['"https://keys.{region}.shop.test/*.pem"'],
	base => \%rsa);

# --- whole entries ---

odd('meta without a token', 'challenge', '"meta"',
	'is not answered without verify_token_file', ['"head"', '"none"']);
odd('meta without a token', 'verify_token_file', undef, '', ['"tokens"'],
	base => { %own, challenge => '"meta"' });
odd('the preset meta without a token', 'id', '"json:id"',
	'is not answered without verify_token_file', [],
	name => 'meta', base => { secret_file => '"other.secret"' },
	at => 'challenge', line => 2);
odd('no check of the time', 'tolerance', '0', 'switches the check .* off',
	[10, 300, 86400, 'null'], base => \%timed);
odd('a long tolerance', 'tolerance', '86401', 'more than a day', [],
	base => \%timed);
odd('no check of the time', 'tolerance', '0', 'switches the check .* off', [300],
	base => { secret_file => '"other.secret"' }, name => 'slack');
odd('no check of the time', 'tolerance', '0', 'switches the check .* off', [300],
	base => { topic_arn => '"arn:aws:sns:us-east-1:123456789012:orders"' },
	name => 'aws-sns');
finds('a long tolerance for all', 'warning',
	qr{/hookdir\.json:1: tolerance: is more than a day}, sub {
		config($coral, '"tolerance": 86401, ');
	});
fine('a day for all', sub { config($coral, '"tolerance": 86400, ') });
odd('no id', 'id', 'null', 'two events with equal bodies count as one.*"none"',
	['"none"', '"json:id"', '"header:X-Id"']);
odd('no id of the preset', 'id', 'null', 'two events with equal bodies', [],
	name => 'github', base => { secret_file => '"other.secret"' });
finds('no id', 'warning', qr/json:2: providers\.hand\.id: .*equal bodies/, sub {
	my %set = %own;
	delete $set{id};
	write_entry('hand', \%set);
});
fine('no id, but a time', sub { write_entry('hand', { %timed, id => 'null' }) });
fine('no id in a preset', sub { config($coral) });

# --- settings without effect ---

my %token = (secret_file => '"coral.secret"', signature => '"X-Token"',
	scheme => '"token"', id => '"json:id"');
odd('a digest', 'digest', '"sha512"', 'has no effect', ['null'], base => \%token);
odd('a separator', 'separator', '","', 'has no effect', ['null'], base => \%token);
odd('a text', 'signed_payload', '"{body}"', 'has no effect', [], base => \%token);
odd('a URL', 'public_url', qq("$here"), 'has no effect: signed_payload does not '
	. 'have \{url\}', ['null']);
odd('a webhook id', 'webhook_id', '"8PT597110X687430L"', 'has no effect', ['null']);
odd('certificates', 'certificate_hosts', '"a.test"', 'without certificate_url',
	['null']);
odd('certificates', 'certificate_without_issuers', 'true',
	'without certificate_url', []);

odd('a secret', 'algorithms', '"RS256"', 'none of the algorithms has a secret',
	['"HS256"', '["RS256", "HS512"]', 'null'], at => 'secret_file', line => 7,
	base => { scheme => '"jwt"', secret_file => '"coral.secret"',
		id => '"json:id"', claims => '["h={sha256:body}", "aud=me"]' });

# --- keys of other kinds ---

for (['-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----', 'is a private key'],
    ['-----BEGIN EC PRIVATE KEY-----\nMC4C\n-----END EC PRIVATE KEY-----', 'is a private key'],
    ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'openssl x509 -pubkey'],
    ['-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----', 'PKCS#1'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me', 'ssh-keygen -e -m PKCS8'],
    ['{\"kty\": \"OKP\"}', 'is a JWK'], ['https://a.test/key', 'is a URL'],
    ['79b5562e', 'cannot be used']) {
	my ($key, $like) = @$_;
	finds("a key: $key", 'error', qr{providers\.hand\.public_key: .*$like}, sub {
		write_entry('hand', { scheme => '"ed25519"', signature => '"X-Sig"',
			id => '"json:id"', public_key => qq("$key") });
	});
}

# --- ids at the provider ---

my $arn = 'arn:aws:sns:us-east-1:123456789012:orders';
for (["$arn:0b4f", 'of a subscription'], ['arn:aws:sqs:us-east-1:123456789012:o',
	'not the ARN of a topic'], ['arn:aws:sns:us-east-1:1:o', '12 digits'],
    ['arn:aws:sns:us-east-1:123456789012:', 'not the ARN']) {
	odd('a topic', 'topic_arn', qq("$_->[0]"), $_->[1], [],
		base => {}, name => 'aws-sns');
}
odd('a topic', 'topic_arn', undef, '', [ qq("$arn"), qq(["$arn", "$arn.fifo"]),
	'"arn:aws-cn:sns:cn-north-1:123456789012:o"' ], base => {}, name => 'aws-sns');
for (['https://api.test/1', 'is a URL'], ['8PT 597', 'has a blank'],
    ['YOUR-WEBHOOK-ID', 'of an example']) {
	odd('a webhook', 'webhook_id', qq("$_->[0]"), $_->[1],
		['"8PT597110X687430LKGECATA"'], base => {}, name => 'paypal');
}

# --- secrets ---

finds('the same secret in two lines', 'warning',
	qr{coral\.secret: line 3 has the same secret as line 1: remove one}, sub {
		put('coral.secret', join "\n", CORAL_OLD, CORAL_NEW, CORAL_OLD);
	});
fine('two secrets', sub { put('coral.secret', CORAL_OLD . "\n" . CORAL_NEW) });
finds('a secret that also signs a challenge', 'warning',
	qr/shares a secret with \S+: anyone .* texts of a caller's choice/, sub {
		put('coral.secret', "0123456789abcdef0123456789abcdef\n");
		config(qq($coral, "zoom": {"secret_file": "coral.secret"}));
	});

# --- errors have the nearest right name, and their own line ---

for (['secret', '"x"', 'unknown setting: did you mean "secret_file"'],
    ['secretfile', '"x"', 'unknown setting: did you mean "secret_file"'],
    ['signing_secret', '"x"', 'unknown setting: did you mean "secret_file"'],
    ['header', '"X-Sig"', 'unknown setting: did you mean "signature"'],
    ['dedup_days', '1', 'unknown setting: it belongs at the top of the file'],
    ['nothing', '1', 'unknown setting$'],
    ['preset', '"githb"', 'there is no preset called "githb": did you mean "github"'],
    ['scheme', '"hmca"', 'did you mean "hmac"'],
    ['digest', '"SHA256"', 'did you mean "sha256"'],
    ['secret_encoding', '"b64"', 'did you mean "base64"'],
    ['type', '"headers:X"', 'did you mean "header:\.\.\."'],
    ['signed_payload', '"{bdy}"', 'did you mean \{body\}'],
    ['signed_payload', '"{timestamp}{body}"', 'did you mean \{ts\}'],
    ['preset', '"none"', 'null, without quotes, is none$'],
    ['preset', '"Facebook"', 'did you mean "meta"'],
    ['timestamp_format', '"iso"', 'has no effect|did you mean "iso8601"'],
    ['id', '"None"', 'did you mean "none"'],
    ['id', '"Header:X-Id"', 'did you mean "header:\.\.\."'],
    ['_comment', '"x"', 'a comment begins with //'],
    ['secrets', '["x"]', 'unknown setting: did you mean "secret_file"'],
    ['secret_file', '"~/coral.secret"', 'only a shell replaces ~'],
    ['secret_file', '"$HOME/coral.secret"', 'only a shell replaces ~'],
    ['secret_file', '"coral.secret "', 'a blank at one of its ends'],
    ['secret_file', '"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"',
	'not shown.*; if this is a secret itself, put it into a file'],
    ['id', '""', 'it is empty; null removes']) {
	my ($key, $value, $like) = @$_;
	my %set  = (%own, $key => $value);
	my $line = line_of($key, \%set);
	finds("$key: $value", 'error',
		qr{/hookdir\.json:$line: providers\.hand\.$key: .*$like},
		sub { write_entry('hand', \%set) });
}
finds('a name that is nearly that of a preset', 'error',
	qr/providers\.mygithub\.signature: missing.*"preset": "github"/, sub {
		config('"mygithub": {"secret_file": "coral.secret"}');
	});

for (['My_Shop', 'did you mean "my-shop"'], ['GitHub', 'did you mean "github"'],
    ['my shop', 'did you mean "my-shop"'], ['-x', 'do not begin with -$'],
    ['', 'do not begin with -$']) {
	my ($name, $like) = @$_;
	finds("the name $name", 'error',
		qr{/hookdir\.json:1: providers\.\Q$name\E: not a valid name: .*$like},
		sub { config(qq($coral, "$name": {"secret_file": "coral.secret"})) });
}
for (['$HS', 'begins with \$: write the name'], ['HS=abcdefgh', 'has a value in it'],
    ['HS', "not in the receiver's environment"]) {
	my ($name, $like) = @$_;
	finds("the variable $name", 'error',
		qr{providers\.hand\.secret_env: .*$like}, sub {
			write_entry('hand', { id => '"json:id"', signature => '"X-S"',
				secret_env => qq("$name") });
	});
}
for (['a byte order mark', "\xef\xbb\xbf{}", '1: begins with a byte order mark: save'],
    ['UTF-16', "\xff\xfe{\0}\0", '1: is in UTF-16: save'],
    ['a shell comment', qq({\n# mine\n"inbox": "inbox"}),
	'2: syntax error: .*; a comment begins with //'],
    ['single quotes', "{\n'inbox': 'inbox'}", '2: syntax error: .*; a text is in double']) {
	my ($name, $text, $like) = @$_;
	finds($name, 'error', qr{/hookdir\.json:$like},
		sub { put('hookdir.json', $text, 0644) });
}

for (['an entry at the top', '"shop": {}', 'shop: unknown setting: it belongs in the '
	. 'object providers'], ['its setting', '"secret_file": "coral.secret"',
	'secret_file: unknown setting: it belongs in the entry of a provider'],
    ['a setting of hold', '"count": 1', 'count: .* in the object hold'],
    ['neither', '"log": "x"', 'log: unknown setting$']) {
	finds($_->[0], 'error', qr{/hookdir\.json:1: $_->[2]},
		sub { config($coral, "$_->[1], ") });
}
finds('an error is not a warning too', 'error', qr/signature: must be a header/,
	sub { write_entry('hand', { %own, signature => '"X Sig"' }) });

# --- an entry of each preset, as it is meant to be ---

# The entry as `hookdir presets` prints it, with what it leaves to its user.
sub filled {
	my ($text) = @_;
	# The challenge crc takes a secret of its own.
	my $env = $text =~ /"challenge": "crc"/ ? 'T' : 'S';
	$text =~ s/"secret_file": "[^"]*"/"secret_env": "$env"/;
	$text =~ s/"verify_token_file": "[^"]*"/"verify_token_file": "tokens"/;
	my $key = $text =~ /"ecdsa"/ ? 'ec.pub' : 'ed.pub';
	$text =~ s/"public_key_file": "[^"]*"/"public_key_file": "$key"/;
	$text =~ s/YOUR\.HOST/shop.test/;
	$text =~ s/YOUR-ID/8PT597110X687430L/;
	$text =~ s/arn:aws:sns:REGION:ACCOUNT:TOPIC/$arn/;
	return $text;
}

my @name = map { (split ' ')[0] } split /\n/, qx(${\program()} presets --no-header);
cmp_ok(scalar @name, '>', 40, 'presets');
my @printed = map { scalar qx(${\program()} presets $_) } @name;
fresh();
prepare();
for (['ec.pub', 'EC -pkeyopt ec_paramgen_curve:P-256'], ['ed.pub', 'ED25519']) {
	put($_->[0], scalar qx(openssl genpkey -algorithm $_->[1] 2>/dev/null |
	    openssl pkey -pubout));
}
put('hookdir.json', '{"inbox": "inbox", "workers": 4, "providers": {'
	. join(",\n", map { filled($_) } @printed) . '}}', 0644);
(undef, $out) = check(env => { S => 'fedcba9876543210fedcba9876543210',
	T => '0123456789abcdef0123456789abcdef' });
is(join("\n", grep { /hookdir\.json:/ } split /\n/, $out), '',
	'a preset as it is printed has nothing odd');
put('hookdir.json', '{"inbox": "inbox", "workers": 4, "providers": {'
	. join(",\n", @printed) . '}}', 0644);
(undef, $out) = check();
my @odd = map { /providers\.(\S+): (?:is|has|are)/ ? $1 : () } split /\n/, $out;
is("@odd", join(' ', map {
	my $name = $name[$_];
	map { "$name.$_" } $printed[$_] =~ /"(\w+)": "[^"]*(?:YOUR|REGION)[^"]*"/g
} 0 .. $#name), 'but for what the user has to fill in');

done_testing();
