#!/usr/bin/perl
# Bodies of 1 GB, announced or in chunks, to a path that nobody has, to a
# provider without a signature, behind every web server. What the server and
# hookdir keep of them on disk and in memory is bounded, and no sender is
# listened to for long.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use IO::Select;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;
use Usage;

my $SIZE = 1_000_000_000;
my $MIB = 1 << 20;
# A web server may keep as much as the largest max_body, and a little; of those
# below, only two do not say at once that they are larger.
my $DISK = 2 * 70 * $MIB;
my $MEMORY = 300 << 10;
my $PIECE = 'x' x 65_536;

# Sends until the other side closes or answers, in a process of its own, which
# then writes the code and the number of bytes.
sub send_all {
	my ($w, $out, $target, $chunked) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	my $s = Client::connect_to($w->{port}) or POSIX::_exit(1);
	my $piece = $chunked ? sprintf("%x\r\n%s\r\n", length $PIECE, $PIECE) :
	    $PIECE;
	my ($sent, $in, $end) = (0, '', time + 60);
	local $SIG{PIPE} = 'IGNORE';
	Client::push_all($s, Client::head({ target => $target, headers => [],
		$chunked ? (chunked => 1) : (length => $SIZE) }));
	$s->blocking(1);
	my $sel = IO::Select->new($s);
	while ($sent < $SIZE && time < $end) {
		last if $sel->can_read(0) &&
		    !sysread $s, $in, 65536, length $in;
		last if Client::complete($in);
		$sel->can_write(1) or next;
		$s->blocking(0);
		my $n = syswrite $s, $piece, length $piece,
		    $sent % length $piece;
		$n //= 0 if $!{EAGAIN};
		last if !defined $n;
		$sent += $n;
	}
	sysread $s, $in, 65536, length $in if $sel->can_read(0);
	syswrite $out, Client::parse($in)->{code} . " $sent\n";
	POSIX::_exit(0);
}

for my $way (sort keys %Servers::WAY) {
	my $w = Try::setup($way)->start;
	Try::stored($w, Try::delivery('before'), 'before');
	my $disk = Usage::disk($w);
	pipe my $in, my $out or die "pipe: $!\n";
	my @pids = map { send_all($w, $out, @$_) }
	    (['/hooks/nobody', 0]) x 3, ['/hooks/nobody', 1],
	    ['/hooks/coral', 1];
	close $out;
	my ($most, $kib, %left) = (0, 0, map { $_ => 1 } @pids);
	while (%left) {
		my ($d, $m) = (Usage::disk($w) - $disk,
		    Usage::memory($w));
		$most = $d if $d > $most;
		$kib = $m if $m > $kib;
		defined ServerSetup::reap($_, 0) and delete $left{$_}
		    for keys %left;
		sleep 0.02;
	}
	my @lines = <$in>;
	my @bad = grep { !/\A(?:0|400|404|411|413|500|503) / } @lines;
	push @bad, 'not all have ended' if @lines != @pids;
	push @bad, "all of it was taken: $_" for
	    grep { (split)[1] >= $SIZE } @lines;
	push @bad, "$most bytes were on disk" if $most > $DISK;
	push @bad, "$kib KiB of memory" if $kib > $MEMORY;
	Try::check(sprintf('%s: 5 bodies of 1 GB: %d MiB on disk, %d MiB of ' .
	    'memory, at most', $way, $most / $MIB, $kib >> 10), @bad);
	diag("$way: @lines") if $ENV{SHOW};
	Try::stored($w, Try::delivery('after'), 'after');
	is(keys %{ $w->box->files('new') }, 2, 'nothing else is filed');
	Try::finish($w);
}
done_testing();
