#!/usr/bin/perl
# The manuals can be read at 80 columns, what they show can be copied from the
# screen, and what they refer to exists; README.md is one page.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Manual;
use Sandbox;
use ServerSetup;
use Test::More;

ServerSetup::skip_all('mandoc is not installed')
    if !grep { -x "$_/mandoc" } split /:/, $ENV{PATH};
binmode $_, ':encoding(UTF-8)' for Test::More->builder->failure_output;
my $build = Sandbox::build() . '/man';
my @pages = map { s{.*/}{}r } Manual::sources();
my %page = map { $_ => 1 } @pages;
cmp_ok(scalar @pages, '>=', 7, 'there are manuals');

# Pages of others that are referred to.
my %other = map { $_ => 1 } qw(make.1 mv.1 cron.8 inotify.7 systemd.socket.5
    nginx.8 lighttpd.8 spawn-fcgi.1 openssl.1);

my @groff = grep { -x } map { "$_/groff" } split /:/, $ENV{PATH};
my %screen = (
	'mandoc' => 'mandoc -T utf8 -O width=80',
	@groff ? ('groff' => 'groff -t -Tutf8 -mandoc -rLL=80n -rLT=80n') : (),
);

sub shown_by {
	my ($command, $page) = @_;
	open my $in, '-|:encoding(UTF-8)', "$command $build/$page 2>&1 | col -bx" or die;
	my @lines = <$in>;
	chomp @lines;
	return @lines;
}

for my $page (@pages) {
	is(`mandoc -T lint -W warning $build/$page 2>&1`, '', "$page: lint");
	for my $how (sort keys %screen) {
		my @lines = shown_by($screen{$how}, $page);
		cmp_ok(scalar @lines, '>', 20, "$page: $how shows it");
		is(join("\n", grep { length > 80 } @lines), '', "$page: $how: 80 columns");
		my $all = join "\n", map { s/^\s+//r } @lines;
		unlike($all, qr/\x{2018}[^\x{2019}]*\x{2018}/,
			"$page: $how: each quote ends before the next");
		my @lost = grep { index($all, $_) < 0 }
		    map { s/^\s+|\s+$//gr =~ s/\t/ /gr } map { split /\n/, $_->{text} }
		    grep { $_->{text} !~ /\S\t/ } Manual::examples("man/$page");
		is(join("\n", @lost), '', "$page: $how: examples, as they are to be typed");
	}
	my @to = Sandbox::slurp("$build/$page") =~ /^\.Xr (\S+ \d)/mg;
	is(join(' ', grep { !$page{$_} && !$other{$_} } map { tr/ /./r } @to), '',
		"$page: refers to what exists");
	my ($name, $section) = $page =~ /(.*)\.(\d)$/;
	my $title = quotemeta uc $name;
	like(Sandbox::slurp("$build/$page"), qr{^\.Dt $title $section$}m,
		"$page: is called so");
	my $html = Sandbox::slurp("$build/$page.html");
	like($html, qr/<h1 /, "$page: HTML");
	my %anchor = map { $_ => 1 } $html =~ / id="([^"]+)"/g;
	is(join(' ', grep { !$anchor{$_} } $html =~ /href="#([^"]+)"/g), '',
		"$page: its links lead somewhere");
}

# README.md
my $readme = Manual::slurp('README.md');
cmp_ok($readme =~ tr/\n//, '<=', 200, 'README.md: at most 200 lines');

# The package that one is told to install is the one that `make deb` builds.
my ($version) = Sandbox::slurp('Makefile') =~ /^VERSION = (\S+)/m;
for my $file ('README.md', 'man/hookdir.fcgi.8') {
	my %said = map { $_ => 1 } Sandbox::slurp($file) =~ /hookdir_([\d.]+)_\w+\.deb/g;
	is(join(' ', keys %said), $version, "$file: the version of the package");
}
my ($first) = (Manual::examples('README.md'))[0];
is(scalar Manual::commands($first->{text}), 5, 'README.md: five commands');
cmp_ok($first->{line}, '<=', 24, 'README.md: on the first screen');
my @links = $readme =~ /\]\(([^)]*)\)/g;
is(join(' ', grep { !-e "$Manual::TOP/$_" } @links), '', 'README.md: its links exist');
my %linked = map { s{^man/}{}r => 1 } @links;
is(join(' ', grep { !$linked{$_} } @pages), '', 'README.md: names all manuals');
my @named = $readme =~ /`((?:lib|tests|tools)\/[\w\/.-]+)`/g;
is(join(' ', grep { !-e "$Manual::TOP/$_" } @named), '', 'README.md: its files exist');

# Every example has a mark, or this dies.
cmp_ok(scalar Manual::of_kind('sh'), '>=', 20, 'there are command lines');

done_testing();
