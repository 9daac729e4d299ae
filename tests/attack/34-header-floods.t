#!/usr/bin/perl
# Thousands of headers, headers and targets as long as one likes, and headers
# without end, behind every web server. Each is answered or cut off, the receiver
# stays small, no log has the signature, and genuine deliveries are stored
# afterwards.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time);
use Try;
use Usage;

my $MEMORY = 300 << 10; # KiB
my $n = 0;
my ($LONG, $HUGE) = ('q' x 7000, 'h' x 1_000_000);

sub good { return Try::delivery(sprintf('flood-%03d', ++$n), @_) }

# A good delivery with more headers. If the server passes all of them on, it is
# stored.
sub with { my $r = good(); push @{ $r->{headers} }, @_; return $r }

my %FLOOD = (
	'5000 headers' => sub { with(map { ["X-Flood-$_", 'x' x 20] } 1 .. 5000) },
	'5000 of one name' => sub { with(map { ['X-Flood', $_] } 1 .. 5000) },
	'80 of 7000 bytes' => sub { with(map { ["X-Flood-$_", $LONG] } 1 .. 80) },
	'one of 7000 bytes' => sub { with(['X-Flood', $LONG]) },
	'one of 1 MB' => sub { with(['X-Flood', $HUGE]) },
	'a name of 1 MB' => sub { with(["X-$HUGE", 'x']) },
	'5000 signatures' => sub { my $r = good();
		$r->{headers} = [(@{ $r->{headers} }) x 5000]; $r },
	'a signature of 1 MB' => sub { my $r = good();
		$r->{headers}[0][1] .= ",$HUGE"; $r },
	'a query of 7000 bytes' => sub {
		good(target => "/hooks/coral?$LONG") },
	'a query of 1 MB' => sub { good(target => "/hooks/coral?$HUGE") },
	'a path of 7000 bytes' => sub { good(target => "/hooks/$LONG") },
	'a path of 1 MB' => sub { good(target => "/hooks/$HUGE") },
	'a method of 1 MB' => sub { good(method => $HUGE) },
	'a host of 7000 bytes' => sub { good(host => $LONG) },
);

# Headers until the other side closes. Returns how many bytes it took.
sub endless {
	my ($w) = @_;
	my $s = Client::connect_to($w->{port}) or die "no connection\n";
	my $lines = join '', map { "X-Flood-$_: $LONG\r\n" } 1 .. 10;
	my ($sent, $end) = (0, time + 60);
	local $SIG{PIPE} = 'IGNORE';
	Client::push_all($s, "POST /hooks/coral HTTP/1.1\r\nHost: x\r\n");
	my $sel = IO::Select->new($s);
	while ($sent < 100_000_000 && time < $end) {
		last if $sel->can_read(0);
		next unless $sel->can_write(1);
		my $got = syswrite $s, $lines;
		last if !defined $got && !$!{EAGAIN};
		$sent += $got // 0;
	}
	close $s;
	return time < $end ? $sent : 1 << 30;
}

for my $way (sort keys %Servers::WAY) {
	my $w = Try::setup($way)->start;
	my $stored = 0;
	for my $name (sort keys %FLOOD) {
		my $r = $FLOOD{$name}->();
		my $a = $w->send($r);
		my @bad = grep { !/\A(?:0|200|40[01345]|41[34]|431|50[0-4])\z/ }
		    $a->{code};
		$stored++ if $a->{code} == 200;
		push @bad, 'stored, and not acknowledged'
		    if $a->{code} != 200 && -e Try::path($w->box, $r->{id});
		push @bad, Try::event_wrong($w->box, $r) if $a->{code} == 200;
		Try::check("$way: $name: $a->{code}", @bad);
	}
	cmp_ok(endless($w), '<', 20_000_000, "$way: headers without end");
	Try::stored($w, good(), 'a good delivery afterwards');
	is(keys %{ $w->box->files('new') }, $stored + 1,
	    'nothing else is filed');
	cmp_ok(Usage::memory($w), '<', $MEMORY, 'and it is not large');
	Try::finish($w);
}
done_testing();
