#!/usr/bin/perl
# The power is cut while eight processes send and hookdir run has handlers at
# work. Every acknowledged event is whole and in some folder; or it is in none,
# and its handler had ended with 0. What the cut left is handled to the end.
#
# CUTS   how many, for each kind of file system and each of two settings
# KINDS  of file systems
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Disk;
use Senders;
use Shim;
use Test::More;
use Time::HiRes qw(sleep);
use Try;

my $CUTS = $ENV{CUTS} // 3;
# Of these, one at least must lose events when something is wrong.
my $CONTROL = 8;
# Between two cuts, at least so many events are handled.
my $EACH = 15;
my @STATES = qw(new busy later failed done);
my $n = 0;

Disk::needed();

# Some fail for good, others once or twice; what it did is said before it ends.
my $HANDLER = <<'SH';
code=0
case $HOOKDIR_ID in
*7) code=100 ;;
*4) test "$HOOKDIR_ATTEMPT" -gt 1 || code=111 ;;
*1) test "$HOOKDIR_ATTEMPT" -gt 2 || code=111 ;;
esac
echo "$HOOKDIR_ID $code" >>"$OUT"
exit $code
SH

# A receiver and a runner on a new disk. The events that are handled are kept,
# or not; the runner is on a machine with these faults.
sub begin {
	my ($kind, $keep, @faults) = @_;
	my $w = Try::setup('fcgi', { workers => 8 }, processes => 1);
	my $box = $w->box;
	$w->{out} = "$box->{dir}/run/handled";
	$box->write($w->{out}, '');
	$box->{settings}{providers}{coral}{run} = {
		command => ['/bin/sh', '-c', $HANDLER], jobs => 4,
		retry => [0, 1, 1], keep_hours => $keep,
		environment => { OUT => $w->{out} } };
	$w->{disk} = Disk->new($box, $kind, 'disk' . ++$n);
	$box->{settings}{inbox} = "$w->{disk}{dir}/inbox";
	$box->settings;
	copy(Sandbox::build() . '/hookdir', "$box->{dir}/bin/hookdir") or die;
	chmod 0755, "$box->{dir}/bin/hookdir";
	$w->start;
	# Without an inbox, a runner looks for one from time to time.
	die "no inbox\n" if $w->send(Try::delivery('first'))->{code} != 200;
	Disk::must('sync', '-f', $w->{disk}{dir});
	run($w, @faults);
	return $w;
}

sub run {
	my ($w, @faults) = @_;
	Shim::on($w, @faults);
	$w->{runner} = $w->run("$w->{box}{dir}/bin/hookdir", 'run');
	Shim::on($w);
	return;
}

# What handlers ended with: {id => {code => 1}}.
sub handled {
	my ($w) = @_;
	my ($said, %code) = Sandbox::slurp($w->{out});
	$code{$1}{$2} = 1 while $said =~ /^(\S+) (\d+)$/mg;
	return \%code;
}

# Where each event is: {id => [paths]}.
sub places {
	my ($w, @states) = @_;
	my %at;
	for my $path (map { glob $w->box->inbox . "/coral/$_/*" }
	    @states ? @states : @STATES) {
		my ($id) = $path =~ m{/(?:busy/\d+\.|later/[^./]+\.\d+\.)?([^/]+)\z};
		push @{ $at{$id} }, $path;
	}
	return \%at;
}

