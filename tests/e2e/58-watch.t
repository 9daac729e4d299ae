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

# So many deliveries are held up by calls that take long. Others are served
# meanwhile, and in the end all are stored.
sub held_up {
	my ($w, $name, @inject) = @_;
	my $box = $w->box;
	my @r = map { fresh() } 1 .. $STUCK;
	my $tracer = Trace::attach($w, @inject);
	my @s = map { FcgiClient::send_bytes($box, FcgiClient::bytes($box, $_)) } @r;
	my $nobody = { %{ fresh() }, target => '/hooks/nobody' };
	my $a = FcgiClient::talk($box, FcgiClient::send_bytes($box,
	    FcgiClient::bytes($box, $nobody)), '');
	my @bad = Try::code_wrong($a, 404);
	push @bad, 'it waited for them' if IO::Select->new(@s)->can_read(0);
	Try::check("$name: others are served", @bad);
	Trace::detach($tracer);
	@bad = map { my $a = FcgiClient::talk($box, $_, '');
		Try::code_wrong($a, 200) } @s;
	push @bad, map { Try::event_wrong($box, $_) } @r;
	Try::check("$name: all are stored", @bad, Try::unclean($box));
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
# As on a disk that hangs.
held_up($w, "$STUCK wait for the disk", 'openat:delay_enter=5000000');
quiet($w);
Try::finish($w);

# Where changes are not kept in order, each thread flushes its event by itself.
# The main thread, which looks whether all are held up, is kept from it: they
# themselves say that they are.
$w = Try::setup('fcgi', { workers => $STUCK + 4 });
Mounts::tmpfs($w->box, 'inbox', 'size=4m,mode=0700');
$w->start;
Try::stored($w, fresh(), 'before, in memory');
held_up($w, "$STUCK flush an event each", 'fsync:delay_enter=5000000',
	'rt_sigtimedwait:delay_enter=60000000');
Try::finish($w);
Mounts::undo($w->box, $_) for @{ $w->box->{mounts} };
done_testing();
