# Many slow senders, in a process of their own. Each connects, sends what it has
# to say first, and then piece after piece. When the other side closes, it
# connects again at once.
package Slow;
use strict;
use warnings;
use IO::Select;
use POSIX ();
use Time::HiRes qw(sleep time);

# Seconds between two pieces.
our $PAUSE = 0.3;
# Seconds after which they end by themselves.
our $LIFE = 200;

# Starts the senders [FIRST, PIECE]: what each says first, and then again and
# again. $connect returns a non-blocking socket. Returns when all have begun.
sub start {
	my ($connect, @senders) = @_;
	pipe my $ready, my $say or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		close $ready;
		$SIG{TERM} = $SIG{INT} = 'DEFAULT';
		senders($connect, $say, @senders);
		POSIX::_exit(0);
	}
	close $say;
	my $said = <$ready>;
	die "the senders did not begin\n" unless $said;
	return $pid;
}

sub stop {
	my ($pid) = @_;
	kill 'TERM', $pid;
	waitpid $pid, 0;
	return;
}

sub senders {
	my ($connect, $say, @senders) = @_;
	my $end = time + $LIFE;
	my @s;
	local $SIG{PIPE} = 'IGNORE';
	while (time < $end) {
		for my $i (0 .. $#senders) {
			next if $s[$i];
			$s[$i] = $connect->() or next;
			Client::push_all($s[$i], $senders[$i][0]);
		}
		syswrite $say, "ready\n" if $say;
		undef $say;
		sleep $PAUSE;
		for my $i (grep { $s[$_] } 0 .. $#s) {
			my $n = syswrite $s[$i], $senders[$i][1];
			my $gone = !defined $n && !$!{EAGAIN};
			undef $s[$i] if $gone ||
			    IO::Select->new($s[$i])->can_read(0);
		}
	}
	return;
}

1;
