#!/usr/bin/perl
# hookdir add on a terminal: what it asks for, what the terminal shows of it, and
# what the terminal is like afterwards, however it ends.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_NOCTTY);
use FindBin;
use POSIX ();
use lib "$FindBin::Bin/lib";
use Add;
use Cli;
use Test::More;

# Linux: unlock the other end of a pseudo-terminal, and which it is.
use constant { TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430,
	TIOCSCTTY => 0x540e };

my $secret = SECRET;
# Where a preset says what to do, there may be a word of this before.
my $asks = qr/Secret \(it is not shown\): /;

sub terminal {
	sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or return;
	my $number = pack 'i', 0;
	ioctl $master, TIOCSPTLCK, my $unlocked = pack('i', 0) or return;
	ioctl $master, TIOCGPTN, $number or return;
	return ($master, '/dev/pts/' . unpack 'i', $number);
}
my ($probe) = terminal();
plan skip_all => 'no pseudo-terminals of Linux here' unless $probe;

# A program on a terminal, which it controls.
sub start {
	my ($args, %how) = @_;
	my ($master, $path) = terminal() or die "no terminal: $!";
	my $program = program();
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		POSIX::setsid();
		# nohup and a shell's background commands ignore some of them.
		$SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM TSTP);
		open my $slave, '+<', $path or POSIX::_exit(125);
		ioctl $slave, TIOCSCTTY, my $none = 0;
		close $master;
		POSIX::dup2(fileno $slave, $_) for 0 .. 2;
		open STDOUT, '>', $how{stdout} or POSIX::_exit(125)
		    if $how{stdout};
		$ENV{HOOKDIR_CONFIG} = "$box/hookdir.json";
		exec { $program } $program, @$args or POSIX::_exit(126);
	}
	open my $slave, '+<', $path or die "$path: $!";
	return { pid => $pid, master => $master, slave => $slave, seen => '' };
}

