#!/usr/bin/perl
# Rounds of good, duplicate, rejected, broken and hostile traffic at once and at
# full rate. After each round, when the program is idle, the answers, the log
# and what the consumer took must agree, and neither memory nor descriptors may
# grow from one round to the next. `make soak` runs it for long.
#
# MINUTES    in total; 0.3 by default
# ROUND      seconds of traffic in each round
# VALGRIND   1: run the program under valgrind
# SEED       of the random traffic
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Hostile;
use JSON::PP ();
use Mounts;
use POSIX ();
use Shim;
use Test::More;
use Time::HiRes qw(sleep time);
use Traffic;
use Try;

my $MINUTES = $ENV{MINUTES} // 0.3;
my $SEED = $ENV{SEED} // 20261122;
my $ROUND = $ENV{ROUND} // ($MINUTES < 2 ? 3 : 10);
my $LOAD = Sandbox::build() . '/tests/bench/load';
# Under valgrind one thread runs at a time, and slowly.
my ($LOADERS, $WORKERS) = $ENV{VALGRIND} ? (2, 16) : (8, 64);
my $PATIENCE = 300;
# Of what the process had after the warm-up, which in a short one has no end.
# With a sanitizer it is what each thread keeps for later that grows.
my $SAN = Sandbox::build() =~ /san\z/;
my $MORE_MEMORY = $MINUTES < 2 ? ($SAN ? 1.6 : 1.15) : $SAN ? 1.25 : 1.05;
# Bytes in use that a request may leave behind.
my $LEFT = $MINUTES < 2 ? 2 : 0.05;
# Bytes of connections, 14 KiB each, which are kept for later requests: as many
# as there ever were at once, and there may be a few more at any time.
my $KEPT = 128 * 1024;
# Descriptors of lock files that are kept for later events: as many as there ever
# were at once, up to so many (lib/inbox/inbox_dircache.c).
my $SPARE = 64;

# The senders, besides the load generator's good deliveries.
my @SENDERS = (
	['mixed-1', 'Traffic', qw(good copies refused refused breaks_off)],
	['mixed-2', 'Traffic', qw(good copies refused refused no_http)],
	['slow', 'Traffic', qw(slow)],
	['hostile', 'Hostile', @Hostile::KINDS],
);

# Runs a function as a process, which reports its result.
sub process {
	my ($box, $name, $work) = @_;
	my $path = "$box->{dir}/run/$name";
	my $pid = fork // die "fork: $!\n";
	return [$pid, $path] if $pid;
	my $said = eval { $work->() } // { wrong => ["$name: $@"] };
	open my $out, '>', $path or POSIX::_exit(1);
	print $out JSON::PP::encode_json($said);
	close $out;
	POSIX::_exit(0);
}

sub result {
	my ($p) = @_;
	waitpid $p->[0], 0;
	my $said = eval { JSON::PP::decode_json(Sandbox::slurp($p->[1])) };
	unlink $p->[1];
	return $said // { wrong => ["$p->[1]: says nothing"] };
}

