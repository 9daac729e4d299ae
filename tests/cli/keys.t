#!/usr/bin/perl
# hookdir keys, and what check says of key sets.
use strict;
use warnings;
use File::Copy ();
use File::Path ();
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Cli;
use Pair;
use KeyServer;
use Test::More;
use Time::HiRes ();
use ServerSetup ();

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $dir = folder();
my $s = KeyServer->new;
my @keys = (Pair->new('11111111-rsa'), Pair->new('ec', 'P-256'),
	Pair->new("it\t\e[31m", 'ed25519'));
my $shown = join '', qr/\APROVIDER +ID +TYPE +BITS +AGE +SOURCE\n/,
    qr/life +11111111-rsa +RSA +2048 +\d+s +https:\S+\n/,
    qr/life +ec +P-256 +256 +\d+s +https:\S+\n/,
    qr/life +it\\x09\\x1b\[31m +Ed25519 +\d+ +\d+s +https:\S+\n\z/;
$shown = qr/$shown/;
$keys[2]{kid} = 'it\t\u001b[31m';    # as JSON writes it
$s->set(Pair::set(@keys));

my %life = (preset => 'lifeomic',
	public_url => 'https://hooks.invalid/hooks/life');

sub life {
	my ($path, %more) = @_;
	return { %life, jwks_url => $s->url($path),
		jwks_ca_file => $s->ca, %more };
}

sub cache { return "$dir/inbox/.keys/life" }

# When the set in it was fetched.
sub age {
	my ($seconds) = @_;
	my $then = time - $seconds;
	spew(cache(), slurp(cache()) =~ s/^Fetched: \d+/Fetched: $then/mr);
	return $then;
}

# The age that was printed: in this unit, and of at least so many seconds. How
# many there are at most depends on how long the program took.
sub is_age {
	my ($out, $unit, $least, $then, $name) = @_;
	my $length = { s => 1, m => 60, h => 3600, d => 86400 }->{$unit};
	my ($is) = $out =~ / 2048 +(\d+)$unit /;
	# Not time(), which may be behind what the program reads.
	my $most = int(Time::HiRes::time()) - $then;
	ok(defined $is && $is >= int($least / $length) &&
	    $is <= int($most / $length), "$name: its age") or diag($out);
	return;
}

# The whole set, fetched by this run or by the one before it.
my $asked;
sub is_fresh {
	my ($args, $status, $err, $name) = @_;
	$asked = time if $status == 0 && grep { $_ eq '--refresh' } @$args;
	my (undef, $out) = is_run($args, {}, $status, $shown, $err, $name);
	is_age($out, 's', 0, $asked, $name);
	return;
}

# As root, the inbox must be there, and be root's.
mkdir "$dir/inbox", 0700;
settings({ life => life('/keys') });
is_run(['keys'], {}, 1, '', qr/error: life: no key set: none was fetched yet/,
	'none yet');
is($s->hits, 0, 'and nobody is asked');
is_fresh(['keys', '--refresh'], 0, '', 'fetched');
is($s->hits, 1, 'once');
is((stat cache())[2] & 07777, 0600, 'for its owner alone');
is((stat "$dir/inbox/.keys")[2] & 07777, 0700, 'and its folder');
is_fresh(['keys', 'life'], 0, '', 'shown');
is($s->hits, 1, 'without asking');
is_fresh(['keys', '--refresh', 'life'], 0, '', 'again, within the minute');
is($s->hits, 2, 'as the operator wishes');
for ([65, '65s'], [7300, '2h'], [130, '2m'], [3 * 86400, '3d']) {
	my ($unit) = $_->[1] =~ /(.)\z/;
	my $then = age($_->[0]);
	my (undef, $out) = is_run(['keys'], {}, 0,
		qr/^life +\S+ +RSA +2048 +\d+$unit /m, '', "$_->[1] old");
	is_age($out, $unit, $_->[0], $then, "$_->[1] old");
}
age(8 * 86400);
is_run(['keys'], {}, 1, qr/ 8d /, qr/life: its key set is too old/,
	'too old, and shown');

# Nothing is lost when it cannot be had.
settings({ life => life('/404') });
is_run(['keys'], {}, 1, '', qr/was fetched from another URL/, 'of another URL');
settings({ life => life('/keys') });
$s->down;
is_run(['keys', '--refresh'], {}, 1, qr/ 8d /,
	qr/error: life: \S+ .*onnect/, 'its source is down');
$s->up;
is_fresh(['keys', '--refresh'], 0, '', 'and back');

# All sorts of providers.
spew("$dir/set.jwks", Pair::set($keys[0]));
spew("$dir/key.pem", $keys[1]->public);
settings({ life => life('/keys'),
	file => { %life, jwks_file => 'set.jwks' },
	pem => { %life, public_key_file => 'key.pem' },
	coral => { secret_file => secret('coral.secret', CORAL_OLD) },
	broken => { %life } });
my (undef, $out) = is_run(['keys'], {}, 0, qr/^life /m, '', 'all of them');
like($out, qr{^file +11111111-rsa +RSA +2048 +\d+s +\Q$dir\E/set\.jwks$}m,
	'of a JWK set');
like($out, qr{^pem +- +P-256 +256 +\d+s +\Q$dir\E/key\.pem$}m, 'of PEM');
unlike($out, qr/^(?:coral|broken)/m, 'and not those without');
is_run(['keys', 'coral'], {}, 1, '', qr/coral: uses secrets/, 'secrets');
is_run(['keys', 'none'], {}, 1, '', qr/none: no provider/, 'no provider');
is_run(['keys', 'broken'], {}, 1, '', qr/broken: its settings/, 'a broken one');
is_run(['keys', '--refresh', 'file'], {}, 1, '', qr/nothing to fetch/,
	'a file is not fetched');
is_run(['keys', 'a', 'b'], {}, 2, '', qr/keys: takes at most 1/, 'two');
is_run(['list', '--refresh'], {}, 2, '', qr/takes no --/, 'not list');

# Where this is root, files of its own would be in the receiver's way: it goes
# on as the inbox's owner, who cannot read these settings.
if ($> == 0) {
	chown 0, 0, "$dir/hookdir.json";
	is_run(['keys', '--refresh', 'life'], { root => 1 }, 1, '',
		qr/hookdir\.json: cannot be opened: Permission denied to uid \d/,
		"another user's inbox");
}

# Installed, it is not beside the command line; and where it is not at all.
sub place {
	my ($name, $to) = @_;
	File::Path::make_path($to =~ s{/[^/]*\z}{}r);
	File::Copy::copy(($ENV{HOOKDIR_BUILD} // 'build') . "/$name", $to)
	    or die "$to: $!";
	chmod 0755, $to;
	return;
}

place('hookdir', "$dir/usr/bin/hookdir");
sub elsewhere {
	local $ENV{HOOKDIR_CONFIG} = "$dir/hookdir.json";
	Cli::give_to(nobody()) if $> == 0;
	my $said = `$dir/usr/bin/hookdir keys --refresh life 2>&1`;
	return ($? >> 8, $said);
}

settings({ life => life('/keys') });
my @got = elsewhere();
SKIP: {
	skip 'it is installed here', 1 if -x '/usr/local/lib/hookdir/hookdir-fetch';
	like($got[1], qr{life: \S+/usr/bin/hookdir-fetch, .* install it there },
		'missing');
}
place('hookdir-fetch', "$dir/usr/lib/hookdir/hookdir-fetch");
@got = elsewhere();
is($got[0], 0, 'found in ../lib/hookdir');
like($got[1], $shown, 'and it works');

# check
settings({ life => life('/keys') });
sub checks {
	my ($status, $like, $name) = @_;
	my ($is, $found, $err) = run(['check']);
	subtest $name => sub {
		like($found, $like, 'what it says');
		is($is, $status, 'exit status');
		is($err, '', 'nothing on stderr');
	};
	return;
}

checks(0, qr/^ok: life: a set of 3 keys\n/m, 'check: a fresh set');
checks(0, qr/^ok: life: preset lifeomic, .*, keys of https:\S+,/m, 'and whose');
age(2 * 86400);
checks(0, qr/^warning: life: the key set is 2 days old and is used for 7 days: /m,
	'check: an old one');
age(8 * 86400);
checks(1, qr/^error: life: the key set is 8 days old and is no longer used/m,
	'check: one that is too old');
chmod 0770, "$dir/inbox/.keys";
checks(0, qr{^warning: life: .*/\.keys must be a folder}m,
	'check: a folder that the group can write');
chmod 0700, "$dir/inbox/.keys";
unlink cache();
checks(0, qr/^warning: life: .*so does hookdir keys --refresh$/m,
	'check: none');
settings({ life => { %life, jwks_file => 'none.jwks' } });
checks(1, qr/^error: .*providers\.life\.jwks_file: .*No such file/m,
	'check: a key file that is not there');
settings({ life => { %life, public_key_file => 'key.pem' } });
checks(0, qr/^ok: life: preset lifeomic, .*, 1 key, /m, 'check: a PEM file');
my $unbound = qr/^warning: life: if the sender uses these keys for all/m;
my %own = (jwks_url => $s->url('/keys'), jwks_ca_file => $s->ca);
my %token = (%own, scheme => 'jwt', claims => ['sum={sha256:body}']);
for ([$unbound, 'a request signed for any URL', scheme => 'httpsig'],
    [$unbound, 'a token for anybody', %token],
    [$unbound, 'one whose URL nobody looks at', %token,
	public_url => 'https://hooks.invalid/hooks/life'],
    [qr/\A(?!.*$unbound)/s, 'a request for one URL', scheme => 'httpsig', %own,
	public_url => 'https://hooks.invalid/hooks/life'],
    [qr/\A(?!.*$unbound)/s, 'a token for one user', %token,
	claims => ['sum={sha256:body}', 'aud=me']],
    [qr/\A(?!.*$unbound)/s, 'a token for one URL', %token,
	public_url => 'https://hooks.invalid/hooks/life',
	claims => ['sum={sha256:body}', 'url={url}']]) {
	my ($like, $name, %entry) = @$_;
	settings({ life => { %own, %entry } });
	checks(0, $like, "check: $name");
}
$s->end;
done_testing();
