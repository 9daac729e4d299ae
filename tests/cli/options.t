#!/usr/bin/perl
# Every command: its help, and what is said of a command line that does not fit.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir = folder();
settings({ coral => { secret_file => secret('coral.secret', CORAL_OLD) } });

my (undef, $help) = run(['help']);
# Name => what it takes, as its own help shows it.
my (%takes, %text);
for my $name (($help =~ s/.*?\n\n//sr) =~ /^.{9}(\w+) +\S/mg) {
	(undef, $text{$name}) = run([ 'help', $name ]);
	($takes{$name}) = $text{$name} =~ /\Ausage: hookdir \S+ ?(.*)$/m;
}
cmp_ok(scalar keys %takes, '>=', 17, 'help names the commands');

# The options of each, and how one is given.
my (%options, %given, %refused);
for my $name (keys %text) {
	while ($text{$name} =~ /^ +(-\w, )?(--[\w-]+)( [A-Z]+)?/mg) {
		my ($letter, $long, $value) = ($1, $2, $3);
		$options{$name}{$long} = 1;
		$given{$long} = [ $letter ? $letter =~ s/, //r : $long,
			$value ? 'A: 1' : () ];
	}
}
my @all = grep { !/^--(?:config|help|version)\z/ } sort keys %given;

# How many operands: [least, most].
sub operands {
	my ($line) = @_;
	return (1, 2) if $line =~ /\|.*FILE/;
	return (0, 1000) if $line =~ /\[PROVIDER[.]{3}\] \|/;
	$line =~ s/\[?< BODY\]?//;
	$line =~ s/\[(?:KEY|OPTION[.]{3})\]//;
	$line =~ s/\[--?\w(?:[^][]|\[[^]]*\])*\]//g;
	my $most = () = $line =~ /[A-Z]+/g;
	$line =~ s/\[[^][]*(?:\[[^]]*\])?\]//g;
	my $least = () = $line =~ /[A-Z]+/g;
	return ($least, $most);
}

for my $name (sort keys %takes) {
	my $usage = quotemeta "usage: hookdir $name"
	    . ($takes{$name} eq '' ? '' : " $takes{$name}")
	    . "; see `hookdir help $name`";
	my ($least, $most) = operands($takes{$name});
	my $refused = sub {
		my ($args, $why, $what) = @_;
		is_run([ @{$args} ], {}, 2, '',
			qr/\Ahookdir: error: $name: $why\n$usage\n\z/,
			"$name: $what");
	};
	is_run([ $name, $_ ], {}, 0, $text{$name}, '', "$name $_")
	    for '-h', '--help';
	is_run([ '--help', $name ], {}, 0, $text{$name}, '', "--help $name");
	$refused->([ $name, ('x') x ($least - 1) ], 'needs [A-Z].*', 'too few operands')
	    if $least > 0;
	$refused->([ $name, ('x') x ($most + 1) ], 'takes (?:no|at most \d) arguments?', 'too many')
	    if $takes{$name} !~ /\.\.\.\]?\z/;
	$refused->([ $name, '--bogus' ], 'there is no option --bogus',
		'an unknown option');
	$refused->([ '--bogus=secret', $name ], 'there is no option --bogus',
		'before the command, and its value is not shown');
	$refused->([ $name, '-x' ], 'there is no option -x', 'a letter');
	# The rest of it is the same for all.
	if ($name =~ /^(?:cat|check|help)\z/) {
		$refused->([ '-x', $name ], 'there is no option -x', 'before it');
		$refused->([ $name, '-sx' ], 'there is no option -x', 'among others');
		$refused->([ $name, '--jsno' ],
			'there is no option --jsno: did you mean "--json"\?', 'a typo');
		$refused->([ $name, '--json=1' ], '--json takes no value',
			'a value where there is none');
		$refused->([ $name, "--\e[31m" ], 'there is no option --\\\\x1b\[31m',
			'bytes for the terminal');
		$refused->([ $name, $_ ], "$_ lacks its value", "$_ without its value")
		    for '-c', '--config', '-t', '--key', '-H';
	}

	# Options that have no meaning here, others at each command.
	my @foreign = grep { !$options{$name}{$_} } @all;
	my %why     = map { $_ => "takes no $_: that option is for [a-z, ]+" } @foreign;
	for (1 .. 3) {
		push @foreign, my $option = shift @foreign;
		$refused->([ $name, @{ $given{$option} } ], $why{$option},
			"takes no $option");
		$refused{$option} = 1;
	}
	unshift @all, pop @all for 1 .. 3;
	my $option = $foreign[0];
	$refused->([ @{ $given{$option} }, $name ], $why{$option},
		"takes no $option before it");

	# The settings may be named wherever a user would do so.
	my @x = ('x') x $least;
	# These go on until they are stopped, unless they have nothing to do.
	@x = ('x') if $takes{$name} =~ /\A\S+ \[PROVIDER[.]{3}\]/;
	my @c = ('-c', "$dir/hookdir.json");
	run([ $name, @x ]) if $name eq 'setup';    # which does nothing twice
	my @one = run([ $name, @x ]);
	for my $args ([ @c, $name, @x ], [ $name, @c, @x ], [ $name, @x, @c ]) {
		is_deeply([ run($args) ], \@one, "@{$args}: -c does no harm");
	}
}
is_deeply([ sort keys %refused ], [ sort @all ], 'each option was refused somewhere');

is_run(['--bogus'], {}, 2, '',
	qr/\Ahookdir: error: there is no option --bogus\n`hookdir help` lists.*\n\z/,
	'an unknown option and no command');
is_run([ 'frob', '--bogus' ], {}, 2, '', qr/\Ahookdir: error: frob: no such command\b/,
	'an unknown option of an unknown command');
is_run([ 'sign', map({ ('-H', "X-$_: 1") } 1 .. 33), 'coral' ], {}, 2, '',
	qr/\Ahookdir: error: sign: more than 32 times -H\nusage: hookdir sign/,
	'-H has a bound');

done_testing();
