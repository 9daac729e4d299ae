#!/usr/bin/perl
# How often one delivery flushes the disk when there are no others: at most
# twice once the inbox exists, the file and new/. On a disk that takes 2 ms for
# a flush, nothing else matters. Flushes are counted, not timed; `make bench
# CASES=slow` measures the time.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Trace;

Trace::needed();

my $MOST = 2;
my $n = 0;
sub fresh { return Try::delivery(sprintf('flush-%03d', ++$n), @_) }

# One delivery that is answered 200, with at most so many flushes.
sub costs {
	my ($w, $r, $most, $name) = @_;
	my ($answer, $calls) = Trace::delivery($w, $r);
	my @flushes = Trace::flushes($calls);
	my @bad = Try::code_wrong($answer, 200);
	push @bad, 'nothing was traced' unless Trace::answered($calls, 200);
	push @bad, map { $_->{text} } @flushes if @flushes > $most;
	Try::check("$w->{name}: $name: " . @flushes . " flushes, at most $most",
	    @bad);
	return @flushes;
}

sub one_sender {
	my ($w) = @_;
	my $new = $w->box->inbox . '/coral/new';
	my $dedup = $w->box->inbox . '/coral/dedup';
	# This delivery creates the inbox; its folders must be durable too.
	my $r = fresh();
	$w->start if $w->fcgi;
	Try::stored($w, $r, 'the inbox is there');
	costs($w, fresh(), $MOST, "event $_") for 1 .. 3;
	costs($w, fresh(fill => 900_000), $MOST, 'a large one');
	costs($w, $r, 0, 'a duplicate by its mark');
	unlink glob "$dedup/*/*";
	costs($w, $r, $MOST, 'a duplicate by its file');
	rmdir or unlink for glob("$dedup/*/{*,.mark}"), glob "$dedup/*";
	costs($w, fresh(), $MOST, 'the first of a day');
	my @flushes = costs($w, fresh(), $MOST, 'and one more');
	# The control: what is counted is what makes the event durable.
	like(join(' ', map { $_->{args} } @flushes), qr/<\Q$new\E>/,
	    "$w->{name}: new/ is among them");
	return;
}

# The other inbox is searched, but not flushed.
sub with_fallback {
	my ($way) = @_;
	my $w = Try::setup($way, { workers => 2 });
	my $box = $w->box;
	$box->{settings}{fallback_inbox} = "$box->{dir}/var/other";
	$box->settings;
	$w->start if $w->fcgi;
	$w->send(fresh());
	costs($w, fresh(), $MOST, 'with a fallback');
	Try::finish($w);
	return;
}

# Each way to flush is counted as a flush.
for my $call ('fsync(5</f>)', 'fdatasync(5</f>)', 'syncfs(5</f>)', 'sync()',
    'sync_file_range(5</f>, 0, 0, 0)', 'msync(0x1, 2, MS_SYNC)',
    'openat(5</d>, "f", O_WRONLY|O_DSYNC|O_CREAT, 0600)',
    'openat(5</d>, "f", O_WRONLY|O_SYNC, 0600)', 'io_uring_setup(8, {})') {
	my ($name, $args) = $call =~ /\A(\w+)\((.*)\)\z/;
	is(Trace::flushes([{ call => $name, args => $args }]), 1,
	    "$name counts: $args");
}
is(Trace::flushes([{ call => 'openat',
	args => '5</d>, "O_SYNCHRON", O_WRONLY' }, { call => 'write',
	args => '5</f>, "fsync"' }]), 0, 'and nothing else does');

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 2 });
	one_sender($w);
	Try::finish($w);
	with_fallback($way);
}
done_testing();
