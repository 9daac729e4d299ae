#!/usr/bin/perl
# Attack: several providers whose keys come from sources that hang: providers
# without any key, with an old set, and with certificates that the settings name.
# Somebody sends to all of them, so that each of the few threads waits for some
# key, and nobody else is served.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use CertSender;
use KeyServer;
use Pair;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

use constant { WORKERS => 2, SOURCES => 4, LIFE => 120 };

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $s = KeyServer->new;
my ($key, $cert) = (Pair->new('one'), CertSender->new);
my $set = Pair::set($key);
my @flood;
my $n = 0;

$s->set($set);

END { my $status = $?; kill 'KILL', @flood if @flood; $? = $status }

# Children that send what each of these makes, again and again.
sub begin_flood {
	my ($w, @make) = @_;
	for my $make (@make) {
		my $pid = fork // die "fork: $!\n";
		push @flood, $pid and next if $pid;
		@flood = ();
		$SIG{TERM} = 'DEFAULT';
		alarm LIFE;
		while (1) {
			eval { $w->send($make->()) };
			sleep 0.05;
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

# As if it was fetched so long ago that it should be renewed.
sub old_set {
	my ($box, $name) = @_;
	my $then = int(time) - 7200;
	$box->write($box->inbox . "/.keys/$name", 'Source: ' .
		$s->url('/slow') . "\nFetched: $then\nMax-Age: 3600\n" .
		'Content-Length: ' . length($set) . "\n\n$set", 0600);
	return;
}

sub key_sender {
	my ($name) = @_;
	my $body = qq({"id":"$name"});
	return sub { return { target => "/hooks/$name", body => $body,
		headers => $key->lifeomic($body) } };
}

# The processes that are fetching.
sub fetching {
	my $what = "hookdir-fetch\0" . $s->url('');
	return grep { index(Sandbox::slurp("/proc/$_/cmdline"), $what) >= 0 }
	    map { m{(\d+)} } glob '/proc/[0-9]*';
}

# True if a delivery to another provider is answered while every fetch goes on
# that was going on before, in one of three tries: a fetch has five seconds,
# which can pass on a busy machine.
sub others_go_on {
	my ($way) = @_;
	my %entry = map { ("life$_" => { preset => 'lifeomic',
		public_url => "https://hooks.example.com/hooks/life$_",
		jwks_url => $s->url('/slow'), jwks_ca_file => $s->ca }) }
	    1 .. SOURCES;
	my @urls = map { $s->url($_) } qw(/slow /dripping);
	%entry = (pay => $cert->settings($s,
		certificate_allowed_urls => \@urls)) if $way eq 'certificates';
	my $w = Try::setup('fcgi', { workers => WORKERS, providers => \%entry });
	my $box = $w->box;
	$w->start;
	for my $dir ($box->inbox, $box->inbox . '/.keys') {
		mkdir $dir, 0700;
		$box->own($dir);
	}
	my $ok;
	for my $try (1 .. 3) {
		unlink glob $box->inbox . '/.keys/*';
		old_set($box, $_) for $way eq 'old sets' ? keys %entry : ();
		begin_flood($w, $way eq 'certificates' ?
			(map { my $url = $_; sub {
			    $cert->delivery($url, unsigned => 1) } } @urls) :
			map { key_sender($_) } sort keys %entry);
		Try::until(\&fetching, 30);
		# So that each of the others has come, too.
		sleep 1;
		my @before = fetching();
		my $r = Try::delivery('good-' . ++$n, deadline => 60);
		Try::check("$way: a delivery to another provider",
		    Try::code_wrong($w->send($r), 200));
		my %now = map { $_ => 1 } fetching();
		$ok = @before && !grep { !$now{$_} } @before;
		end_flood();
		last if $ok;
	}
	is(join('; ', $w->stop), '', 'ends well');
	$box->destroy;
	return $ok;
}

for my $way ('no keys', 'old sets', 'certificates') {
	ok(others_go_on($way), "$way: it does not wait for a fetch");
}
done_testing();
