#!/usr/bin/perl
# Dedup marks are links to one file, and a file has at most 65,000 names on ext4:
# the mark after them begins another file.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../crash/lib";
use Disk;
use Test::More;
use Try;

Disk::needed();
Disk::kinds('ext4') or ServerSetup::skip_all('no ext4');

my $MOST = 65_000; # EXT4_LINK_MAX

my $w = Try::setup('fcgi', { workers => 2 });
my $d = Disk->new($w->box, 'ext4', 'links');
$w->box->{settings}{inbox} = "$d->{dir}/inbox";
$w->box->settings;
$w->start;
my @r = map { Try::delivery("link-$_") } 0 .. 4;
Try::stored($w, $r[0], 'the first mark');
my ($mark) = glob $w->box->inbox . '/coral/dedup/*/.mark';
ok(defined $mark, 'is a link to a file of the folder');
my ($had, $names) = ((stat $mark)[1], (stat _)[3]);

# All names but one, in another folder of the file system.
mkdir "$d->{dir}/names" or die "names: $!\n";
for my $i (1 .. $MOST - 1 - $names) {
	link $mark, "$d->{dir}/names/$i" or die "link $i: $!\n";
}
Try::stored($w, $r[1], 'the last mark of that file');
is((stat $mark)[3], $MOST, 'it has all names that it can have');
ok(!link($mark, "$d->{dir}/names/more") && $!{EMLINK}, 'and takes no more');
Try::stored($w, $_, 'one more event') for @r[2 .. 4];
isnt((stat $mark)[1], $had, 'their marks begin another file');
is((stat $mark)[3], 4, 'and are all links to it');
# A consumer has taken them: only marks tell that they are repeats.
unlink glob $w->box->inbox . '/coral/new/*';
my @bad = map { "answered $_" } grep { $_ != 200 }
    map { $w->send($_)->{code} } @r;
push @bad, map { "stored again: $_" } keys %{ $w->box->files('new') };
Try::check('all of them are duplicates', @bad);
$w->stop_program;
$d->destroy;
Try::finish($w);
done_testing();
