#!/usr/bin/perl
# What root starts becomes the user of the settings, or the owner of the inbox;
# where that is nobody, or root, it does nothing: exit status 78, and what to
# set. The receiver does the same.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(SOCK_STREAM SOMAXCONN);
use Cli;
use Test::More;
use Time::HiRes qw(sleep);

plan skip_all => 'needs root, to become somebody else' if $> != 0;

my $dir    = folder();
my $inbox  = "$dir/inbox";
my $file   = "$dir/hookdir.json";
my $secret = 'a-secret-of-nobody-else';
my ($user, $uid, $gid) = (getpwnam 'nobody')[0, 2, 3];
my $sets = 'set "user"';

# The settings, root's own as those of /etc are; what they name is the user's.
sub top {
	my (%top) = @_;
	chmod 0755, $dir;
	secret('a.secret', $secret);
	chown $uid, $gid, "$dir/a.secret";
	settings({ coral => { secret_file => 'a.secret' } }, %top);
	chown 0, 0, $file;
	chmod 0644, $file;
	return;
}

sub no_inbox { system('rm', '-rf', $inbox) == 0 or die; return }

sub inbox_of {
	my ($owner) = @_;
	no_inbox();
	mkdir $inbox, 0700 or die "mkdir: $!";
	chown $owner, $owner == 0 ? 0 : $gid, $inbox;
	return;
}

# Nothing is done, whatever the command.
sub refuses {
	my ($name, $like) = @_;
	for (['check'], ['list'], ['sweep'], ['reverify', 'coral'], ['keys'],
	    ['sign', 'coral'], ['hold'], ['forget', 'coral', 'x'],
	    ['send', 'coral', 'http://127.0.0.1:9/']) {
		is_run($_, { root => 1 }, 78, '',
			qr/\Ahookdir: error: $like.*\n\z/, "$name: $_->[0]");
	}
	return;
}

no_inbox();
top();
refuses('no user, no inbox', qr/\Q$file: $sets\E to .*no inbox yet/);
inbox_of(0);
refuses('an inbox of root', qr/\Q$file: $sets\E .* inbox \S+ belongs to root/);
inbox_of($uid);
top(user => 'root');
refuses('the user root', qr/\Q$file\E:1: user: root is root \(uid 0\)/);
top(user => 'no-such-user-here');
refuses('a user that does not exist',
	qr/\Q$file\E:1: user: there is no user no-such-user-here/);
top(user => '-');
is_run(['list'], { root => 1 }, 1, '',
	qr/\Q$file\E:1: user: must be the name of a user/, 'no name at all');
unlink $file;
is_run(['list'], { root => 1 }, 1, '', qr/\Q$file\E: cannot be opened.*\n.*`hookdir add NAME` makes settings/,
	'no settings');

# What needs no settings is not concerned.
spew("$dir/event", "text");
is_run([$_], { root => 1 }, 0, qr/./, '', $_) for qw(help presets settings);
is_run(['cat', "$dir/event"], { root => 1 }, 1, '', qr/not an event/, 'cat FILE');
# A file that root names is opened by root; another user leads it nowhere.
for (['a link', sub { symlink "$dir/event", $_[0] }, qr/symbolic link of another user/],
    ['a FIFO', sub { POSIX::mkfifo($_[0], 0600) }, qr/not a regular file/],
    ['a file', sub { spew($_[0], 'text') }, qr/not an event/]) {
	my ($name, $make, $like) = @$_;
	$make->("$dir/anothers") or die "$name: $!";
	system('chown', '-h', $uid, "$dir/anothers") == 0 or die 'chown';
	is_run(['cat', "$dir/anothers"], { root => 1 }, 1, '', $like,
		"$name of another user");
	unlink "$dir/anothers";
}

# By the settings, and by the inbox.
for (['by user', { user => $user }, sub { no_inbox(); mkdir "$dir/parent";
	chown $uid, $gid, "$dir/parent" }, 'the user of the settings'],
    ['by the inbox', {}, sub { inbox_of($uid) }, 'to whom the inbox']) {
	my ($name, $top, $make, $who) = @$_;
	$make->();
	top(%$top);
	my ($status, $out) = run(['check'], root => 1);
	like($out, qr/^ok: started by root: .* uid $uid, $who/m, $name);
	is_run(['list'], { root => 1 }, 0, '', '', "$name: list");
}
spew($file, qq({"inbox": "$dir/inbox", "user": "$user"}\n));
is_run(['check'], { root => 1 }, 1,
	qr/^error: .*: cannot be opened: Permission denied.*^ok: .* uid $uid, the receiver's user\n.*^to do: hookdir setup /ms, '',
	'settings that the user cannot read');
chmod 0644, $file;
mkdir "$dir/providers.d", 0700;
is_run(['check'], { root => 1 }, 1,
	qr/^error: .*providers\.d: cannot be opened: Permission denied.*^to do: hookdir setup /ms, '',
	'nor their entries');
