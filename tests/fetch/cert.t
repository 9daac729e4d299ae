#!/usr/bin/perl
# hookdir-fetch: senders' certificates, which are taken and which are not.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox ();
use File::Temp qw(tempdir);
use JSON::PP qw(decode_json);
use KeyServer;
use MIME::Base64 qw(decode_base64url);
use Test::More;
use ServerSetup ();

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $program = Sandbox::build() . '/hookdir-fetch';
my $dir = tempdir('hookdir-cert-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
my $file = "$dir/keys";
my $set = 'https://localhost/*';
my $name = 'signer.sender.example';
my $s = KeyServer->new;
my $now = time;

# Two authorities, one of them not trusted; an intermediate one.
my $utils = 'IO::Socket::SSL::Utils';
sub create { return $utils->can('CERT_create')->(@_) }
sub pem { return $utils->can('PEM_cert2string')->($_[0][0]) }
my @root = create(CA => 1, subject => { commonName => 'root' });
my @stranger = create(CA => 1, subject => { commonName => 'stranger' });
my @middle = create(CA => 1, subject => { commonName => 'middle' },
	issuer => \@root);
sub leaf {
	my ($issuer, %more) = @_;
	return [create(subject => { commonName => 'x' }, issuer => $issuer,
		subjectAltNames => [['DNS', $name]], purpose => 'client',
		%more)];
}
KeyServer::spew("$dir/ca.pem", Sandbox::slurp($s->ca) . pem(\@root));

# Fetch what the server has now: (status, what it said).
sub fetch {
	my ($path, $how, @names) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my %san = map { $_ => $ENV{$_} } grep { /SAN_/ } keys %ENV;
		%ENV = %san;
		open STDERR, '>', "$dir/err" or die;
		exec { $program } $program, $s->url($path), $file, "$dir/ca.pem",
		    $set, $how, @names or POSIX::_exit(126);
	}
	waitpid $pid, 0;
	return ($? & 127 ? "signal $?" : $? >> 8, Sandbox::slurp("$dir/err"));
}

sub keys_now {
	my ($body) = (split /\n\n/, Sandbox::slurp($file), 2)[1];
	return @{ decode_json($body)->{keys} };
}

