#!/usr/bin/perl
# make run: every preset is sent and filed; Ctrl-C ends it; a failure is one.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use File::Temp qw(tempdir);
use Test::More;
use Time::HiRes qw(sleep time);
use POSIX ();
use ServerSetup;

ServerSetup::skip_all('lighttpd is not installed') unless -x '/usr/sbin/lighttpd';
chdir $Sandbox::TOP or die;
my $dir = tempdir('hookdir-demo-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;    # as root, the receiver is another user
local $ENV{HOOKDIR_DEMO} = "$dir/demo";
local $ENV{HOOKDIR_BUILD} = Sandbox::build();
my %needs = map { my ($name, undef, $needs) = split;
	$needs =~ /^(?:secret|key)/ ? ($name => $needs) : () }
    `$ENV{HOOKDIR_BUILD}/hookdir presets --no-header`;
my @presets = sort keys %needs;
my @others = grep { /^[a-z]/ && !$needs{$_} } map { (split)[0] }
    `$ENV{HOOKDIR_BUILD}/hookdir presets`;
cmp_ok(scalar @presets, '>=', 40, 'there are presets');

# Its event is handled at the end.
my $handled = 'github';

my $out = `sh tools/demo once 2>&1`;
is($?, 0, 'once: ends well') or diag($out);
for my $name (@presets) {
	like($out, qr{^\$ hookdir send $name http://127.*\n20[04] }m,
		"$name is sent");
	is(scalar(() = glob "$dir/demo/inbox/$name/new/*"),
		$name eq $handled ? 0 : 1, "$name is filed");
	my $secret = $needs{$name} =~ /^key/ ? "$name.pem" : "$name.secret";
	is(((stat "$dir/demo/$secret")[2] // 077) & 077, 0,
		"$name has a secret of its own");
	like($out, qr{^\S+Z\s+$name\s}m, "$name is listed");
}
like($out, qr{^lifeomic +demo-1 +RSA +2048 +\S+ +https://localhost:\d+/}m,
	'the key set was fetched over TLS');
like($out, qr/^hookdir: info: \Q$handled\E \S+: \{.*\n\z/m,
	'an event is handled');
unlike($out, qr/Ctrl-C/, 'and does not wait');
cmp_ok(scalar @others, '>', 0, 'there are presets that cannot be sent');
like($out, qr/^not sent: $_, for it signs with certificates/m, "not sent: $_")
    for @others;

# The processes that were told of the folder.
sub left {
	return grep { index(Sandbox::slurp("$_/environ") . Sandbox::slurp("$_/cmdline"),
		"$dir/demo") >= 0 && !/\b$$\z/ } glob '/proc/[0-9]*';
}
is(scalar left(), 0, 'no process is left');

# Serves until it is told to end.
my $pid = fork // die "fork: $!";
if (!$pid) {
	open STDOUT, '>', "$dir/out";
	open STDERR, '>&', \*STDOUT;
	$SIG{INT} = 'DEFAULT';
	exec 'sh', 'tools/demo' or POSIX::_exit(127);
}
my $end = time + 120;
sleep 0.05 until Sandbox::slurp("$dir/out") =~ /Ctrl-C/ || time > $end;
$out = Sandbox::slurp("$dir/out");
like($out, qr/Ctrl-C ends it/, 'says how to end it');
my ($url) = $out =~ m{(http://127\.0\.0\.1:\d+/hooks)};
local $ENV{HOOKDIR_CONFIG} = "$dir/demo/hookdir.json";
my ($line) = $out =~ /^(  echo .*\n.*)$/m;
like(`$line 2>&1`, qr/^200 /, 'the lines that it prints work: send');
my ($cat) = $out =~ /^(  \S+ cat .*)$/m;
is(`$cat`, qq({"id":"mine-1","type":"test"}\n), 'the lines: cat');
kill 'INT', $pid;
is(ServerSetup::reap($pid, 20), 130 << 8, 'Ctrl-C ends it');
$end = time + 10;
sleep 0.05 while left() && time < $end;
is(scalar left(), 0, 'and nothing is left');

# A provider that is refused must show in the exit status.
my $fake = "$dir/fake";
my $real = Sandbox::build();
mkdir $fake;
symlink "$real/hookdir.fcgi", "$fake/hookdir.fcgi" or die "symlink: $!";
open my $f, '>', "$fake/hookdir" or die "$fake/hookdir: $!";
print $f "#!/bin/sh\n[ \"\$1\$2\" != sendvorsto ] || exit 1\n" .
    "exec $real/hookdir \"\$@\"\n";
close $f;
chmod 0755, "$fake/hookdir";
$ENV{HOOKDIR_BUILD} = $fake;
delete $ENV{HOOKDIR_CONFIG};
$out = `sh tools/demo once 2>&1`;
is($?, 1 << 8, 'one that is refused: status 1') or diag($out);
like($out, qr/vorsto was not accepted/, 'and says which');
is(scalar left(), 0, 'no process is left');

done_testing();
