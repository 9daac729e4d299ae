#!/usr/bin/perl
# README.md's table of the lines of an event's header is the program's list of
# them, and there is no line that the list does not have.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use Test::More;

my $list = Sandbox::slurp("$Sandbox::TOP/lib/event_lines.h");
my (@want, %own);
$list =~ s{/\*.*?\*/|^#.*?$}{}gms;
while ($list =~ /^EVENT_(LINE|REQUEST)\((.*?)\)$/gms) {
	my ($kind, $rest) = ($1, $2);
	# Strings side by side are one, and there are four columns.
	$rest =~ s/"\s+"//g;
	my @column = map { s/\\"/"/gr } $rest =~ /"((?:[^"\\]|\\.)*)"/g;
	is(scalar @column, 4, "$column[0] has four columns");
	$own{ $column[0] } = 1 if $kind eq 'LINE';
	$column[0] = "`$column[0]`" if $kind eq 'LINE';
	push @want, '| ' . join(' | ', @column) . ' |';
}
cmp_ok(scalar @want, '>=', 15, 'there are lines');

my $readme = Sandbox::slurp("$Sandbox::TOP/README.md");
my ($section) =
    $readme =~ /^### The header of an event\n(.*?)(?:^##+ |\z)/ms;
my @got = ($section // '') =~ /^(\|.*\|)$/mg;
splice @got, 0, 2;
ok("@got" eq "@want", 'the table is the list') or
    diag("the table should be:\n" . join "\n", @want);

# Whoever writes a line takes its name from the list.
for my $file (glob "$Sandbox::TOP/lib/event*.c") {
	my @named = Sandbox::slurp($file) =~
	    m{"((?:Ce|Hookdir|Content)-[A-Za-z-]*[a-z])}g;
	is("@named", '', "$file has no name of its own");
}

done_testing();
