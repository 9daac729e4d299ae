#!/usr/bin/perl
# The age of things: of marks, of duplicates, and of what the sweep removes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Digest::SHA qw(sha256_hex);
use File::Path qw(make_path remove_tree);
use POSIX qw(strftime);
use Test::More;
use Try;

my ($n, $now) = (0, time);

# The tests rely on today's date in UTC, so they must not run across midnight.
sleep 61 - $now % 86400 + 86340 if $now % 86400 > 86340;
$now = time;

sub fresh { return Try::delivery(sprintf 'days-%03d', ++$n) }

# Marks lie in folders of four days, named after the first.
sub day {
	my $when = $now - $_[0] * 86400;
	return strftime '%Y-%m-%d', gmtime $when - $when % (4 * 86400);
}

sub touch {
	my ($box, $path, $age) = @_;
	open my $f, '>', $path or die "$path: $!\n";
	close $f;
	utime $now - $age, $now - $age, $path or die "$path: $!\n";
	$box->own($path);
	return $path;
}

sub mark {
	my ($box, $day, $name) = @_;
	my $dir = $box->inbox . "/coral/dedup/$day";
	make_path($dir);
	$box->own($dir);
	return touch($box, "$dir/$name", 0);
}

# With a mark of that day: does the event count as a duplicate?
sub counts {
	my ($w, $age, $yes) = @_;
	my $r = fresh();
	my $path = Try::path($w->box, $r->{id});
	mark($w->box, day($age), $r->{id});
	my $a = $w->send($r);
	is($a->{code}, 200, "$w->{name}: marked $age days ago");
	is(-e $path ? 'filed' : 'duplicate', $yes ? 'duplicate' : 'filed',
	    $yes ? 'nothing new' : 'forgotten: filed');
	return;
}

sub duplicates {
	my ($w) = @_;
	my $box = $w->box;
	my $r = fresh();
	my $path = Try::path($box, $r->{id});
	Try::stored($w, $r, 'new');
	my $mark = $box->inbox . '/coral/dedup/' . day(0) . "/$r->{id}";
	ok(-e $mark, 'marked today');
	is(-s $mark, 0, 'by an empty file');
	for my $how ('taken', 'removed') {
		rename $path, $path =~ s{/new/}{/cur/}r or unlink $path;
		is($w->send($r)->{code}, 200, "$w->{name}: $how: a duplicate");
		ok(!-e $path, 'nothing new');
	}
	unlink $mark;
	Try::stored($w, $r, 'no mark, no file: new again');
	unlink $mark;
	my $ino = (stat $path)[1];
	Try::stored($w, $r, 'no mark, but the file: a duplicate');
	is((stat $path)[1], $ino, 'the same file');
	ok(-e $mark, 'and now marked');
	counts($w, -1, 1);
	counts($w, $_, 1) for 0, 1, 7, 8;
	counts($w, $_, 0) for 12, 13, -5;
	return;
}

sub sweep {
	my ($w) = @_;
	my $box = $w->box;
	my $p = $box->inbox . '/coral';
	Try::stored($w, fresh(), 'makes the folders');
	remove_tree("$p/dedup/" . day(0));
	my @gone = ((map { touch($box, "$p/tmp/$_", 37 * 3600) } 'old', '.old',
	    '1.2.3.4'), (map { mark($box, $_, 'x') } day(12), day(16),
	    '2001-01-01', '0000-00-00'));
	my @stay = ((map { touch($box, "$p/tmp/young-$_", $_) } 0, 60,
	    35 * 3600, -3600), touch($box, "$p/new/old", 1e6),
	    touch($box, "$p/cur/old", 1e6),
	    (map { mark($box, $_, 'x') } day(8), day(5), day(-4),
	    '9999-99-99', 'keep', '2001-01-0', '2001-01-011', '2001_01-01',
	    '2001-01-01x', '2001-01-01.kept',
	    'zzzz-zz-zz', '.2001-1-1'));
	touch($box, "$p/dedup/1999-odd-file", 1e6);
	my $r = fresh();
	is($w->send($r)->{code}, 200, "$w->{name}: the first of some days");
	# The sweep comes after the answer.
	Try::until(sub { !grep { -e } @gone });
	is(join(' ', grep { -e } @gone), '', 'what is old is gone');
	is(join(' ', grep { !-d "$p/dedup/" . day($_) } 8, 5, 0, -4), '',
	    'days that count are there');
	ok(!-d "$p/dedup/" . day(12), 'the days went with their marks');
	is(join(' ', grep { !-e } @stay), '', 'what is young, or odd, stays');
	ok(-e "$p/dedup/1999-odd-file", 'and an odd file among the days');
	unlink @stay;

	# The sweep does not run with every event: once in four days is enough.
	my $late = touch($box, "$p/tmp/late", 37 * 3600);
	is($w->send(fresh())->{code}, 200, 'the second of them');
	$w->stop_program;
	ok(-e $late, 'no sweep');
	unlink $late;
	$w->start;
	return;
}

