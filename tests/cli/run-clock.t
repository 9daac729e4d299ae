#!/usr/bin/perl
# hookdir run, when the clock is set by a day, and when it is told to end: what
# is in later/ is tried in time, and what is stopped has made no attempt.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use POSIX qw(mkfifo);
use Test::More;
use Time::HiRes qw(sleep time);
use Time::Local qw(timegm);

alarm 600; # a runner that does not end is waited for

my $STEP = 600;
my $DAY = 86_400;

secret('coral.secret', CORAL_OLD);
my $clock = "$top/clock";
my %shim = (preloaded("$FindBin::Bin/lib/clock.c"), CLOCK_SHIM => $clock);
mkfifo("$clock.set", 0666) or die "mkfifo: $!";

# The clocks of the runner: by how many seconds they are off.
my ($wall, $mono);

sub set {
	($wall, $mono) = @_;
	open my $fh, '+<:raw', $clock or die "$clock: $!";
	syswrite $fh, pack 'q2', $wall * 1000, $mono * 1000;
	close $fh;
	open my $tell, '+<', "$clock.set" or die "$clock.set: $!";
	syswrite $tell, 'x' x 8;
	return;
}

sub now { return time + $wall }
sub later { my ($seconds) = @_; return set($wall + $seconds, $mono + $seconds) }

# How often it has looked at the clock.
sub reads { return (unpack 'q2 Q', slurp($clock))[2] }

# A runner at the true time; with this "run", and this file.
sub begin {
	my ($run, $file) = @_;
	fresh(github => { run => $run });
	spew("$top/$file", '') if $file;
	start_run();
	return;
}

sub start_run {
	($wall, $mono) = (0, 0);
	spew($clock, pack('q3', 0, 0, 0), 0666);
	local %ENV = (%ENV, %shim);
	start('run', 'run');
	return;
}

