#!/usr/bin/perl
# Attack: root runs a command, as administrators do, or a program of root's
# leaves files in an inbox. The first must leave nothing of root's there. The
# second is seen by check, with the command that mends it, which works.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use File::Copy qw(copy);
use File::Find qw(find);
use File::Path qw(make_path);
use POSIX ();
use Test::More;
use Try;

ServerSetup::skip_all('needs root, to have files of root') if $> != 0;
my ($n, $user, $uid, $gid) = (0, @Sandbox::USER[0, 2, 3]);
my $w = Try::setup('fcgi', { hold => {}, workers => 2,
	providers => { life => { preset => 'lifeomic',
		public_url => 'http://localhost/hooks/life',
		jwks_url => 'https://127.0.0.1:9/jwks' } } });
my $box = $w->box;
my ($d, $coral) = ($box->{dir}, $box->inbox . '/coral');
copy(Sandbox::build() . '/hookdir', "$d/bin/hookdir") or die "copy: $!\n";
chmod 0755, "$d/bin/hookdir";
$w->start;

sub fresh { return Try::delivery(sprintf('root-%03d', ++$n), @_) }

# As root, or as the receiver's user.
sub hookdir {
	my ($as, @args) = @_;
	my $pid = open(my $out, '-|') // die "fork: $!\n";
	if (!$pid) {
		Sandbox::become_user() if $as ne 'root';
		$ENV{HOOKDIR_CONFIG} = $box->config;
		# No user but root may look into a process that was root's.
		$ENV{ASAN_OPTIONS} = 'detect_leaks=0';
		open STDIN, '<', '/dev/null';
		open STDERR, '>&', \*STDOUT;
		exec "$d/bin/hookdir", @args or POSIX::_exit(127);
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}

sub of_root {
	my @found;
	find({ no_chdir => 1, wanted => sub {
		push @found, $_ if (lstat $_)[4] == 0 } }, $box->inbox);
	return @found;
}

# What root runs.
Try::stored($w, fresh(), 'a first delivery');
my $wrong = fresh(secrets => ['another secret, of a mistake']);
Try::refused($w, $wrong, 400, 'a delivery to hold', qr/no signature fits/);
$box->secret('coral', 'another secret, of a mistake',
    @{ $Sign::SECRET{coral} });
my ($id) = (hookdir($user, 'hold', 'coral'))[1] =~ / (\d{10,}-\d+) /;
my $leftover = "$coral/tmp/torn." . '0' x 64;
$box->write($leftover, 'torn');
utime 0, 0, $leftover;
$box->write("$d/private", "POST /hooks/coral HTTP/1.1\n\n{}", 0600);
chown 0, 0, "$d/private";
for (['check'], ['list'], ['hold'], ['hold', 'coral', $id],
    ['explain', 'coral', $id], ['explain', 'coral', "$d/private"],
    ['reverify', 'coral'], ['sweep'], ['forget', 'coral', 'root-001'],
    ['keys'], ['keys', '--refresh'], ['cat', 'coral', 'root-001'],
    ['complete', '--', 'cat', 'coral', ''],
    ['send', 'coral', 'http://127.0.0.1:9/hooks/coral']) {
	my ($status, $said) = hookdir('root', @$_);
	unlike($said, qr/denied|not permitted/, "root: @$_: works");
	is(join(' ', of_root()), '', "root: @$_: leaves nothing of root's");
}
ok(!-e $leftover, 'sweep has swept');
is(Try::event_wrong($box, $wrong), undef, 'reverify has filed');
is((stat Try::path($box, $wrong->{id}))[4], $uid, "an event of the receiver's");
Try::stored($w, fresh(), 'and the next delivery is filed');
like((hookdir('root', 'check'))[1], qr/^ok: started by root.* uid $uid,/m,
    'check says as whom it looks');

# Settings, and a secret, that root alone can read.
for (["$d/etc/coral.secret", 'coral.secret', 'check'],
    [$box->config, 'hookdir.json', 'check'],
    [$box->config, 'hookdir.json', 'sweep']) {
	my ($path, $name, $command) = @$_;
	my $mode = (stat $path)[2] & 07777;
	chown 0, 0, $path;
	chmod 0600, $path;
	my ($status, $said) = hookdir('root', $command);
	ok($status == 1 && $said =~ /\Q$name\E: cannot be opened: Permission/,
	    "$command: root alone can read $name") or diag($said);
	$box->own($path);
	chmod $mode, $path;
}

# What root left.
my ($day) = map { s{.*/}{}r } glob "$coral/dedup/*";
sub folder_of_root {
	my ($path) = @_;
	chown 0, 0, $path;
	chmod 0700, $path;
	return;
}
sub file_of_root {
	my ($path) = @_;
	$box->write($path, '');
	chown 0, 0, $path;
	chmod 0600, $path;
	return;
}
my $keys = $box->inbox . '/.keys';
my $event = 'x.' . 'a' x 64;
my $whole = 'x.' . 'b' x 64;
for (['an inbox', \&folder_of_root, $coral, 'error'],
    (map { [$_, \&folder_of_root, "$coral/$_", 'error'] }
	    qw(tmp new dedup hold)),
    ['a day of marks', \&folder_of_root, "$coral/dedup/$day", 'error'],
    ['the lock', \&file_of_root, "$coral/lock", 'error'],
    ['the lock of hold/', \&file_of_root, "$coral/hold/.lock", 'error'],
    ['a part in hold/', \&file_of_root, "$coral/hold/.part", 'error'],
    ['the folder of keys', \&folder_of_root, $keys, 'error'],
    ['a lock of keys', \&file_of_root, "$keys/life.lock", 'error'],
    ['a key set', \&file_of_root, "$keys/life", 'error'],
    ['a file in tmp/', \&file_of_root, "$coral/tmp/$event", 'warning'],
    ['an event', \&file_of_root, "$coral/new/of-root", 'warning']) {
	my ($name, $plant, $path, $level) = @$_;
	my $was = -e $path;
	$plant->($path);
	for my $as ($user, 'root') {
		my ($status, $said) = hookdir($as, 'check');
		like($said, qr/^$level: .*\Q$path\E\S*[: ].*\broot\b/m,
		    "check by $as names $name of root");
		like($said, qr/^$level: .*: chown \Q$user $path\E\b/m, 'and the cure');
		is($status, $level eq 'error' ? 1 : 0, 'exit status');
	}
	system('chown', $user, $path) == 0 or die "chown\n";
	unlink $path if !$was;
	my ($status, $said) = hookdir($user, 'check');
	ok($status == 0 && $said !~ /\broot\b/, 'which it was') or diag($said);
	Try::stored($w, fresh(), 'and deliveries are filed');
}

# Links and pipes.
for (["$coral/hold", 'error'], ["$coral/dedup/2001-01-01", 'error'],
    ["$coral/tmp/$event", 'warning'], ["$coral/hold/.lock", 'error'],
    ["$keys/life.lock", 'error'], ["$coral/lock", 'error']) {
	my ($path, $level) = @$_;
	for my $kind ('link', 'pipe') {
		rename $path, "$path~" if -e $path;
		if ($kind eq 'link') {
			symlink '/etc/hostname', $path;
			POSIX::lchown($uid, $gid, $path);
		} else {
			POSIX::mkfifo($path, 0600);
			$box->own($path);
		}
		my ($status, $said) = hookdir($user, 'check');
		like($said, qr/^$level: \Q$path\E: is /m, "a $kind: $path");
		unlink $path;
		rename "$path~", $path if -e "$path~";
	}
}

# A whole event that a crash left.
$box->write("$coral/tmp/$whole", 'an event');
unlike((hookdir($user, 'check'))[1], qr{coral/tmp}, 'one that is being stored');
utime time - 400, time - 400, "$coral/tmp/$whole";
like((hookdir($user, 'check'))[1],
    qr{^warning: \Q$coral\E/tmp: 1 file that a crash left.*hookdir sweep}m,
    'one that was left');
unlink "$coral/tmp/$whole";
Try::finish($w);
done_testing();
