#!/usr/bin/perl
# hookdir help: what it shows fits a terminal, and is what the command takes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

folder();

my ($status, $help) = is_run(['help'], {}, 0, qr/./, '', 'an overview');
my @line = split /\n/, $help;
cmp_ok(scalar @line, '<=', 29, 'on one screen of 30 lines');
is((grep { length > 80 } @line), 0, 'of 80 columns') or diag($help);
unlike($help, qr/[ \t]$/m, 'without blanks at the ends');
my ($table) = $help =~ /\n\n(.*)/s;
my @command = $table =~ /^.{9}(\w+) +\S/mg;
ok((grep { $_ eq 'list' } @command), 'names of commands') or diag($help);
ok(!(grep { $_ eq 'complete' } @command), 'but not what only a shell calls');

# What a command takes, by its usage line and by the list of its options.
my %long = qw(-c --config -h --help -H --header -l --long -n --dry-run
    -s --sample -t --time -y --yes);
my %of;
for my $name (@command) {
	my (undef, $text) = is_run([ 'help', $name ], {}, 0,
		qr/\Ausage: hookdir $name\b/, '', "help $name");
	my @rows = split /\n/, $text;
	is((grep { length > 79 } @rows[ 1 .. $#rows ]), 0,
		"$name: in short lines") or diag($text);
	my ($usage, $meaning, $list) = split /\n\n/, $text;
	like($meaning, qr/[.]\z|\Ahookdir $name: \w/, "$name: what it is for");
	my %listed = map { $_ => 1 } $list =~ /^ {2}(?:-\w, )?(--[\w-]+)/mg;
	ok($listed{'--config'} && $listed{'--help'}, "$name: its options");
	for ($usage =~ /(?<![\w-])(--?\w[\w-]*)/g) {
		my $option = $long{$_} // $_;
		ok($listed{$option}, "$name: $_ is in the list") or diag($text);
	}
	for my $option (grep { !/config|help|version/ } sort keys %listed) {
		$of{$option}{$name} = 1;
		like($text, qr/\Q$option\E(?: [A-Z]+)? {2,}\S/,
			"$name: $option has a meaning");
	}
}
cmp_ok(scalar keys %of, '>=', 20, 'there are options');

# The lists are what the commands accept, and no more.
for my $option (sort keys %of) {
	my $all = join ', ', grep { $of{$option}{$_} } @command;
	my (undef, undef, $err) = run([ 'reverify', $option, 'x' ]);
	like($err, qr/reverify: takes no $option: that option is for \Q$all\E\n/,
		"$option is for $all");
}

is_run([qw(help nosuch)], {}, 2, '',
	qr/\Ahookdir: error: nosuch: no such command\n`hookdir help` .*\n\z/,
	'help for what does not exist');
is_run([qw(help lsit)], {}, 2, '', qr/did you mean "list"\?\n/, 'misspelt');
is_run([qw(nosuch --help)], {}, 2, '', qr/nosuch: no such command/,
	'by an option');
is_run([qw(help complete)], {}, 0, qr/\Ausage: hookdir complete /, '',
	'the hidden one is explained to who knows it');

done_testing();
