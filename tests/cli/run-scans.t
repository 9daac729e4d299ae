#!/usr/bin/perl
# hookdir run reads the names that wait as often for many events as for few: not
# once an event, whatever becomes of it. With millions of them, one reading
# takes seconds.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Cli;
use Outbox;
use Test::More;
use Trace;

Trace::needed();
# The leak checker does not work under strace.
$ENV{ASAN_OPTIONS} = "detect_leaks=0";
secret('coral.secret', CORAL_OLD);
chmod 0777, $top;

my $FEW = 3;
my $MANY = 40;

# How often a folder is read, with so many events; and the order of the handlers.
sub reads {
	my ($run, $n, $put, $where, $name) = @_;
	fresh(github => { run => $run });
	unlink "$top/order", "$top/calls";
	$put->($_) for 1 .. $n;
	run([qw(run --once)], by => ['/usr/bin/strace', '-qq', '-e',
		'trace=getdents64', '-o', "$top/calls"]);
	is(scalar(my @left = split ' ', places()), $where * $n,
		"$name: where they are");
	return scalar grep { /\bgetdents64\(/ } split /\n/, slurp("$top/calls");
}

# $where: how many of each event are left.
sub as_often {
	my ($name, $run, $where, $put) = @_;
	my $few = reads($run, $FEW, $put, $where, "$name, few events");
	my $many = reads($run, $MANY, $put, $where, "$name, many events");
	# A scan of all folders is eight calls. On a slow machine, one comes every
	# few seconds besides.
	cmp_ok($many, '<', $few + $MANY, "$name: not read once an event");
	return;
}

sub sh { return ['/bin/sh', '-c', @_] }
sub event { my ($n, @how) = @_; return put('inbox/new', "e$n", mtime => 1000 + $n, @how) }

my $note = { environment => { OUT => $top } };
as_often('handled', { command => sh('exit 0') }, 0, \&event);
as_often('failed softly', { command => sh('exit 111') }, 1, \&event);
as_often('tried again', { command => sh('exit 111') }, 1, sub { put('inbox/later',
	"e$_[0]", file => "20200101T000000Z.1.e$_[0]") });
as_often('failed for good', { command => sh('exit 100') }, 1, \&event);
as_often('nobody takes it', { type => 'x', command => sh('exit 0') }, 1, \&event);

my $keyed = { %$note, jobs => 3, order => 'json:k',
	command => sh('echo $HOOKDIR_ID >>"$OUT/order"') };
as_often('one key', $keyed, 0, sub { event(@_, body => '{"k":"a"}') });
is(slurp("$top/order"), join('', map { "e$_\n" } 1 .. $MANY),
	'one key: in their order');
as_often('two keys', $keyed, 0, sub { event(@_,
	body => sprintf '{"k":"%d"}', $_[0] % 2) });
for my $k (0, 1) {
	is_deeply([grep { /(\d+)/ && $1 % 2 == $k } split /\n/, slurp("$top/order")],
		[map { "e$_" } grep { $_ % 2 == $k } 1 .. $MANY],
		"two keys: in the order of key $k");
}

# Each event's file is opened once, and once more until the handlers are there.
sub stays {
	return { persistent => JSON::PP::true, %$note,
		command => sh('echo ready; while read -r f; do id=${f##*/}; ' .
		'id=${id#*.}; echo $id >>"$OUT/order"; echo "$id 0"; done') };
}
fresh(github => { run => { %{ stays() }, jobs => 2 } });
unlink "$top/order", "$top/calls";
event($_) for 1 .. $MANY;
run([qw(run --once)], by => ['/usr/bin/strace', '-qq', '-e', 'trace=openat',
	'-o', "$top/calls"]);
is(places(), '', 'handlers that stay: none is left');
my $opened = grep { /"e\d+"/ } split /\n/, slurp("$top/calls");
cmp_ok($opened, '>=', $MANY, 'handlers that stay: each event is opened');
cmp_ok($opened, '<=', $MANY + 4, 'handlers that stay: once');
unlink "$top/order";

# Many of one key, and one of another that came last.
my $OF_ONE = 200;
my $last = 'e' . ($OF_ONE + 1);
fresh(github => { run => { %$keyed, %{ stays() } } });
unlink "$top/order";
event($_, body => '{"k":"a"}') for 1 .. $OF_ONE;
event($OF_ONE + 1, body => '{"k":"b"}');
is_run([qw(run --once)], {}, 0, '', '', 'many of one key');
my @order = split /\n/, slurp("$top/order");
is_deeply([grep { $_ ne $last } @order], [map { "e$_" } 1 .. $OF_ONE],
	'all of them are handled in their order');
my ($at) = grep { $order[$_] eq $last } 0 .. $#order;
cmp_ok($at, '<', $OF_ONE, 'another key does not wait for them');
is(places(), '', 'and none is left');

done_testing();
