# Eight processes that send events until they are stopped, and say which were
# acknowledged.
package Senders;
use strict;
use warnings;
use POSIX ();
use Try;

my $SENDERS = 8;

sub new {
	my ($class, $w, $tag) = @_;
	pipe my $in, my $out or die "pipe: $!\n";
	my $self = bless { in => $in, got => '', pids => [] }, $class;
	for my $k (1 .. $SENDERS) {
		my $pid = fork // die "fork: $!\n";
		push @{ $self->{pids} }, $pid and next if $pid;
		for my $i (1 .. 100_000) {
			my $r = event("$tag-$k-$i");
			my $a = eval { $w->send($r) };
			last unless $a && $a->{code} == 200;
			syswrite $out, "$r->{id}\n";
		}
		POSIX::_exit(0);
	}
	close $out;
	$in->blocking(0);
	return $self;
}

# The event of this id.
sub event {
	my ($id) = @_;
	return Try::delivery($id, fill => ($id =~ /-(\d+)\z/)[0] * 7 % 2000);
}

# The acknowledged ids that it has not returned before.
sub acked {
	my ($self) = @_;
	while (sysread $self->{in}, $self->{got}, 65536, length $self->{got}) { }
	return $self->{got} =~ s/\A(.*\n)//s ? split /\n/, $1 : ();
}

sub stop {
	my ($self) = @_;
	kill 'KILL', @{ $self->{pids} };
	waitpid $_, 0 for @{ $self->{pids} };
	return;
}

1;