# An event that comes now: to new/, or as this file.
sub comes {
	my ($id, $file) = @_;
	my $path = put('inbox/tmp', $id);
	rename $path, "$top/inbox/github/" . ($file // "new/$id") or die;
	return;
}

# The name of a time, so many seconds from now.
sub next_at {
	return POSIX::strftime('%Y%m%dT%H%M%SZ', gmtime(int(now()) + $_[0]));
}

sub sh { return ['/bin/sh', '-c', @_] }

# Is it in later/ after so many attempts, to be tried in a step from now?
sub waits {
	my ($n, $id, $name) = @_;
	my $next;
	my $ok = wait_for(sub {
		places() =~ m{\Ainbox/later/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.$n\.$id\z}
		    or return 0;
		$next = timegm($6, $5, $4, $3, $2 - 1, $1) - now();
		return $next < 1.1 * $STEP + 2 && $next > 0.9 * $STEP - 60;
	}, 40);
	# What follows would wait in vain as well.
	ok($ok, $name) or diag(places(), ' in ', $next // 'none', "\n",
		said('run')), exit 1;
	return;
}

sub is_done {
	my ($name) = @_;
	return ok(wait_for(sub { places() eq '' }), $name)
	    || diag(places(), "\n", said('run'));
}

# --- the clock is set ---
my $fails = { command => sh('echo "$HOOKDIR_ATTEMPT" >>"$OUT"; test ! -e "$OUT.fail"'),
	environment => { OUT => "$top/tries" }, retry => [($STEP) x 9] };
sub tries { return -e "$top/tries" ? join ' ', split ' ', slurp("$top/tries") : '' }
chmod 0777, $top;
spew("$top/tries.fail", '', 0644);
begin($fails);
comes('a');
waits(1, 'a', 'it failed, and waits');
set(-$DAY, 0);
waits(1, 'a', 'set back by a day: a step from then');
later(1.1 * $STEP + 2);
waits(2, 'a', 'and then it is tried');
set($wall + $DAY, $mono);
waits(3, 'a', 'set ahead by a day: it is tried, and waits a step');
set($wall + $DAY, $mono);
waits(4, 'a', 'once more');
set($wall - 2 * $DAY, $mono);
waits(4, 'a', 'set back by two days: a step from then');
comes('b');
ok(wait_for(sub { places() =~ m{/later/\S+\.1\.b} }), 'what comes now is tried now');
unlink "$top/tries.fail";
later(1.1 * $STEP + 2);
is_done('both are done');
is(tries(), '1 2 3 4 1 5 2', 'in the order in which they came, each once in its time');
is(stop('run'), 0, 'it ends');
unlink "$top/tries";

# While it did not run.
($wall, $mono) = (0, 0);
spew("$top/tries.fail", '', 0644);
begin($fails);
set(-$DAY, 0);
comes('a');
waits(1, 'a', 'under a clock that is a day behind');
is(stop('run'), 0, 'it ends');
rename glob("$top/inbox/github/later/*"),
    "$top/outside" or die "no event: $!";
begin($fails);
rename "$top/outside", "$top/inbox/github/later/" . next_at($DAY + $STEP) .
    '.1.a' or die;
waits(1, 'a', 'NEXT is of a clock that was a day ahead');
is(stop('run'), 0, 'it ends');
unlink "$top/tries", "$top/tries.fail";

# --- nothing is tried in a busy loop ---
# Between two looks at the folders, all stands still.
sub stands_still {
	my ($name) = @_;
	# It has begun, and has had time to come to rest.
	wait_for(sub { reads() > 0 });
	sleep 0.5;
	my $before = reads();
	sleep 1;
	cmp_ok(reads() - $before, '<', 200, "$name: it does not spin");
	return;
}

begin({ command => sh('until test -e "$OUT"; do sleep 0.05; done'),
	environment => { OUT => "$top/go" } });
stands_still('nothing to do');
comes('b', 'later/' . next_at(100) . '.1.b');
comes('a');
ok(wait_for(sub { places() =~ m{/busy/1\.a} }), 'a handler is at work');
later(200);
stands_still('and another event is due');
is_run([qw(pause github)], {}, 0, qr/paused/, '', 'paused');
spew("$top/go", '', 0644);
ok(wait_for(sub { places() !~ m{/busy/} }), 'that one ends');
comes('c');
stands_still('paused, and two are due');
is_run([qw(resume github)], {}, 0, qr/resumed/, '', 'resumed');
later(5);
is_done('all are done');
is(stop('run'), 0, 'it ends');
unlink "$top/go";

my $stays = { persistent => JSON::PP::true(), command => sh('echo ready; cat') };
begin($stays, 'inbox/github/paused');
stands_still('paused, and a handler that stays');
is(stop('run'), 0, 'it ends');
begin({ %$stays, command => ['/nowhere/handler'] });
ok(wait_for(sub { said('run') =~ /cannot be started/ }), 'one that cannot be started');
stands_still('that one');
is(stop('run'), 0, 'it ends');
begin({ %$stays, command => ['/bin/false'] });
ok(wait_for(sub { said('run') =~ /ended/ }), 'one that ends at once');
stands_still('that one');
is(stop('run'), 0, 'it ends');
rename "$top/inbox", "$top/outside" or die;
rename "$top/spare", "$top/outside.spare" or die;
start_run();
stands_still('no inbox yet, and a handler that stays');
is(stop('run'), 0, 'it ends');

# --- SIGTERM ---
# Sent, and taken: it is not pending any more.
sub term {
	my $pid = Outbox::pid('run');
	kill 'TERM', $pid;
	wait_for(sub { slurp("/proc/$pid/status") =~ /^ShdPnd:\s*0+$/m });
	return;
}

# Told to end; a minute later the handler is told as well.
sub told {
	my ($where) = @_;
	ok(wait_for(sub { places() eq $where }), "$where has a handler")
	    or diag(places(), said('run'));
	term();
	later(58);
	sleep 0.3;
	is(places(), $where, 'after 58 seconds it goes on');
	return later(3);
}

my $sleeps = { command => sh('echo x >>"$OUT"; exec sleep 1000'), timeout => 3600,
	environment => { OUT => "$top/begun" } };
begin($sleeps);
comes('a');
told('inbox/busy/1.a');
is(stop('run', 0), 0, 'then it ends');
is(places(), 'inbox/new/a', 'and the event is where it was');
is(slurp("$top/begun"), "x\n", 'it was tried once');
ok(!-e "$top/inbox/github/errors/a", 'nothing is said of it');

begin($sleeps);
put('inbox/later', 'a', file => '20200101T000000Z.2.a');
later(5);
told('inbox/busy/3.a');
is(stop('run', 0), 0, 'later/: then it ends');
is(places(), 'inbox/later/20200101T000000Z.2.a', 'as it was');

begin({ %$sleeps, command => sh('trap "echo told >>$OUT" TERM
	while :; do sleep 0.1; done') });
comes('a');
told('inbox/busy/1.a');
ok(wait_for(sub { slurp("$top/begun") =~ /told/ }), 'a handler that does not obey');
is(places(), 'inbox/busy/1.a', 'goes on');
later(11);
is(stop('run', 0), 0, 'is killed after 10 more');
is(places(), 'inbox/new/a', 'and the event is where it was');

begin({ %$sleeps, persistent => JSON::PP::true(),
	command => sh('echo ready; read -r f; exec sleep 1000') });
comes('a');
told('inbox/busy/1.a');
is(stop('run', 0), 0, 'a handler that stays is told as well');
is(places(), 'inbox/new/a', 'and the event is where it was');

for my $code (0, 111) {
	begin({ command => sh("until test -e \"\$OUT\"; do sleep 0.05; done; exit $code"),
		environment => { OUT => "$top/go" }, timeout => 3600,
		retry => [$STEP] });
	comes('a');
	ok(wait_for(sub { places() eq 'inbox/busy/1.a' }), 'a handler');
	comes('b');
	term();
	spew("$top/go", '', 0644);
	is(stop('run', 0), 0, "one that ends in time with $code: it ends at once");
	is(places() =~ s/\d{8}T\d{6}Z/NEXT/r, $code == 0 ? 'inbox/new/b' :
	    'inbox/later/NEXT.1.a inbox/new/b', 'that counts; no other was tried');
	unlink "$top/go";
}
done_testing();
