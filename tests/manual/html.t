#!/usr/bin/perl
# The manuals as HTML: a reference leads to a page that is there.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use ServerSetup;
use Test::More;

ServerSetup::skip_all('mandoc is not installed')
    if !grep { -x "$_/mandoc" } split /:/, $ENV{PATH};
my $man = Sandbox::build() . '/man';
my @pages = map { s{.*/}{}r } glob "$Sandbox::TOP/man/*.[1-8]";
cmp_ok(scalar @pages, '>=', 4, 'there are manuals');
for my $page (@pages) {
	my $html = Sandbox::slurp("$man/$page.html");
	my @to = $html =~ /href="([^#"]+)"/g;
	cmp_ok(scalar @to, '>=', 2, "$page: refers to other pages");
	is(join(' ', grep { !-e "$man/$_" } @to), '', "$page: which are there");
}

done_testing();