# A complete file that a power cut left in tmp/; its name has the right hash.
sub left {
	my ($box, $name) = @_;
	my $text = "H: v\n\n$name";
	my $path = $box->inbox . "/coral/tmp/$name." . sha256_hex($text);
	$box->write($path, $text);
	$box->own($path);
	return $box->inbox . "/coral/new/$name";
}

# It is recovered by the first delivery after a boot, or when the program
# starts.
sub recover {
	my ($w) = @_;
	my $box = $w->box;
	Try::stored($w, fresh(), 'an inbox');
	$w->idle;
	my $path = left($box, 'boot');
	is($w->send(fresh())->{code}, 200, "$w->{name}: no boot since");
	$w->idle;
	ok(!-e $path, 'nobody looks into tmp/');
	utime 1, 1, $box->inbox . '/coral/lock';
	my $mark = $box->mark;
	is($w->send(fresh())->{code}, 200, 'the first after a boot');
	ok(Try::until(sub { -e $path }), 'what was left is back');
	ok(Try::until(sub { $box->since($mark) =~
	    /info: coral: 1 event that a crash had left in tmp\/ is in new/ }), 'it says so');
	return if $w->cgi;
	$w->stop_program;
	$path = left($box, 'start');
	$w->start_program;
	ok(Try::until(sub { -e $path }), 'the start looks into tmp/');
	return;
}

# What cannot be removed is named in the log; everything else still works.
sub stuck {
	my ($w) = @_;
	my $box = $w->box;
	my $p = $box->inbox . '/coral';
	my $mark = $box->mark;
	remove_tree("$p/dedup/" . day(0));
	mark($box, '2002-02-02', 'x');
	chmod 0500, "$p/dedup/2002-02-02";
	my $r = fresh();
	is($w->send($r)->{code}, 200, "$w->{name}: stored");
	my $like = qr{warning: coral: \Q$p\E/dedup: old marks cannot be removed:};
	ok(Try::until(sub { $box->since($mark) =~ $like }), 'and it says so');
	chmod 0700, "$p/dedup/2002-02-02";
	remove_tree("$p/dedup/2002-02-02", "$p/dedup/" . day(0));

	mkdir "$p/tmp/folder";
	utime 1, 1, "$p/tmp/folder";
	$box->own("$p/tmp/folder");
	$mark = $box->mark;
	is($w->send(fresh())->{code}, 200, 'a folder in tmp/: stored');
	$like = qr{warning: coral: \Q$p\E/tmp: an old file cannot be removed:};
	ok(Try::until(sub { $box->since($mark) =~ $like }), 'and it says so');
	rmdir "$p/tmp/folder";
	return;
}

# dedup_days says for how long a duplicate is recognised.
sub shorter {
	my ($w) = @_;
	$w->box->{settings}{dedup_days} = 1;
	$w->box->settings;
	$w->stop_program;
	$w->start;
	counts($w, 1, 1);
	counts($w, 5, 0);
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 4 })->start;
	$_->($w) for \&duplicates, \&sweep, \&recover, \&stuck, \&shorter;
	Try::finish($w);
}
done_testing();
