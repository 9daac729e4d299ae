#!/usr/bin/perl
# The second try, and the inbox on another file system, before a 503.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Mounts;
use Test::More;
use Time::HiRes qw(time);
use Trace;
use Try;

Mounts::private();

my $n = 0;
my $no_space = qr/No space left on device/;

sub fresh { return Try::delivery(sprintf('spare-%03d', ++$n), @_) }

# Where the event is stored: in "first", "spare", both or neither.
sub where {
	my ($w, $r) = @_;
	my $spare = "$w->{box}{settings}{fallback_inbox}/coral/new/$r->{id}";
	return join ' ', (-e Try::path($w->box, $r->{id}) ? 'first' : ()),
	    -e $spare ? 'spare' : ();
}

# Answered 200, stored there and complete; the log warns, or is silent.
sub filed {
	my ($w, $r, $where, $like, $name) = @_;
	my $box = $w->box;
	my $mark = $box->mark;
	my $begun = time;
	my $a = $w->send($r);
	my $took = time - $begun;
	my $log = $box->since($mark);
	my @bad = Try::code_wrong($a, 200);
	push @bad, 'lies in: ' . where($w, $r) if where($w, $r) ne $where;
	push @bad, "log: $log" if $like ? $log !~ $like :
	    $log =~ /hookdir: (?:warning|error)/;
	push @bad, sprintf '%.1f s', $took if $took > 2;
	if ($where) {
		local $box->{settings}{inbox} = $where eq 'spare' ?
		    $box->{settings}{fallback_inbox} : $box->inbox;
		push @bad, Try::event_wrong($box, $r), Try::unclean($box);
	}
	return Try::check("$w->{name}: $name", @bad);
}

sub fill {
	my ($dir) = @_;
	open my $f, '>', "$dir/filler" or die "$dir/filler: $!\n";
	while (syswrite $f, 'f' x 4096) { }
	close $f;
	return;
}

sub take {
	my ($w, $r) = @_;
	for my $in ($w->box->inbox, $w->box->{settings}{fallback_inbox}) {
		rename "$in/coral/new/$r->{id}", "$in/coral/cur/$r->{id}";
	}
	return;
}

sub full {
	my ($w, $first, $spare) = @_;
	my $said = Try::line('warning', 200,
	    qr{stored in the fallback \Q$spare\E/inbox: .*\Q$first\E/.*$no_space});
	my $before = fresh();
	filed($w, $before, 'first', undef, 'all is well: the first inbox');
	fill($first);
	my $r = fresh(fill => 9000);
	filed($w, $r, 'spare', $said, 'the first is full: the fallback');
	filed($w, $r, 'spare', undef, 'a duplicate of what is there');
	filed($w, $before, 'first', undef, 'a duplicate of what is in the first');
	my $taken = fresh(fill => 9000);
	filed($w, $taken, 'spare', $said, 'another one');
	my $unmarked = fresh(fill => 9000);
	filed($w, $unmarked, 'spare', $said, 'and one that loses its mark');
	$w->idle;
	unlink glob "$spare/inbox/coral/dedup/*/$unmarked->{id}";
	take($w, $taken);
	my $none = fresh(fill => 9000);
	fill($spare);
	my $mark = $w->box->mark;
	my $begun = time;
	Try::refused($w, $none, 503, 'both are full',
	    Try::line('error', 503,
		qr/.*\Q$first\E.*; and the fallback: .*\Q$spare\E.*$no_space/));
	cmp_ok(time - $begun, '<', 10, 'within the patience of senders');
	unlink "$spare/filler";
	filed($w, $none, 'spare', $said, 'one has room again');
	unlink "$first/filler";
	filed($w, fresh(), 'first', undef, 'so has the first: there again');
	filed($w, $r, 'spare', undef, 'a duplicate of what the fallback has');
	filed($w, $unmarked, 'spare', undef, 'known by its file');
	take($w, $unmarked);
	filed($w, $_, '', undef, 'taken from the fallback: a duplicate')
	    for $taken, $unmarked;
	return;
}

