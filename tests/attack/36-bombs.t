#!/usr/bin/perl
# Attack: small bodies that decompress into enormous ones, many at once, to a
# provider with `decompress`, behind real web servers. Memory, disk and time that
# they take are bounded, and nothing of them is filed.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Compress::Raw::Zlib;
use Test::More;
use Time::HiRes qw(sleep);
use Try;
use Usage;

my $MIB = 1 << 20;
my $SENDERS = 16;
# What a process needs without them, and 1 MiB for each of its threads.
# Sanitizers keep freed memory for a while.
my $MEMORY = (32 + $SENDERS + (Sandbox::sanitized() ? 96 : 0)) << 10;

# So many MiB of one byte in gzip, as small as deflate can.
sub packed {
	my ($mib, $level) = @_;
	my ($d) = Compress::Raw::Zlib::Deflate->new(-Level => $level // 9,
		-WindowBits => WANT_GZIP, -AppendOutput => 1);
	my $out = '';
	$d->deflate('x' x $MIB, $out) for 1 .. $mib;
	$d->flush($out);
	return $out;
}

my $empty = packed(0);
my $layer = packed(60);
# Name => body, answer.
my %bomb = (
	'1 GiB out of 1 MiB' => [packed(1024), 413],
	'60 MiB out of 60 KiB' => [$layer, 413],
	'parts that grow together' => [$layer x 10, 413],
	'100000 empty parts' => [$empty x 100_000, 400],
	'a hundred thousand empty blocks' => [substr(packed(0, 0), 0, 10) .
		("\0\0\0\xff\xff" x 400_000), 400],
	'60 MiB out of 60 MiB' => [packed(60, 0), 401],
);

for my $way (qw(lighttpd-fastcgi apache-cgid)) {
	my $w = Try::setup($way, { max_body => 64 * $MIB, providers => {
		zip => { secret_file => 'github.secret', signature => 'X-Sig',
			decompress => JSON::PP::true } } })->start;
	Try::stored($w, Try::delivery('before'), 'before');
	for my $name (sort keys %bomb) {
		my ($body, $code) = @{ $bomb{$name} };
		# Those that are large themselves are few.
		my $n = length $body > 8 * $MIB ? 2 : $SENDERS;
		my $r = { target => '/hooks/zip', body => $body, deadline => 60,
			headers => [['X-Sig', '0' x 64],
				['Content-Encoding', 'gzip']] };
		my $most = 0;
		pipe my $in, my $out or die "pipe: $!\n";
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			syswrite $out, join ' ', $w->send_all(($r) x $n);
			POSIX::_exit(0);
		}
		close $out;
		until (waitpid $pid, POSIX::WNOHANG) {
			my $kib = Usage::memory($w);
			$most = $kib if $kib > $most;
			sleep 0.02;
		}
		is(scalar <$in>, join(' ', ($code) x $n), "$way: $name");
		# A large body is mapped: its pages count, but are no memory.
		cmp_ok($most, '<', $MEMORY + ($code == 401 ? 2 * 130 << 10 :
			4 * $SENDERS << 10), "$way: $name: KiB of memory");
	}
	is(scalar(() = glob $w->box->inbox . '/zip/new/*'), 0,
		"$way: nothing is filed");
	is(scalar(() = glob $w->box->inbox . '/.body*'), 0,
		"$way: nothing is left");
	Try::stored($w, Try::delivery('after'), 'after');
	Try::finish($w);
}
done_testing();
