# Each system call of a delivery fails in turn, with each error that it may
# have, or the program is killed there. An event is acknowledged only if it is
# complete on disk; no event is incomplete; and the next try succeeds.
package Faults;
use strict;
use warnings;
use File::Path qw(remove_tree);
use Trace;

our %ERRORS = (
	fsync => [qw(EIO ENOSPC EDQUOT)],
	writev => [qw(ENOSPC EINTR EIO EDQUOT)],
	write => [qw(EPIPE EINTR EIO)],
	linkat => [qw(EDQUOT ENOENT EMLINK EROFS EIO ENOSPC ENOMEM)],
	openat => [qw(EMFILE EOPNOTSUPP ENOENT EROFS EIO EINTR ENOMEM EDQUOT)],
	fcntl => [qw(ENOLCK EINTR)],
	mkdirat => [qw(ENOSPC EROFS EEXIST EDQUOT)],
	newfstatat => [qw(EIO)],
	fstat => [qw(EIO)],
	faccessat => [qw(EIO EACCES)],
	faccessat2 => [qw(EIO EACCES)],
	fchmod => [qw(EPERM)],
	fchmodat => [qw(EPERM)],
	unlinkat => [qw(EIO)],
	close => [qw(EIO)],
	read => [qw(EIO EINTR)],
);

my $n = 0;

# The initial states: the event to send, and how a duplicate is recognised.
our %STATE = (
	first => sub {
		my ($w) = @_;
		$w->idle;
		remove_tree($w->box->inbox);
		return (fresh(), 'new');
	},
	new => sub { return (fresh(), 'new') },
	marked => sub {
		my ($w) = @_;
		return (known($w), 'mark');
	},
	linked => sub {
		my ($w) = @_;
		my $r = known($w);
		unlink glob $w->box->inbox . "/coral/dedup/*/$r->{id}";
		return ($r, 'link');
	},
	# With the settings of Try::timed().
	timed => sub { return (fresh(timed => 1), 'new') },
);

sub fresh { return Try::delivery(sprintf('fault-%04d', ++$n), @_) }

sub known {
	my ($w) = @_;
	my $r = fresh();
	$w->send($r)->{code} == 200 or die "no event to repeat\n";
	return $r;
}

# True if strace has injected the fault.
sub fired {
	my ($calls, $answer, $error) = @_;
	return ($answer->{died} // 0) == 9 if $error eq 'KILL';
	return Trace::fired($calls);
}

sub wrong {
	my ($w, $r, $how, $call, $error, $answer, $calls) = @_;
	my $box = $w->box;
	my $path = Try::path($box, $r->{id});
	my $died = $answer->{died} // 0;
	my @bad;
	push @bad, "ended with status $died"
	    if $died & 127 && $error ne 'KILL';
	push @bad, Try::code_wrong({ %$answer, died => 0 }, $answer->{code});
	if ($answer->{code} >= 200 && $answer->{code} < 300) {
		push @bad, Trace::wrong_order($box, $calls, $how, -s $path // 0);
		push @bad, Try::event_wrong($box, $r);
		push @bad, 'not for the group'
		    if $box->{settings}{group_access} &&
		    ((stat $path)[2] & 07777) != 0660;
	} elsif ($answer->{code} && $error eq 'EINTR' &&
	    $call =~ /\A(?:writev|fcntl)\z/) {
		# The second try of the program made up for the fault.
		push @bad, "answered $answer->{code} for an interruption";
	}
	# Only a crash may leave a file in tmp/.
	push @bad, grep { $error ne 'KILL' || !/in tmp/ } Try::unclean($box);
	return @bad;
}

# Injects one fault. Returns what was wrong, and whether the fault happened.
sub one {
	my ($w, $state, $call, $error, $at) = @_;
	my ($r, $how) = $STATE{$state}->($w);
	my $inject = $call . ($error eq 'KILL' ? ':signal=KILL' :
	    ":error=$error") . ":when=$at";
	my $mark = $w->box->mark;
	my ($answer, $calls) = Trace::delivery($w, $r, $inject);
	my $fired = fired($calls, $answer, $error);
	my @bad = wrong($w, $r, $how, $call, $error, $answer, $calls);
	push @bad, "answered $answer->{code} without a fault"
	    if !$fired && $answer->{code} != 200;
	my $again = $w->send($r);
	push @bad, "hookdir sweep: $?" if $error eq 'KILL' &&
	    system(Sandbox::build() . '/hookdir', '-c', $w->box->config, 'sweep');
	push @bad, map { "then: $_" } Try::code_wrong($again, 200),
	    Try::event_wrong($w->box, $r),
	    grep { $error ne 'KILL' || !/in tmp/ } Try::unclean($w->box);
	# A second mark that failed is missing, and the log says so; one that a
	# crash prevented is made by recovery.
	push @bad, map { "replayed: $_" } Try::replay_wrong($w, $r)
	    if (grep { $_->[0] eq 'X-Coral-Id' } @{ $r->{headers} }) &&
	    $w->box->since($mark) !~ /no mark can be written/;
	return ($fired, map { "$inject: $_" } @bad);
}

# How often each call is made before the program's own first.
sub before_main {
	my ($w) = @_;
	my (undef, $calls) = Trace::delivery($w, fresh());
	my %count;
	for my $c (@$calls) {
		last if $c->{call} eq 'fcntl' && $c->{args} =~ /\A0<.*F_GETFD/;
		$count{ $c->{call} }++;
	}
	return (\%count, { map { $_->{call} => 1 } @$calls });
}

# All faults of a state: so many errors of each call, or kills. One test for
# each call and error.
sub all {
	my ($w, $state, %opt) = @_;
	my ($skip, $made) = $w->cgi ? before_main($w) : ({}, \%ERRORS);
	my $total = 0;
	for my $call (sort keys %ERRORS) {
		# If strace injects an error into close(), the file stays open,
		# and a server would keep the event's lock.
		next if !$made->{$call} || $w->fcgi && $call eq 'close' ||
		    $opt{calls} && $call !~ $opt{calls};
		my @errors = @{ $ERRORS{$call} };
		splice @errors, $opt{errors} if @errors > ($opt{errors} // 99);
		for my $error ($opt{kill} ? 'KILL' : @errors) {
			my $at = $skip->{$call} // 0;
			my (@bad, $count);
			while (1) {
				my ($fired, @wrong) = one($w, $state, $call,
				    $error, ++$at);
				push @bad, @wrong;
				last if !$fired;
				$count++;
				last if $count > 100;
			}
			push @bad, 'it never ends' if ($count // 0) > 100;
			$total += $count // 0;
			Try::check("$w->{name}: $state: $call: $error: " .
			    ($count // 'never') . ' times', @bad);
		}
	}
	return $total;
}

1;
