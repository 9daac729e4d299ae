#!/usr/bin/perl
# The power is cut right after the answer. After the restart, every acknowledged
# event is there and complete, and no event is incomplete.
#
# CUTS   how many events of each kind, each with its own power cut
# GROUP  how many events before one power cut
# KINDS  of file systems
# MKFS_EXT4, MOUNT_EXT4   "-O fast_commit", ",data=journal"
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Disk;
use Senders;
use Shim;
use Test::More;
use Time::HiRes qw(sleep time);
use Trace;
use Try;

my $CUTS = $ENV{CUTS} // 5;
my $GROUP = $ENV{GROUP} // 200;
# At least so many events are acknowledged before a cut in the middle.
my $MIDDLE = 50;
my $n = 0;

Disk::needed();
Trace::needed();

sub fresh { return Try::delivery(sprintf('cut-%04d', ++$n), @_) }

# A disk with an inbox, or only with the folder for one.
sub disk {
	my ($w, $kind, $made) = @_;
	my $d = Disk->new($w->box, $kind, sprintf 'disk%03d', ++$n);
	$w->box->{settings}{inbox} = "$d->{dir}/inbox";
	$w->box->settings;
	if ($made) {
		$w->send(fresh())->{code} == 200 or die "no inbox\n";
		$w->idle;
		Disk::must('sync', '-f', $d->{dir});
	}
	return $d;
}

