#!/usr/bin/perl
# Entries in providers.d, one file each: under CGI, and under FastCGI while they
# change. A file that is broken concerns its provider only.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX ();
use Test::More;
use Try;

my $n = 0;
my ($w, $box, $d);
my $good = '{"preset": "coral", "secret_file": "coral.secret"}';
my @broken = (
	['empty', '', '1: must be one JSON object'],
	['a list', '[]', '1: must be one JSON object'],
	['a syntax error', "{\n\"preset\" \"coral\"}", '2: syntax error'],
	['a setting unknown', "{\n\"preste\": 1}",
	    '2: preste: unknown setting: did you mean "preset"'],
	['a byte order mark', "\xef\xbb\xbf$good", '1: begins with a byte order'],
	['too large', ' ' x 1_100_000, ' not a regular file of at most 1 MiB'],
);

sub fresh { return Try::delivery(sprintf('pd-%03d', ++$n), @_) }

sub file { return "$d/$_[0].json" }

sub code {
	my ($name) = @_;
	return $w->send(fresh(target => "/hooks/$name"))->{code};
}

# Until the program has looked, which it does once a second.
sub becomes {
	my ($name, $code, $what) = @_;
	my $got;
	Try::until(sub { ($got = code($name)) == $code });
	is($got, $code, $what);
	return;
}

sub prepare {
	my ($how, $settings) = @_;
	$w = Try::setup($how, $settings);
	$box = $w->box;
	$d = "$box->{dir}/etc/providers.d";
	mkdir $d or die "$d: $!\n";
	$box->own($d);
	$box->write(file('other'), "// one\n$good");
	return;
}

# --- CGI ---

prepare('cgi');
is(code('other'), 200, 'CGI: an entry in a file of its own');
is(code('coral'), 200, 'CGI: and one in the settings');
is(code('none'), 404, 'CGI: no such file');
for (@broken) {
	my ($what, $text, $like) = @$_;
	$box->write(file('bad'), $text);
	Try::refused($w, fresh(target => '/hooks/bad'), 500, "file: $what",
	    qr/error: \Q@{[file('bad')]}\E:$like/,
	    Try::line('error', 500, '', 'bad'));
	is(code('other'), 200, "$what: the others work");
}
for (['a loop', sub { symlink 'bad.json', $_[0] }, 'cannot be opened: Too many'],
    ['a folder', sub { mkdir $_[0] }, 'not a regular file'],
    ['a pipe', sub { POSIX::mkfifo($_[0], 0644) }, 'not a regular file'],
    ['closed', sub { $box->write($_[0], $good, 0) }, 'cannot be opened: Perm']) {
	my ($what, $make, $like) = @$_;
	unlink file('bad');
	$make->(file('bad'));
	Try::refused($w, fresh(target => '/hooks/bad'), 500, "file: $what",
	    qr/error: \Q@{[file('bad')]}\E: $like/);
	rmdir file('bad');
}
is(code('coral'), 200, 'CGI: the others work');
unlink file('bad');
$box->write(file('coral'), $good);
Try::refused($w, fresh(), 500, 'in both places',
    qr/hookdir\.json:\d+: providers\.coral: is in \Q@{[file('coral')]}\E too/);
unlink file('coral');
Try::stored($w, fresh(), 'and in one again');
my $all = $box->{settings};
$box->settings({ inbox => $box->inbox });
is(code('other'), 200, 'CGI: settings without providers');
$box->settings($all);
Try::finish($w);

# --- FastCGI ---

prepare('fcgi', { workers => 4 });
$w->start;
is(code('other'), 200, 'FastCGI: an entry in a file of its own');
$box->write(file('new'), $good);
becomes('new', 200, 'a file that appears');
for (@broken) {
	my ($what, $text, $like) = @$_;
	my $mark = $box->mark;
	$box->write(file('new'), $text);
	$box->write(file('next'), $good);
	becomes('next', 200, "$what: the others get their new settings");
	is(code('new'), 200, "$what: what worked keeps its old ones");
	like($box->since($mark),
	    qr/error: \Q@{[file('new')]}\E:$like.*provider new keeps its old/s,
	    "$what: the log says so");
	unlink file('next');
	becomes('next', 404, "$what: and a file that goes");
	is(code('new'), 200, "$what: it still works");
}
$box->write(file('never'), '{');
becomes('never', 500, 'one that never worked');
$box->write(file('new'), $good =~ s/}/, "accept_status": 202}/r);
becomes('new', 202, 'mended');
$box->write(file('coral'), $good);
my $mark = $box->mark;
becomes('coral', 200, 'in both places: the old settings stay');
ok(Try::until(sub { code('coral') == 200 &&
	$box->since($mark) =~ /provider coral keeps its old/ }), 'and it is said');
unlink file('coral');
unlink file('new');
becomes('new', 404, 'removed');
Try::stored($w, fresh(), 'and the rest works');
Try::finish($w);

done_testing();
