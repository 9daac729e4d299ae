# The table of a run, on standard output, and as Markdown for README.md in
# BUILD/bench.md; of a slow disk, in BUILD/bench-slow.md.
package Report;
use strict;
use warnings;
use Sandbox;
use Figures;
use Ours;
use POSIX qw(strftime);

our $TOOLS = Sandbox::build() . '/tests/bench';

# What each does before it answers, and which of ours does as much.
my %DOES = (
	nothing => ['nothing', undef],
	verify => ['verifies', 'no inbox'],
	write => ['+ writes', undef],
	store => ['+ flushes', 'hookdir'],
);

sub new {
	my ($class, $rounds, $seconds) = @_;
	return bless { rounds => $rounds, seconds => $seconds, filed => 0,
		without => [], markdown => '' }, $class;
}

sub without {
	my ($r, $name, $why) = @_;
	chomp $why;
	push @{ $r->{without} }, "$name: $why";
	print "WITHOUT $name: $why\n";
	return;
}

sub head {
	my ($r, $disk, @running) = @_;
	my %by;
	$r->{order} = [grep { $_->{does} =~ /verify|store/ } @running];
	push @{ $by{ $_->{refuses} } }, $_->{name}
	    for grep { $_->{refuses} } @running;
	print "\nThrough $Ours::WAY, the events $disk->{what}.\nmedian ",
	    "(least-most) of $r->{rounds} rounds of $r->{seconds} s; ",
	    "flushes: what the device was asked for, an event.\nA wrong ",
	    'signature is refused: ', join('; ', map {
		"$_ by " . join ', ', @{ $by{$_} } } sort keys %by), ".\n\n";
	printf "%7s  %-11s %-9s %-22s %7s %8s %6s %5s  %-18s %s\n", 'senders',
	    'program', 'does', 'events/s', 'p50 ms', 'p99 ms', 'us CPU',
	    'flush', 'hookdir / it', 'ours that does as much / it';
	return;
}

# Of what is known; an empty cell otherwise.
sub cell {
	my ($format, $column, @of) = @_;
	my @known = grep { defined } map { $_->{$column} } @of;
	return @known ? sprintf $format, Figures::middle(@known) : '';
}

sub rows {
	my ($r, $senders, $running, $got) = @_;
	for my $c (@$running, { name => 'disk', does => 'store' }) {
		my ($name, $of) = ($c->{name}, $got->{ $c->{name} });
		my ($does, $like) = @{ $DOES{ $c->{does} } };
		my $all = $name eq 'hookdir' ? '' : Figures::spread('%.2f',
		    Figures::ratios($got->{hookdir}, $of));
		$like = $like && $like ne $name && $like ne 'hookdir' ?
		    Figures::spread('%.2f', Figures::ratios($got->{$like}, $of)) :
		    $c->{does} eq 'store' ? $all : '';
		printf "%7d  %-11s %-9s %-22s %7s %8s %6s %5s  %-18s %s\n",
		    $senders, $name, $does,
		    Figures::spread('%.0f', map { $_->{rate} } @$of),
		    cell('%.2f', 'p50', @$of), cell('%.2f', 'p99', @$of),
		    cell('%.0f', 'cpu', @$of), cell('%.1f', 'flushes', @$of),
		    $all, $like;
	}
	print "\n";
	$r->{senders}{$senders} = $got;
	return;
}

sub memory {
	my ($r, @running) = @_;
	print "after all of it            RSS MB   PSS MB\n";
	for my $c (@running) {
		printf "%-24s %8.1f %8.1f\n", $c->{name},
		    Figures::memory($c->pids);
	}
	my ($hookdir) = grep { $_->{name} eq 'hookdir' } @running;
	printf "%-24s %8.1f %8.1f\n", "web server of hookdir",
	    Figures::memory($hookdir->{setup}{server});
	return;
}

sub thousands { return scalar reverse((reverse sprintf '%.0f', $_[0]) =~
    s/(\d{3})(?=\d)/$1,/gr) }

# Rates at all numbers of senders, p99 and ratios at the last.
sub markdown {
	my ($r, $disk) = @_;
	my @senders = sort { $a <=> $b } keys %{ $r->{senders} };
	my $most = $senders[-1];
	my $got = $r->{senders}{$most};
	my $out = 'Events a second, by senders at once, and p99; ' .
	    strftime('%Y-%m-%d', gmtime) . ", $disk->{what}:\n\n| program | " .
	    "before it answers | " . join(' | ', @senders) .
	    " | p99 ms, $most | hookdir / it, $most |\n" .
	    '| --- ' x (@senders + 4) . "|\n";
	for my $row (@{ $r->{order} }) {
		my $of = $got->{ $row->{name} };
		$out .= '| ' . join(' | ',
		    $row->{name} =~ s/ \+\z//r =~ s/\Ano inbox/hookdir, $&/r,
		    $row->{does} eq 'store' ? 'stores durably' : 'verifies',
		    (map { thousands(Figures::middle(map { $_->{rate} }
			@{ $r->{senders}{$_}{ $row->{name} } })) } @senders),
		    cell('%.0f', 'p99', @$of),
		    $row->{name} eq 'hookdir' ? '' : Figures::spread('%.1f',
			Figures::ratios($got->{hookdir}, $of))) . " |\n";
	}
	return $out;
}

sub end {
	my ($r, $disk) = @_;
	my $path = Sandbox::build() . ($ENV{SLOW} ? '/bench-slow.md' : '/bench.md');
	open my $f, '>', $path or die "$path: $!\n";
	print $f $r->markdown($disk);
	close $f or die "$path: $!\n";
	print "\nNot compared: $_.\n" for @{ $r->{without} };
	print "\n$r->{filed} events accepted by those that file them, and as " .
	    "many files.\nThe table for README.md: $path\n";
	return;
}

1;
