#!/usr/bin/perl
# Attack: a member of the inbox's group puts links, FIFOs, devices and folders
# where `hookdir run` and the commands beside it work, and handlers are hostile.
# Nothing is opened, nothing hangs, nothing outside is touched, and no event is
# forged; what is in the way is said.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../cli/lib";
use Cli;
use Fcntl qw(LOCK_EX);
use Outbox;
use POSIX ();
use Test::More;

use constant MEMBER => 1;    # daemon: a user and a group of every machine

my $in = "$top/inbox/github";
my %plant = (
	'a dangling link' => sub { symlink "$top/nowhere", $_[0] },
	'a link to a file' => sub { symlink "$top/outside/file", $_[0] },
	'a link to a folder' => sub { symlink "$top/outside", $_[0] },
	'a FIFO' => sub { POSIX::mkfifo($_[0], 0666) },
	'a folder' => sub { mkdir $_[0] },
);
$plant{'a device'} = sub { system('mknod', $_[0], 'c', 1, 3) == 0 } if $> == 0;
$plant{'a file of the member'} = sub { spew($_[0], 'x', 0666);
	chown MEMBER, MEMBER, $_[0] } if $> == 0;

sub sh { return ['/bin/sh', '-c', @_] }

# Empty inboxes, an event in each, and a file that is nobody's business.
sub begin {
	my ($run, %more) = @_;
	fresh(github => { run => $run, %more });
	mkdir "$top/outside";
	spew("$top/outside/file", "outside\n");
	put('inbox/new', 'a');
	put('spare/new', 'b');
	return;
}

# Each of these ends, and the file is as it was.
sub is_harmless {
	my ($name, @commands) = @_;
	my $said = '';
	for my $args (@commands) {
		my ($status, $out, $err) = run($args, by => ['timeout', 20]);
		like($status, qr/\A(?:0|1|75)\z/, "$name: @$args ends");
		$said .= "$out$err";
	}
	ok(!-e "$top/nowhere", "$name: no link was followed");
	is(join(' ', map { s{.*/}{}r . ' ' . (-s $_) } glob "$top/outside/*"),
		'file 8', "$name: nothing outside was touched");
	return $said;
}

secret('coral.secret', CORAL_OLD);
my $quick = { command => sh('exit 0'), keep_hours => 1 };
# All that can be planted, or, where it makes no difference, some of it.
my @all = sort keys %plant;
my @some = ('a dangling link', 'a FIFO');
my @beside = ([qw(replay -n --all github)], [qw(pause github)],
	['list', '--state', 'new,busy,later,failed,done'], [qw(resume github)],
	[qw(sweep)], [qw(drop -n --all github)]);

# --- in the place of lock files and folders ---
for my $where (qw(run.lock busy later failed done errors)) {
	for my $what ($where eq 'busy' ? @all : @some) {
		next if $what eq 'a folder';
		begin($quick);
		rmdir "$in/$where";
		$plant{$what}->("$in/$where") or die "$what: $!";
		my $name = "$what for $where";
		like(is_harmless($name, [qw(run --once)]),
			qr{^hookdir: error: github: \Q$in/$where\E }m,
			"$name: is said");
		like(places(), qr{inbox/new/a spare/done/b\z},
			"$name: only that inbox waits");
		is_harmless($name, @beside) if $name eq 'a FIFO for later';
	}
}
for my $what (@some, 'a folder') {
	begin($quick);
	$plant{$what}->("$in/paused") or die "$what: $!";
	is_harmless("$what for paused", [qw(run --once)], [qw(pause github)]);
	is(places(), 'inbox/new/a spare/new/b', "$what: it is paused");
	is_harmless("$what for paused", [qw(resume github)], [qw(run --once)]);
	is(places(), ($what eq 'a folder' ? 'inbox/new/a spare/new/b' :
		'inbox/done/a spare/done/b'), "$what: and resumed");
}

# --- one of two inboxes ---
begin($quick);
chmod 0, "$in" or die;
like(is_harmless('an inbox that is shut', [qw(run --once)]),
	qr{^hookdir: error: github: \Q$in\E}m, 'is said');