rmdir "$dir/providers.d";
top(user => 'daemon');
inbox_of($uid);
my ($status, $out) = run(['check'], root => 1);
like($out, qr/belongs to nobody, but this check runs as daemon/,
	'user counts, not the inbox, and check says that they differ');
like($out, qr/a\.secret: .*Permission denied/,
	'a secret that the user cannot read, root does not read either');
unlike($out . slurp($file), qr/\Q$secret\E/, 'and none is shown');

# A private key that root alone can read.
system('openssl genpkey -quiet -algorithm ed25519 -out '
	. "'$dir/private.pem' 2>/dev/null") == 0 or die 'openssl';
system("openssl pkey -in '$dir/private.pem' -pubout -out '$dir/public.pem'")
    == 0 or die 'openssl';
chmod 0600, "$dir/private.pem";
chmod 0644, "$dir/public.pem";
settings({ key => { scheme => 'ed25519', signature => 'X-S', id => 'json:id',
	public_key_file => 'public.pem' } }, user => $user);
chmod 0644, $file;
is_run(['sign', '--key', "$dir/private.pem", 'key'],
	{ root => 1, in => '{"id":"1"}' }, 0, qr/^X-S: [0-9a-f]{128}$/m, '',
	'a private key of root');

# --- the receiver ---

sub environment {
	my ($body) = @_;
	return (HOOKDIR_CONFIG => $file, GATEWAY_INTERFACE => 'CGI/1.1',
		REQUEST_METHOD => 'POST', REQUEST_URI => '/hooks/coral',
		PATH_INFO => '/coral', CONTENT_LENGTH => length $body,
		HTTP_X_CORAL_SIGNATURE => 'sha256=' .
		    hmac_sha256_hex($body, $secret),
		map { $_ => $ENV{$_} } grep { /SAN_/ } keys %ENV);
}

# As root: the exit status, the answer's, and the log.
sub receive {
	my ($stdin, %env) = @_;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		POSIX::dup2(fileno $stdin, 0);
		open STDOUT, '>', "$dir/answer" or die;
		open STDERR, '>', "$dir/log" or die;
		%ENV = %env;
		my $receiver = receiver();
		# Root's groups, which a bare machine does not have.
		local $) = '0 0 4242';
		exec { $receiver } $receiver or POSIX::_exit(126);
	}
	return $pid;
}

sub by_cgi {
	my ($id) = @_;
	my $body = qq({"id":"$id"});
	spew("$dir/body", $body);
	open my $in, '<', "$dir/body" or die;
	waitpid receive($in, environment($body)), 0;
	return ($? >> 8, slurp("$dir/answer") =~ /\AStatus: (\d+)/,
		slurp("$dir/log"));
}

sub listener {
	unlink "$dir/socket";
	return IO::Socket::UNIX->new(Type => SOCK_STREAM,
		Local => "$dir/socket", Listen => 5) // die "socket: $!";
}

run(['help']);    # now there is a copy that others can start
top(user => $user);
inbox_of($uid);
my @got = by_cgi('one');
is($got[1], 200, 'CGI started by root');
is((stat "$inbox/coral/new/one")[4], $uid, 'files as the user');
for (['root', { user => 'root' }, qr/user: root is root/],
    ['nobody of this name', { user => 'no-such-user-here' },
	qr/user: there is no user/]) {
	my ($name, $top, $like) = @$_;
	top(%$top);
	@got = by_cgi('two');
	is($got[0], 78, "CGI: $name: exit status");
	like($got[-1], $like, "CGI: $name: the log says why");
	ok(!-e "$inbox/coral/new/two", "CGI: $name: nothing is filed");
	my $pid = receive(listener(), HOOKDIR_CONFIG => $file);
	waitpid $pid, 0;
	is($? >> 8, 78, "FastCGI: $name: exit status");
	like(slurp("$dir/log"), $like, "FastCGI: $name: the log says why");
}
top(user => $user);
my $pid = receive(listener(), HOOKDIR_CONFIG => $file);
my $status_of = '';
for (1 .. 2000) {
	$status_of = slurp("/proc/$pid/status");
	last if $status_of =~ /^Uid:\s+$uid\s/m;
	sleep 0.01;
}
like($status_of, qr/^Uid:\s+$uid\s+$uid\s+$uid\s+$uid$/m,
	'FastCGI started by root: the user, without a way back');
like($status_of, qr/^Gid:\s+$gid\s+$gid\s+$gid\s+$gid$/m, 'his group');
my ($groups) = $status_of =~ /^Groups:[ \t]*(.*?)\s*$/m;
is(join(' ', sort split ' ', $groups), join(' ', sort split ' ', `id -G $user`),
	'his groups, and no other');
kill 'TERM', $pid;
waitpid $pid, 0;
done_testing();
