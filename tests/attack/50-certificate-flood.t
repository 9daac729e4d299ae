#!/usr/bin/perl
# Attack: anyone names URLs of certificates that are allowed and do not exist,
# from many connections, each URL once or several times, so that the sender's
# own certificate is never fetched.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use CertSender;
use KeyServer;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

use constant { CONNECTIONS => 12, LIMIT => 150 };

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $s = KeyServer->new;
my $sender = CertSender->new;
my @flood;

END { my $status = $?; kill 'KILL', @flood if @flood; $? = $status }

# Children that send made-up URLs until they are ended.
sub begin_flood {
	my ($w) = @_;
	my $made_up = $s->url('/x-', 'foreign');
	for my $child (1 .. CONNECTIONS) {
		my $pid = fork // die "fork: $!\n";
		push @flood, $pid and next if $pid;
		@flood = ();
		$SIG{TERM} = 'DEFAULT';
		alarm 2 * LIMIT;
		for (my $n = 0;; $n++) {
			my $url = $made_up . ($child % 2 ? "$child-$n" : $n);
			eval { $w->send($sender->delivery($url,
				unsigned => 1)) };
		}
	}
	return;
}

sub end_flood {
	kill 'KILL', @flood;
	waitpid $_, 0 for @flood;
	@flood = ();
	return;
}

# As a sender does it: again after a moment, until it is taken.
sub sends {
	my ($w, $url) = @_;
	my $end = time + LIMIT;
	my $a = { code => 0 };
	while ($a->{code} != 200 && time < $end) {
		$a = $w->send($sender->delivery($url));
		sleep 0.5 if $a->{code} != 200;
	}
	return $a->{code};
}

my $w = ServerSetup->new('nginx');
my $box = $w->box;
my $known = $s->url('/keys');
$s->set($sender->certificate);
$box->settings({ inbox => $box->inbox, providers => {
	pay => $sender->settings($s, certificate_allowed_urls =>
		[$s->url('/*'), $s->url('/*', 'foreign')]) } });
$w->start;
is(sends($w, $known), 200, 'a certificate becomes known');
begin_flood($w);
my $log = $box->mark;
ok(Try::until(sub { $box->since($log) =~ /other unknown cert/ }, 30),
	'the flood has begun');
my @codes = map { $w->send($sender->delivery($known))->{code} } 1 .. 24;
is("@codes", join(' ', (200) x 24),
	'all deliveries with the known one are taken');
is(sends($w, $s->url('/other')), 200, 'a new one is fetched');
# Known, but its set is too old to be used.
my $set = Sandbox::slurp($box->inbox . '/.keys/pay');
$set =~ s/^Fetched: \d+/'Fetched: ' . (time - 8 * 86400)/me;
$box->write($box->inbox . '/.keys/pay', $set, 0600);
is(sends($w, $known), 200, 'a known one is fetched again');
end_flood();
my $turns = -s $box->inbox . '/.keys/pay.turns';
cmp_ok($turns, '<', 1 << 20, 'what is remembered is bounded');
is(scalar(() = glob $box->inbox . '/.keys/*'), 3,
	'in three files');
is(join('; ', $w->stop), '', 'ends well');
done_testing();
