#!/usr/bin/perl
# README.md's table of presets is what the program says of them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use Test::More;

my $hookdir = Sandbox::build() . '/hookdir';
my @want = map {
	my ($name, $scheme, $needs, $span, $note) =
	    /\A(\S+) +(\S+) +(\S+) +(\S+)(?: +(\S.*))?\n\z/ or die "what: $_";
	$span =~ s/h\z/ h/;
	"| `$name` | $scheme | " . join(', ', split /,/, $needs) .
	    " | $span | " . ($note // '') . ($note ? ' |' : '|')
} `$hookdir presets`;
cmp_ok(scalar @want, '>=', 45, 'there are presets');

my $readme = Sandbox::slurp("$Sandbox::TOP/README.md");
my ($section) = $readme =~ /^### Presets\n(.*?)^### /ms;
my @got = grep { /\A\| `/ } split /\n/, $section // '';
ok("@got" eq "@want", 'the table is theirs') or
    diag("the table should be:\n" . join "\n", @want);

done_testing();