# Read what the terminal shows until it fits; a program that ended shows no more.
sub wait_for {
	my ($t, $like) = @_;
	local $SIG{ALRM} = sub { die "never shown: $like in: $t->{seen}\n" };
	alarm 60;
	while (substr($t->{seen}, $t->{at} // 0) !~ /$like/) {
		sysread $t->{master}, $t->{seen}, 4096, length $t->{seen}
		    or last;
	}
	alarm 0;
	$t->{at} = ($t->{at} // 0) + $+[0]
	    if substr($t->{seen}, $t->{at} // 0) =~ /$like/;
	return;
}

sub type { my ($t, $text) = @_; syswrite $t->{master}, $text; return }

sub answer {
	my ($t, $question, $text) = @_;
	wait_for($t, $question);
	type($t, "$text\n");
	return;
}

sub echoes {
	my ($t) = @_;
	my $termios = POSIX::Termios->new;
	$termios->getattr(fileno $t->{slave}) or die "tcgetattr: $!";
	return $termios->getlflag & POSIX::ECHO() ? 1 : 0;
}

# Its end, and the rest that it shows.
sub finish {
	my ($t) = @_;
	# What waits for ever is a failure, and not for ever.
	local $SIG{ALRM} = sub { kill 'KILL', $t->{pid} };
	alarm 60;
	waitpid $t->{pid}, 0;
	alarm 0;
	my $status = $? & 127 ? 'signal ' . ($? & 127) : $? >> 8;
	my $rest = '';
	syswrite $t->{slave}, "\x01";
	while ($t->{seen} !~ /\x01/) {
		sysread $t->{master}, $t->{seen}, 4096, length $t->{seen} or last;
	}
	$t->{seen} =~ s/\x01|\^A//g;
	return ($status, $t->{seen});
}

# A secret, and a first answer about the URL.
fresh();
my $t = start([ 'add', 'hubspot' ]);
answer($t, qr/Public URL of this machine's hooks.*\(empty: later\): /, 'https://h.mine.test/in/');
wait_for($t, $asks);
like($t->{seen}, qr/hubspot: version 3; the secret is the app's client secret/, 'where the provider shows it');
is(echoes($t), 0, 'what is typed is not shown');
type($t, "$secret\n");
my ($status, $seen) = finish($t);
is($status, 0, 'added') or diag($seen);
unlike($seen, qr/\Q$secret\E/, 'and was not shown');
like($seen, qr{^url +https://h\.mine\.test/in/hubspot\r?$}m, 'the URL has what was answered');
like(slurp("$box/hookdir.json"), qr{"base_url": "https://h\.mine\.test/in/?"}, 'and the settings');
is(slurp("$box/secrets/hubspot"), "$secret\n", 'the secret');
is(echoes($t), 1, 'the terminal is as it was');

# It is asked once.
$t = start([ 'add', 'coral' ]);
answer($t, $asks, '# a comment?');
($status, $seen) = finish($t);
is($status, 0, 'the next') or diag($seen);
unlike($seen, qr/Public URL/, 'no URL is asked for again');
is(slurp("$box/secrets/coral"), "\\# a comment?\n", 'what looks like a comment is a secret');

# What is given is not asked for.
$t = start([ 'add', '--generate', 'gitea' ]);
($status, $seen) = finish($t);
is($status, 0, 'nothing to ask') or diag($seen);
like($seen, qr/\Aadded +gitea /, 'and nothing is said before');

# All that a preset needs.
fresh();
$t = start([ 'add', 'lifeomic' ]);
answer($t, qr/\(empty: later\): /, '');
answer($t, qr/Public URL, exactly as the provider has it: /, 'https://h.mine.test/hooks/lifeomic');
answer($t, qr/Public key, or a file with it, or the URL of a key set: /, 'https://keys.example.org/jwks');
($status, $seen) = finish($t);
is($status, 0, 'keys and a URL') or diag($seen);
is_deeply(entry('lifeomic'), { preset => 'lifeomic', public_url => 'https://h.mine.test/hooks/lifeomic', jwks_url => 'https://keys.example.org/jwks' }, 'are in the entry');
ok(!-e "$box/secrets/lifeomic", 'and no secret is asked for');
for (['aws-sns', qr/ARN of your topic: /, topic_arn => 'arn:aws:sns:us-east-1:123456789012:t'],
    ['paypal', qr/ID of the webhook at the provider: /, webhook_id => '8PT597110X687430LKGECATA']) {
	my ($name, $question, $setting, $value) = @$_;
	$t = start([ 'add', $name ]);
	answer($t, qr/\(empty: later\): /, '');
	answer($t, $question, $value);
	($status, $seen) = finish($t);
	is($status, 0, $name) or diag($seen);
	is_deeply(entry($name), { preset => $name, $setting => $value }, 'its answer');
}
$t = start([ 'add', 'mailgun' ]);
answer($t, qr/\(empty: later\): /, '');
answer($t, qr/does not sign the body.*type true: /, 'true');
answer($t, $asks, $secret);
($status, $seen) = finish($t);
is($status, 0, 'mailgun') or diag($seen);
ok(entry('mailgun')->{unsafe_body}, 'what it does not sign is stored');

# Nothing is done.
my $before = tree();
for (['no secret', $asks, "\n", qr/github: secret: empty/],
    ['the end of the input', $asks, "\x04", qr/github: secret: no answer/],
    ['no URL', qr/empty: later/, "hooks\n", qr/hooks: not a URL/]) {
	my ($name, $question, $typed, $like) = @$_;
	$t = start([ 'add', 'github' ]);
	answer($t, qr/empty: later\): /, '') if $question eq $asks;
	wait_for($t, $question);
	type($t, $typed);
	($status, $seen) = finish($t);
	is($status, 1, "$name: fails");
	like($seen, $like, 'and says why');
	is(echoes($t), 1, 'the terminal is as it was');
	is_unchanged($before, $name);
}

# A line that the terminal cuts off.
$t = start([ 'add', 'github' ]);
answer($t, qr/empty: later\): /, '');
wait_for($t, $asks);
type($t, 'x' x 1000) for 1 .. 5;
type($t, "\n");
($status, $seen) = finish($t);
is($status, 1, 'a secret that is too long');
like($seen, qr/too long for a terminal/, 'is not cut off in silence');
is_unchanged($before, 'too long');

# Signals, from the keyboard and from elsewhere.
for (['^C', "\x03", 2], ['^\\', "\x1c", 3], ['TERM', undef, 15], ['HUP', undef, 1]) {
	my ($name, $key, $number) = @$_;
	$t = start([ 'add', 'github' ]);
	answer($t, qr/empty: later\): /, '');
	wait_for($t, $asks);
	is(echoes($t), 0, "$name: hidden before");
	type($t, 'half a se');
	defined $key ? type($t, $key) : kill $number, $t->{pid};
	($status, $seen) = finish($t);
	is($status, "signal $number", "$name: ends it");
	is(echoes($t), 1, 'the terminal is as it was');
	unlike($seen, qr/half a se/, 'and nothing was shown');
	is_unchanged($before, $name);
}

# Stopped and continued: asked again, and hidden again.
$t = start([ 'add', 'github' ]);
answer($t, qr/empty: later\): /, '');
wait_for($t, $asks);
kill 'TSTP', $t->{pid};
# A process without a job control shell above it may not be stopped by that.
select undef, undef, undef, 0.05 for 1 .. 5;
kill 'CONT', $t->{pid};
wait_for($t, $asks);
is(echoes($t), 0, 'continued: hidden again');
type($t, "$secret\n");
($status, $seen) = finish($t);
is($status, 0, 'and it goes on') or diag($seen);
unlike($seen, qr/\Q$secret\E/, 'and nothing was shown');
is(slurp("$box/secrets/github"), "$secret\n", 'the whole secret');

# A paste of several lines: the rest is not for the shell.
$t = start([ 'add', 'gitea' ]);
answer($t, qr/empty: later\): /, '');
wait_for($t, $asks);
type($t, "$secret\nrest-of-a-paste\n");
($status, $seen) = finish($t);
is($status, 0, 'a paste') or diag($seen);
unlike($seen, qr/rest-of-a-paste/, 'its rest is not shown');
my $readable = '';
vec($readable, fileno($t->{slave}), 1) = 1;
is(scalar select($readable, undef, undef, 0), 0, 'and waits for nobody');
is(slurp("$box/secrets/gitea"), "$secret\n", 'its first line is the secret');

# Results can be kept while questions are asked.
$t = start([ 'add', 'box' ], stdout => "$box/out");
answer($t, qr/empty: later\): /, '');
answer($t, $asks, $secret . 'b');
($status, $seen) = finish($t);
is($status, 0, 'standard output elsewhere');
like(slurp("$box/out"), qr/\Aadded +box /, 'has results alone');
unlike(slurp("$box/out"), qr/Secret|Public URL/, 'and no question');
done_testing();
