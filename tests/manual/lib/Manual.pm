# README.md and the sources of the manuals, as the tests read them: what a reader
# can copy from them is an example, and has a mark that says what it is.
#
# In mdoc, the mark is a comment in the line before .Bd -literal; in README.md, it
# is what follows the ``` of a block:
#
#	.\" example: KIND [WORD...]
#
#	sh [user]	command lines, run in their order: commands.t
#	script, php, python	consumers of events: consumers.t
#	json-file, json-providers, json-top, json-entry
#			settings: a whole file; entries with their names; settings
#			of the top level; settings of an entry: settings.t
#	lighttpd, apache, nginx, systemd, cron [NAME] [FILE]
#			a configuration, which commands.t writes into FILE
#	output, text	what a program shows, what a file looks like
package Manual;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

our $TOP = abs_path(dirname(__FILE__) . '/../../..');

my %KIND = map { $_ => 1 } qw(sh script php python json-file json-providers
    json-top json-entry lighttpd apache nginx systemd cron output text);

# Of these pages: the sources, from the top of the tree.
sub sources { return map { s{^\Q$TOP\E/}{}r } sort glob "$TOP/man/*.[1-8]" }
sub pages { return ('README.md', sources()) }

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', "$TOP/$path" or die "$path: $!\n";
	local $/ = undef;
	return scalar <$in>;
}

# A line of a literal display, as it is shown.
my %CHAR = ('\e' => '\\', '\&' => '', '\-' => '-', '\(aq' => "'",
	'\(ga' => '`', '\(ha' => '^', '\(ti' => '~', '\(dq' => '"');

sub shown {
	my ($line) = @_;
	return $line =~ s{(\\\(..|\\.)}{
		$CHAR{$1} // die "what is $1 in: $line\n" }ger;
}

# The examples of a page: { kind, words, text, line }.  Dies where one has no
# mark.
sub examples {
	my ($page) = @_;
	my ($mark, $example, @found);
	my $is_mdoc = $page =~ /\.[1-8]\z/;
	my $number = 0;
	for (split /\n/, slurp($page)) {
		$number++;
		if ($example) {
			if ($is_mdoc ? /^\.Ed/ : /^```\z/) { undef $example }
			else { $example->{text} .= ($is_mdoc ? shown($_) : $_) . "\n" }
			next;
		}
		if (!$is_mdoc) {
			die "$page:$number: indented: write ```KIND\n" if /^(?: {4}|\t)/;
			$mark = /^```(.*)/ ? $1 : undef;
		} elsif (/^\.\\" example: (.*)/) {
			$mark = $1;
			next;
		}
		if ($is_mdoc ? /^\.Bd -literal/ : defined $mark) {
			my ($kind, @words) = split ' ', $mark // '';
			die "$page:$number: an example without a mark\n"
			    if !$KIND{ $kind // '' };
			push @found, $example = { kind => $kind, words => \@words,
				text => '', line => $number };
		}
		undef $mark;
	}
	die "$page: an example without an end\n" if $example;
	return @found;
}

# All examples of these kinds: of all pages, or of one.
sub of_kind {
	my ($kinds, @pages) = @_;
	my %kind = map { $_ => 1 } split ' ', $kinds;
	return grep { $kind{ $_->{kind} } } map { examples($_) } @pages ? @pages : pages();
}

# The text of the one example of a page with this mark.
sub example {
	my ($page, $mark) = @_;
	my @found = grep { join(' ', $_->{kind}, @{ $_->{words} }) =~ /^\Q$mark\E(?: |\z)/ }
	    examples($page);
	die scalar(@found) . " examples '$mark' in $page\n" if @found != 1;
	return $found[0]{text};
}

# The command lines of an example, each with what continues it.
sub commands {
	my ($text) = @_;
	my @lines = split /\n/, $text =~ s/\\\n\s*//gr =~ s/(\||&&)\n\s*/$1 /gr;
	return grep { $_ ne '' } map { s/\s+# .*//r } grep { !/^#/ } @lines;
}

1;
