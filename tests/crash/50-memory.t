#!/usr/bin/perl
# One allocation in 200 fails, in all threads, while the settings are read again
# and again. The answer is 200, with the event stored, or 5xx; never one that
# says that the sender is at fault. The process must survive.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Shim;
use Test::More;
use Time::HiRes qw(sleep);
use Try;

my $EVENTS = $ENV{STORM} // 2000;
my $SENDERS = 4;
my $TRIES = 100;

# The allocator of a sanitizer cannot be replaced.
plan(skip_all => 'not with sanitizers') if Sandbox::build() =~ /san\z/;

# Sends each event until it is stored. Writes lines of id and answer.
sub sender {
	my ($w, $k, $out) = @_;
	for (my $i = $k; $i < $EVENTS; $i += $SENDERS) {
		my $r = Try::delivery("memory-$i", fill => $i * 7 % 3000);
		my @codes;
		do {
			push @codes, $w->send($r)->{code};
		} while ($codes[-1] >= 500 && @codes < $TRIES);
		syswrite $out, "$r->{id} @codes\n";
	}
	return;
}

my $w = Try::setup('fcgi', { workers => 8 });
my $box = $w->box;
Shim::on($w, 'no-memory');
$w->start;
my @pid = @{ $w->{programs} };
pipe my $in, my $out or die "pipe: $!\n";
my @senders;
for my $k (0 .. $SENDERS - 1) {
	my $pid = fork // die "fork: $!\n";
	push @senders, $pid and next if $pid;
	sender($w, $k, $out);
	POSIX::_exit(0);
}
close $out;
my $settings = fork // die "fork: $!\n";
if (!$settings) {
	while (1) {
		$box->settings;
		sleep 0.3;
	}
}
my (%codes, @bad);
while (my $line = <$in>) {
	my ($id, @codes) = split ' ', $line;
	$codes{$_}++ for @codes;
	push @bad, "$id: answered @codes" if $codes[-1] != 200 ||
	    grep { $_ != 200 && $_ != 500 && $_ != 503 } @codes;
}
kill 'KILL', $settings;
waitpid $_, 0 for @senders, $settings;
push @bad, map { Try::event_wrong($box, Try::delivery("memory-$_",
    fill => $_ * 7 % 3000)) } 0 .. $EVENTS - 1;
my $there = keys %{ $box->files('new') };
push @bad, "$there events, not $EVENTS" if $there != $EVENTS;
push @bad, Try::unclean($box);
push @bad, 'the process ended' unless kill 0, @pid;
splice @bad, 20 if @bad > 20;
Try::check("$EVENTS events: " . join(', ', map { "$codes{$_} answered $_" }
    sort keys %codes), @bad);
cmp_ok($codes{503} // 0, '>', $EVENTS / 100, 'memory was wanting');
my $log = $box->since({});
my $lines = () = $log =~ /hookdir: error: \S+ \S+ from \S+ answered 50[03]: \S/g;
is($lines, ($codes{503} // 0) + ($codes{500} // 0), 'a line in the log for each');
Try::finish($w);
done_testing();