# Takes what it sees until it is told to stop: {took => {PROVIDER/NAME => n}}.
sub consumer {
	my ($box, $stop) = @_;
	my (%took, @wrong, $last);
	$stop->blocking(0);
	while (1) {
		$last ||= defined sysread $stop, my $byte, 1;
		my $n = 0;
		for my $path (glob $box->inbox . '/*/new') {
			my ($to) = $path =~ m{([^/]+)/new\z};
			opendir my $dir, $path or next;
			for my $name (grep { !/^\./ } readdir $dir) {
				my $cur = $path =~ s{new\z}{cur/$name}r;
				rename "$path/$name", $cur or next;
				$took{"$to/$name"}++;
				$n++;
				my $e = Sandbox::event($cur);
				push @wrong, "in parts: $to/$name"
				    if length($e->{body} // '') !=
				    ($e->{head}{'content-length'} // -1);
				unlink $cur;
			}
		}
		return { took => \%took, wrong => \@wrong } if $last && !$n;
		sleep 0.02 if !$n;
	}
}

# Good deliveries, as fast as possible.
sub load {
	my ($w, $tag) = @_;
	my $line = qx($LOAD $w->{port} /hooks/coral @{[ Sign::secret('coral')
	    ]} $tag $LOADERS $ROUND 2>&1);
	my (undef, undef, undef, $ok, $refused, $none) = split ' ', $line;
	return { wrong => ["load: $line"] } if ($none // 'x') !~ /\A\d+\z/;
	return { load => $ok, wrong => $refused + $none ? ["load: $line"] : [],
		count => { sent => $ok + $refused + $none, ok => $ok,
			refused => $refused, none => $none } };
}

sub sockets {
	return grep { (readlink // '') =~ /^socket/ } glob "/proc/$_[0]/fd/*";
}

# Of the program at rest: {VmRSS and heap in KiB, Threads, files, sockets}. Each
# number once it is what it was just before; of the heap, what is in use.
sub at_rest {
	my ($w, $quiet) = @_;
	my $pid = $w->{programs}[0];
	my $end = time + $PATIENCE;
	my $last = '';
	while (time < $end) {
		my $status = Sandbox::slurp("/proc/$pid/status");
		my @files = glob "/proc/$pid/fd/*";
		my %now = (files => scalar @files,
			sockets => scalar sockets($pid),
			map { $_ => $status =~ /^$_:\s+(\d+)/m } qw(VmRSS
			    Threads));
		my $now = join ' ', map { "$_ $now{$_}" } qw(files sockets VmRSS
		    Threads);
		if ($now eq $last && $now{VmRSS} &&
		    $now{sockets} <= ($quiet // $now{sockets})) {
			my $heap = $ENV{VALGRIND} ? 0 : Shim::in_use($w, $pid);
			return { %now, heap => $heap / 1024 };
		}
		$last = $now;
		sleep 0.2;
	}
	return;
}

sub round {
	my ($w, $i) = @_;
	my $box = $w->box;
	my $end = time + $ROUND;
	pipe my $stop, my $stopped or die "pipe: $!\n";
	my $consumer = process($box, 'took', sub {
		close $stopped;
		consumer($box, $stop) });
	undef $Sign::TIME;
	my @life = Traffic::lifeomic("r$i");
	my @refusals = Traffic::refusals($w);
	my @all = process($box, 'load', sub {
		close $stopped;
		load($w, "r$i-load") });
	for my $s (@SENDERS) {
		my ($name, $class, @kinds) = @$s;
		push @all, process($box, $name, sub {
			close $stopped;
			srand $SEED + 100 * $i + @all;
			my $t = $class->new($w, "r$i-$name", $end);
			$t->{lifeomic} = [@life];
			$t->{refusals} = [@refusals];
			$t->go_on(@kinds) });
	}
	# The settings are read again while they are in use.
	while (time < $end) {
		sleep 0.7;
		$box->settings;
	}
	my @said = map { result($_) } @all;
	my $rest = at_rest($w, $w->{quiet});
	close $stopped;
	return ($rest, @said, result($consumer));
}

# The lines about rejected deliveries in the log of a round that has ended.
sub refusals_logged {
	my ($box) = @_;
	my $path = "$box->{dir}/log/error.log";
	my $log = Sandbox::slurp($path);
	my @wrong = map { "a log says: $_" } $log =~
	    /(.*(?:stored, but|Sanitizer|runtime error:|Assertion).*)/g,
	    grep { index($log, $_) >= 0 } $Run::MARK,
	    map { @$_ } values %Sign::SECRET;
	my $n = () = $log =~ /hookdir: \w+: \S+ \S+ from \S+ answered [45]\d\d:/g;
	# It is only appended to.
	truncate $path, 0;
	return ($n, @wrong);
}

sub add {
	my ($sum, @said) = @_;
	for my $s (@said) {
		$sum->{count}{$_} += $s->{count}{$_} for keys %{ $s->{count} };
		$sum->{$_} = { %{ $sum->{$_} // {} }, %{ $s->{$_} // {} } }
		    for qw(acked unsure took);
		push @{ $sum->{wrong} }, @{ $s->{wrong} // [] };
		$sum->{load} += $s->{load} // 0;
	}
	return;
}

# Checks that the counters of the round agree.
sub judge {
	my ($w, $i, $rest, @said) = @_;
	my %sum = (wrong => [], load => 0);
	add(\%sum, @said);
	my ($acked, $unsure, $took, $c, $bad) =
	    @sum{qw(acked unsure took count wrong)};
	$c->{$_} //= 0 for qw(sent), @Traffic::OUTCOMES;
	push @$bad, "not at rest within $PATIENCE s" unless $rest;
	my $loaded = 0;
	for my $name (keys %$took) {
		push @$bad, "filed $took->{$name} times: $name"
		    if $took->{$name} != 1;
		$name =~ m{\Acoral/r$i-load-} ? $loaded++ :
		    $acked->{$name} || $unsure->{$name} ||
		    push @$bad, "made up: $name";
	}
	push @$bad, "$sum{load} of the load acknowledged, $loaded filed"
	    if $loaded != $sum{load};
	push @$bad, map { "acknowledged and lost: $_" } grep { !$took->{$_} }
	    keys %$acked;
	$c->{filed} = keys %$took;
	# An event whose sender did not wait may have been stored; it does not
	# count as a duplicate.
	$c->{duplicates} = $c->{ok} - $sum{load} - keys %$acked;
	my $sum = 0;
	$sum += $c->{$_} for @Traffic::OUTCOMES;
	push @$bad, "$c->{sent} sent, $sum accounted for" if $sum != $c->{sent};
	my ($logged, @wrong) = refusals_logged($w->box);
	push @$bad, @wrong;
	my $said = $c->{refused} + $c->{failed};
	push @$bad, "$said refused or failed, $logged in the log"
	    if $logged < $said || $logged > $said + $c->{left} + $c->{none};
	push @$bad, Try::unclean($w->box);
	# Remove old marks, as time would: else they fill the disk.
	system 'find', (glob $w->box->inbox . '/*/dedup'), qw(-type f -delete);
	splice @$bad, 20 if @$bad > 20;
	return ($c, @$bad);
}

# From the end of the warm-up to the end, each by its highest; it may have so many
# more.
sub grows {
	my ($what, $factor, $more, @of) = @_;
	my $n = @of;
	my ($early) = sort { $b <=> $a } @of[$n / 4 .. $n / 2];
	my ($late) = sort { $b <=> $a } @of[$n * 3 / 4 .. $n - 1];
	return Try::check("$what: $early after the warm-up, $late at the end",
	    $late > $early * $factor + $more ? 'it grows: ' . join ' ', @of : ());
}

# Of what is in use, each by its highest; by the requests in between.
sub leaks {
	my (@rest) = @_;
	my $n = @rest;
	my @of = ([$n / 4 .. $n / 2], [$n * 3 / 4 .. $n - 1]);
	my ($early, $late) = map { (sort { $b <=> $a } map { $rest[$_]{heap} }
	    @$_)[0] } @of;
	my $sent = 0;
	$sent += $_->{sent} for @rest[$of[0][-1] + 1 .. $n - 1];
	my $more = 1024 * ($late - $early) - $KEPT;
	my $left = ($more > 0 ? $more : 0) / ($sent || 1);
	return Try::check(sprintf('memory in use: %.1f KiB after the warm-up, ' .
	    '%.1f at the end, %.3f bytes a request', $early, $late, $left),
	    $left > $LEFT ? 'it leaks: ' . join ' ', map { int $_->{heap} }
	    @rest : ());
}

sub watch_memory {
	my ($w) = @_;
	my $box = $w->box;
	# What was freed is kept, to be watched: a little of it.
	$ENV{ASAN_OPTIONS} =
	    'quarantine_size_mb=4:thread_local_quarantine_size_kb=64:' .
	    'verify_asan_link_order=0';
	Shim::on($w, 'polled-locks') if $ENV{VALGRIND};
	$box->{wrap} = [qw(/usr/bin/valgrind -q --leak-check=full),
	    qw(--error-exitcode=99 --freelist-vol=1000000 --fair-sched=yes)]
	    if $ENV{VALGRIND};
	return;
}

# No disk, so that it is traffic that is waited for.
Mounts::private() if $> == 0;
my $w = ServerSetup->new('lighttpd-socket');
my $box = $w->box;
$box->{settings}{inbox} = Mounts::tmpfs($box, 'memory', 'size=1g,mode=0755') .
    '/inbox' if $> == 0;
$box->{settings}{workers} = $WORKERS;
$box->settings;
$Client::DEADLINE = $PATIENCE;
watch_memory($w);
Shim::heap($w) unless $ENV{VALGRIND};
$w->{extra} = "server.max-keep-alive-requests = 10000\n";
$w->start;
my $first = at_rest($w) or die "it does not come to rest\n";
$w->{quiet} = $first->{sockets};
note("SEED=$SEED MINUTES=$MINUTES ROUND=$ROUND");
my ($begun, $i, %total, @rest) = (time, 0);
while (time < $begun + 60 * $MINUTES || $i < 4) {
	my ($rest, @said) = round($w, ++$i);
	my ($c, @bad) = judge($w, $i, $rest, @said);
	push @rest, $rest // { files => 0, VmRSS => 0, Threads => 0, heap => 0 };
	$rest[-1]{sent} = $c->{sent};
	$total{$_} += $c->{$_} for keys %$c;
	Try::check("round $i: " . join(', ', map { "$c->{$_} $_" } qw(sent ok
	    filed duplicates refused failed server none left)) . sprintf('; %d ' .
	    'KiB, %.1f in use, %d files', @{ $rest[-1] }{qw(VmRSS heap files)}),
	    @bad) or last;
}
diag('in all ', join ', ', map { "$total{$_} $_" } qw(sent ok filed duplicates
    refused failed server none left));
grows('memory, KiB', $MORE_MEMORY, 0, map { $_->{VmRSS} } @rest);
leaks(@rest) unless $ENV{VALGRIND};
grows('descriptors', 1, $SPARE, map { $_->{files} } @rest);
grows('threads', 1, 0, map { $_->{Threads} } @rest);
cmp_ok($total{$_}, '>', 0, "some: $_") for qw(ok filed duplicates refused left);
my @wrong = $w->stop;
Try::check('all ends, and nothing was reported', @wrong);
$w->show_logs unless Test::More->builder->is_passing;
$box->destroy;
done_testing();