sub takes {
	my ($what, $pem, $how, @names) = @_;
	subtest "takes $what" => sub {
		unlink $file;
		$s->set($pem);
		my ($status, $err) = fetch('/keys', $how, @names);
		is($status, 0, 'exit status') or diag($err);
		is($err, '', 'says nothing');
		return if $status ne 0;
		my @keys = keys_now();
		is(scalar @keys, 1, 'one key');
		is($keys[0]{kid}, $s->url('/keys'), 'by its URL');
		cmp_ok($keys[0]{exp}, '>', $now, 'and its end');
		KeyServer::spew("$dir/one.pem", $pem);
		my $modulus =
		    `openssl x509 -in '$dir/one.pem' -noout -modulus`;
		is('Modulus=' . uc(unpack 'H*', decode_base64url($keys[0]{n})),
			$modulus =~ s/\n//r, 'its modulus');
		like(Sandbox::slurp($file), qr/^Source: \Q$set\E$/m, 'whose');
	};
	return;
}

sub refuses {
	my ($what, $pem, $like, $how, $path, @names) = @_;
	subtest "refuses $what" => sub {
		KeyServer::spew($file, 'as it was');
		$s->set($pem);
		my ($status, $err) =
		    fetch($path // '/keys', $how, @names ? @names : $name);
		is($status, 1, 'exit status');
		like($err, qr/\Ahookdir: error: [^\n]*(?:$like)[^\n]*\n\z/, 'why');
		is(Sandbox::slurp($file), 'as it was', 'the old file stays');
	};
	return;
}

my $direct = leaf(\@root);
my $through = leaf(\@middle);
my $foreign = leaf(\@stranger);

takes('one of a trusted issuer', pem($direct), 'chain', $name);
takes('by a pattern of names', pem($direct), 'chain', 'a',
	'signer.*.example');
takes('with the issuers between', pem($through) . pem(\@middle), 'chain',
	$name);
takes('one that comes alone', pem($through), 'alone', $name);
takes('one that comes alone, of whom nobody knows', pem($foreign), 'alone',
	$name);
takes('one without other names', pem(leaf(\@root, subjectAltNames => undef,
	subject => { commonName => $name })), 'chain', $name);

refuses('one without its issuers', pem($through), qr/not trusted/, 'chain');
refuses('one of a stranger', pem($foreign) . pem(\@stranger), qr/not trusted/,
	'chain');
refuses('a stranger who brings all along', pem($foreign) . pem(\@stranger),
	qr/not trusted/, 'alone');
refuses('one that made itself', pem(leaf(undef)), qr/not trusted/, 'alone');
refuses('one of another name', pem($direct), qr/not for the host name other/,
	'chain', undef, 'other.sender.example');
refuses('a name as subject where there are others',
	pem(leaf(\@root, subject => { commonName => 'cn.example' })),
	qr/not for the host name/, 'chain', undef, 'cn.example');
refuses('one that has expired', pem(leaf(\@root, not_before => $now - 7200,
	not_after => $now - 60)), qr/not valid now/, $_) for qw(chain alone);
refuses('one that is not valid yet', pem(leaf(\@root,
	not_before => $now + 600)), qr/not valid now/, 'alone');
refuses('what is none', '{"keys":[]}', qr/not a certificate in PEM/, 'chain');
refuses('nothing', '', qr/not a certificate in PEM/, 'alone');
refuses('a redirect', pem($direct), qr/HTTP status 30\d, not 200/, 'chain',
	'/relative');
refuses('an error page', pem($direct), qr/HTTP status 404/, 'chain', '/404');

# Several certificates of one sender, as they come.
unlink $file;
$s->set(pem($direct));
fetch('/keys', 'chain', $name);
fetch("/keys?$_", 'chain', $name) for 1 .. 2;
is(join(' ', map { $_->{kid} =~ s/.*keys//r } keys_now()), '?2 ?1 ',
	'the newest first, and the others stay');
fetch('/keys?1', 'chain', $name);
is(join(' ', map { $_->{kid} =~ s/.*keys//r } keys_now()), '?1 ?2 ',
	'each once');
my $old = Sandbox::slurp($file);
my ($exp) = $old =~ /"exp":(\d+)/;
KeyServer::spew($file, $old =~ s/(kid":"[^"]*\?2","exp":)\d+/$1 . '0' x length $exp/er);
fetch('/keys?3', 'chain', $name);
is(join(' ', map { $_->{kid} =~ s/.*keys//r } keys_now()), '?3 ?1 ',
	'what has expired goes');
KeyServer::spew($file, $old =~ s/^Source: .*/Source: another/mr);
fetch('/keys?3', 'chain', $name);
is(join(' ', map { $_->{kid} =~ s/.*keys//r } keys_now()), '?3',
	'and what was not of this sender');
my $one = JSON::PP->new->canonical->encode((keys_now())[0]);
my $full = '{"keys":[' . join(',', map { $one =~ s/\?3"/?n$_"/r } 1 .. 64) . ']}';
KeyServer::spew($file, Sandbox::slurp($file) =~
	s/^Content-Length: .*/'Content-Length: ' . length($full) . "\n\n$full"/mser);
fetch('/keys?4', 'chain', $name);
my @all = map { $_->{kid} =~ s/.*keys//r } keys_now();
is(scalar @all, 64, 'no more than sixty-four');
is("@all[0, 1, 63]", '?4 ?n1 ?n63', 'the oldest goes');

# Arguments.
for (['chain'], ['other', $name], [$name]) {
	my ($status, $err) = fetch('/keys', @$_);
	is($status, 2, "usage: @$_");
	like($err, qr/usage/, 'is said');
}
done_testing();