chmod 0700, "$in" or die;
is(places(), 'inbox/new/a spare/done/b', 'the other one is not held up');
begin($quick);
open my $lock, '>', "$in/run.lock" or die "run.lock: $!";
flock $lock, LOCK_EX or die "flock: $!";
is(is_harmless('an inbox that a member locks', [qw(run --once)]), '',
	'nothing is said by cron');
is(places(), 'inbox/new/a spare/done/b', 'the other one is not held up');
start('runner', 'run');
ok(wait_for(sub { said('runner') =~ m{warning: github: another process has \Q$in\E/run\.lock} }),
	'a runner that stays says it');
close $lock;
ok(wait_for(sub { places() =~ m{inbox/done/a} }), 'and takes it when it is free');
stop('runner');

# --- in the place of the events ---
for my $where (qw(failed/a errors/a errors/.part)) {
	for my $what ($where eq 'failed/a' ? @all : @some, 'a folder') {
		begin({ command => sh('echo said; exit 100') });
		next if $what eq 'a folder' && $where eq 'failed/a';
		$plant{$what}->("$in/$where") or die "$what: $!";
		is_harmless("$what for $where", [qw(run --once)]);
		ok(-f "$in/failed/a" && !-l "$in/failed/a", "$what for $where: given up");
		is((stat "$in/failed/a")[4], (stat "$top/spare/github/failed/b")[4],
			'the event itself');
	}
}
begin({ command => sh('exit 100'), jobs => 2 });
put('spare/new', 'c');
open $lock, '<', put('inbox/failed', 'a') or die "failed/a: $!";
flock $lock, LOCK_EX or die "flock: $!";
start('runner', 'run');
ok(wait_for(sub { said('runner') =~ m{^hookdir: error: github: a: stays in busy/ until it can be moved: another process has locked}m }),
	'a lock in the way is said');
ok(wait_for(sub { places() =~ m{spare/failed/b spare/failed/c} }),
	'another handler goes on');
close $lock;
ok(wait_for(sub { places() !~ /busy/ }), 'and the event goes on later');
stop('runner');
begin({ %$quick, jobs => 2 });
put('spare/new', 'c');
mkdir "$in/done/a";
is_harmless('a folder for done/a', [qw(run --once)]);
is(places(), 'inbox/busy/1.a inbox/done/a spare/done/b spare/done/c',
	'a folder in the way holds up no other event either');
for my $what (@some) {
	begin($quick);
	$plant{$what}->("$in/busy/7.a") or die "$what: $!";
	is_harmless("$what in busy/", [qw(run --once)]);
	like(places(), qr{inbox/done/a}, "$what in busy/: the event does not wait");
}

# --- an event under the name of a lock ---
begin($quick, persistent => JSON::PP::false);
settings({ github => { preset => 'github', secret_file => 'coral.secret',
	run => { %$quick, persistent => JSON::PP::true, command => sh(
	'echo ready; while read -r f; do id=${f##*/}; echo "${id#*.} 0"; done') } } },
	group_access => JSON::PP::true);
for my $lock (qw(run.lock job.1.lock)) {
	my $file = put('inbox/failed', 'stolen');
	chmod 0640, $file;
	rename $file, "$in/$lock" or die "$lock: $!";
	is_harmless("an event as $lock", [qw(run --once)]);
	is((stat "$in/$lock")[2] & 07777, 0640, "$lock: others cannot change it");
	unlink "$in/$lock";
}

# --- names and texts ---
begin({ command => sh('printf "\033]0;x\007\033[2J\r\n\302\2331m"; exit 100') });
start('watch', 'watch');
ok(wait_for(sub { said('watch') =~ /watching/ }), 'watching');
my @hostile = ("x\nhookdir: error: forged", "x\033[2J", "\302\23331m",
	'x' x 255, '-rf', '%s%n');
