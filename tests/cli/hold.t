#!/usr/bin/perl
# What is refused is kept where that is wanted, shown, and filed once it
# verifies: a wrong secret loses nothing.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir      = folder();
my $box      = "$dir/inbox/coral";
my $receiver = receiver();
my ($right, $wrong) = ('the-right-secret', 'some-other-secret');
my $n = 0;

# Coral, and one that signs a time.
sub set {
	my ($secret, %top) = @_;
	secret('a.secret', $secret);
	settings(
		{
			coral => { secret_file => 'a.secret' },
			timed => {
				secret_file => 'a.secret',
				signature   => 'X-S',
				timestamp   => 'header:X-T',
				signed_payload      => '{ts}.{body}',
				id          => 'json:id',
			},
		},
		hold => {}, %top);
	return;
}

# One delivery by CGI; the code of the answer.
sub receive {
	my ($provider, $body, %env) = @_;
	%env = (
		HOOKDIR_CONFIG    => "$dir/hookdir.json",
		GATEWAY_INTERFACE => 'CGI/1.1',
		REQUEST_METHOD    => 'POST',
		REQUEST_URI       => "/hooks/$provider",
		PATH_INFO         => "/$provider",
		CONTENT_TYPE      => 'application/json',
		CONTENT_LENGTH    => length $body,
		%env
	);
	spew("$dir/body", $body);
	Cli::give_to(nobody()) if $> == 0;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDIN,  '<', "$dir/body"   or die;
		open STDOUT, '>', "$dir/answer" or die;
		open STDERR, '>', "$dir/log"    or die;
		%ENV = (%env, map { $_ => $ENV{$_} } grep { /SAN_/ } keys %ENV);
		leave_root();
		exec { $receiver } $receiver or exit 126;
	}
	waitpid $pid, 0;
	my ($code) = slurp("$dir/answer") =~ /\AStatus: (\d+)/;
	return $code // 0;
}

sub coral {
	my ($id, %more) = @_;
	my $body = qq({"id":"$id","type":"t"});
	return receive('coral', $body, HTTP_X_CORAL_SIGNATURE => 'sha256='
		. hmac_sha256_hex($body, $right), %more);
}

sub held { return map { s{.*/}{}r } sort glob "$box/hold/[0-9]*" }

# --- nothing yet ---

set($wrong);
is_run(['hold'], {}, 0, '', '', 'nothing is held');
is_run([ 'hold', 'coral' ], {}, 0, '', '', 'nor of one');
is_run([ 'reverify', 'coral' ], {}, 0,
	"coral: 0 filed, 0 filed before, 0 left\n", '', 'nor to be tried');
ok(!-e "$dir/inbox", 'nothing is made by looking');

# --- a wrong secret ---

is(coral('one', HTTP_AUTHORIZATION => 'Basic QTpC'), 400, 'refused');
is(coral('two'), 400, 'another');
is(scalar held(), 2, 'both are held');
is(join(' ', map { sprintf '%o', (stat)[2] & 07777 } "$box/hold",
		glob "$box/hold/[0-9]*"), '700 600 600', 'and are private');
my ($first, $second) = held();
my ($status, $out, $err) = run(['hold']);
is_deeply([ map { (split)[ 1, 2, 3 ] } split /\n/, $out ],
	[ qw(PROVIDER SIZE ID), coral => 23, $first, coral => 23, $second ],
	'the list: provider, size, id');
like($out, qr/\ATIME .* REASON\n\d{4}-\d\d-\d\dT\S+Z  coral .*no signature fits: wrong secret/,
	'with time and reason');
