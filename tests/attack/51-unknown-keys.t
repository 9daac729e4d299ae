#!/usr/bin/perl
# Attack: many deliveries name keys that do not exist, while the source of the
# keys is slow, so that every thread waits for it and nobody else is served.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use KeyServer;
use Pair;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

use constant { WORKERS => 16, MANY => 64 };

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $s = KeyServer->new;
my $key = Pair->new('one');
my $w = Try::setup('fcgi', { workers => WORKERS, providers => { life => {
	preset => 'lifeomic', public_url => 'http://localhost/hooks/life',
	jwks_url => $s->url('/slow'),
	jwks_ca_file => $s->ca } } });
my $box = $w->box;
my $sender;

$s->set(Pair::set($key));

END { my $status = $?; kill 'KILL', $sender if $sender; $? = $status }

sub unknown {
	my ($n) = @_;
	my $body = qq({"id":"$n","text":"$Run::MARK"});
	my $r = { target => '/hooks/life', body => $body,
		headers => $key->lifeomic($body, kid => "none-$n") };
	push @Try::KEEP_QUIET, Run::presented($r);
	return $r;
}

# Sends them all at once, from one process, so that the fetch does not have to
# share its five seconds with many that start; each answer is a line of the pipe
# that is returned.
sub send_many {
	my @r = map { unknown($_) } 1 .. MANY;
	pipe my $in, my $out or die "pipe: $!\n";
	$sender = fork // die "fork: $!\n";
	if (!$sender) {
		$SIG{TERM} = 'DEFAULT';
		alarm 60;
		my @codes = eval { $w->send_all(@r) };
		syswrite $out, join '', map { "$_\n" } @codes;
		POSIX::_exit(0);
	}
	close $out;
	return $in;
}

# Forgets the last try, and makes the set older than the minute for which it is
# believed.
sub untried {
	my ($set) = @_;
	my $dir = $box->inbox . '/.keys';
	return unless -d $dir;
	$box->write("$dir/life.lock", '', 0600);
	if (!defined $set) {
		unlink "$dir/life";
		return;
	}
	my $then = int(time) - 300;
	$box->write("$dir/life", 'Source: ' . $s->url('/slow') .
		"\nFetched: $then\nMax-Age: 3600\nContent-Length: " .
		length($set) . "\n\n$set", 0600);
	return;
}

sub is_fetching {
	my $url = $s->url('/slow');
	return grep { index(Sandbox::slurp($_), "hookdir-fetch\0$url\0") >= 0 }
	    glob '/proc/[0-9]*/cmdline';
}

# True if a delivery to another provider is taken before the fetch is over.
sub others_go_on {
	my ($name, $set) = @_;
	untried($set);
	my $hits = $s->hits;
	my $in = send_many();
	Try::until(sub { $s->hits > $hits }, 20) or return 0;
	my $code = $w->send(Try::delivery("after-$name-" . time))->{code};
	my $meanwhile = is_fetching();
	waitpid $sender, 0;
	$sender = 0;
	my @codes = map { $_ + 0 } <$in>;
	diag("$name: coral: $code; the fetch is over") if !$meanwhile;
	is("@codes", join(' ', (503) x MANY),
		"$name: all others are told to come again");
	return $code == 200 && $meanwhile;
}

$w->start;
mkdir $box->inbox . '/.keys', 0700;
$box->own($box->inbox . '/.keys');
for (['no set yet', undef], ['an older set', Pair::set($key)]) {
	my ($name, $set) = @$_;
	my $ok;
	# A fetch has five seconds, which can pass on a busy machine.
	for (1 .. 3) { $ok = others_go_on($name, $set) and last }
	ok($ok, "$name: a delivery for another provider is taken meanwhile");
}
my $known = '{"id":"known"}';
is($w->send({ target => '/hooks/life', body => $known,
	headers => $key->lifeomic($known) })->{code}, 200,
	'and one with a known key too');
is(join('; ', $w->stop), '', 'ends well');
done_testing();
