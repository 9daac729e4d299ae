#!/usr/bin/perl
# hookdir check: runners that are in each other's way.
use strict;
use warnings;
use Cwd qw(getcwd);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);
my $run = { run => { command => ['true'] } };
fresh(github => $run, more => {
	blog => { preset => 'coral', secret_file => 'coral.secret', %{$run} },
	shop => { preset => 'coral', secret_file => 'coral.secret' } });
my $file = "$top/hookdir.json";
my $away = getcwd();

# Start a process, until it is what it is to become.
sub started {
	my ($key, @args) = @_;
	my $pid = start($key, @args);
	ok(wait_for(sub { slurp("/proc/$pid/cmdline") =~ /hookdir\0/ }), $key);
	return $pid;
}

# What check says of runners.
sub warned {
	my ($args, %how) = @_;
	my ($status, $out) = run([ 'check', @{ $args // [] } ], %how);
	return join "\n", grep { /runners/ } split /\n/, $out;
}

sub said_of {
	my ($count, @pids) = @_;
	my $last = pop @pids;
	return qr{\Awarning:\ \Q$file\E:\ $count\ runners\ use\ these\ settings,
	    \ processes\ @{[join ',\ ', @pids]}\ and\ $last:[^\n]+
	    :\ end\ all\ but\ one\z}x;
}

is(warned(), '', 'none');
my @pid = (started('first', 'run'));
is(warned(), '', 'one');

# The other one, in each way to say which settings it uses.
for (['the environment'], ['-c', '-c', $file], ['--config', "--config=$file"],
    ['a relative path', '-c', 'hookdir.json']) {
	my ($name, @option) = @{$_};
	chdir $top or die "$top: $!";
	my @two = sort { $a <=> $b } @pid, started("by $name", @option, 'run');
	chdir $away or die "$away: $!";
	like(warned(), said_of(2, @two), "two, by $name");
	like(warned([ '-c', $file ], env => { HOOKDIR_CONFIG => undef }),
		said_of(2, @two), 'check by -c');
	stop("by $name");
}
is(warned(), '', 'one again');

# Other settings.
spew("$top/other.json", slurp($file));
started('other', 'run', '-c', "$top/other.json");
is(warned(), '', 'another settings file');
is(warned([ '-c', "$top/other.json" ]), '', 'seen from there');
stop('other');

# Providers that they have in common.
for (['a provider', 1, 'github'], ['several', 1, qw(github blog)],
    ['a command', 1, qw(github -- sleep 9)],
    ['a URL', 1, qw(--forward http://127.0.0.1:9/ blog)],
    ['one that the settings do not run', 0, qw(shop -- true run)]) {
	my ($name, $meet, @args) = @{$_};
	my @two = sort { $a <=> $b } @pid, started($name, 'run', @args);
	$meet ? like(warned(), said_of(2, @two), $name)
	    : is(warned(), '', $name);
	stop($name);
}
stop('first');
my @parted = (started('github', qw(run github)), started('blog', qw(run blog)));
is(warned(), '', 'one for each provider');
my @three = sort { $a <=> $b } $parted[0],
    map { started("more $_", qw(run github -- true)) } 1, 2;
like(warned(), said_of(3, @three), 'three');
stop($_) for 'github', 'blog', 'more 1', 'more 2';

# Other processes.
started('watch', 'watch', 'github');
started('another watch', 'watch', 'github');
is(warned(), '', 'other commands');
stop($_) for 'watch', 'another watch';

# Runners that root has started: what their environment is, nobody can see.
SKIP: {
	skip 'needs root to start them', 3 if $> != 0;
	my @by_root;
	for (1, 2) {
		my $pid = fork // die "fork: $!";
		if ($pid == 0) {
			open STDERR, '>', "$top/root.err" or die;
			exec { program() } program(), '-c', $file, 'run' or exit 126;
		}
		push @by_root, $pid;
		ok(wait_for(sub { slurp("/proc/$pid/status")
			=~ /^Name:\s+hookdir\n.*^Uid:\t(?!0)/ms }), 'started by root');
	}
	like(warned(), said_of(2, sort { $a <=> $b } @by_root), 'two of root');
	kill 'TERM', @by_root;
	waitpid $_, 0 for @by_root;
}

# A handler that is about to be started looks like its runner.
sub looks_like {
	my ($script, @args) = @_;
	spew("$top/looks.out", '');
	spew("$top/run", $script, 0644);
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		chdir $top or die;
		$ENV{HOOKDIR_CONFIG} = $file;
		open STDOUT, '>', "$top/looks.out" or die;
		leave_root();
		exec { $^X } '/usr/bin/hookdir', 'run', @args or exit 126;
	}
	ok(wait_for(sub { slurp("$top/looks.out") =~ /\n/ }), 'it looks so');
	return $pid;
}
my $pid = looks_like('$| = 1; if (my $pid = fork) { $SIG{TERM} = sub {
	kill "KILL", $pid; exit }; print "$pid\n" } sleep 99;');
is(warned(), '', 'a copy of a runner');
kill 'TERM', $pid;
waitpid $pid, 0;

# A runner with --once that stays as long as it is looked at.
started('first', 'run');
$pid = looks_like('$| = 1; print "$$\n"; sleep 99;', '--once');
is(warned(), '', '--once beside a runner');
kill 'TERM', $pid;
waitpid $pid, 0;
$pid = looks_like('$| = 1; print "$$\n"; sleep 99;');
like(warned(), qr/2 runners/, 'which would count without it');
kill 'TERM', $pid;
waitpid $pid, 0;
done_testing();