# Sends a delivery to a program with these faults: the shim makes a disk that
# lies about flushes; strace makes a system call fail.
sub send_with {
	my ($w, $r, @faults) = @_;
	return $w->send($r) unless @faults;
	if ($faults[0] =~ /:/) {
		my ($answer, $calls) = Trace::delivery($w, $r, @faults);
		die "it did not fire: @faults\n" unless
		    Trace::fired($calls) || ($answer->{died} // 0) == 9;
		return $answer;
	}
	Shim::on($w, @faults);
	my $answer = $w->send({ %$r, Trace::environment($w) });
	Shim::on($w);
	return $answer;
}

# After the restart: which acknowledged events are lost, which are incomplete.
sub lost {
	my ($w, @r) = @_;
	my @lost = map { Try::event_wrong($w->box, $_) } @r;
	my %said = map { m{(\S+/new/\S+)} ? ($1 => 1) : () } @lost;
	return (@lost, grep { !/in tmp/ && !$said{ s/.* //r } }
	    Try::unclean($w->box));
}

# The receiver still works: it recognises a duplicate, and stores a new event.
sub goes_on {
	my ($w, $r) = @_;
	my $new = fresh();
	return map { "then: $_" } (map { Try::code_wrong($w->send($_), 200) }
	    $r, $new), lost($w, $r, $new);
}

# How many of so many acknowledged events are lost, with a cut after each.
# "before" is sent first, with its own faults, to reach a certain state.
sub each_cut {
	my ($w, $kind, $first, $before, @faults) = @_;
	my ($lost, @bad) = 0;
	my $mend = !grep { $_ eq 'no-recovery' } @faults;
	@faults = grep { $_ ne 'no-recovery' } @faults;
	my $d = $first || disk($w, $kind, 1);
	for (1 .. $CUTS) {
		$d = disk($w, $kind, 0) if $first;
		my $r = fresh(fill => int rand 9000);
		send_with($w, $r, @$before) if $before;
		my $answer = send_with($w, $r, @faults);
		push @bad, Try::code_wrong($answer, 200);
		$d->cut;
		$d->restart;
		# No event is incomplete, not even before the recovery.
		push @bad, grep { /partial/ && !@faults } Try::unclean($w->box);
		push @bad, Disk::recover($w->box) if $mend;
		my @lost = lost($w, $r);
		$lost++ if @lost;
		push @bad, @faults || !$mend ? () : @lost;
		push @bad, goes_on($w, $r) unless @lost;
		# Recovery cannot complete what a lying disk has lost.
		unlink Try::path($w->box, $r->{id}) if @lost;
		$d->destroy if $first;
	}
	$d->destroy unless $first;
	return ($lost, @bad);
}

sub none_lost {
	my ($w, $kind, $name, $first, $before) = @_;
	my ($lost, @bad) = each_cut($w, $kind, $first, $before);
	return Try::check("$kind: $name: $lost of $CUTS lost", @bad);
}

# The negative control: with a disk that lies, or a program that does not flush,
# the same test must lose events.
sub some_lost {
	my ($w, $kind, $name, $before, @faults) = @_;
	my ($lost, @bad) = each_cut($w, $kind, 0, $before, @faults);
	push @bad, 'nothing is lost: this test sees nothing' if !$lost;
	return Try::check("$kind: $name: $lost of $CUTS lost", @bad);
}

sub one_by_one {
	my ($kind) = @_;
	my $w = Try::setup('cgi');
	none_lost($w, $kind, 'an event a cut');
	none_lost($w, $kind, 'the first event of an inbox', 1);
	none_lost($w, $kind, "a duplicate of one killed at its $_", 0,
	    ["$_:signal=KILL:when=1"]) for qw(fsync linkat unlinkat);
	some_lost($w, $kind, 'CONTROL: no fsync of the file', undef,
	    'lying-files');
	some_lost($w, $kind, 'CONTROL: no fsync at all', undef,
	    'lying-files', 'lying-folders');
	# Where new/ is not flushed, for changes keep their order
	# (lib/inbox/fs_journal.h).
	some_lost($w, $kind, 'CONTROL: nobody looks into tmp/', undef,
	    'no-recovery') if $kind ne 'btrfs';
	some_lost($w, $kind, 'CONTROL: no fsync of new/', undef,
	    'lying-folders', 'no-recovery') if $kind eq 'btrfs';
	Try::finish($w);
	return;
}

sub group {
	my ($kind) = @_;
	my $w = Try::setup('fcgi', { workers => 8 });
	my $d = disk($w, $kind, 0);
	$w->start;
	my @all = map { fresh(fill => int rand 3000) } 1 .. $GROUP;
	my @bad;
	for (my $i = 0; $i < @all; $i += 20) {
		push @bad, map { "answered $_" } grep { $_ != 200 }
		    $w->send_all(grep { $_ } @all[$i .. $i + 19]);
	}
	$d->cut;
	$w->stop_program;
	$d->restart;
	$w->start;
	my @lost = lost($w, @all);
	$w->stop_program;
	Try::check("$kind: $GROUP events, and a cut: " . @lost . ' lost', @bad,
	    @lost);
	$d->destroy;
	Try::finish($w);
	return;
}

# The power is cut while eight processes send.
sub middle {
	my ($kind, $round, @faults) = @_;
	my $w = Try::setup('fcgi', { workers => 16 }, processes => 2);
	my $d = disk($w, $kind, 0);
	Shim::on($w, @faults);
	$w->start;
	my $tag = "middle-$n";
	my $senders = Senders->new($w, $tag);
	my @ids;
	# On a slow machine too, the cut comes after some events.
	Try::until(sub { push @ids, $senders->acked; @ids > $MIDDLE }, 120);
	sleep rand 0.4;
	# Read the log before the cut: later events may be lost.
	push @ids, $senders->acked;
	$d->cut;
	$senders->stop;
	kill 'KILL', @{ $w->{programs} };
	waitpid $_, 0 for @{ delete $w->{programs} };
	$d->restart;
	Shim::on($w);
	$w->start_program;
	my @all = map { Senders::event($_) } @ids;
	my @lost = lost($w, @all);
	my $there = keys %{ $w->box->files('new') };
	if (@faults) {
		ok(@lost > 0, "$kind: CONTROL: @faults, a cut in the middle: " .
		    @lost . ' of ' . @all . ' lost, or in parts');
	} else {
		Try::check("$kind: 8 senders, a cut in the middle, $round: " .
		    @all . " acknowledged, $there there, " . @lost . ' lost' .
		    ($d->{cloned} ? '' : ' (copied, not cloned)'),
		    @lost, @all ? () : 'nothing was acknowledged in time');
		Try::check("$kind: and it goes on", goes_on($w, fresh()),
		    map { "again in new/: $_" } grep { !-e Try::path($w->box,
		    $_->{id}) } @all);
	}
	$w->stop_program;
	$d->destroy;
	Try::finish($w);
	return;
}

my $seed = $ENV{SEED} // 20261122;
srand $seed;
note("SEED=$seed CUTS=$CUTS GROUP=$GROUP");
my @kinds = Disk::kinds(split ' ', $ENV{KINDS} // '');
for my $kind (@kinds) {
	one_by_one($kind);
	group($kind);
	middle($kind, $_) for 1 .. 3;
	# A cut after many events does not test the flush of the folder, because
	# the flush of each file makes earlier links durable. The cuts after
	# each event test it.
	middle($kind, 0, @$_) for ['lying-files'],
	    ['lying-files', 'lying-folders'];
	# Where they are flushed together (lib/inbox/group_commit.h), one commit
	# is not all.
	middle($kind, 0, 'lying-ranges') if $kind ne 'btrfs';
}
ok(@kinds > 0, 'some file system was tested');
done_testing();
