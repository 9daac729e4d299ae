#!/usr/bin/perl
# Settings with errors, and where the settings file is looked for, under CGI.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path);
use Test::More;
use Try;

my $n = 0;
my $w = Try::setup('cgi');
my $box = $w->box;
my $d = $box->{dir};
my $file = $box->config;
my $secret = "$d/etc/coral.secret";

sub fresh { return Try::delivery(sprintf('set-%03d', ++$n), @_) }

# An error in the file as a whole: everything is answered 500.
sub useless {
	my ($name, $text, $like, $mode) = @_;
	$box->write($file, $text, $mode);
	Try::refused($w, fresh(), 500, $name, qr/error: \Q$file\E:(?:\d+:)? $like/,
	    qr/-: answered 500: no usable settings/);
	return;
}

my $inbox = '"inbox": "' . $box->inbox . '"';
my $coral = '"coral": {"secret_file": "coral.secret"}';
my $not = 'syntax error';

useless('an empty file', '', 'must be one JSON object');
useless('a list', '[]', 'must be one JSON object');
useless('cut off', "{\n$inbox,\n", $not);
useless('text behind it', "{\n$inbox,\n\"providers\": {$coral}}\nx",
    '(?:syntax error|must be)');
useless('a comma too many', "{\n$inbox,,\n\"providers\": {}}", $not);
useless('no inbox', "{\"providers\": {$coral}}", 'inbox: missing');
useless('an empty inbox', "{\"inbox\": \"\",\"providers\": {$coral}}",
    'inbox: is empty');
useless('no providers', "{$inbox}", 'providers: missing');
for my $case (['unknown', '"inbax": 1', 'inbax: unknown setting: did you mean "inbox"'],
    ['an old name', '"seen_days": 1', 'seen_days: is now called "dedup_days"'],
    ['twice', $inbox, 'inbox: duplicate setting'],
    ['a number for a text', '"inbox": 5', 'inbox: '],
    ['a list for an object', '"providers": []', 'providers: must be an object'],
    ['a text for a number', '"max_body": "1"', 'max_body: must be a whole'],
    ['a fraction', '"max_body": 1.5', 'max_body: must be a whole'],
    ['max_body 0', '"max_body": 0', 'max_body: out of range: 1 to'],
    ['max_body too large', '"max_body": 99999999999', 'max_body: out of range'],
    ['negative', '"workers": -1', 'workers: '],
    ['too many workers', '"workers": 100000', 'workers: out of range'],
    ['dedup_days', '"dedup_days": 1000', 'dedup_days: out of range'],
    ['tolerance', '"tolerance": 0', 'tolerance: out of range'],
    ['not a bool', '"group_access": "yes"',
	'group_access: must be true or false']) {
	my ($name, $text, $like) = @$case;
	my $rest = $text =~ /providers/ ? '' : qq(,\n"providers": {$coral});
	my $in = $text =~ /"inbox": 5/ ? '' : "$inbox,\n";
	useless($name, "{\n$in$text$rest\n}", $like);
}
useless('for everybody to write', "{$inbox, \"providers\": {$coral}}",
    'every user of this machine can write it: chmod o-w', 0666);
unlink $file;
Try::refused($w, fresh(), 500, 'no file', qr/\Q$file\E: cannot be opened: No/);
mkdir $file;
Try::refused($w, fresh(), 500, 'a folder', qr/\Q$file\E: not a regular file/);
rmdir $file;
$box->write($file, "{$inbox, \"providers\": {$coral}}", 0000);
Try::refused($w, fresh(), 500, 'not readable',
    qr/\Q$file\E: cannot be opened: Permission/);
$box->write($file, '{"x": "' . 'x' x 1_100_000 . '"}');
Try::refused($w, fresh(), 500, 'too large', qr/\Q$file\E: .*at most 1 MiB/);

