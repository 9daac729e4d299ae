#!/usr/bin/perl
# Peers of the FastCGI socket that say nothing, or half of something, or do not
# close, many more than there are workers; and under plain CGI, bodies that
# stop. Each is given up in time, and genuine deliveries are stored meanwhile.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use FcgiClient;
use Slow;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

my $PEERS = 8;
my $WORKERS = 4;
# Seconds that a delivery may take, on any machine.
my $PATIENCE = 50;
my $n = 0;

sub fresh { return Try::delivery(sprintf('slow-%03d', ++$n), @_) }
sub stream { return FcgiClient::record($FcgiClient::STDIN, $_[0]) }

# Under CGI, each stops after a part of its body. They wait while the rest of
# this file runs.
sub stops {
	my ($cgi, $target, $code, $r) = @_;
	my ($pid, $to, $from) = CgiClient::start($cgi->box,
	    CgiClient::environment($cgi->box, { %$r, target => $target }), $r);
	syswrite $to, substr $r->{body}, 0, 10;
	return { pid => $pid, to => $to, from => $from, code => $code,
		target => $target };
}

my $cgi = Try::setup('cgi')->start;
my @stopped = (stops($cgi, '/hooks/coral', 503, fresh()),
    stops($cgi, '/hooks/coral', 503, fresh(length => undef)),
    stops($cgi, '/hooks/unknown', 404, fresh()),
    stops($cgi, '/hooks/coral', 413, fresh(length => 2_000_000)));
my $stopped_at = time;

my $w = Try::setup('fcgi', { workers => $WORKERS })->start;
my $box = $w->box;
my $bad = fresh(headers => []);
my $params = FcgiClient::params($box, fresh());
my $head = FcgiClient::begin() . $params;
my %PEER = (
	'that are silent' => ['', ''],
	'that begin a record' => [substr($head, 0, 5), ''],
	'that send parameters byte by byte' => [substr($head, 0, 40), ' '],
	'that stop in the parameters' => [substr($head, 0, 100), ''],
	'that send a body byte by byte' => [$head, stream('x')],
	'that send most of the body at once' => [FcgiClient::begin() .
	    FcgiClient::params($box, fresh(length => 900_000)) .
	    stream('x' x 800_000), stream('x')],
	'that send records of others' => [$head,
	    FcgiClient::record($FcgiClient::STDIN, 'x', 7)],
	'that ask for values' => ['', FcgiClient::record(9, '', 0)],
	'that never end the body' => [FcgiClient::begin() .
	    FcgiClient::params($box, $bad) . stream($bad->{body}), ''],
	'that send to nobody' => [FcgiClient::begin() . FcgiClient::params($box,
	    { %$bad, target => '/hooks/nobody' }), stream('x')],
);
for my $kind (sort keys %PEER) {
	my $r = fresh(deadline => $PATIENCE);
	my $pid = Slow::start(sub { FcgiClient::connection($box) },
	    ($PEER{$kind}) x $PEERS);
	my $begun = time;
	my $a = $w->send($r);
	Try::check("a delivery among $PEERS peers $kind",
	    Try::code_wrong($a, 200), Try::event_wrong($box, $r));
	diag(sprintf '%s: %.1f s', $kind, time - $begun) if $ENV{SHOW};
	Slow::stop($pid);
}
is(keys %{ $box->files('new') }, keys %PEER, 'nothing else is filed');

for my $s (@stopped) {
	my $got = '';
	1 while sysread $s->{from}, $got, 4096, length $got;
	my ($code) = $got =~ /\AStatus: (\d+)/;
	is($code, $s->{code}, "CGI: a body to $s->{target} that stops");
	is(ServerSetup::reap($s->{pid}, 20), 0, 'and the process ends');
	close $s->{to};
}
cmp_ok(time - $stopped_at, '<', 120, 'in time');
Try::finish($cgi, $w);
done_testing();
