#!/usr/bin/perl
# hookdir-fetch: what it takes for a key set, and all that it does not.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox ();
use File::Temp qw(tempdir);
use Pair;
use KeyServer;
use Test::More;
use Time::HiRes qw(time);
use ServerSetup ();

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $program = Sandbox::build() . '/hookdir-fetch';
my $dir = tempdir('hookdir-fetch-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
my $file = "$dir/keys";
my $set = Pair::set(Pair->new('one'));
my $s = KeyServer->new;
$s->set($set);

# Run it: (status, what it said on standard error).
sub fetch {
	my ($args, %env) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my %san = map { $_ => $ENV{$_} } grep { /SAN_/ } keys %ENV;
		%ENV = (%san, %env);
		open STDOUT, '>', "$dir/out" or die;
		open STDERR, '>', "$dir/err" or die;
		exec { $program } $program, @$args or POSIX::_exit(126);
	}
	waitpid $pid, 0;
	is(-s "$dir/out", 0, 'nothing on standard output');
	return ($? & 127 ? "signal $?" : $? >> 8, Sandbox::slurp("$dir/err"));
}

sub head { return (split /\n\n/, Sandbox::slurp($file), 2)[0] }
sub body { return (split /\n\n/, Sandbox::slurp($file), 2)[1] }
sub left { return join ' ', map { s{.*/}{}r } sort glob "$dir/keys*" }

# The file has the set, which is good for so long.
sub takes {
	my ($path, $age, $want) = @_;
	subtest "/$path" => sub {
		unlink $file;
		my $url = $s->url("/$path");
		my $now = time;
		my ($status, $err) = fetch([$url, $file, $s->ca]);
		is($status, 0, 'exit status');
		is($err, '', 'says nothing');
		is(body(), $want // $set, 'the set as it came');
		my ($when) = head() =~ /^Fetched: (\d+)$/m;
		cmp_ok($when, '>=', int $now, 'when');
		cmp_ok($when, '<=', time, 'and not later');
		like(head(), qr/^Source: \Q$url\E$/m, 'from where');
		like(head(), qr{^Max-Age: @{[ $age // 3600 ]}$}m, 'how long');
		is((stat $file)[2] & 07777, 0600, 'for its owner alone');
		is(left(), 'keys', 'and nothing beside it');
	};
	return;
}

# The file stays as it was; one line says why.
sub refuses {
	my ($name, $url, $like, %how) = @_;
	subtest $name => sub {
		KeyServer::spew($file, 'as it was');
		my ($status, $err) =
		    fetch($how{args} // [$url, $file, $how{ca} // $s->ca],
			%{ $how{env} // {} });
		is($status, $how{status} // 1, 'exit status');
		like($err, qr/\Ahookdir: error: [^\n]*(?:$like)[^\n]*\n\z/, 'why');
		is(Sandbox::slurp($file), 'as it was', 'the old file stays');
		is(left(), 'keys', 'and nothing beside it');
	};
	return;
}

takes('keys');
takes($_) for qw(chunked open open-rude relative hops3 to-https age-lies);
takes('exactly', undef, $set . ' ' x ($KeyServer::CAP - length $set));
takes('age-1', 300);
takes('age-1000', 1000);
takes('age-100000', 86400);
takes('age-words', 700);
takes('age-used', 2000);
takes('no-store', 300);

refuses("/$_->[0]", $s->url("/$_->[0]"), $_->[1]) for
    (map { [$_, qr/HTTP status $_, not 200/] } qw(404 500 206 204 304)),
    (map { [$_, qr/not a usable key set: not a JWK set/] }
	qw(junk html empty private)),
    ['no-keys', qr/not a usable key set: none of its 0 keys can be used/],
    ['unusable', qr/not a usable key set: none of its 1 keys can be used/],
    ['http09', qr/HTTP/],
    (map { [$_, qr/longer than 1048576 bytes/] }
	qw(huge huge-chunked one-more)),
    (map { [$_, qr/\w/] } qw(cut cut-chunked)),
    ['cut-open', qr/not a usable key set/],
    (map { [$_, qr/rotocol/] } qw(to-http to-file)),
    (map { [$_, qr/redirects/] } qw(loop hops4)),
    ['to-user', qr/\w/], ['to-foreign', qr/certificate/];

refuses('an expired certificate', $s->url('/keys', 'expired'), qr/expired/);
refuses('one that is not valid yet', $s->url('/keys', 'early'),
	qr/not yet valid/);
refuses('one of another host', $s->url('/keys', 'elsewhere'),
	qr/subject name|does not match/);
refuses('one of a foreign authority', $s->url('/keys', 'foreign'),
	qr/certificate/);
refuses('one of ours, by the authorities of the system', undef,
	qr/certificate/, args => [$s->url('/keys'), $file]);
refuses('whatever the environment says', undef, qr/certificate/,
	args => [$s->url('/keys'), $file],
	env => { SSL_CERT_FILE => $s->ca, CURL_CA_BUNDLE => $s->ca });
refuses('authorities that are not there', $s->url('/keys'), qr/certificate/,
	ca => "$dir/none");
refuses('nobody there', 'https://localhost:1/', qr/connect/i);
refuses('no such host', 'https://keys.invalid/', qr/resolve/i);

for my $path (qw(slow dripping)) {
	my $start = time;
	refuses("/$path", $s->url("/$path"), qr/timed out|in time/);
	my $took = time - $start;
	cmp_ok($took, '>', 4, 'waits');
	cmp_ok($took, '<', 6.5, 'and not longer than it may');
}

# A proxy that nobody asked for.
my %proxy = map { $_ => 'http://localhost:1', lc $_ => 'http://localhost:1' }
    qw(HTTP_PROXY HTTPS_PROXY ALL_PROXY);
my ($status, $err) = fetch([$s->url('/keys'), $file, $s->ca], %proxy);
is($status, 0, 'no proxy is used') or diag($err);

my $url = $s->url('/keys');
my $hits = $s->hits;
refuses('http', 'http://localhost/', qr/must begin with https/, status => 2);
refuses('a user name', $url =~ s{//}{//me:pw@}r, qr/user name/, status => 2);
refuses('a blank', "$url x", qr/character/, status => 2);
refuses('no host', 'https:///x', qr/no host/, status => 2);
refuses('no arguments', undef, qr/usage/, args => [], status => 2);
refuses('as CGI', $url, qr/not to be started by a web server/, status => 2,
	env => { GATEWAY_INTERFACE => 'CGI/1.1' });
is($s->hits, $hits, 'none of which asks anybody');

refuses('a folder that is a file', undef, qr/cannot be created: Not a dir/,
	args => [$url, "$file/keys", $s->ca]);
refuses('a folder that is not there', undef, qr/cannot be created: No such file/,
	args => [$url, "$dir/none/keys", $s->ca]);
done_testing();