# The first inbox does not exist, or cannot be written.
sub gone {
	my ($w, $first, $spare) = @_;
	my $said = Try::line('warning', 200,
	    qr{stored in the fallback \Q$spare\E/inbox: });
	my $before = fresh();
	filed($w, $before, 'first', undef, 'all is well');
	$w->idle;
	system 'mount', '-o', 'remount,ro', $first;
	filed($w, fresh(), 'spare', $said, 'read-only: the fallback');
	filed($w, $before, 'first', undef, 'marks can be read: a duplicate');
	system 'mount', '-o', 'remount,rw', $first;
	$w->idle;
	chmod 0, $first;
	my $r = fresh();
	filed($w, $r, 'spare', $said, 'out of reach: the fallback');
	chmod 0755, $first;
	filed($w, $r, 'spare', undef, 'and back: a duplicate');

	# With an unusable fallback, events still go to the first inbox.
	$w->idle;
	chmod 0, $spare;
	filed($w, fresh(), 'first',
	    Try::line('warning', 200, qr{stored, but .*\Q$spare\E/inbox}),
	    'the fallback is out of reach: stored, with a word');
	chmod 0755, $spare;
	filed($w, fresh(), 'first', undef, 'and back');
	return;
}

# A transient fault: the second try writes a new file.
sub again {
	my ($w) = @_;
	for my $inject ('fsync:error=EIO:when=1', 'fsync:error=EIO:when=2',
	    'writev:error=ENOSPC:when=1', 'linkat:error=EIO:when=1') {
		my $r = fresh();
		my $mark = $w->box->mark;
		my ($a, $calls) = Trace::delivery($w, $r, $inject);
		my @bad = Try::code_wrong($a, 200);
		push @bad, 'lies in: ' . where($w, $r)
		    if where($w, $r) ne 'first';
		push @bad, Trace::wrong_order($w->box, $calls, 'new',
		    -s Try::path($w->box, $r->{id}) // 0);
		# Marks are links too.
		my @links = grep { $_->{call} eq 'linkat' &&
		    $_->{args} =~ m{/new>} && $_->{ret} eq '0' } @$calls;
		my $files = grep { $_->{args} =~ m{/tmp>, .*O_EXCL} } @$calls;
		push @bad, "$files files" if $files != 2;
		push @bad, 'the link that was not flushed was left'
		    if $inject =~ /when=2/ && @links != 2;
		push @bad, 'no word' if $w->box->since($mark) !~
		    Try::line('warning', 200, qr/stored, but only at the second try: /);
		Try::check("$w->{name}: $inject", @bad);
	}
	return;
}

# Simultaneous copies while the first inbox comes and goes are one event.
sub copies {
	my ($w, $first) = @_;
	for my $i (1 .. 10) {
		my $r = fresh();
		$w->idle;
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			for (1 .. 40) {
				chmod $_ % 2 ? 0 : 0755, $first;
				select undef, undef, undef, 0.002;
			}
			POSIX::_exit(0);
		}
		my @bad = map { "answered $_" } grep { $_ != 200 }
		    $w->send_all(($r) x 20);
		waitpid $pid, 0;
		chmod 0755, $first;
		# If one copy could reach the first inbox and another could not,
		# the event may be in both: then the log says so. It is always
		# in one of them.
		push @bad, 'lost' if where($w, $r) eq '';
		Try::check("$w->{name}: copies at once, $i", @bad);
	}
	return;
}

Trace::needed();
for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 4 });
	my ($first, $spare) = map {
		Mounts::tmpfs($w->box, $_, 'size=256k,mode=0755') } qw(one two);
	@{ $w->box->{settings} }{qw(inbox fallback_inbox)} =
	    map { "$_/inbox" } $first, $spare;
	$w->box->settings;
	$w->start;
	full($w, $first, $spare);
	gone($w, $first, $spare);
	again($w) if $w->cgi;
	copies($w, $first);
	$w->stop_program;
	Mounts::undo($w->box, $_) for $first, $spare;
	Try::finish($w);
}
done_testing();