# An error in one entry: that provider is answered 500, the others still work.
sub entry {
	my ($name, $text, $like, $at) = @_;
	$at //= 'bad';
	$box->write($file, "{\n$inbox,\n\"providers\": {\n$coral,\n" .
	    "\"$at\": $text\n}}");
	my $r = fresh(target => "/hooks/$at");
	Try::refused($w, $r, 500, $name,
	    qr/error: \Q$file\E:5: providers\.\Q$at\E$like/,
	    qr/error: \Q$at\E: answered 500: /);
	$r = fresh();
	my $answer = $w->send($r);
	Try::check("$name: the others work", Try::code_wrong($answer, 200),
	    Try::event_wrong($box, $r));
	return;
}

my $of = '"preset": "coral"';
my $with = '"secret_file": "coral.secret"';
my $own = '"scheme": "hmac", "signature": "X-Coral-Signature"';
entry('no object', '7', ': must be an object');
entry('empty', '{}', '\.');
entry('no secret', "{$of}", '\.secret_file: missing');
entry('an unknown setting', "{$of, \"secert_file\": \"x\"}",
    '\.secert_file: unknown setting');
entry('an old name', "{$of, $with, \"refused\": 403}",
    '\.refused: is now called "reject_status"');
entry('twice', "{$of, $of, $with}", '\.preset: duplicate setting');
entry('a secret of another type', "{$of, \"secret_file\": 5}",
    '\.secret_file: must be a string');
entry('an unknown preset', "{\"preset\": \"corral\", $with}",
    '\.preset: there is no preset called "corral": did you mean "coral"');
entry('two kinds of secret', "{$of, $with, \"secret_env\": \"X\"}",
    '\.secret_env: conflicts with secret_file');
entry('a secret that a client can set', "{$of, \"secret_env\": \"HTTP_X\"}",
    '\.secret_env: clients can set');
entry('a variable that is not there', "{$of, \"secret_env\": \"NO_SUCH\"}",
    '\.secret_env: this variable is not in');
entry('no secret file', "{$of, \"secret_file\": \"none\"}",
    "\\.secret_file: \Q$d\E/etc/none: cannot be opened");
entry('a scheme that is unknown', "{\"scheme\": \"none\", $with}",
    '\.scheme: ');
entry('a digest that is unknown', "{$own, \"digest\": \"md5\", $with}",
    '\.digest: ');
entry('signs nothing', "{$own, \"signed_payload\": \"fixed\", $with}", '\.signed_payload: ');
entry('a template at fault', "{$own, \"signed_payload\": \"{body\", $with}",
    '\.signed_payload: ');
entry('no signature', "{\"scheme\": \"hmac\", $with}", '\.signature: ');
entry('a tolerance out of range', "{$own, \"tolerance\": -1, $with}",
    '\.tolerance: out of range');
entry('refused with 200', "{$of, \"reject_status\": 200, $with}",
    '\.reject_status: out of range');
entry('refused with 503', "{$of, \"reject_status\": 503, $with}",
    '\.reject_status: out of range');
for my $bad ('Bad', 'a_b', '-a', '..', 'a/b', '', 'a' x 33) {
	$box->write($file, "{\n$inbox,\n\"providers\": {\n$coral,\n" .
	    "\"$bad\": {$of, $with}\n}}");
	my $r = fresh();
	Try::stored($w, $r, "a provider called '$bad' is none",
	    log => qr/\Q$file\E:5: providers\.\Q$bad\E: not a valid name/);
}
$box->write($file, "{\n$inbox,\n\"providers\": {\n$coral,\n" .
    "\"twin\": {$of, $with},\n\"twin\": {$of, $with}\n}}");
Try::refused($w, fresh(target => '/hooks/twin'), 500, 'a name twice',
    qr/error: \Q$file\E:6: providers\.twin: duplicate name/);

# Secrets.
my $good = "{\n$inbox,\n\"providers\": {\n$coral,\n\"blog\": " .
    "{\"preset\": \"coral\", \"secret_file\": \"blog.secret\"}\n}}";