is((run([ 'hold', 'coral' ]))[1], $out, 'of one');
is((run([ 'hold', '--no-header' ]))[1], $out =~ s/.*\n//r, 'or without the header');
is_run([qw(list --state hold coral)], {}, 0,
	qr/\ATIME +PROVIDER +TYPE +ID +SIZE +REASON\n\S+ +coral +- +\Q$first\E +23 +no signature fits: .*\n\S+ +coral +- +\Q$second\E +23 .*\n\z/,
	'', 'as list shows them');
is_run([qw(list --json --state), 'hold,new'], {}, 0,
	qr/\A\{"time":"[^"]+","provider":"coral","id":"\Q$first\E","type":null,"size":23,"file":"\Q$box\E\/hold\/\Q$first\E","state":"hold",/,
	'', 'beside events');
($status, $out) = run([ 'hold', 'coral', $first ]);
is($out, slurp("$box/hold/$first"), 'one as it is');
like($out, qr/\n\n\{"id":"one","type":"t"\}\z/, 'its body');
unlike($out, qr/Basic/, 'no password');
like($out, qr/^Hookdir-Left-Out: Authorization$/m, 'but that one came');
like((run(['hold']))[1],
	qr/^\S+ +coral .*$first .*no signature fits.*; left out: Authorization$/m,
	'which the list says');
is_run([ 'hold', 'coral', "$first-" ], {}, 1, '',
	qr/coral: nothing is held by this id/, 'no id');
is_run([ 'hold', 'coral', "../hold/$first" ], {}, 1, '',
	qr/nothing is held by this id/, 'no path');
is_run([ 'hold', 'nobody' ], {}, 1, '', qr/nobody: no provider of this/,
	'no provider');
is_run([ 'reverify', 'coral' ], {}, 1,
	"coral: 0 filed, 0 filed before, 2 left\n", '', 'none verifies yet');
is(scalar held(), 2, 'both stay');
is_run([ 'explain', 'coral', $first ], {}, 1,
	qr/^judged at .*, when it arrived\n.*^change +none of/ms, '',
	'one is explained');
is_run(['check'], {}, 0,
	qr/^warning: coral: 2 refused deliveries are held: hookdir hold coral/m, '',
	'check tells of them');

# --- kept although it may be a password ---

set($wrong, hold => { headers => ['X-Api-*'] });
is_run(['check'], {}, 0, qr/./, '', 'check is content with that');
coral('three', HTTP_X_API_TOKEN => 'nameless', HTTP_X_TOKEN => 'pass');
my $kept = (held())[-1];
my $text = slurp("$box/hold/$kept");
like($text, qr/^X-Api-Token: nameless$/m, 'what the settings name is kept');
like($text, qr/^Hookdir-Left-Out: X-Token$/m, 'nothing else is');
unlike($text, qr/pass/, 'not even once');
unlink "$box/hold/$kept";

# --- mended ---

set($right);
is_run([ 'explain', 'coral', $first ], {}, 0, qr/^verdict +it verifies: /m, '',
	'explained again');
is(coral('two'), 200, 'the sender tries one again');
is_run([ 'reverify', 'coral' ], {}, 0,
	"coral: 1 filed, 1 filed before, 0 left\n", '', 'the other is filed');
is(scalar held(), 0, 'none is left');
is(join(' ', map { s{.*/}{}r } sort glob "$box/new/*"), 'one two',
	'each is there once');
like(slurp("$box/new/one"), qr/^Ce-Time: .*^Hookdir-Verified: hmac-sha256/ms,
	'as if it had come so');
is(coral('one'), 200, 'the sender tries it again');
unlink "$box/new/one";
is(coral('one'), 200, 'also when a consumer has it');
ok(!-e "$box/new/one", 'it is a duplicate');

# --- the time window is judged at arrival ---

sub timed {
	my ($id, $age) = @_;
	my ($body, $ts) = (qq({"id":"$id"}), time - $age);
	return receive('timed', $body, HTTP_X_T => $ts,
		HTTP_X_S => hmac_sha256_hex("$ts.$body", $right));
}

set($wrong);
is(timed('fresh', 0), 401, 'in time');
is(timed('stale', 1000), 401, 'not in time');
for my $path (glob "$dir/inbox/timed/hold/[0-9]*") {
	# As if all had happened two days ago.
	my $text = slurp($path);
	$text =~ s/^(X-T: )(\d+)/$1 . ($2 - 172800)/me;
	my ($ts, $body) = $text =~ /^X-T: (\d+).*\n\n(.*)\z/ms;
	my $mac = hmac_sha256_hex("$ts.$body", $right);
	$text =~ s/^X-S: .*/X-S: $mac/m;
	my ($d, $t) = do {
		my @g = gmtime(time - 172800);
		(sprintf('%d-%02d-%02d', $g[5] + 1900, $g[4] + 1, $g[3]),
			sprintf('%02d:%02d:%02d', @g[ 2, 1, 0 ]));
	};
	$text =~ s/^(Hookdir-Held: ).*/$1${d}T$t.000000Z/m;
	spew($path, $text);
}
set($right);
is_run([ 'reverify', 'timed' ], {}, 1,
	"timed: 1 filed, 0 filed before, 1 left\n", '', 'two days later');
ok(-e "$dir/inbox/timed/new/fresh", 'what came in time is filed');
ok(!-e "$dir/inbox/timed/new/stale", 'what did not is not');
my $two_days = (split /T/, (grep { /^Ce-Time/ } split /\n/,
		slurp("$dir/inbox/timed/new/fresh"))[0])[0];
ok(!-e "$dir/inbox/timed/dedup/" . substr($two_days, -10),
	'and is marked by today');

# --- what cannot be read, filed or removed ---

set($wrong);
coral('three');
coral('four');
($first, $second) = held();
my $cut = slurp("$box/hold/$first");
spew("$box/hold/$first", substr $cut, 0, -1);
set($right);
is_run([ 'reverify', 'coral' ], {}, 1,
	"coral: 1 filed, 0 filed before, 1 left\n",
	qr/coral: \Q$first\E: damaged: it is not as long as it says/,
	'one that a power cut left is not taken for whole');
ok(!-e "$box/new/three" && -e "$box/new/four", 'the other is filed');
spew("$box/hold/$first", 'x');
is_run([ 'reverify', 'coral' ], {}, 1, qr/ 1 left/, qr/not a request/, 'debris');
is_run([ 'hold', 'coral' ], {}, 1, '', qr/\Q$first\E: not a request/,
	'which is not listed');
spew("$box/hold/$first", $cut);
set($wrong);
coral('six');
set($right);
rename "$box/new", "$box/was";
spew("$box/new", 'in the way');
is_run([ 'reverify', 'coral' ], {}, 1,
	"coral: 0 filed, 0 filed before, 2 left\n",
	qr/\Ahookdir: error: coral: \S+ from -: answered 503: .*\n\z/,
	'no inbox: it stays');
unlink "$box/new";
rename "$box/was", "$box/new";
is_run([ 'reverify', 'coral' ], {}, 0, qr/ 2 filed, .* 0 left/, '', 'mended');

# Two that cannot be written, and one that can: it does not wait for them.
set($wrong);
coral($_ x 30000) for qw(a b);
coral('seven');
set($right);
is_run([ 'reverify', 'coral' ],
	{ ulimit => '-f 8', prepare => sub { $SIG{XFSZ} = 'IGNORE' } }, 1,
	"coral: 1 filed, 0 filed before, 2 left\n",
	qr/\Ahookdir: error: coral: \S+ from -: answered 503: .*\n\z/,
	'it goes on after a 503, and says it once');
ok(-e "$box/new/seven", 'the last one is filed');
is_run([ 'reverify', 'coral' ], {}, 0, qr/ 2 filed, .* 0 left/, '',
	'the others later');
SKIP: {
	skip 'needs root', 1 if $>;
	set($wrong);
	coral('five');
	chmod 0755, "$box/hold";
	chown 1, 1, "$box/hold";
	set($right);
	is_run([ 'reverify', 'coral' ], {}, 1, '',
		qr/must belong to uid \d/, 'the folder of somebody else');
	chown 0, 0, "$box/hold";
	chmod 0700, "$box/hold";
}

# --- what the settings keep is held, and filed as if it had come right ---

my %came = (
	REQUEST_URI        => '/hooks/coral?customer=42',
	QUERY_STRING       => 'customer=42',
	REMOTE_ADDR        => '203.0.113.7',
	HTTP_X_SHOP_DOMAIN => 'shop.test',
	HTTP_X_SHOP_TOKEN  => 'pass',
	HTTP_HOOKDIR_QUERY => 'forged',
);

unlink glob "$box/hold/[0-9]*";

sub keeping {
	my ($secret, $on) = @_;
	secret('a.secret', $secret);
	settings(
		{ coral => { secret_file => 'a.secret', keep_headers => 'X-Shop-*' } },
		hold => {}, $on ? (keep_query => \1, keep_address => \1) : ());
	return;
}

for my $on (0, 1) {
	keeping($right, $on);
	is(coral("direct-$on", %came), 200, 'filed as it came');
	keeping($wrong, $on);
	is(coral("held-$on", %came), 400, 'held');
	my $text = slurp("$box/hold/" . (held())[-1]);
	is($text =~ /customer=42/ ? 1 : 0, $on, 'its query, where it is wanted');
	is($text =~ /203\.0\.113\.7/ ? 1 : 0, $on, 'and the address');
	unlike($text, qr/forged|pass/, 'nothing else');
	keeping($right, $on);
	is_run([ 'reverify', 'coral' ], {}, 0, qr/ 1 filed, .* 0 left/, '', 'filed');
	my ($direct, $held) = map { s/^(?:Ce-(?:Id|Time)|X-Coral-Signature|Content-Length): .*\n|"(?:direct|held).*//mgr }
		map { slurp("$box/new/$_-$on") } qw(direct held);
	is($held, $direct, 'with the same head');
	is($held =~ /^Hookdir-Query: customer=42$/m ? 1 : 0, $on, 'the query');
	is($held =~ /^Hookdir-Remote: 203\.0\.113\.7$/m ? 1 : 0, $on, 'the address');
	like($held, qr/^X-Shop-Domain: shop\.test$/m, 'a kept header');
}

# --- many, of which some are genuine ---

set($wrong, hold => { count => 500 });
coral("bulk-$_") for 1 .. 25;
for my $n (26 .. 100) {
	my $from = (held())[0];
	my $stamp = 1795293000000000 + $n;
	my $text = slurp("$box/hold/$from") =~ s/"bulk-\d+"/"bulk-$n"/r;
	$text =~ s/^Content-Length: \d+/'Content-Length: ' . length(($text =~ m{\n\n(.*)}s)[0])/me;
	spew("$box/hold/$stamp-" . length $text, $text);
}
set($right);
is_run([ 'reverify', 'coral' ], {}, 1, "coral: 25 filed, 0 filed before, 75 left\n",
	'', 'those that verify');
is(scalar held(), 75, 'the rest stays');
unlink glob "$box/hold/[0-9]*";

# --- limits, and the sweep ---

set($wrong, hold => { count => 3 });
coral("many-$_") for 1 .. 9;
is(scalar held(), 3, 'never more than the limit');
like(slurp("$box/hold/" . (held())[0]), qr/many-7/, 'the newest');
set($wrong, hold => { count => 1 });
spew("$box/hold/.part", 'x');
is_run(['sweep'], {}, 0, '', '', 'a lower limit');
is(scalar held(), 1, 'is kept by a sweep');
ok(!-e "$box/hold/.part", 'and debris goes');
set($wrong, hold => { count => 0 });
is(coral('no'), 400, 'switched off');
is(scalar held(), 1, 'nothing more is held');
is_run([ 'hold', 'coral' ], {}, 0, qr/many-|coral/, '', 'but still listed');
set($wrong, hold => { bytes => 10 });
is(coral('no'), 400, 'too large to be held');
like(slurp("$dir/log"),
	qr/warning: coral: - from -: answered 400: rejected, and could not be held: its/,
	'which the log says');
my $all = slurp("$dir/log") . join '', map { slurp($_) } glob "$box/hold/*";
unlike($all, qr/\Q$right\E|\Q$wrong\E/, 'no secret anywhere');
done_testing();
