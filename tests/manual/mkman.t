#!/usr/bin/perl
# mkman: what a source can have in it; and no page is made of one with a mistake.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use File::Temp qw(tempdir);
use Sandbox;
use Test::More;

my $mkman = Sandbox::build() . '/man/mkman';
my $dir = tempdir('hookdir-mkman-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);

# Its status, what it writes, and what it says.
sub make_page {
	my ($text, @words) = @_;
	open my $f, '>', "$dir/hookdir.json.5" or die;
	print $f $text;
	close $f;
	open my $in, '-|', 'sh', '-c', 'exec "$@" 2>"$0"', "$dir/err", $mkman,
	    "$dir/hookdir.json.5", @words or die;
	my $out = do { local $/ = undef; <$in> } // '';
	close $in;
	return ($? >> 8, $out, Sandbox::slurp("$dir/err"));
}

is_deeply([ make_page(".Dd \@DATE\@\n.Os x \@VERSION\@\@DATE\@ a\@b.\n",
		'VERSION=1.0', 'DATE=November 1, 2026') ],
	[ 0, ".Dd November 1, 2026\n.Os x 1.0November 1, 2026 a\@b.\n", '' ],
	'words of the Makefile');
is_deeply([ make_page(".\\\" a comment\n.\\\" \@example sh\@\n.Pp 'a' -b " .
		"\\n \@DIR\@\n.\\\" \@end\@\n.Pp\n", 'DIR=/usr-local') ],
	[ 0, ".\\\" a comment\n.Bd -literal -offset indent\n\\&.Pp \\(aqa\\(aq " .
		"\\-b \\en /usr\\-local\n.Ed\n.Pp\n", '' ],
	'an example stands as it is');

is_deeply([ make_page(".\\\" \@example sh x wide\@\nx\n.\\\" \@end\@\n") ],
	[ 0, ".Bd -literal\nx\n.Ed\n", '' ], 'an example that is not indented');

for my $mark ('settings Settings', 'presets', 'preset-facts', 'presets-replayed',
    'event-lines', 'commands', 'command add', 'options', 'options send', 'exit') {
	my ($status, $out, $err) = make_page(".Sh X\n.\\\" \@$mark\@\n.Sh Y\n");
	is("$status$err", '0', "$mark: is made");
	like($out, qr/\A\.Sh X\n(?:\.Bl|\.It|\.Cm) .*\n\.Sh Y\n\z/s, "$mark: a table");
}

my %mistake = (
	'a table that is none' => ".\\\" \@nothing\@\n",
	'a section that is none' => ".\\\" \@settings Nothing\@\n",
	'a section too few' => ".\\\" \@settings\@\n",
	'a word too many' => ".\\\" \@presets all\@\n",
	'a command that is none' => ".\\\" \@command nothing\@\n",
	'a mark without its end' => ".\\\" \@presets\n",
	'a line that is too long' => 'x' x 2000 . "\n",
	'a word without a text' => "\@NOTHING\@\n",
);
for my $what (sort keys %mistake) {
	my ($status, undef, $err) = make_page(".Sh X\n$mistake{$what}.Sh Y\n");
	is($status, 1, "$what: no page");
	like($err, qr{/hookdir\.json\.5:2: }, "$what: and where");
}
my ($status, undef, $err) = make_page(".\\\" \@example sh\@\nx\n");
is($status, 1, 'an example without an end: no page');
like($err, qr/an example has no end/, 'and says so');
is(system("$mkman $dir/none 2>/dev/null") >> 8, 1, 'a source that is not there');
SKIP: {
	skip 'there is no /dev/full', 1 if !-e '/dev/full';
	is(system("$mkman $dir/hookdir.json.5 >/dev/full 2>/dev/null") >> 8, 1,
		'a full disk');
}

# The same page each time.
my @twice = map { [ make_page(Sandbox::slurp("$Sandbox::TOP/man/hookdir.json.5"),
	map { "$_=x" } qw(DATE VERSION PREFIX)) ] } 1, 2;
is($twice[0][0], 0, 'a whole page');
is_deeply($twice[0], $twice[1], 'is the same each time');

done_testing();
