#!/usr/bin/perl
# README.md's tables of settings are the list of settings, as the program prints
# it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use Test::More;

my $hookdir = Sandbox::build() . '/hookdir';

# The rows that the tables should have, by section, in order.
my (@section, %want);
for (`$hookdir settings`) {
	if (/\A(\S.*?): /) {
		push @section, $1;
	} elsif (/\A  (\S.*) \(default: (.*)\)\n\z/) {
		my ($names, $default) = ($1, $2);
		$names = join ', ', map { "`$_`" } split /, /, $names;
		push @{ $want{ $section[-1] } }, "| $names | $default |";
	} elsif (/\A {8}(\S.*)\n\z/) {
		$want{ $section[-1] }[-1] .= " $1";
	} elsif (!/\A\n\z/) {
		die "what: $_";
	}
}
cmp_ok(scalar @section, '>=', 5, 'there are sections');

my $readme = Sandbox::slurp("$Sandbox::TOP/README.md");
for my $section (@section) {
	my @want = map { "$_ |" } @{ $want{$section} };
	my ($text) = $readme =~ /^##+ \Q$section\E\n(.*?)(?:^##+ |\z)/ms;
	my ($table) = ($text // '') =~
	    /^\| setting \| default \| meaning \|\n\|[- |]+\|\n((?:\|.*\n)+)/m;
	my @got = split /\n/, $table // '';
	ok("@got" eq "@want", "$section: the table is the list's") or
	    diag(join "\n", 'the table should be:',
		'| setting | default | meaning |', '| --- | --- | --- |', @want);
	for my $link (map { s/`[^`]*`//gr =~ /\[(.*?)\]/g } @want) {
		my ($to) = $readme =~ /^\[\Q$link\E\]: #(\S+)$/mi;
		my ($title) = map { /\A##+ (.*)/ } grep {
			/\A##+ / && lc(s/\A##+ //r =~ tr/ /-/r) eq ($to // '')
		} split /\n/, $readme;
		ok(defined $title, "$section: [$link] leads somewhere");
	}
}

done_testing();
