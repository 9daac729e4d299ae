#!/usr/bin/perl
# Many deliveries at once. Copies of an event are stored once, however fast the
# consumer is; different events are all stored; and a restart in between loses
# no acknowledged event.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Part;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);
use Try;

# The last of hundreds of deliveries may have to wait for all the others.
my @patient = (deadline => 120);

# Starts a consumer that takes each event as soon as it is there. Returns a
# function that stops it and returns what it took.
sub consumer {
	my ($w, $how) = @_;
	my ($new, $cur) = map { $w->box->inbox . "/coral/$_" } qw(new cur);
	pipe my $stop, my $stopped or die "pipe: $!\n";
	pipe my $in, my $out or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		close $stopped;
		$stop->blocking(0);
		my (%took, $last);
		until ($last) {
			# Once more after the stop, for what came before it.
			$last = defined sysread $stop, my $byte, 1;
			opendir my $dir, $new or next;
			for my $name (grep { !/^\./ } readdir $dir) {
				$took{$name}++ if $how eq 'move' ?
				    rename("$new/$name", "$cur/$name") :
				    unlink "$new/$name";
			}
		}
		syswrite $out, join('', map { "$_ $took{$_}\n" } keys %took);
		POSIX::_exit(0);
	}
	close $out;
	return sub {
		close $stopped;
		my %took = map { split } <$in>;
		waitpid $pid, 0;
		return \%took;
	};
}

sub bad_codes {
	my %count;
	$count{$_}++ for @_;
	return map { "$count{$_} answered $_" } grep { $_ != 200 } sort keys
	    %count;
}

sub copies {
	my ($w, $n) = @_;
	for my $how (qw(leave move unlink)) {
		my $r = Try::delivery("copies-$w->{name}-$how", @patient);
		my $stop = $how ne 'leave' && consumer($w, $how);
		my @bad = bad_codes($w->send_all(($r) x $n));
		my $took = $stop ? $stop->() : { map { s{.*/}{}r => 1 }
			grep { /copies-/ } keys %{ $w->box->files('new') } };
		push @bad, "taken: " . join ' ', %$took
		    if join(' ', %$took) ne "$r->{id} 1";
		Try::check("$w->{name}: $n copies at once: $how", @bad,
		    Try::unclean($w->box));
		unlink Try::path($w->box, $r->{id});
	}
	return;
}

sub others {
	my ($w, $n) = @_;
	my @all = map { Try::delivery("others-$w->{name}-$_", @patient) }
	    1 .. $n;
	my @bad = bad_codes($w->send_all(@all));
	push @bad, map { Try::event_wrong($w->box, $_) } @all;
	Try::check("$w->{name}: $n others at once", @bad, Try::unclean($w->box));
	my $stop = consumer($w, 'unlink');
	my $took = $stop->();
	is(scalar(keys %$took), $n, 'all taken');
	@bad = bad_codes($w->send_all(@all, @all));
	push @bad, map { "again in new/: $_" } keys %{ $w->box->files('new') };
	Try::check("$w->{name}: all of them twice more", @bad);
	return;
}

# Senders that retry until the event is acknowledged, while the program is
# restarted: no event may be lost, and none stored twice.
sub restarts {
	my ($w, $signal) = @_;
	my @all = map { Try::delivery("restart-$signal-$_") } 1 .. 100;
	my $r0 = shift @all;
	Try::stored($w, $r0, "before restarts by $signal");
	my $stop = consumer($w, 'move');
	pipe my $in, my $out or die "pipe: $!\n";
	my @pids;
	for my $k (0 .. 3) {
		my $pid = fork // die "fork: $!\n";
		push @pids, $pid and next if $pid;
		for my $i (grep { $_ % 4 == $k } 0 .. $#all) {
			my $code = 0;
			for (1 .. 50) {
				$code = eval { $w->send($all[$i])->{code} } // 0;
				last if $code == 200;
			}
			syswrite $out, sprintf "%3d %s\n", $code, $all[$i]{id};
		}
		POSIX::_exit(0);
	}
	close $out;
	my (%acked, $restarts, @bad);
	while (my $line = <$in>) {
		my ($code, $id) = split ' ', $line;
		$acked{$id} = 1 if $code == 200;
		next if keys(%acked) % 10;
		$restarts++;
		if ($signal eq 'KILL') {
			kill 'KILL', @{ $w->{programs} };
			waitpid $_, 0 for @{ delete $w->{programs} };
		} else {
			push @bad, $w->stop_program;
		}
		$w->start_program;
	}
	waitpid $_, 0 for @pids;
	my $took = $stop->();
	push @bad, map { "not acknowledged: $_->{id}" }
	    grep { !$acked{ $_->{id} } } @all;
	push @bad, map { "acknowledged and lost: $_" } grep { !$took->{$_} }
	    sort keys %acked;
	# Only a kill between the link and the mark may cause a second copy.
	push @bad, map { "taken $took->{$_} times: $_" } grep {
		$took->{$_} > 1 } keys %$took if $signal eq 'TERM';
	push @bad, Try::unclean($w->box);
	Try::check("$w->{name}: " . ($restarts // 0) . " restarts by $signal",
	    @bad);
	return;
}

for my $way (Part::mine(qw(cgi fcgi))) {
	my $w = Try::setup($way, { workers => 64 }, processes => 3)->start;
	Try::stored($w, Try::delivery('first'), 'a first one');
	unlink Try::path($w->box, 'first');
	copies($w, $way eq 'cgi' ? 100 : 200);
	others($w, $way eq 'cgi' ? 100 : 200);
	if ($way eq 'fcgi') {
		restarts($w, 'TERM');
		restarts($w, 'KILL');
	}
	Try::finish($w);
}
done_testing();
