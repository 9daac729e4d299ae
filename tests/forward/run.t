#!/usr/bin/perl
# Forwarding through the runner: what becomes of each event, in what order they
# come, and when they are tried again.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../cli/lib", "$FindBin::Bin/../e2e/lib";
use Cli;
use File::Path qw(make_path remove_tree);
use KeyServer;
use POSIX ();
use ServerSetup ();
use Target;
use Test::More;
use Time::Local qw(timegm);

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $t = Target->new;
my $root = folder() . '/inbox/coral';
my $secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
secret('coral.secret', CORAL_NEW);
secret('out.secret', $secret);
spew(folder() . '/ca.pem', slurp($t->ca), 0644);

# An empty inbox, settings with this run, and no requests yet.
sub fresh {
	my ($run) = @_;
	remove_tree($root);
	make_path(map { "$root/$_" } qw(tmp new cur dedup));
	spew("$root/lock", '');
	settings({ coral => { preset => 'coral', secret_file => 'coral.secret',
		defined $run ? (run => $run) : () } });
	$t->forget;
	return;
}

my $clock = time - 1000;

# An event that came a second after the one before.
sub event {
	my ($id, %more) = @_;
	my $body = $more{body} // qq({"id":"$id"});
	spew("$root/new/$id", join("\n", 'Ce-Specversion: 1.0', "Ce-Id: $id",
		'Ce-Source: /coral', 'Ce-Type: ' . ($more{type} // 'push'),
		'Ce-Time: 2026-11-27T12:00:00.000000Z',
		'Content-Type: application/json',
		'Content-Length: ' . length $body, '', $body));
	utime ++$clock, $clock, "$root/new/$id";
	return;
}

# All that there is, as "failed/ID"; N and NEXT are left out.
sub where {
	my ($state) = @_;
	return join ' ', sort map { m{/(\w+)/((?:\d{8}T\d{6}Z\.)?(?:\d+\.)?(\w+))$}
		? "$1/$3" : () } map { glob "$root/$_/*" }
	    $state // qw(new busy later failed done);
}

sub bodies { return join ' ', map { pack 'H*', $_->{body} } $t->requests }

sub once {
	my ($status, $name, @args) = @_;
	my ($got, $out, $err) = run(['run', '--once', @args]);
	is($got, $status, "$name: exit status") or diag($err);
	unlike($err, qr/MfKQ/, 'no secret in the log');
	return $err;
}

# Seconds from now to the NEXT of the only event in later/.
sub due {
	my ($file) = glob "$root/later/*";
	my ($y, $m, $d, $h, $i, $s) =
	    $file =~ m{/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.1\.\w+$}
	    or return "nothing in later/: $file";
	return timegm($s, $i, $h, $d, $m - 1, $y) - time;
}

my $url = $t->plain('/script');

fresh({ forward => $url, keep_hours => 1 });
$t->answers(200, 400, 404, 204);
event($_) for qw(a b c d);
once(1, 'done, failed, later');
is(where(), 'done/a done/d failed/b later/c', 'where they are');
is(bodies(), join(' ', map { qq({"id":"$_"}) } qw(a b c d)),
	'sent in the order of arrival');
is(scalar(keys %{ { map { $_->{connection} => 1 } $t->requests } }), 1,
	'over one connection');
like(slurp("$root/errors/b"), qr/^answered 100: HTTP status 400$/m,
	'errors/ has the reason');
like(slurp("$root/errors/c"), qr/^answered 111: HTTP status 404$/m,
	'and that of the other');

fresh({ forward => $url, retry => [0, 0] });
$t->answers(500, 301, 200);
event('a');
# Each run does what was due at its start.
run(['run', '--once']) for 1 .. 3;
is(where(), '', 'handled in the end');
is(scalar($t->requests), 3, 'after three attempts');

fresh({ forward => $url, retry => [0] });
$t->answers(500, 503);
event('a');
run(['run', '--once']) for 1 .. 2;
is(where(), 'failed/a', 'after the last attempt');

fresh({ forward => $url, order => 'all', retry => [3600] });
$t->answers(200, 500, 200);
event($_) for qw(a b c);
once(1, 'order all');
is(where(), 'later/b new/c', 'the later one waits');
is(bodies(), '{"id":"a"} {"id":"b"}', 'and was not sent');

fresh({ forward => $url, order => 'json:k', retry => [3600], jobs => 1 });
$t->answers(500, 200);
event('a', body => '{"k":1}');
event('b', body => '{"k":1}');
event('c', body => '{"k":2}');
once(1, 'order by key');
is(where(), 'later/a new/b', 'those of another key go on');

for my $case (['/after', 1, 7], ['/after', 3600, 3600], ['/after-long', 1, 86400],
	['/after-junk', 100, 100]) {
	my ($path, $step, $want) = @$case;
	fresh({ forward => $t->plain($path), retry => [$step] });
	event('a');
	once(1, "$path with a step of $step s");
	my $due = due();
	ok($due >= 0.9 * $want - 30 && $due <= 1.1 * $want, "due in $want s")
	    or diag($due);
}

# Signed, by https, and nothing of it is seen.
fresh({ forward => $t->url('/200') . '?token=hush', forward_ca_file => 'ca.pem',
	forward_secret_file => 'out.secret', type => 'pu*' });
event('a');
event('b', type => 'other');
my $err = once(0, 'https, signed');
is(where(), 'new/b', 'the entry that takes it');
unlike($err, qr/hush/, 'the log has no query');
like(($t->requests)[0]{head}, qr/^webhook-signature: v1,\S+\r$/mi, 'signed');

fresh({ forward => $t->url('/200'), retry => [3600] });
event('a');
once(1, 'a certificate of nobody');
is(where(), 'later/a', 'the event waits');
is(scalar($t->requests), 0, 'and was not sent');

# A program that cannot work burns no attempts.
fresh({ forward => $url, forward_secret_file => 'none.secret' });
event('a');
my $program = folder() . '/hookdir';
my $pid = fork // die "fork: $!";
if (!$pid) {
	open STDERR, '>', folder() . '/log' or die;
	$ENV{HOOKDIR_CONFIG} = folder() . '/hookdir.json';
	program(1);
	Cli::give_to(nobody()) if $> == 0;
	leave_root();
	exec $> == 0 ? $program : program(1), 'run' or POSIX::_exit(126);
}
my $log = '';
for (1 .. 300) {
	$log = slurp(folder() . '/log') if -e folder() . '/log';
	last if $log =~ /forward_secret_file/;
	select undef, undef, undef, 0.1;
}
kill 'TERM', $pid;
waitpid $pid, 0;
is($?, 0, 'ended');
like($log, qr/forward_secret_file: .*none\.secret/, 'why');
is(where(), 'new/a', 'no attempt');

# --- By options ---

fresh(undef);
event('a');
once(0, '--forward', '--forward', $t->plain('/200'), 'coral');
is(where(), '', 'done');
is(bodies(), '{"id":"a"}', 'sent');
event('a');
once(1, 'with options', '-r', '3600', '--forward', $t->plain('/500'), 'coral');
is(where(), 'later/a', 'tried again');
is_run(['run', '--once', '--forward', 'http://192.0.2.1/', 'coral'], {}, 2, '',
	qr/forward: must begin with https/, 'http to another machine');
is_run(['run', '--once', '--forward', 'ftp://localhost/', 'coral'], {}, 2, '',
	qr/forward: must begin with http/, 'another protocol');
is_run(['run', '--forward', $url, 'coral', '--', 'true'], {}, 2, '',
	qr/cannot be used together with command/, 'and a command');
is_run(['run', '--forward', $url], {}, 2, '', qr/PROVIDER/,
	'without a provider');
done_testing();
