#!/usr/bin/perl
# The system calls of one delivery, under FastCGI once the inbox is open, and as
# CGI from main() on: at most so many of each kind. Who adds one sees it here,
# and raises the number or not; `make bench-calls` shows the line that makes it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(sleep);
use Trace;

Trace::needed();

my $EVENTS = 10;
# Changed longer ago than this, an inbox stays open: lib/inbox/inbox_dircache.c.
my $SETTLED = 3;
my $DAYS = 4; # of a folder of marks
# Whether and when memory is asked for is the C library's; futex() is called
# only where threads meet; the main thread waits for signals, and pthread_kill()
# tells it that the only worker is busy, at most once in a tenth of a second.
my %FREE = map { $_ => 1 } qw(brk mmap munmap mprotect madvise getrandom futex
    exit_group restart_syscall rt_sigtimedwait getpid tgkill rt_sigprocmask);

# Of an event with three folders of marks. A connection may come before its
# bytes: then there is a second read(), and a poll(), or two if they are late. A
# file system that does not keep changes in order needs a second fsync().
my %NEW = (accept4 => 2, epoll_wait => 1, read => 2, poll => 2,
	newfstatat => 4, fcntl => 2, faccessat2 => 3, openat => 1, writev => 1,
	fsync => 2, linkat => 2, unlinkat => 1, write => 1, close => 2);
my %DUPLICATE = (%NEW, openat => 0, writev => 0, fsync => 0, linkat => 0,
	unlinkat => 0, close => 1);
# With what opens the settings, the secret and the inbox.
my %CGI = (access => 2, close => 15, close_range => 1, faccessat2 => 3,
	fcntl => 4, fstatfs => 1, fsync => 2, geteuid => 1, getsockopt => 1,
	linkat => 2, lseek => 1, newfstatat => 10, openat => 14, poll => 1,
	prlimit64 => 1, read => 6, readlink => 3, rt_sigaction => 3, umask => 1,
	unlinkat => 1, write => 2, writev => 1);
# glibc 2.33 and later call newfstatat() for fstat().
my %ALSO = (fstat => 'newfstatat', faccessat => 'faccessat2');

$Trace::EVERY = 1;
my $n = 0;
sub fresh { return Try::delivery(sprintf('calls-%03d', ++$n), @_) }

# As after some days, and long enough ago.
sub make_days {
	my ($box) = @_;
	for my $day (-2 .. 0) {
		my $when = time + $day * $DAYS * 86400;
		my $path = $box->inbox . '/coral/dedup/' .
		    strftime('%Y-%m-%d', gmtime($when - $when % ($DAYS * 86400)));
		mkdir $path, 0700;
		$box->own($path);
	}
	sleep $SETTLED;
	return;
}

# {call => how often}, without those that have such arguments.
sub count {
	my ($calls, $but) = @_;
	my %count;
	for my $c (@$calls) {
		next if $FREE{ $c->{call} } || $but && $c->{args} =~ $but;
		$count{ $ALSO{ $c->{call} } // $c->{call} }++;
	}
	return \%count;
}

# Each folder above a secret is asked for: that is the depth of our own.
sub above {
	my ($path) = @_;
	my @above = ('/');
	for (; length $path; $path =~ s{/[^/]*\z}{}) {
		push @above, $path;
	}
	my $any = join '|', map { quotemeta } @above;
	return qr{"(?:$any)"};
}

sub at_most {
	my ($name, $count, $most, $events) = @_;
	my @bad = map { sprintf '%s: %.1f times, at most %d', $_,
	    $count->{$_} / $events, $most->{$_} // 0 }
	    grep { $count->{$_} > ($most->{$_} // 0) * $events }
	    sort keys %$count;
	my $sum = 0;
	$sum += $_ for values %$count;
	note(map { "$_ $count->{$_} " } sort keys %$count);
	push @bad, 'nothing was traced' unless $count->{write};
	Try::check(sprintf('%s: %.1f calls', $name, $sum / $events), @bad);
	return;
}

sub fastcgi {
	my $w = Try::setup('fcgi', { workers => 1 });
	$w->start;
	Try::stored($w, fresh(), 'the inbox is there');
	make_days($w->box);
	# One opens the inbox, and it stays open.
	my @known = map { fresh() } 1 .. $EVENTS;
	Try::stored($w, $_, 'an event') for @known;
	my %sent = (new => [ map { fresh() } 1 .. $EVENTS ],
		duplicate => \@known);
	my %most = (new => \%NEW, duplicate => \%DUPLICATE);
	for my $kind (sort keys %sent) {
		my $tracer = Trace::attach($w);
		my @codes = map { $w->send($_)->{code} } @{ $sent{$kind} };
		$w->idle;
		Trace::detach($tracer);
		is("@codes", join(' ', (200) x $EVENTS), "$kind: answered");
		# The settings are looked at once a second.
		at_most("FastCGI, $kind", count(Trace::calls($w->box),
		    qr{\Q$w->{box}{dir}\E/etc}), $most{$kind}, $EVENTS);
	}
	Try::finish($w);
	return;
}

sub cgi {
	my $w = Try::setup('cgi');
	Try::stored($w, fresh(), 'the inbox is there');
	make_days($w->box);
	Try::stored($w, fresh(), 'an event');
	my ($answer, $calls) = Trace::delivery($w, fresh());
	is($answer->{code}, 200, 'CGI: answered');
	# What comes before is the loader's.
	shift @$calls while @$calls && !($calls->[0]{call} eq 'fcntl' &&
	    $calls->[0]{args} =~ /\A0<.*F_GETFD/);
	at_most('CGI', count($calls, above("$w->{box}{dir}/etc")), \%CGI, 1);
	Try::finish($w);
	return;
}

fastcgi();
cgi();
done_testing();