my $blog = "$d/etc/blog.secret";
my @blog = ('whsec_' . 'b1' x 20);
push @Try::KEEP_QUIET, @blog;
sub secret {
	my ($name, $text, $mode, $like) = @_;
	$box->write($file, $good);
	$box->write($blog, $text, $mode);
	Try::refused($w, fresh(secrets => \@blog, target => '/hooks/blog'), 500,
	    "a secret: $name", qr/:5: providers\.blog\.secret_file: $like/);
	Try::check('the others work',
	    Try::code_wrong($w->send(fresh()), 200));
	return;
}
for my $mode (0644, 0604, 0602, 0666) {
	my $octal = sprintf '%04o', $mode;
	secret("mode $octal", "$blog[0]\n", $mode,
	    qr/\Q$blog\E: every user .*mode $octal\): chmod o-rwx/);
}
secret('empty', '', 0600, qr/\Q$blog\E: empty/);
secret('only line ends', "\n\r\n\n", 0600, qr/\Q$blog\E: empty/);
secret('nine of them', join('', map { "$blog[0]$_\n" } 1 .. 9), 0600,
    qr/\Q$blog\E: more than 8/);
secret('not readable', $blog[0], 0000, qr/\Q$blog\E: cannot be opened: Perm/);
secret('too large', "$blog[0]\n" x 3000, 0600, qr/\Q$blog\E: longer than/);
unlink $blog;
POSIX::mkfifo($blog, 0600);
$box->own($blog);
Try::refused($w, fresh(secrets => \@blog, target => '/hooks/blog'), 500,
    'a secret: a FIFO', qr/blog\.secret: not a regular file/);
unlink $blog;
$box->write($blog, "$blog[0]\r\n\r\n", 0640);
is($w->send(fresh(secrets => \@blog, target => '/hooks/blog'))->{code}, 200,
    'CR LF, and readable by the group: fine');

# A secret file inside the document root, even under another name of the folder.
make_path("$d/www/a/b");
symlink "$d/www/a", "$d/link";
$box->write("$d/www/a/b/s", "$blog[0]\n", 0600);
chmod 0755, "$d/www/a/b";
for my $path ("$d/www/a/b/s", "$d/link/b/s", '../www/a/b/s') {
	for my $root ("$d/www", "$d/www/", "$d/www/a", "$d/link", $d, '/') {
		$box->write($file, "{\n$inbox,\n\"providers\": {\n$coral,\n" .
		    "\"blog\": {$of, \"secret_file\": \"$path\"}\n}}");
		Try::refused($w, fresh(secrets => \@blog,
		    target => '/hooks/blog', env => { DOCUMENT_ROOT => $root }),
		    500, "$path below $root",
		    qr/blog: answered 500: .*document root.*move it, and replace/);
	}
	is($w->send(fresh(secrets => \@blog, target => '/hooks/blog',
	    env => { DOCUMENT_ROOT => "$d/bin" }))->{code}, 200,
	    'beside another root: fine');
}

# Where the file is looked for. A client must have no influence on that.
$box->write($file, "{$inbox, \"providers\": {$coral}}");
$box->write("$d/etc/empty.json", '{}');
sub found {
	my ($name, %env) = @_;
	my $r = fresh(env => \%env);
	Try::stored($w, $r, $name);
	return;
}
found('HOOKDIR_CONFIG');
found('SSL_HOOKDIR_CONFIG, which suexec lets through',
    HOOKDIR_CONFIG => undef, SSL_HOOKDIR_CONFIG => $file);
found('HOOKDIR_CONFIG goes first', SSL_HOOKDIR_CONFIG => "$d/etc/empty.json");
found('an empty one is none', HOOKDIR_CONFIG => '',
    SSL_HOOKDIR_CONFIG => $file);
found('a client has no say', HTTP_HOOKDIR_CONFIG => "$d/etc/empty.json",
    HTTP_SSL_HOOKDIR_CONFIG => "$d/etc/empty.json");
found('relative to where it runs', HOOKDIR_CONFIG => '../etc/hookdir.json');
Try::refused($w, fresh(env => { HOOKDIR_CONFIG => "$d/none\e[1m\n" }), 500,
    'a name with control bytes', qr/none\\x1b\[1m\\x0a: cannot be opened/);
Try::refused($w, fresh(env => { HOOKDIR_CONFIG => '/' . 'n' x 9000 }), 500,
    'a name that is too long', qr{error: /n{500}});
Try::finish($w);
done_testing();