# All processes end at once.
sub stop_all {
	my ($w) = @_;
	my @pids = grep { $_ } @{ delete $w->{programs} // [] },
	    delete $w->{runner};
	kill 'KILL', @pids;
	waitpid $_, 0 for @pids;
	$w->box->sweep(0.2);
	return;
}

# Cuts the power so often. Returns for each cut: the image, what was
# acknowledged before it, what was handled before it or just after.
sub cuts {
	my ($w, $cuts) = @_;
	my $senders = Senders->new($w, "cut-$n");
	my (@ids, @cuts, $before);
	for (1 .. $cuts) {
		# As the file system does by itself, from time to time: then
		# some of what follows is of files that are on disk already.
		Disk::must('sync', '-f', $w->{disk}{dir});
		$before = keys %{ handled($w) };
		Try::until(sub { push @ids, $senders->acked;
			@ids > $EACH && handled_more($w, $before) }, 120);
		sleep rand 0.05;
		push @ids, $senders->acked;
		my @acked = @ids;
		$w->{disk}->cut;
		push @cuts, { image => $w->{disk}{next}, acked => \@acked,
			handled => handled($w) };
	}
	$senders->stop;
	stop_all($w);
	return @cuts;
}

sub handled_more {
	my ($w, $before) = @_;
	return keys %{ handled($w) } >= $before + $EACH;
}

# The start after a cut. Returns what is lost or incomplete.
sub lost {
	my ($w, $keep, $cut) = @_;
	$w->{disk}{next} = $cut->{image};
	$w->{disk}->restart;
	my @bad = Disk::recover($w->box);
	my $at = places($w);
	for my $id (@{ $cut->{acked} }) {
		push @bad, "in no folder: $id" if !$at->{$id} &&
		    ($keep || !$cut->{handled}{$id}{0});
	}
	return (@bad, map { not_whole($w, @$_) } values %$at);
}

sub not_whole {
	my ($w, @paths) = @_;
	my @bad;
	for my $path (@paths) {
		my $e = Sandbox::event($path);
		my $id = $e->{head}{'ce-id'} // '';
		my $body = $id eq 'first' ? Try::delivery('first')->{body} :
		    $id =~ /-\d+\z/ ? Senders::event($id)->{body} : '';
		push @bad, "not whole: $path" if ($e->{body} // '') ne $body;
	}
	return @bad;
}

# The runner handles what is there, each event to its one end.
sub goes_on {
	my ($w, $keep, $cut) = @_;
	run($w);
	my @bad = Try::until(sub { !%{ places($w, qw(new busy later)) } }, 120) ?
	    () : 'not all are handled: ' . join ' ',
	    map { @$_ } values %{ places($w, qw(new busy later)) };
	stop_all($w);
	my $at = places($w);
	my $handled = handled($w);
	for my $id (@{ $cut->{acked} }) {
		my @at = @{ $at->{$id} // [] };
		my $to = $id =~ /7\z/ ? 'failed' : 'done';
		push @bad, "never handled: $id" if !$handled->{$id}{
			$to eq 'done' ? 0 : 100 };
		my @want = $to eq 'failed' || $keep ? $to : ();
		push @bad, "$id is in: @at" if "@want" ne join ' ',
		    map { m{/([a-z]+)/[^/]+\z} } @at;
	}
	return (@bad, map { not_whole($w, @$_) } values %$at);
}

sub none_lost {
	my ($kind, $keep) = @_;
	my $w = begin($kind, $keep);
	my @cuts = cuts($w, $CUTS);
	my @bad = map { lost($w, $keep, $_) } @cuts;
	my $name = sprintf '%s, %s: %d cuts, %d events acknowledged, %d handled',
	    $kind, $keep ? 'kept' : 'not kept', scalar @cuts,
	    scalar @{ $cuts[-1]{acked} }, scalar keys %{ $cuts[-1]{handled} };
	push @bad, 'some are not handled before the cut'
	    if keys %{ $cuts[-1]{handled} } < $CUTS * $EACH;
	Try::check($name, @bad);
	Try::check("$kind: and the rest is handled",
	    goes_on($w, $keep, $cuts[-1]));
	$w->{disk}->destroy;
	Try::finish($w);
	return;
}

# With a runner that does not keep the order, the same test must lose events.
sub some_lost {
	my ($kind, $fault) = @_;
	my $w = begin($kind, 24, $fault);
	my ($n, @bad) = 0;
	for my $cut (cuts($w, $CONTROL)) {
		$n++;
		last if @bad = lost($w, 24, $cut);
	}
	ok(@bad > 0, "$kind: CONTROL: $fault: cut $n loses events");
	$w->{disk}->destroy;
	Try::finish($w);
	return;
}

my $seed = $ENV{SEED} // 20261128;
srand $seed;
note("SEED=$seed CUTS=$CUTS");
my @kinds = Disk::kinds(split ' ', $ENV{KINDS} // '');
for my $kind (@kinds) {
	none_lost($kind, $_) for 24, 0;
	some_lost($kind, $kind eq 'btrfs' ? 'lying-folders' : 'early-unlinks');
}
ok(@kinds > 0, 'some file system was tested');
done_testing();
