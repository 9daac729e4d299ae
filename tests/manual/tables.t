#!/usr/bin/perl
# The manuals have each setting, preset and command, with what the program says of
# it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Manual;
use Sandbox;
use Test::More;

my $hookdir = Sandbox::build() . '/hookdir';

# As it is on the screen, without marks and quotes.
sub plain { return $_[0] =~ s/["'`_]|\x08//gr =~ s/\s+/ /gr }

sub screen {
	my ($page) = @_;
	return plain(scalar `mandoc -T ascii -O width=200 ${\ Sandbox::build()}/man/$page | col -bx`);
}

# Each section of the list of settings stands in one manual.
my $list = Sandbox::slurp("$Sandbox::TOP/lib/preset/setting_list.h") =~ s{/\*.*?\*/}{}gsr;
my %source = map { $_ => Manual::slurp($_) } Manual::sources();
my @titles = $list =~ /^SECTION\("(.*?)"/mg;
cmp_ok(scalar @titles, '>=', 5, 'there are sections of settings');
for my $title (@titles) {
	my @in = grep { $source{$_} =~ /^\.\\" \@settings \Q$title\E\@$/m } sort keys %source;
	is(scalar @in, 1, "settings: '$title' is in one manual: @in");
}
my %all = map { $_ => screen(s{.*/}{}r) } sort keys %source;
for my $name ($list =~ /^[A-Z]+_SETTING\((\w+), /mg) {
	# What it means, up to the first link: that leads elsewhere in the manual.
	my ($text) = `$hookdir settings $name` =~ /^ {8}(\S.*(?:\n {8}\S.*)*)/m;
	my ($what) = plain($text // '?') =~ /\A([^\[:.]*)/;
	$what =~ s/\s\S*\z// if length $what > 40;
	ok((grep { /\Q${\ plain($name)}\E.*?\Q$what\E/is } values %all),
		"settings: $name: $what");
}

# Each preset, with what its signature shows.
my @presets = grep { lc ne 'preset' } map { /\A(\S+)/ } `$hookdir presets`;
cmp_ok(scalar @presets, '>=', 45, 'there are presets');
my $page = $all{'man/hookdir-presets.7'};
for my $name (@presets) {
	my %fact = map { m{\A// (.*?): (.*)\n\z} ? ($1, $2) : () } `$hookdir presets $name`;
	my @lost = grep { !defined $fact{$_} ||
		index(lc $page, lc plain($fact{$_})) < 0 }
	    ('key', 'meant for you', 'signed', 'not signed', 'time', 'a replay is filed');
	is("@lost", '', "presets: $name");
}

# Each command is an item of hookdir(1), once; what is hidden is nowhere.
my @commands = map { /^(?:\S.*? )? *([a-z]+) +\S/ ? $1 : () }
    map { s/^(?:set up|events|refused|try it|look up)//r }
    grep { /^(?:set up|events|refused|try it|look up| {8})/ } `$hookdir help`;
cmp_ok(scalar @commands, '>=', 17, "there are commands: @commands");
is(join(' ', sort $source{'man/hookdir.1'} =~ /^\.\\" \@command (\S+)\@$/mg),
	join(' ', sort @commands), 'commands: each is in hookdir(1), once');

done_testing();