for my $dir (qw(new busy later failed done errors)) {
	spew("$in/$dir/$_", 'x') for @hostile;
	$plant{$_}->("$in/$dir/" . ({ busy => '1.', later =>
		'20200101T000000Z.1.' }->{$dir} // '') . "link") for 'a dangling link';
}
put('inbox/new', 'c', type => "\302\233%1B[2J%00%0A");
put('inbox/failed', 'd');
spew("$in/errors/d", "\033[2J\r\0\377\302\23331m\n");
my $said = is_harmless('hostile names', [qw(list)], [qw(list --json)],
	@beside, [qw(run --once)], [qw(replay --all github)]);
# It may have looked at failed/d before that was the receiver's.
ok(wait_for(sub { said('watch') =~ / (replayed|new) .* d$/m }), 'watch saw the last');
$said .= said('watch');
stop('watch');
unlike($said, qr/[\0-\x09\x0b-\x1f\x7f-\xff]/, 'no such byte gets out');
unlike($said, qr/^hookdir: error: forged/m, 'no line is forged');
unlike(said('watch'), qr/ link/, 'watch shows no event that is none');

# --- folders that are replaced while the runner is at work ---
begin({ command => sh('test -e "$OUT/go" || sleep 0.1; exit 100'), jobs => 2,
	environment => { OUT => $top } });
unlink "$top/go";
start('runner', 'run');
ok(wait_for(sub { places() =~ m{spare/(?:busy|failed)} }), 'at work');
for my $dir (qw(busy failed errors new)) {
	rename "$in/$dir", "$in/$dir.away" or die "$dir: $!";
	symlink "$top/outside", "$in/$dir" or die "$dir: $!";
	my $file = put('inbox/tmp', "e-$dir");
	rename $file, "$in/" . ($dir eq 'new' ? 'new.away' : 'new') . "/e-$dir";
	ok(wait_for(sub { -e "$in/failed/e-$dir" || -e "$in/failed.away/e-$dir" }),
		"$dir/ is replaced: the runner goes on where it was");
	unlink "$in/$dir";
	rename "$in/$dir.away", "$in/$dir" or die "$dir: $!";
}
is(stop('runner'), 0, 'it ends');
is_harmless('folders that are replaced');

# --- handlers ---
my %handler = (
	'stops itself' => 'kill -STOP $$; exit 0',
	'stops its runner\'s group' => 'kill -STOP 0; exit 0',
	'ends the group of its runner' => 'kill -KILL -$PPID; exit 0',
	'leaves children' => '(trap "" TERM HUP; sleep 30) & exit 0',
	'closes all' => 'exec 0<&- 1>&- 2>&-; exit 0',
	'unlocks its event' => 'flock -u 0; exit 0',
	'writes to its event' => 'echo x >&0 2>&-; exit 0',
	'floods' => 'head -c 20000000 /dev/zero | tr "\\0" x; exit 0',
	'floods by lines' => 'yes error | head -c 5000000; exit 0',
	'moves the place' => 'exec 0</dev/null; cd /; exit 0',
);
for my $what (sort keys %handler) {
	my $ends = $what !~ /\Astops/;
	begin({ command => sh($handler{$what}), timeout => $ends ? 30 : 1, jobs => 2,
		keep_hours => 1 });
	is_harmless("a handler that $what", [qw(run --once)]);
	is(places() =~ s/\d{8}T\d{6}Z/NEXT/gr, $ends ? 'inbox/done/a spare/done/b' :
		'inbox/later/NEXT.1.a spare/later/NEXT.1.b', "$what: it has ended");
}
my %answer = (
	'NUL' => 'printf "$id 0\\0\n"', 'a long line' =>
	'printf "$id 0 "; head -c 3000 /dev/zero | tr "\\0" x; echo',
	'another id' => 'echo "x$id 0"', 'no number' => 'echo "$id -1"',
	'too large' => 'echo "$id 256"', 'an escape' => 'printf "$id 0 \\033[2J\n"',
	'a flood' => 'head -c 2000000 /dev/zero',
);
for my $what (sort keys %answer) {
	begin({ persistent => JSON::PP::true, timeout => 30, command => sh(
		"echo ready; read -r f; id=\${f##*/}; id=\${id#*.}; $answer{$what}; " .
		'exit 0') });
	unlink "$top/spare/github/new/b";
	my $text = is_harmless("an answer: $what", [qw(run --once)]);
	is(places() =~ s/\d{8}T\d{6}Z/NEXT/gr, 'inbox/later/NEXT.1.a',
		"$what: is none");
	unlike($text, qr/[\0-\x09\x0b-\x1f\x7f-\xff]/, 'no such byte gets out');
	cmp_ok(length $text, '<', 100_000, 'and not many others');
}

done_testing();
