# The goals for the speed of hookdir, and which of them a run reached.
package Goals;
use strict;
use warnings;
use Figures;

# A version that is "so" much of a program is as good as the goal asks. The
# figures are those of a run; "long" is the run in one piece, set in relation to
# the usual runs of the same version.
my @GOALS = (
	{ row => '64 senders / first unsynced', case => 64,
		to => 'first unsynced', least => 1.0 },
	{ row => '64 senders / PHP-FPM that only verifies', case => 64,
		to => 'PHP-FPM', least => 1.0 },
	{ row => '16 senders / first', case => 16, to => 'first',
		least => 1.4 },
	{ row => '1 sender / first', case => 1, to => 'first', least => 1.0 },
	{ row => 'p99, 64 senders / first', case => 64, to => 'first',
		figure => 'p99', most => 0.8 },
	{ row => 'CPU of the machine, 64 senders / first', case => 64,
		to => 'first', figure => 'machine', most => 0.65 },
	{ row => 'with a consumer / first', case => 'consumer', to => 'first',
		least => 1.4 },
	{ row => 'in one piece / in short runs', case => 'long', least => 0.9 },
);

# How far a single run may be from the goal.
my $SLACK = 0.9;

# A goal is reached if the median is, and no run misses it by more than SLACK.
sub verdict {
	my ($goal, @ratios) = @_;
	my $middle = Figures::middle(@ratios);
	my ($least, $most) = (sort { $a <=> $b } @ratios)[0, -1];
	my $up = defined $goal->{least};
	return 'not reached' if $up ? $middle < $goal->{least} :
	    $middle > $goal->{most};
	return 'not reached by every run' if $up ?
	    $least < $goal->{least} * $SLACK : $most > $goal->{most} / $SLACK;
	return 'reached';
}

# What one version reached of a goal: nothing if that was not measured.
sub ratios {
	my ($goal, $got, $name) = @_;
	my $of = $got->{ $goal->{case} } // return;
	my ($ours, $theirs) = $goal->{to} ? ($name, $goal->{to}) :
	    ("$name long", $name);
	return unless $of->{$ours} && $of->{$theirs};
	return Figures::ratios($of->{$ours}, $of->{$theirs}, $goal->{figure});
}

# Nobody should quote a verdict without this: what others had of the machine.
sub beside {
	my ($busy) = @_;
	return $busy > $Figures::QUIET ?
	    sprintf ' (others had %.0f %%)', 100 * $busy : '';
}

sub company {
	my ($goal, $got, $name) = @_;
	return beside(Figures::middle(map { $_->{busy} // 0 }
	    @{ $got->{ $goal->{case} }{$name} }));
}

# A row of a table of goals, from the figures of all rounds, and what others had
# of the machine, in words. Without figures, it was not measured.
sub row {
	my ($goal, $format, $company, @figures) = @_;
	return '| ' . join(' | ', $goal->{row},
	    defined $goal->{least} ? ">= $goal->{least}" : "<= $goal->{most}",
	    @figures ? (Figures::spread($format, @figures),
		verdict($goal, @figures) . $company) :
	    ('', 'not measured')) . " |\n";
}

sub head {
	my ($title, $rounds) = @_;
	return "\n| $title | goal | median (least-most) of $rounds | |\n" .
	    "| --- | --- | --- | --- |\n";
}

# The table, for each of the versions. $got is {case => {program => [runs]}}.
sub table {
	my ($got, $rounds, @names) = @_;
	my $out = '';
	for my $name (@names) {
		$out .= head("$name, durable", $rounds);
		for my $goal (@GOALS) {
			my @ratios = ratios($goal, $got, $name);
			$out .= row($goal, '%.2f',
			    @ratios ? company($goal, $got, $name) : '', @ratios);
		}
	}
	return $out;
}

1;
