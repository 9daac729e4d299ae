#!/usr/bin/perl
# The line of a complaint is that of the setting that it names: in a long file
# with comments, with values over several lines, and with all on one line.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Check;
use Test::More;

spew(folder() . '/hookdir-fetch', '', 0755);

# Each entry has one setting that is odd or wrong: its name, where it differs
# from the words of the table, and its text over several lines.
my @case = (
	[ 'id', qq("id":\n\t"json:\$.id") => 1 ],
	[ 'id', qq("id": /* two\nlines */ "headers:X") => 1 ],
	[ 'keep_headers', qq("keep_headers": [\n"X-A",\n// mine\n"X_B"\n]) => 3 ],
	[ 'keep_headers', qq("keep_headers": [\n"X-A",\n"X B"\n]) => 0 ],
	[ 'hold.headers', qq("hold": {\n// {\n"count": 1,\n"headers": ["X_B"]\n}) => 3 ],
	[ 'hold.headers', qq("hold": {\n"count": 1,\n\n"headers": "X B"}) => 3 ],
	[ 'hold.count', qq("hold": {\n"bytes": 5000,\n"count": -1}) => 2 ],
	[ 'hold.conut', qq("hold": {\n"bytes": 5000,\n\n\n"conut": 1}) => 4 ],
	[ 'type', qq("type": "json:a",\n"prefix": "",\n"type": "json:b") => 2 ],
	[ 'digest', qq(/*\n"digest": 1\n*/ "digest":\n"md5") => 3 ],
	[ 'nothing', qq(\n\n"nothing": {"id": [1,\n2]}) => 2 ],
	[ 'signed_payload', qq("signed_payload": [\n"{body}",\n"\${body}"]) => 2 ],
	[ 'tolerance', qq("signed_payload": "{ts}.{body}",\n"timestamp":\n)
		. qq("header:X-T",\n"tolerance": 0) => 3 ],
);

# One entry, and the line of what is odd, counted from the entry's first.
sub entry {
	my ($i) = @_;
	my ($key, $text, $at) = @{ $case[$i] };
	my $base = join ",\n", qq("secret_file": "s$i"), '"signature": "X-Sig"',
		map { qq("$_": "json:id") } $key eq 'id' ? () : 'id';
	my $before = "\"p$i\": {\n// \"$key\": a comment\n$base,\n";
	return ("$before$text\n}", ($before =~ tr/\n//) + $at);
}

sub secrets {
	put("s$_", sprintf("%02d%s\n", $_, '0123456789abcdef' x 2)) for 0 .. $#case;
	return;
}

fresh();
secrets();
my $text = "{ \"inbox\": \"inbox\", \"workers\": 4,\n" . "// a comment\n" x 150
	. "\"providers\": {\n";
my @line;
for my $i (0 .. $#case) {
	my ($entry, $at) = entry($i);
	$text .= ($i == 0 ? '' : ",\n") . "\n/* of its own:\n\"id\": 1 */\n" x 4;
	$line[$i] = 1 + ($text =~ tr/\n//) + $at;
	$text .= $entry;
}
$text .= "\n}}\n";
cmp_ok($text =~ tr/\n//, '>', 300, 'a long file');
put('hookdir.json', $text, 0644);
my (undef, $out) = check();
for my $i (0 .. $#case) {
	my $key = $case[$i][0];
	my @at = $out =~ /hookdir\.json:(\d+): providers\.p$i\.\Q$key\E: /g;
	is("@at", $line[$i], "$key of entry $i") or diag $out;
}
is(scalar(() = $out =~ /hookdir\.json:\d+: /g), scalar @case, 'and nothing else');

# The same on one line.
$text =~ s{//[^\n]*\n}{}g;
$text =~ s/\n/ /g;
put('hookdir.json', $text, 0644);
(undef, $out) = check();
my %seen;
$seen{$1}++ while $out =~ /hookdir\.json:(\d+): /g;
is_deeply(\%seen, { 1 => scalar @case }, 'all on one line');

done_testing();
