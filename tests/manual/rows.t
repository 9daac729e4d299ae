#!/usr/bin/perl
# The tables of the built manuals, as they are on the screen, have every row of
# the program's own tables, in their order and with their whole texts.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Sandbox;
use ServerSetup;
use Test::More;

ServerSetup::skip_all('mandoc is not installed')
    if !grep { -x "$_/mandoc" } split /:/, $ENV{PATH};
my $build = Sandbox::build();
my $hookdir = "$build/hookdir";

# Without quotes and marks: what is code here may be bold there.
sub plain {
	my ($text) = @_;
	return lc($text =~ s/['`]//gr =~ s/\s+/ /gr =~ s/\A | \z//gr);
}

# The items of a page: section => [ [tag, text], ... ], in their order. What
# stands in a list of an item is of its text.
sub items {
	my ($page) = @_;
	my (%found, $section);
	for (`mandoc -T ascii -O width=900 $build/man/$page | col -bx`) {
		chomp;
		if (/^(\S.*)/) {
			$section = $1;
		} elsif (/^ {5}(\S.*)/) {
			# A short tag has its text beside it.
			my ($tag, $text) = split / {2,}/, $1, 2;
			push @{ $found{$section} }, [ $tag, $text // '' ];
		} elsif (/^ {6,}(\S.*)/ && $found{$section}) {
			$found{$section}[-1][1] .= " $1";
		}
	}
	return \%found;
}

# Settings: of each section of the list.
my @sections;
for (`$hookdir settings`) {
	if (/\A(\S.*?): /) {
		push @sections, { title => $1, rows => [] };
	} elsif (/\A  (\S.*\))\n\z/) {
		push @{ $sections[-1]{rows} }, [ plain($1), '' ];
	} elsif (/\A {8}(\S.*)\n\z/) {
		$sections[-1]{rows}[-1][1] .= " $1";
	}
}
cmp_ok(scalar @sections, '>=', 9, 'there are sections of settings');
my $settings = items('hookdir.json.5');
# Under which heading each stands.
my ($heading, %under);
for (split /\n/, Sandbox::slurp("$Sandbox::TOP/man/hookdir.json.5")) {
	$heading = $1 if /^\.Sh (.*)/;
	$under{$1} = $heading if /^\.\\" \@settings (.*)\@$/;
}
for my $section (@sections) {
	my @rows = @{ $section->{rows} };
	my @items = @{ $settings->{ $under{ $section->{title} } // '' } // [] };
	my %wanted = map { $_->[0] => 1 } @rows;
	is(join("\n", grep { $wanted{$_} } map { plain($_->[0]) } @items),
		join("\n", map { $_->[0] } @rows),
		"$section->{title}: its settings, in order");
	my %text = map { plain($_->[0]) => plain($_->[1]) } @items;
	for my $row (@rows) {
		# A link may be its own words, or say where they stand.
		my $want = join '.*?', map { quotemeta }
		    split /\[[a-z][a-z ]*[a-z]\]/i, plain($row->[1]);
		$want = '.*?' if $want eq '';
		like($text{ $row->[0] } // '', qr/\A$want.*?\.(?: |\z)/,
			"$section->{title}: $row->[0]");
	}
}

# Presets: the short table, and all the rest.
my $presets = items('hookdir-presets.7');
my %preset;
for my $line (`$hookdir presets --no-header`) {
	my ($name, $scheme, $needs, $retry, $note) = split ' ', $line, 5;
	$preset{$name} = { row => "$scheme $needs " . $retry =~ s/h\z/ h/r,
		note => $note // '' };
}
cmp_ok(scalar keys %preset, '>=', 45, 'there are presets');
my @names = sort keys %preset;
my @rows = grep { $preset{ $_->[0] } } @{ $presets->{DESCRIPTION} };
is(join(' ', map { $_->[0] } @rows), "@names", 'presets: the table has all, in order');
is($_->[1] =~ s/ {2,}/ /gr =~ s/, /,/gr, $preset{ $_->[0] }{row}, "$_->[0]: its row")
    for @rows;
my @items = @{ $presets->{'THE PRESETS'} };
is(join(' ', grep { $preset{$_} } map { $_->[0] } @items), "@names",
	'presets: the list has all, in order');
my (%text, @always);
$text{ $_->[0] } = plain($_->[1]) for @items;
for my $name (@names) {
	my %fact = map { m{\A// (.*?): (.*)\n\z} ? ($1, $2) : () }
	    `$hookdir presets $name`;
	cmp_ok(scalar keys %fact, '>=', 8, "$name: there are facts");
	# What is so of nearly all is not said.
	my @lacks = grep { index($text{$name}, plain($_)) < 0 } $preset{$name}{note},
	    map { $fact{$_} =~ /\A(?:-|in one way only)\z/ ? () : "$_ $fact{$_}" }
	    sort keys %fact;
	is(join("\n", @lacks), '', "$name: its note and its facts");
	push @always, $name if $fact{'a replay is filed'} =~ /^for ever/;
}

# Those that can be replayed for ever.
cmp_ok(scalar @always, '>=', 10, 'some can be replayed');
like(plain(scalar `mandoc -T ascii $build/man/hookdir-signatures.7 | col -bx`),
	qr/with another id each time: @{[ join ', ', @always ]}\. /, 'which is said');

# Commands, with all that the help of each says.
my $of_hookdir = items('hookdir.1');
my %command;
for my $item (map { @$_ } values %$of_hookdir) {
	my $text = plain(join ' ', @$item);
	my ($name) = $text =~ /\A([a-z]+)/ or next;
	# It stands in the overview, too.
	$command{$name} = $text
	    if length $text > length($command{$name} // '');
}
my ($overview, @lines) = `$hookdir help` =~ /\A(.*?)\n\n(.*)\z/s;
my %summary = "@lines" =~ /^(?:[a-z]\S*(?: \S+)*| ) +([a-z]+) +(.*)$/mg;
cmp_ok(scalar keys %summary, '>=', 15, 'there are commands');
for my $name (sort keys %summary) {
	my $item = $command{$name} // '';
	my ($usage, $detail, $options) = split /\n\n/, `$hookdir help $name`;
	my $arguments = plain($usage =~ s/\Ausage: hookdir //r);
	is(substr($item, 0, length $arguments), $arguments, "$name: its usage");
	my $of_all = $name eq 'help' ? qr/--(?:config|help|version)/ : qr/--(?:config|help)/;
	my @lacks = grep { index($item, $_) < 0 }
	    map { plain(s/\Ahookdir \w+: //r) } $detail =~ s/\n\z//r,
	    grep { !/$of_all/ } split /\n(?=  -)/, ($options // '') =~ s/\n\z//r;
	is(join("\n", @lacks), '', "$name: what it does, and its options");
}
my @numbers = ($overview =~ s/.*exit\s+status://sr) =~ /\b(\d+) /g;
cmp_ok(scalar @numbers, '>=', 4, 'there are exit statuses');
is(join(' ', grep { /\A\d+\z/ } map { $_->[0] } @{ $of_hookdir->{'EXIT STATUS'} }), "@numbers",
	'exit statuses: all, in order');

done_testing();
