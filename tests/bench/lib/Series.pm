# A series: some programs on one disk, each under the same load, by turns; and
# its table. What can be measured: %CASES.
package Series;
use strict;
use warnings;
use Sandbox;
use Figures;
use Ours;
use Peers;
use Round;
use Volume;

# Of the programs that a case takes: "store" are hookdir's versions as they are;
# "write" are those without their flushes; "verify" is PHP-FPM, which files
# nothing. "own" leaves out the first release.
#
# A case is a list of series. Each has senders at once and, where they are not
# the usual, bytes of a body; "consumer", who takes the events; "long", seconds
# of a run in one piece, beside the usual one; processes that share an inbox; and
# of the disk, its kind and the milliseconds of a flush.
our %CASES = (
	64 => [{ senders => 64, does => [qw(store write verify)] }],
	16 => [{ senders => 16, does => ['store'] }],
	1 => [{ senders => 1, does => ['store'] }],
	consumer => [{ senders => 64, does => ['store'], consumer => 1 }],
	long => [{ senders => 64, does => ['store'], own => 1,
		long => $ENV{LONG} // 60 }],
	bodies => [
		{ senders => 64, does => ['store'], bytes => 64 << 10 },
		{ senders => 16, does => ['store'], bytes => 1 << 20 },
	],
	slow => [map { { senders => $_, does => ['store'], slow => 2 } }
	    64, 16, 1],
	processes => [map { { senders => 64, does => ['store'],
		processes => $_ } } 1, 2, 4, 8],
	xfs => [{ senders => 64, does => [qw(store write)], kind => 'xfs' }],
	btrfs => [{ senders => 64, does => [qw(store write)],
		kind => 'btrfs' }],
);
# The first are those that the goals are about.
our @GOALS = qw(64 16 1 consumer long);
our @ALL = (@GOALS, qw(bodies slow processes xfs btrfs));

# Seconds that a round takes besides its load, and a start of a program.
my ($AROUND, $START, $DISK) = (1.2, 1.5, 8);

# "rounds", "seconds" and "to", the program to which all is set in relation;
# "kinds", the programs that there are, in the form of Ours::ALL; "without", what
# is left out already, and why.
sub new {
	my ($class, %opt) = @_;
	return bless { without => [], %opt, got => {}, filed => 0, busy => 0 },
	    $class;
}

# In words, what is the same for all programs.
sub title {
	my ($s) = @_;
	my $bytes = $s->{bytes} // 1024;
	return join ', ', $s->{senders} == 1 ? '1 sender' :
	    "$s->{senders} senders", $bytes >= 1 << 20 ?
	    ($bytes >> 20) . ' MiB' : ($bytes >> 10) . ' KiB',
	    $s->{consumer} ? 'a consumer takes the events' : (),
	    $s->{long} ? "$s->{long} s in one piece" : (),
	    $s->{processes} ? "$s->{processes} process" .
	    ($s->{processes} == 1 ? '' : 'es') : ();
}

# The programs of a series.
sub takes_part {
	my ($all, $s) = @_;
	my %does = map { $_ => 1 } @{ $s->{does} };
	return grep { $does{ $_->{does} } && !($s->{own} && $_->{first}) }
	    @{ $all->{kinds} };
}

# About how many seconds the cases take.
sub estimate {
	my ($all, @cases) = @_;
	my ($seconds, $disk) = (0, '');
	for my $s (map { @{ $CASES{$_} } } @cases) {
		my $programs = () = takes_part($all, $s);
		my $needs = disk_of($s);
		my $round = $all->{seconds} + $AROUND;
		# What a long run leaves takes as long as a third of it.
		$round += $s->{long} * 4 / 3 if $s->{long};
		$seconds += $programs * ($START + $all->{rounds} * $round);
		$seconds += $DISK if $needs ne $disk;
		$disk = $needs;
	}
	return $seconds;
}

sub disk_of {
	my ($s) = @_;
	# At 12,000 events a second, with their inodes; at 800 MiB a second.
	my $gib = 2 + int(($s->{long} // 0) / 10) +
	    (($s->{bytes} // 0) >> 19);
	return join ' ', $s->{kind} // 'ext4', $s->{slow} // 0, $gib;
}

# The disk of a series; that of the last one if it will do.
sub disk {
	my ($all, $s) = @_;
	my $needs = disk_of($s);
	return $all->{disk} if $all->{disk} && $all->{has} eq $needs;
	$all->close_disk;
	my ($kind, $slow, $gib) = split ' ', $needs;
	$all->{has} = $needs;
	return $all->{disk} = Volume->new(kind => $kind, gib => $gib,
	    slow => $slow || $ENV{SLOW});
}

sub close_disk {
	my ($all) = @_;
	my $disk = delete $all->{disk} or return;
	$disk->destroy;
	return;
}

# One of the programs, running and tried, and warm: some are compiled as they
# run. The rest of %$kind is Ours::start's or Peers::start's.
sub start {
	my ($kind, $disk) = @_;
	my $c = $kind->{peer} ? Peers::start($kind, $disk) :
	    Ours::start($kind, $disk);
	my $ok = eval {
		Round::try($c);
		Round::run($c, $disk, 16, 0.3);
	};
	return $c if $ok;
	my $why = $@;
	$c->stop;
	die $why;
}

# The turns of a round: [name, how].
sub turns {
	my ($all, $s, $disk, @running) = @_;
	my %opt = map { $_ => $s->{$_} } grep { defined $s->{$_} }
	    qw(bytes consumer);
	my $turn = sub {
		my ($c, $seconds) = @_;
		return sub {
			my $run = Round::run($c, $disk, $s->{senders}, $seconds,
			    %opt);
			$all->{filed} += $run->{filed};
			return $run;
		};
	};
	return map { my $c = $_;
		([$c->{name}, $turn->($c, $all->{seconds})],
		$s->{long} ? ["$c->{name} long", $turn->($c, $s->{long})] : ())
	    } @running;
}

# Measures a case, and prints a table for each of its series. Dies if a program
# does what Round::run refuses; a case that this machine cannot have is left out.
sub measure {
	my ($all, $case) = @_;
	for my $s (@{ $CASES{$case} }) {
		my $disk = eval { $all->disk($s) };
		if (!$disk) {
			push @{ $all->{without} }, "case $case: $@";
			print "\nLEFT OUT: case $case: $@";
			return;
		}
		my @kinds = map { { %$_, processes => $s->{processes} } }
		    takes_part($all, $s);
		my @running;
		my $got = eval {
			push @running, start($_, $disk) for @kinds;
			Round::alternate($all->{rounds},
			    turns($all, $s, $disk, @running));
		};
		my $why = $@;
		my @bad = map { my $c = $_; map { "$c->{name}: $_\n" }
		    $c->stop } @running;
		die $why, @bad if !$got || @bad;
		$all->{got}{$case} //= $got;
		$all->table($s, $disk, $got,
		    map { $_->[0] } turns($all, $s, $disk, @running));
	}
	return;
}

# The program to which the others are set in relation: the one that is wanted,
# or else the first that is there.
sub relation {
	my ($all, @names) = @_;
	my ($to) = grep { $_ eq $all->{to} } @names;
	return $to // $names[0];
}

sub table {
	my ($all, $s, $disk, $got, @names) = @_;
	my $to = $all->relation(@names);
	printf "\n%s; %s; %d of %g s\n", title($s), $disk->{what},
	    $all->{rounds}, $all->{seconds};
	printf "%-16s %-20s %-17s %6s %7s %-22s %-17s %6s %5s\n", '', 'events/s',
	    "/ $to", 'p50 ms', 'p99 ms', 'us CPU of the machine', "/ $to",
	    'of it', 'flush';
	for my $name (@names) {
		my $of = $got->{$name};
		my @cells = map { my $figure = $_; $name eq $to ? '' :
			Figures::spread('%.2f', Figures::ratios($of, $got->{$to},
			    $figure)) } qw(rate machine);
		printf "%-16s %-20s %-17s %6.1f %7.1f %-22s %-17s %6.0f %5s\n",
		    $name, Figures::spread('%.0f', map { $_->{rate} } @$of),
		    $cells[0], (map { my $figure = $_; Figures::middle(
			map { $_->{$figure} } @$of) } qw(p50 p99)),
		    Figures::spread('%.0f', map { $_->{machine} } @$of),
		    $cells[1], Figures::middle(map { $_->{cpu} } @$of),
		    defined $of->[0]{flushes} ? sprintf('%.2f',
			Figures::middle(map { $_->{flushes} } @$of)) : '';
	}
	$all->notes($got, @names);
	return;
}

# What to know about the figures before they are believed.
sub notes {
	my ($all, $got, @names) = @_;
	my $busy = Figures::middle(map { $_->{busy} } map { @{ $got->{$_} } }
	    @names);
	printf "OTHERS HAD %.0f %% OF THE MACHINE during the runs.\n",
	    $busy * 100 if $busy > $Figures::QUIET;
	$all->{busy} = $busy if $busy > $all->{busy};
	my %age = map { my $name = $_; $name => Figures::middle(
		map { $_->{age99} // 0 } @{ $got->{$name} }) } @names;
	my @late = grep { $age{$_} > 50 } @names;
	printf "the consumer took 99 %% of the events within %s ms.\n",
	    join ', ', map { "$age{$_} ($_)" } @names
	    if grep { defined $_->{age99} } @{ $got->{ $names[0] } };
	print "THAT IS NOT WITHIN 50 ms: @late.\n" if @late;
	return;
}

# After all cases, what is to be known of all figures, in words.
sub doubts {
	my ($all) = @_;
	return ($all->{rounds} < 5 ?
	    "FEWER THAN 5 RUNS: no figure is to be published.\n" : (),
	    $all->{busy} > $Figures::QUIET ?
	    sprintf("OTHERS HAD UP TO %.0f %% OF THE MACHINE: repeat it when " .
		"they are quiet.\n", 100 * $all->{busy}) : (),
	    map { "LEFT OUT: $_" } @{ $all->{without} });
}

1;
