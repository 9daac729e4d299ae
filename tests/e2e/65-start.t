#!/usr/bin/perl
# How the program is started: closed descriptors, arguments, environments.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Try;

my $n = 0;
my $w = Try::setup('cgi');
my $box = $w->box;
sub fresh { return Try::delivery(sprintf('start-%03d', ++$n), @_) }

# Log lines and answers must never be written into a file of the inbox.
for my $mask (1 .. 7) {
	my @closed = grep { $mask & 1 << $_ } 0 .. 2;
	for my $first (0, 1) {
		system 'rm', '-rf', $box->inbox if $first;
		# Without Content-Length, the body ends with the stream.
		my $r = fresh(closed => \@closed);
		my $answer = $w->send($r);
		my @bad = Try::unclean($box);
		push @bad, "ended with status $answer->{died}" if $answer->{died};
		my $read = !grep { $_ == 0 } @closed;
		push @bad, 'acknowledged without a body'
		    if !$read && $answer->{code} == 200;
		push @bad, Try::event_wrong($box, $r) if $read;
		push @bad, Try::code_wrong($answer, $read ? 200 : 400)
		    unless grep { $_ == 1 } @closed;
		push @bad, 'not known as filed', () if $read &&
		    !-e Try::path($box, $r->{id});
		my $refuse = fresh(closed => \@closed, headers => []);
		push @bad, 'a bad one is taken' if $w->send($refuse)->{code} ==
		    200 || -e Try::path($box, $refuse->{id});
		push @bad, Try::unclean($box);
		my @odd = grep { -s && !m{/new/} } grep { -f }
		    glob $box->inbox . '/{*,*/*,*/*/*,*/dedup/*/*}';
		push @bad, "bytes in @odd" if @odd;
		Try::check("started without @closed" .
		    ($first ? ', first event' : ''), @bad);
	}
}
# With a broken entry there is a log line before the event is opened.
$box->{settings}{providers}{bad} = {};
$box->settings;
for my $closed ([2], [1, 2]) {
	my $r = fresh(closed => $closed);
	$w->send($r);
	Try::check("a log line, and no @$closed", Try::event_wrong($box, $r),
	    Try::unclean($box));
}
delete $box->{settings}{providers}{bad};
$box->settings;

# A web server may turn a query string into arguments.
for my $args (['--help'], ['-h'], ['--version'], ['check'], ['-', '--'],
    ['x' x 5000]) {
	Try::stored($w, fresh(args => $args), 'arguments: ' .
	    substr "@$args", 0, 20);
}

# Started by hand, the program says that it is for a web server.
for my $env ({ PATH => '/bin' }, { PATH => '/bin', PATH_INFO => '/coral',
    CONTENT_LENGTH => 5 }) {
	my $mark = $box->mark;
	my %none = map { $_ => undef } keys %{ CgiClient::environment($box,
	    fresh()) };
	my $answer = $w->send({ %{ fresh() }, env => { %none, %$env } });
	is($answer->{died}, 2 << 8, 'from a shell: status 2');
	is($answer->{raw}, '', 'no answer');
	like($box->since($mark), qr/this program is the receiver, .*spawn-fcgi/,
	    'but a word');
}

# Environments that no web server makes.
my @odd = (
    ['a long one', 200, map { ("X_LONG_$_" => 'y' x 100_000) } 1 .. 10],
    ['many', 200, map { ("X_MANY_$_" => $_) } 1 .. 3000],
    ['names with odd bytes', 200, "A\e[1mB" => 'x', "\xff\xfe" => "\n\n",
	'HTTP_' => 'x', 'HTTP_X_CORAL_SIGNATURE_' => 'sha256=00'],
    ['LD_ and MALLOC_', 200, MALLOC_PERTURB_ => 17, LC_ALL => 'tr_TR.UTF-8',
	TZ => 'Pacific/Kiritimati', IFS => 'o', GCONV_PATH => '/tmp'],
    ['a TZ of rubbish', 200, TZ => "\xff" x 300],
    ['no PATH', 200, PATH => undef],
    ['a signature of another name', 400, HTTP_X_CORAL_SIGNATURE => undef,
	X_CORAL_SIGNATURE => 'sha256=' . '0' x 64],
    ['REDIRECT_ is no signature', 400, HTTP_X_CORAL_SIGNATURE => undef,
	REDIRECT_HTTP_X_CORAL_SIGNATURE => 'sha256=' . '0' x 64],
    ['a proxy to be', 200, HTTP_PROXY => 'http://127.0.0.1:1/',
	http_proxy => 'http://127.0.0.1:1/'],
    ['libcrypto settings', 200, OPENSSL_CONF => '/nonexistent'],
);
for my $case (@odd) {
	my ($name, $code, %env) = @$case;
	my $r = fresh(env => \%env);
	if ($code == 200) {
		Try::stored($w, $r, "environment: $name");
	} else {
		Try::refused($w, $r, $code, "environment: $name", qr/coral/);
	}
}
Try::finish($w);

# FastCGI without descriptors 1 and 2, because a server may close them.
for my $closed ([1], [2], [1, 2]) {
	my $f = Try::setup('fcgi', { workers => 2 });
	my $sh = join ' ', map { "$_>&-" } @$closed;
	$f->box->{wrap} = ['/bin/sh', '-c', "exec \"\$0\" \"\$@\" $sh"];
	$f->start;
	$f->all_serve;
	Try::stored($f, fresh(), "FastCGI without @$closed");
	Try::refused($f, fresh(headers => []), 400,
	    "FastCGI without @$closed: refused", Try::line('warning', 400));
	$f->box->{settings}{providers}{bad} = {};
	$f->box->settings;
	my $r = fresh();
	Try::until(sub { $f->send({ %{ fresh() }, target => '/hooks/bad' })
		->{code} == 500 });
	Try::stored($f, $r, "FastCGI without @$closed: after a log line");
	Try::check('no bytes where none belong', map { "bytes in $_" }
	    grep { -f && -s } glob $f->box->inbox .
	    '/coral/{lock,tmp/*,dedup/*/*}');
	Try::finish($f);
}
done_testing();
