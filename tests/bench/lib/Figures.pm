# What is measured of a run, and how it is written: medians with their spread,
# CPU time, memory, and what became of the events.
package Figures;
use strict;
use warnings;
use Sandbox;
use POSIX ();
use Time::HiRes qw(sleep);

my $TICK = 1e6 / POSIX::sysconf(POSIX::_SC_CLK_TCK());
my $tag = 0;

sub middle {
	my @sorted = sort { $a <=> $b } @_;
	return $sorted[$#sorted / 2];
}

# "median (least-most)"
sub spread {
	my ($format, @of) = @_;
	my @sorted = sort { $a <=> $b } @of;
	return sprintf "$format ($format-$format)", middle(@of),
	    @sorted[0, -1];
}

# Round by round, what one did against what another did.
sub ratios {
	my ($ours, $theirs) = @_;
	return map { $ours->[$_]{rate} / ($theirs->[$_]{rate} || 1) }
	    0 .. $#{$theirs};
}

# Runs it to its end and says whether it went well.
sub quietly {
	my (@command) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
		exec @command or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return $? == 0;
}

# A process and all that came of it.
sub family {
	my ($pid) = @_;
	my %children;
	for (glob '/proc/[0-9]*/stat') {
		my ($id, $parent) = Sandbox::slurp($_) =~ /\A(\d+) .*\) \S (\d+)/s
		    or next;
		push @{ $children{$parent} }, $id;
	}
	my @all = ($pid);
	for (my $i = 0; $i < @all; $i++) {
		push @all, @{ $children{ $all[$i] } // [] };
	}
	return @all;
}

# CPU time of processes and of their ended children, in microseconds. By the
# scheduler's account where there is one: the other counts in ticks, and a
# process of many that do a little each would never have a whole one.
sub cpu {
	my $total = 0;
	for my $pid (@_) {
		my @field = split ' ', Sandbox::slurp("/proc/$pid/stat") =~
		    s/.*\) //sr;
		my @task = map { /\A(\d+)/ } map { Sandbox::slurp($_) }
		    glob "/proc/$pid/task/*/schedstat";
		$total += $TICK * ($_ // 0) for @field[13, 14],
		    @task ? () : @field[11, 12];
		$total += $_ / 1000 for @task;
	}
	return $total;
}

# Of processes together, in MB: resident, and each one's share of what several
# use.
sub memory {
	my ($rss, $pss) = (0, 0);
	for my $pid (@_) {
		my $text = Sandbox::slurp("/proc/$pid/smaps_rollup");
		$rss += $1 / 1024 if $text =~ /^Rss:\s+(\d+) kB/m;
		$pss += $1 / 1024 if $text =~ /^Pss:\s+(\d+) kB/m;
	}
	return ($rss, $pss);
}

# Memory of a process that no file can give back, in MB.
sub anonymous {
	my ($pid) = @_;
	return Sandbox::slurp("/proc/$pid/status") =~ /^RssAnon:\s+(\d+) kB/m ?
	    $1 / 1024 : 0;
}

# One run of the load generator: {rate, p50, p99, accepted, refused, none, tag,
# begun}. "watch" is called again and again meanwhile.
sub load {
	my ($port, $secret, $senders, $seconds, %opt) = @_;
	my $id = 't' . ++$tag;
	my $pid = open my $out, '-|', Sandbox::build() . '/tests/bench/load', $port,
	    '/hooks/coral', $secret, $id, $senders, $seconds,
	    $opt{bytes} // () or die "load: $!\n";
	if ($opt{watch}) {
		my $in = '';
		vec($in, fileno $out, 1) = 1;
		$opt{watch}->() until select my $ready = $in, undef, undef, 0.02;
	}
	my @of = split ' ', <$out> // '';
	close $out;
	@of == 6 or die "the load generator failed\n";
	my %of;
	@of{qw(rate p50 p99 accepted refused none)} = map { $_ + 0 } @of;
	return { %of, tag => $id,
		begun => $of{accepted} + $of{refused} + $of{none} };
}

# Of the events of a run, how many are in this directory by their names.
sub filed {
	my ($dir, $run) = @_;
	return scalar grep { -e sprintf '%s/%s-%08d', $dir, $run->{tag}, $_ }
	    0 .. $run->{begun} - 1;
}

# What went wrong with the events of a run, in words.
sub lost {
	my ($run, $filed) = @_;
	return if !$run->{refused} && !$run->{none} &&
	    $filed == $run->{accepted};
	return "$run->{accepted} accepted, $filed filed, " .
	    "$run->{refused} refused, $run->{none} without an answer";
}

1;
