# Searches a model to the end with spin: README says what is in the models.
package Model;
use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);
use FindBin;
use POSIX ();
use Test::More;

our @EXPORT_OK = qw(search);

sub run {
	my ($log, @command) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', $log or die;
		open STDERR, '>&', \*STDOUT;
		exec @command or die;
	}
	waitpid $pid, 0;
	return $? == 0;
}

sub slurp {
	my ($path) = @_;
	open my $f, '<', $path or return '';
	local $/;
	return scalar <$f>;
}

# What the verifier says of the model with these switches. Without reductions
# that take a proof, or the first error found would not be the one meant.
sub verify {
	my ($model, $at, $switches) = @_;
	mkdir $at or die "$at: $!\n";
	chdir $at or die;
	my $ok = run('spin.log', 'spin', split(' ', $switches), '-a',
	    "$FindBin::Bin/$model") &&
	    run('cc.log', 'tcc', '-w', '-DSAFETY', '-DNOREDUCE',
	    '-DVECTORSZ=1024', '-DMEMLIM=4000', '-o', 'pan', 'pan.c') &&
	    run('pan.log', './pan', '-m100000', '-w18');
	chdir '/';
	return join '', map { slurp("$at/$_") } qw(spin.log cc.log pan.log);
}

# The whole state space: nothing was cut off, and nothing was wrong.
sub complete {
	my ($said) = @_;
	return $said =~ /errors: 0/ && $said !~ /not completed|too small|out of/;
}

sub figures {
	my ($said) = @_;
	my ($states) = $said =~ /(\d+) states, stored/;
	my ($mb) = $said =~ /([\d.]+)\s+total actual memory/;
	my ($seconds) = $said =~ /elapsed time ([\d.]+)/;
	return sprintf '%d states, %.1f s, %d MB', $states // 0, $seconds // 0,
	    $mb // 0;
}

# The first thing that is broken, in the words of the verifier.
sub broken {
	my ($said) = @_;
	return $1 if $said =~ /assertion violated (.*?) \(at depth/;
	return $1 if $said =~ /^pan:\d+: (.*?) \(at depth/m;
	return 'nothing' if complete($said);
	return "it failed: $said";
}

# Search MODEL, a file beside the test: the right order in each of its worlds,
# [what it is, switches]; and each wrong order, [name, promise, switches], which
# must break that promise. JOBS of them at once. Prints TAP, to the end.
sub search {
	my ($model, $right, $wrong) = @_;
	for my $needed (qw(spin tcc)) {
		next if grep { -x "$_/$needed" } split /:/, $ENV{PATH};
		die "no $needed, and HOOKDIR_NO_SKIP is set\n"
		    if $ENV{HOOKDIR_NO_SKIP};
		plan skip_all => "no $needed";
	}
	# In memory: nothing of it is kept.
	my $dir = tempdir('hookdir-model-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $jobs = $ENV{JOBS} // 2;
	my @switches =
	    (map({ $_->[1] } @$right), map({ "-D$_->[0] $_->[2]" } @$wrong));
	my @pids;
	for my $k (0 .. $jobs - 1) {
		my $pid = fork // die "fork: $!\n";
		push @pids, $pid and next if $pid;
		for (my $i = $k; $i < @switches; $i += $jobs) {
			open my $f, '>', "$dir/$i.said" or die;
			print $f verify($model, "$dir/$i", $switches[$i]);
			close $f or die;
		}
		# Not exit(): the parent process removes the folder.
		POSIX::_exit(0);
	}
	waitpid $_, 0 for @pids;

	my $n = 0;
	for (@$right) {
		my $said = slurp("$dir/" . $n++ . '.said');
		ok(complete($said), "$_->[0]: " . figures($said)) or diag($said);
	}
	for (@$wrong) {
		my ($order, $promise) = @$_;
		my $said = slurp("$dir/" . $n++ . '.said');
		is(broken($said), $promise, "$order: $promise");
	}
	done_testing();
	return;
}

1;
