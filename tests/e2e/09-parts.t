#!/usr/bin/perl
# A test that is split into several files (Part.pm) loses no case: every part
# exists, and each case is in exactly one of them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Part;
use Run;
use ServerSetup;
use Test::More;

sub is_shared {
	my ($n, $name, @list) = @_;
	my @shares = map { [Part::share($_, $n, @list)] } 1 .. $n;
	is_deeply([map { "$_" } map { @$_ } @shares], [map { "$_" } @list],
	    "$name, in $n: every one once");
	my @torn = grep { ref $_ && ($_->{file} // '') eq 'duplicate' }
	    map { $_->[0] // () } @shares;
	is(scalar @torn, 0, "$name, in $n: no duplicate without its first");
	return;
}

my %parts;
for my $path (glob "$FindBin::Bin/../*/*.t") {
	my ($name, $k, $n) = Part::of($path) or next;
	push @{ $parts{"$name of $n"} }, $k;
	my $target = readlink $path;
	is($target, $k == 1 ? undef : "$name-1of$n.t",
	    $k == 1 ? "$name: the test" : "$name: part $k is the same test");
}
for my $family (sort keys %parts) {
	my ($name, $n) = $family =~ /(.*) of (.*)/;
	is(join(' ', sort { $a <=> $b } @{ $parts{$family} }),
	    join(' ', 1 .. $n), "$name: all of its $n parts are there");
	is(scalar(grep { /\A\Q$name\E of / } keys %parts), 1,
	    "$name: cut in one way");
	ok(!-e "$FindBin::Bin/$name.t", "$name: and not there as a whole");
}
cmp_ok(scalar keys %parts, '>', 1, 'there are such tests');

my $w = ServerSetup->new('cgi');
my @cases = Run::cases($w);
cmp_ok(scalar @cases, '>', 1400, 'the table of cases under CGI');
for my $n (1 .. 9, 64) {
	is_shared($n, 'the cases', @cases);
	is_shared($n, 'a short list', 'a' .. 'c');
	is_shared($n, 'duplicates', map { +{ file => $_ } }
	    ('new', ('duplicate') x 7) x 3);
	is_shared($n, 'no list');
}
$w->box->destroy;
done_testing();
