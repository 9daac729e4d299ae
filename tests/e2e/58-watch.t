#!/usr/bin/perl
# Only a few workers watch for connections. When all of these are held up, by
# clients that stop, or by the disk, the others serve; and nobody is awake while
# nothing comes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use FcgiClient;
use IO::Select;
use Mounts;
use Test::More;
use Time::HiRes qw(sleep);
use Trace;
use Try;

Mounts::private();
Trace::needed();

chomp(my $PROCESSORS = `nproc`);
# More than may watch.
my $STUCK = $PROCESSORS + 4;

my $n = 0;
sub fresh { return Try::delivery(sprintf('watch-%03d', ++$n), @_) }

# How often the threads of the process have stopped to wait.
sub waits {
	my ($pid) = @_;
	my $sum = 0;
	for my $file (glob "/proc/$pid/task/*/status") {
		my ($n) = (Sandbox::slurp($file) // '') =~
		    /^voluntary_ctxt_switches:\s*(\d+)/m;
		$sum += $n // 0;
	}
	return $sum;
}

sub stopped_clients {
	my ($w) = @_;
	my $box = $w->box;
	my @s = map { FcgiClient::send_bytes($box, FcgiClient::begin() .
	    FcgiClient::params($box, fresh())) } 1 .. $STUCK;
	Try::stored($w, fresh(), "while $STUCK clients have stopped") for 1 .. 3;
	close $_ for @s;
	return;
}

# Each open of a file takes long, as on a disk that hangs.
sub slow_disk {
	my ($w) = @_;
	my $box = $w->box;
	my @r = map { fresh() } 1 .. $STUCK;
	my $tracer = Trace::attach($w, 'openat:delay_enter=5000000');
	my @s = map { FcgiClient::send_bytes($box, FcgiClient::bytes($box, $_)) } @r;
	my $nobody = { %{ fresh() }, target => '/hooks/nobody' };
	my $a = FcgiClient::talk($box, FcgiClient::send_bytes($box,
	    FcgiClient::bytes($box, $nobody)), '');
	my @bad = Try::code_wrong($a, 404);
	push @bad, 'it waited for the disk too'
	    if IO::Select->new(@s)->can_read(0);
	Try::check("while $STUCK wait for the disk, others are served", @bad);
	Trace::detach($tracer);
	@bad = map { my $a = FcgiClient::talk($box, $_, '');
		Try::code_wrong($a, 200) } @s;
	push @bad, map { Try::event_wrong($box, $_) } @r;
	Try::check('all are stored', @bad, Try::unclean($box));
	return;
}

# Where each thread flushes its event by itself. The main thread, which looks
# whether all are held up, is kept from it: they themselves say that they are.
sub flushed_alone {
	my ($w) = @_;
	my $box = $w->box;
	my @r = map { fresh() } 1 .. $STUCK;
	my $tracer = Trace::attach($w, 'fsync:delay_enter=5000000',
	    'rt_sigtimedwait:delay_enter=60000000');
	my @s = map { FcgiClient::send_bytes($box, FcgiClient::bytes($box, $_)) } @r;
	my $nobody = { %{ fresh() }, target => '/hooks/nobody' };
	my $a = FcgiClient::talk($box, FcgiClient::send_bytes($box,
	    FcgiClient::bytes($box, $nobody)), '');
	my @bad = Try::code_wrong($a, 404);
	push @bad, 'it waited for them' if IO::Select->new(@s)->can_read(0);
	Try::check("while $STUCK flush an event each, others are served", @bad);
	Trace::detach($tracer);
	@bad = map { my $a = FcgiClient::talk($box, $_, '');
		Try::code_wrong($a, 200) } @s;
	push @bad, map { Try::event_wrong($box, $_) } @r;
	Try::check('these are stored', @bad, Try::unclean($box));
	return;
}

sub quiet {
	my ($w) = @_;
	my ($pid) = @{ $w->{programs} };
	Try::stored($w, fresh(), 'one more');
	ok(Try::until(sub {
		my $was = waits($pid);
		sleep 0.5;
		return waits($pid) == $was;
	}), 'then no thread wakes up');
	return;
}

my $w = Try::setup('fcgi', { workers => $STUCK + 4 });
$w->start;
Try::stored($w, fresh(), 'before');
stopped_clients($w);
slow_disk($w);
quiet($w);
Try::finish($w);

# A file system that does not keep changes in order.
$w = Try::setup('fcgi', { workers => $STUCK + 4 });
Mounts::tmpfs($w->box, 'inbox', 'size=4m,mode=0700');
$w->start;
Try::stored($w, fresh(), 'before, in memory');
flushed_alone($w);
Try::finish($w);
Mounts::undo($w->box, $_) for @{ $w->box->{mounts} };
done_testing();
