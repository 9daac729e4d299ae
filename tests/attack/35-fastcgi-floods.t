#!/usr/bin/perl
# A peer of the FastCGI socket that never stops: parameters, body, records for
# the process or for other requests; and lengths that no memory has room for.
# Each is cut off, one process serves on, and it stays small.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use FcgiClient;
use IO::Select;
use Test::More;
use Time::HiRes qw(time);
use Try;
use Usage;

my $MEMORY = 300 << 10; # KiB
my $MIB = 1 << 20;
my $n = 0;

my $w = Try::setup('fcgi', { workers => 4 })->start;
my $box = $w->box;
my ($pid) = @{ $w->{programs} };

sub fresh { return Try::delivery(sprintf('flood-%03d', ++$n), @_) }
sub params { return FcgiClient::record($FcgiClient::PARAMS, @_) }
sub stdin { return FcgiClient::record($FcgiClient::STDIN, @_) }
sub head { return FcgiClient::begin() . FcgiClient::params($box, @_) }

sub sockets {
	return scalar grep { (readlink // '') =~ /^socket:/ }
	    glob "/proc/$pid/fd/*";
}


my $body = fresh();
my $padded = pack('CCnnCx', 1, $FcgiClient::STDIN, 1, 1, 255) . 'x' .
    "\0" x 255;
# What is said first, what again and again, and how much of it may be taken: up to
# a hundred records that do not belong where they are, which have 60,000 bytes
# each, and a little more.
my %FLOOD = (
	'parameters' => [FcgiClient::begin(), params(FcgiClient::pairs(
	    map { ["X_FLOOD_$_", 'x' x 1000] } 1 .. 50)), 8 * $MIB],
	'small parameters' => [FcgiClient::begin(),
	    params(FcgiClient::pairs((['', '']) x 1000)), 8 * $MIB],
	'parameters, one a record' => [FcgiClient::begin(),
	    params(FcgiClient::pairs(['', ''])) x 1000, 8 * $MIB],
	'a value' => [FcgiClient::begin() . params(pack('CN', 1,
	    0xffffffff) . 'A'), params('v' x 60_000), 8 * $MIB],
	'a name' => [FcgiClient::begin() . params(pack('NN', 0xffffffff,
	    0xffffffff)), params('n' x 60_000), 8 * $MIB],
	'body to nobody' => [head({ target => '/hooks/nobody',
		length => undef }), stdin('x' x 60_000), 40 * $MIB],
	'body without a length' => [head({ %$body, length => undef }),
	    stdin('x' x 60_000), 40 * $MIB],
	'body after its end' => [head($body) . stdin($body->{body}),
	    stdin('x' x 60_000), 8 * $MIB],
	'padding' => [head({ %$body, length => undef }), $padded x 100,
	    undef],
	'empty parameters in the body' => [head($body), params('') x 1000,
	    8 * $MIB],
	'body in the parameters' => [FcgiClient::begin(), stdin('x') x 1000,
	    8 * $MIB],
	'beginnings' => [head($body), FcgiClient::begin(0, 1, 2) x 1000,
	    8 * $MIB],
	'beginnings of nothing' => ['', FcgiClient::record(1, '') x 1000,
	    8 * $MIB],
	'the same beginning' => [FcgiClient::begin(),
	    FcgiClient::begin() x 1000, 8 * $MIB],
	'records for the process' => ['', FcgiClient::record(9, 'x' x 60_000,
	    0), 8 * $MIB],
	'records of no type' => ['', FcgiClient::record(77, '', 0) x 1000,
	    8 * $MIB],
	'records of another request' => [head($body), stdin('x' x 60_000, 9),
	    8 * $MIB],
);

# Sends until the other side closes. Returns how much it took, or undef.
sub flood {
	my ($first, $again) = @_;
	my $s = FcgiClient::connection($box) or die "no connection\n";
	my ($sent, $end) = (0, time + 60);
	my $sel = IO::Select->new($s);
	local $SIG{PIPE} = 'IGNORE';
	Client::push_all($s, $first);
	while (time < $end) {
		$sel->can_write(1) or next;
		my $got = syswrite $s, $again, length $again,
		    $sent % length $again;
		return $sent if !defined $got && !$!{EAGAIN};
		$sent += $got // 0;
	}
	return;
}

Try::stored($w, fresh(), 'before');
for my $name (sort keys %FLOOD) {
	my ($first, $again, $most) = @{ $FLOOD{$name} };
	my $before = keys %{ $box->files('new') };
	my $sent = flood($first, $again);
	my @bad = defined $sent ? () : 'never cut off';
	push @bad, "$sent bytes were taken" if $most && ($sent // 0) > $most;
	my $kib = Usage::memory($w);
	push @bad, "$kib KiB of memory" if $kib > $MEMORY;
	push @bad, 'the process has ended' unless kill 0, $pid;
	push @bad, Try::unclean($box);
	my $good = fresh();
	push @bad, map { "then: $_" } Try::code_wrong($w->send($good), 200);
	my $new = keys(%{ $box->files('new') }) - $before;
	push @bad, "$new filed" if $new > 1 + ($name =~ /after its end/);
	Try::check("$name without end: " . ($sent // '-') . ' bytes', @bad);
}

# Lengths whose sum is more than an int holds.
for my $len (0x7ffffff0, 0x7fffffff, 0x40000000) {
	my $s = FcgiClient::connection($box);
	my $a = FcgiClient::talk($box, $s, FcgiClient::begin() .
	    params(pack 'NN', $len | 1 << 31, $len | 1 << 31) . params('') .
	    stdin(''), 20);
	close $s;
	is($a->{code}, 404, sprintf 'lengths of 0x%x', $len);
}
Try::stored($w, fresh(), 'after all of it');
ok(kill(0, $pid), 'by the same process');
ok(Try::until(sub { sockets() == 1 }), 'which has only its own socket');
Try::finish($w);
done_testing();
