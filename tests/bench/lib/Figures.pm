# What is measured of a run, and how it is written: medians with their spread,
# CPU time, memory, and what became of the events.
package Figures;
use strict;
use warnings;
use Sandbox;
use POSIX ();
use Time::HiRes qw(time);

our $CORES = qx(nproc) + 0 || 1;
# What others may have of the machine: with more of it, figures are doubtful.
our $QUIET = 0.05;
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

# Round by round, what one did against what another did: "rate", or another
# figure of a run.
sub ratios {
	my ($ours, $theirs, $figure) = @_;
	$figure //= 'rate';
	return map { $ours->[$_]{$figure} / ($theirs->[$_]{$figure} || 1) }
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

# Of every process: {PID => [parent, user time, system time, and both of its
# ended children, in ticks]}.
sub processes {
	my %all;
	for (glob '/proc/[0-9]*/stat') {
		my ($id, $rest) = Sandbox::slurp($_) =~ /\A(\d+) .*\) (.*)/s
		    or next;
		$all{$id} = [(split ' ', $rest)[1, 11 .. 14]];
	}
	return \%all;
}

# A process and all that came of it.
sub family {
	my ($pid, $processes) = @_;
	$processes //= processes();
	my %children;
	push @{ $children{ $processes->{$_}[0] } }, $_ for keys %$processes;
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

# What all processors have worked so far, in microseconds: for programs, for the
# kernel and for interrupts.
sub machine {
	my ($all) = Sandbox::slurp('/proc/stat') =~ /\Acpu +(.*)/
	    or die "no /proc/stat\n";
	my ($user, $nice, $system, undef, undef, $irq, $softirq) =
	    split ' ', $all;
	return $TICK * ($user + $nice + $system + $irq + $softirq);
}

# What of it was for programs that have nothing to do with us, and when that was:
# to look takes long on a busy machine. An ended program is in what its parent
# has, but for the moment in which we saw the parent before and the child after
# its end: then this is less than it was, or jumps.
sub others {
	my ($was, $at);
	for (1 .. 5) {
		my ($from, $now) = (time, others_once());
		return ($now, $from) if defined $was && $now >= $was &&
		    $now - $was <= 1e6 * $CORES * ($from - $at) + 10 * $TICK;
		($was, $at) = ($now, $from);
	}
	return ($was, $at);
}

sub others_once {
	my $processes = processes();
	# 2 is the kernel, and works for us.
	delete @$processes{ map { family($_, $processes) } $$, 2 };
	my $ticks = 0;
	for my $p (values %$processes) {
		$ticks += $_ for @$p[1 .. 4];
	}
	return $TICK * $ticks;
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

# One run of the load generator: {rate, p50, p99, accepted, refused, none,
# distinct, begun, tag}. Of %opt: "bytes" of a body; "events" that are distinct,
# all by default; "watch", which is called again and again meanwhile.
sub load {
	my ($port, $secret, $senders, $seconds, %opt) = @_;
	my $id = $opt{tag} // tag();
	my $pid = open my $out, '-|', Sandbox::build() . '/tests/bench/load', $port,
	    '/hooks/coral', $secret, $id, $senders, $seconds,
	    $opt{bytes} // 1024, $opt{events} // () or die "load: $!\n";
	if ($opt{watch}) {
		my $in = '';
		vec($in, fileno $out, 1) = 1;
		$opt{watch}->() until select my $ready = $in, undef, undef, 0.02;
	}
	my @of = split ' ', <$out> // '';
	close $out;
	@of == 7 or die "the load generator failed\n";
	my %of;
	@of{qw(rate p50 p99 accepted refused none distinct)} =
	    map { $_ + 0 } @of;
	return { %of, tag => $id,
		begun => $of{accepted} + $of{refused} + $of{none} };
}

# Of a run that is to come.
sub tag { return 't' . ++$tag }

# Of the events of a run, how many are in this directory by their names.
sub filed {
	my ($dir, $run) = @_;
	return scalar grep { -e sprintf '%s/%s-%08d', $dir, $run->{tag}, $_ }
	    0 .. $run->{begun} - 1;
}

# Why a run gives no figure, in words; nothing if it does.
sub refused {
	my ($run, $filed) = @_;
	my ($begun, $accepted) = @$run{qw(begun accepted)};
	return join '; ', !$run->{rate} ? 'no events' : (),
	    $run->{refused} ? "$run->{refused} of $begun answers are not 2xx" : (),
	    $run->{none} ? "$run->{none} of $begun events have no answer" : (),
	    $run->{distinct} != $begun ?
	    "only $run->{distinct} of $begun events are distinct" : (),
	    $filed < $accepted ?
	    "$accepted events acknowledged, $filed of them filed" : ();
}

1;
