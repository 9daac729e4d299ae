# README.md and the sources of the manuals, as the tests read them: what a reader
# can copy from them is an example, and its mark says what it is. In a manual it
# stands between .\" @example KIND WORD...@ and .\" @end@ (man/mkman.c), and in
# README.md between ```KIND and ```.
#
#	sh [user]	command lines, run in their order: commands.t
#	script, php, python, c	consumers of events: consumers.t; with "one" or
#			"many", handlers: handlers.t
#	json		settings: a file, entries with their names, or settings:
#			examples.t
#	lighttpd, apache, nginx, systemd, crontab [NAME] [FILE]
#			a configuration, which commands.t writes into FILE
#	json-body	a body of a request
#	output, text	what a program shows, what a file looks like
package Manual;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);

our $TOP = abs_path(dirname(__FILE__) . '/../../..');

my %KIND = map { $_ => 1 } qw(sh script php python c json lighttpd apache nginx
    systemd crontab json-body output text);

# Of these pages: the sources, from the top of the tree.
sub sources { return map { s{^\Q$TOP\E/}{}r } sort glob "$TOP/man/*.[1-8]" }
sub pages { return ('README.md', sources()) }

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', "$TOP/$path" or die "$path: $!\n";
	local $/ = undef;
	return scalar <$in>;
}

# The examples of a page: { kind, words, text, line }.  Dies where one has no
# mark.
sub examples {
	my ($page) = @_;
	my $is_mdoc = $page =~ /\.[1-8]\z/;
	my ($begin, $end, $bare) = $is_mdoc
	    ? (qr/^\.\\" \@example (.*?)(?: wide)?\@$/, qr/^\.\\" \@end\@$/, qr/^\.(?:Bd|Dl)\b/)
	    : (qr/^```(.*)$/, qr/^```$/, qr/^(?: {4}|\t)/);
	my ($example, @found);
	my $number = 0;
	for (split /\n/, slurp($page)) {
		$number++;
		if ($example) {
			if ($_ =~ $end) { undef $example }
			else { $example->{text} .= "$_\n" }
		} elsif ($_ =~ $begin) {
			my ($kind, @words) = split ' ', $1;
			die "$page:$number: an example of what?\n"
			    if !$KIND{ $kind // '' };
			push @found, $example = { kind => $kind, words => \@words,
				page => $page, text => '', line => $number };
		} elsif ($_ =~ $bare) {
			die "$page:$number: an example without a mark\n";
		}
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
