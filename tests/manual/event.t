#!/usr/bin/perl
# The manual has each line of the program's list of the lines of an event's
# header, and there is no line that the list does not have.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use Test::More;

my $list = Sandbox::slurp("$Sandbox::TOP/lib/event_lines.h");
my $page = `mandoc -T ascii -O width=200 ${\ Sandbox::build()}/man/hookdir-inbox.5 | col -bx`;
my ($table) = ($page =~ s/["'\x{60}_]//gr) =~ /^   The header\n(.*?)^   \S/ms;
my $n = 0;
$list =~ s{/\*.*?\*/|^#.*?$}{}gms;
while ($list =~ /^EVENT_(?:LINE|REQUEST)\((.*?)\)$/gms) {
	# Strings side by side are one, and there are four columns.
	my @column = map { s/\\"/"/gr } ($1 =~ s/"\s+"//gr) =~ /"((?:[^"\\]|\\.)*)"/g;
	is(scalar @column, 4, "$column[0] has four columns");
	my ($name, $value) = map { s/["'\x{60}_]//gr } @column[0, 2];
	my @words = map { quotemeta } split ' ', lcfirst $value;
	like($table, qr/^ +\Q$name\E\b.*?@{[ join '\s+', @words ]}/ims, "$column[0]: its value");
	$n++;
}
cmp_ok($n, '>=', 15, 'there are lines');

# Whoever writes a line takes its name from the list.
for my $file (glob "$Sandbox::TOP/lib/event*.c") {
	my @named = Sandbox::slurp($file) =~
	    m{"((?:Ce|Hookdir|Content)-[A-Za-z-]*[a-z])}g;
	is("@named", '', "$file has no name of its own");
}

done_testing();
