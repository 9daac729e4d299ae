#!/usr/bin/perl
# What tools/setup installs neither runs afterwards nor starts with the machine.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Machine;
use Test::More;

Machine::enter();
my $m = Machine->new;
my @units = qw(lighttpd apache2);
# Its packages are here; there is no network for an update.
my $out = $m->in('sh', '-c', <<'END');
mkdir -p /opt/tools /opt/bin
printf '%s check\n' lighttpd apache2 >/opt/tools/packages
printf '#!/bin/sh\n[ "$1" = update ] || exec /usr/bin/apt-get "$@"\n' \
    >/opt/bin/apt-get
chmod 755 /opt/bin/apt-get
END
Machine::command('copy', 'cp', "$Machine::TOP/tools/setup", "$m->{root}/opt/tools/");
$out = $m->in('sh', '-c', 'PATH=/opt/bin:$PATH exec sh /opt/tools/setup check');
is($?, 0, 'tools/setup') or diag($out);
for my $unit (@units) {
	like($out, qr/^not started at boot.*systemctl enable \Q$unit\E\.service$/m,
		"$unit: says so");
	like($m->in('systemctl', 'is-enabled', $unit), qr/^disabled$/m,
		"$unit: is not enabled");
	like($m->in('systemctl', 'is-active', $unit), qr/^inactive$/m,
		"$unit: does not run");
}
$m->reboot;
like($m->in('systemctl', 'is-active', $_), qr/^inactive$/m,
	"$_: nor after a reboot") for @units;
$out = $m->in('test', '-e', '/usr/sbin/policy-rc.d');
isnt($?, 0, 'the policy is gone');
done_testing();
