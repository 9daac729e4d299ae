#!/usr/bin/perl
# Certificates whose URL is in the request, under CGI and FastCGI: fetched when
# they are new, and only from URLs that the settings allow.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use CertSender;
use KeyServer;
use Test::More;
use Try;

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $s = KeyServer->new;
my $sender = CertSender->new;
my ($w, $box);

sub delivery { return $sender->delivery(@_) }
sub filed { return scalar keys %{ $box->files('new') } }

sub is_sent {
	my ($r, $code, $hits, $name, $like) = @_;
	my ($mark, $files, $before) = ($box->mark, filed(), $s->hits);
	my @bad = Try::code_wrong($w->send($r), $code);
	push @bad, 'filed ' . (filed() - $files)
	    if filed() - $files != ($code == 200 ? 1 : 0);
	push @bad, "the log has no $like: " . $box->since($mark) if $like &&
	    !Try::until(sub { $box->since($mark) =~ $like }, 10);
	push @bad, 'the source was asked ' . ($s->hits - $before) . ' times'
	    if $s->hits - $before != $hits;
	Try::check("$w->{name}: $name", @bad);
	$w->idle;
	return;
}

sub untried { return $box->write($box->inbox . '/.keys/pay.turns', '', 0600) }

for my $name (qw(cgi fcgi)) {
	$w = ServerSetup->new($name);
	$box = $w->box;
	$s->set($sender->certificate);
	$box->settings({ inbox => $box->inbox,
		providers => { pay => $sender->settings($s) } });
	$w->start;
	is_sent(delivery($s->url('/keys')), 200, 1, 'a new one is fetched');
	is_sent(delivery($s->url('/keys')), 200, 0, 'once');
	is_sent(delivery($s->url('/keys'), body => '{"id":"x"}'), 401, 0,
		'another body', qr/no signature fits the certificate/);
	is_sent(delivery('https://localhost:1/keys'), 401, 0,
		'at another port it is not fetched',
		qr/certificate_allowed_urls does not allow/);
	is_sent(delivery($s->url('/a.b')), 401, 0, 'nor at another path',
		qr/certificate_allowed_urls does not allow/);
	is_sent(delivery($s->url('/other')), 503, 0, 'two at once are too many',
		qr/is tried again in a few seconds/);
	is_sent(delivery($s->url('/other')), 200, 1, 'sent again it is fetched');
	untried();
	is_sent(delivery($s->url('/404')), 503, 1, 'one that is not there',
		qr/HTTP status 404/);
	is_sent(delivery($s->url('/404')), 503, 0, 'which is remembered',
		qr/is tried again in a few minutes/);
	is_sent(delivery($s->url('/keys')), 200, 0, 'the known one goes on');
	is_sent(delivery($s->url('/other')), 200, 0, 'and the other');
	# Its set is too old, and another URL has just been tried.
	my $set = Sandbox::slurp($box->inbox . '/.keys/pay');
	$set =~ s/^Fetched: \d+/'Fetched: ' . (time - 8 * 86400)/me;
	$box->write($box->inbox . '/.keys/pay', $set, 0600);
	is_sent(delivery($s->url('/made-up')), 503, 0, 'another has no turn');
	is_sent(delivery($s->url('/keys')), 200, 1, 'a known one has its own');
	$w->stop;
}
done_testing();
