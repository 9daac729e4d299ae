#!/usr/bin/perl
# How many flushes one event causes on the block device, with one sender.
# tests/e2e/59-flushes.t counts the flushes that the program asks for; the file
# system may make more. ext4 makes two of each fsync() that commits its journal:
# one before the commit record and one after it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Disk;
use Test::More;
use Try;

my $EVENTS = 50;
my $MOST = 2;
# Flushes of journal commits that the kernel may start meanwhile.
my $OTHERS = 4;

Disk::needed();

my $n = 0;
sub send_one {
	my ($w) = @_;
	my $r = Try::delivery(sprintf 'flush-%03d', ++$n);
	return Try::code_wrong($w->send($r), 200);
}

# The flushes of the device below this folder, since the machine started.
sub flushes {
	my ($dir) = @_;
	chomp(my $device = qx(findmnt -n -o SOURCE '$dir'));
	my @field = split ' ', Sandbox::slurp('/sys/block/' .
	    ($device =~ s{.*/}{}r) . '/stat');
	return $field[15];
}

my ($kind) = Disk::kinds('ext4') or ServerSetup::skip_all('no ext4');
for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 2 });
	my $d = Disk->new($w->box, $kind, 'disk', size => '64M',
		make => ['-E', 'lazy_itable_init=0,lazy_journal_init=0']);
	$w->box->{settings}{inbox} = "$d->{dir}/inbox";
	$w->box->settings;
	$w->start if $w->fcgi;
	my @bad = send_one($w);
	my $before = flushes($d->{dir}) // ServerSetup::skip_all('the kernel does ' .
	    'not count flushes');
	push @bad, send_one($w) for 1 .. $EVENTS;
	my $each = (flushes($d->{dir}) - $before) / $EVENTS;
	push @bad, 'none at all: this test sees nothing' if $each < 1;
	push @bad, "more than $MOST" if $each > $MOST + $OTHERS / $EVENTS;
	Try::check("$way: the disk is flushed $each times an event", @bad);
	$w->stop_program;
	$d->destroy;
	Try::finish($w);
}
done_testing();
