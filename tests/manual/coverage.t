#!/usr/bin/perl
# README.md's table of what signatures cover, and its list of presets whose
# deliveries can be replayed for ever, are what the program says.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use Test::More;

my $hookdir = Sandbox::build() . '/hookdir';
my @column = ('key', 'meant for you', 'signed', 'not signed', 'time',
	'a replay is filed');
my (@want, @always);
for my $name (map { /\A(\S+)/ } `$hookdir presets`) {
	my %fact = map { m{\A// (.*?): (.*)\n\z} ? ($1, $2) : () }
	    `$hookdir presets $name`;
	my @lacks = grep { !defined $fact{$_} } @column,
	    'a signed header may have', 'the signed text can be split';
	is("@lacks", '', "$name: has its row");
	push @want, "| `$name` | " . join(' | ', @fact{@column}) . ' |';
	push @always, "`$name`" if $fact{'a replay is filed'} =~ /^for ever/;
}
cmp_ok(scalar @always, '>=', 10, 'some can be replayed');

my $readme = Sandbox::slurp("$Sandbox::TOP/README.md");
my ($section) = $readme =~ /^### What a signature shows\n(.*?)^### /ms;
my ($head, $table) = ($section // '') =~
    /^(\| preset \| key \|.*)\n\|[- |]+\|\n((?:\|.*\n)+)/m;
is($head, '| ' . join(' | ', 'preset', @column) . ' |', 'the columns');
my @got = split /\n/, $table // '';
ok("@got" eq "@want", 'the table is theirs') or
    diag("the table should be:\n" . join "\n", @want);

my ($list) = ($section // '') =~ /with\s+another\s+id\s+each\s+time:\s(.*?)\.\s/s;
is(($list // '') =~ s/\s+/ /gr, join(', ', @always), 'the list is theirs');

done_testing();
