#!/usr/bin/perl
# Eight senders send each event in several copies at once, processes are killed
# at random, and a consumer takes every event that it sees. Every acknowledged
# event reaches the consumer; each is complete and was really sent; and none
# comes twice, except when a process was killed between the link and the mark.
#
# STORM  events; 20000 for all of it
# SEED   of sizes, copies and kills
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use FcgiClient;
use Shim;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

my $STORM = $ENV{STORM} // 3000;
my $SEED = $ENV{SEED} // 20261122;
my $SENDERS = 8;
my $TRIES = 200;

# The event of this number, {id, body, ...}, and how many copies to send at
# once. The same seed gives the same events.
sub event {
	my ($tag, $i) = @_;
	srand $SEED + $i;
	my $copies = 1 + int rand 4;
	return (Try::delivery("$tag-$i", fill => int rand 3000), $copies);
}

# Sends copies at once. Returns how many were answered 200, and how many got no
# answer. Any other answer is an error.
sub copies {
	my ($box, $bytes, $n) = @_;
	my @s = map { FcgiClient::connection($box) // () } 1 .. $n;
	Client::push_all($_, $bytes) for @s;
	my ($good, $none, @bad) = (0, $n - @s);
	for my $s (@s) {
		my $code = FcgiClient::talk($box, $s, '')->{code};
		$code == 200 ? $good++ : !$code ? $none++ : push @bad, $code;
		close $s;
	}
	return ($good, $none, @bad);
}

# Sends a sender's share of the events, each until it is acknowledged. Writes
# lines of: id, acknowledged or not, copies without an answer, other answers.
sub sender {
	my ($box, $tag, $k, $out) = @_;
	for (my $i = $k; $i < $STORM; $i += $SENDERS) {
		my ($r, $n) = event($tag, $i);
		my $bytes = FcgiClient::bytes($box, $r);
		my ($acked, $unanswered, @odd) = (0, 0);
		for (1 .. $TRIES) {
			my ($good, $none, @bad) = copies($box, $bytes, $n);
			$unanswered += $none;
			push @odd, @bad;
			last if $acked = $good > 0;
		}
		syswrite $out, join(' ', $r->{id}, $acked, $unanswered, @odd) .
		    "\n";
	}
	return;
}

# Takes events until it is told to stop and none is left. Writes lines of: id,
# digest of the body, and when the file was written.
sub consumer {
	my ($box, $stop, $out) = @_;
	my ($new, $cur) = map { $box->inbox . "/coral/$_" } qw(new cur);
	my $last;
	$stop->blocking(0);
	while (1) {
		my $took = 0;
		$last ||= defined sysread $stop, my $byte, 1;
		opendir my $dir, $new or sleep(0.01), next;
		for my $name (grep { !/^\./ } readdir $dir) {
			rename "$new/$name", "$cur/$name" or next;
			$took++;
			my $written = (Time::HiRes::stat("$cur/$name"))[9];
			my $body = Sandbox::event("$cur/$name")->{body} // '';
			unlink "$cur/$name";
			syswrite $out, sprintf "%s %s %.9f\n", $name,
			    sha256_hex($body), $written;
		}
		return if $last && !$took;
	}
}

# Runs a function as a process. Returns its pid, and the file of its output.
sub process {
	my ($box, $name, $work) = @_;
	my $path = "$box->{dir}/run/$name";
	my $pid = fork // die "fork: $!\n";
	return ($pid, $path) if $pid;
	open my $out, '>', $path or die "$path: $!\n";
	$work->($out);
	POSIX::_exit(0);
}

sub lines { return map { [split] } split /\n/, Sandbox::slurp($_[0]) }

# Kills processes, one after another, until the senders are done.
sub killer {
	my ($w, @pids) = @_;
	my $kills = 0;
	my %busy = map { $_ => 1 } @pids;
	srand $SEED;
	while (%busy) {
		for (keys %busy) {
			delete $busy{$_} if defined ServerSetup::reap($_, 0);
		}
		sleep 0.01 + rand 0.05;
		my $programs = $w->{programs};
		my $victim = int rand @$programs;
		kill 'KILL', $programs->[$victim];
		waitpid $programs->[$victim], 0;
		$programs->[$victim] =
		    $w->run("$w->{box}{dir}/bin/hookdir.fcgi");
		$kills++;
	}
	return $kills;
}

sub storm {
	my ($w, $tag, $kill) = @_;
	my $box = $w->box;
	pipe my $stop, my $stopped or die "pipe: $!\n";
	my ($consumer, $took) = process($box, "$tag-took", sub {
		close $stopped;
		consumer($box, $stop, $_[0]) });
	my (@pids, @said);
	for my $k (0 .. $SENDERS - 1) {
		my ($pid, $path) = process($box, "$tag-said-$k", sub {
			close $stopped;
			sender($box, $tag, $k, $_[0]) });
		push @pids, $pid;
		push @said, $path;
	}
	my $kills = $kill ? killer($w, @pids) : 0;
	$kill or waitpid $_, 0 for @pids;
	$w->all_serve;
	# Events still being stored are copies whose sender is gone.
	my @wrong = $w->stop_program;
	close $stopped;
	waitpid $consumer, 0;
	return ($kills, [map { lines($_) } @said], [lines($took)], @wrong);
}

# A second copy is allowed if the first left no mark. Then the mark is not older
# than the bytes of the second copy, which are written after the search for a
# mark. (Marks are links to one file, with one time for all; the shim makes each
# a file with a time of its own.) And the process that had to write the first
# mark must have been killed, so that one copy got no answer.
sub excused {
	my ($box, $id, $written, $unanswered) = @_;
	my ($mark) = glob $box->inbox . "/coral/dedup/*/$id";
	return "no mark at all: $id" unless defined $mark;
	return "a mark, and filed again all the same: $id"
	    if (Time::HiRes::stat($mark))[9] < $written;
	return "filed again, and nobody was killed: $id" unless $unanswered;
	return;
}

sub judge {
	my ($w, $tag, $kill, $said, $took) = @_;
	my (%said, %taken, @bad, %count);
	for (@$said) {
		my ($id, $acked, $unanswered, @odd) = @$_;
		$said{$id} = $_;
		$count{acknowledged} += $acked;
		$count{'copies without an answer'} += $unanswered;
		push @bad, "never acknowledged: $id" unless $acked;
		push @bad, "answered @odd: $id" if @odd;
	}
	push @bad, scalar(keys %said) . " of $STORM sent" if keys %said != $STORM;
	for (@$took) {
		my ($id, $digest, $written) = @$_;
		push @{ $taken{$id} }, $written;
		my ($i) = $id =~ /\A\Q$tag\E-(\d+)\z/;
		if (!$said{$id}) {
			push @bad, "made up: $id";
		} elsif ($digest ne sha256_hex((event($tag, $i))[0]{body})) {
			push @bad, "not the bytes that were sent: $id";
		}
	}
	for my $id (sort keys %said) {
		my @times = sort { $a <=> $b } @{ $taken{$id} // [] };
		push @bad, "acknowledged and lost: $id"
		    if !@times && $said{$id}[1];
		next if @times < 2;
		$count{'filed twice'}++;
		push @bad, "filed @{[ scalar @times ]} times: $id" if !$kill;
		push @bad, excused($w->box, $id, $times[-1], $said{$id}[2])
		    if $kill;
	}
	push @bad, 'a mark failed' if $w->box->since({}) =~ /stored, but/;
	note("$tag: ", join ', ', map { "$count{$_} $_" } sort keys %count);
	return ($count{'filed twice'} // 0, @bad);
}

# A sweep removes what a kill left, and does not store it again: another copy of
# the event was stored and has a mark.
sub debris {
	my ($w, $kill) = @_;
	my $box = $w->box;
	my @left = keys %{ $box->files('tmp') };
	my @bad = $kill ? () : map { "left: $_" } @left;
	local $ENV{HOOKDIR_CONFIG} = $box->config;
	system(Sandbox::build() . '/hookdir', 'sweep') == 0
	    or push @bad, 'hookdir sweep failed';
	push @bad, map { "not swept: $_" } keys %{ $box->files('tmp') };
	push @bad, map { "filed by the sweep: $_" } keys %{ $box->files('new') };
	return (scalar @left, @bad);
}

sub run {
	my ($tag, $kill, @shim) = @_;
	my $w = Try::setup('fcgi', { workers => 16 }, processes => 4);
	Shim::on($w, @shim);
	$w->start;
	my $begun = time;
	my ($kills, $said, $took, @wrong) = storm($w, $tag, $kill);
	my ($twice, @bad) = judge($w, $tag, $kill, $said, $took);
	my ($left, @more) = debris($w, $kill);
	splice @bad, 20 if @bad > 20;
	Try::check(sprintf('%s: %d events, %d kills, %d filed twice, %d left '
	    . 'to sweep, %.0f s', $tag, $STORM, $kills, $twice, $left,
	    time - $begun), @wrong, @bad, @more);
	Try::finish($w);
	return ($kills, $twice);
}

note("SEED=$SEED STORM=$STORM");
run('calm', 0, 'slow-links');
my ($kills, $twice) = run('storm', 1, 'slow-links', 'own-marks');
cmp_ok($kills, '>', 10, 'processes were killed');
cmp_ok($twice, '>', 0, 'some between the link and the mark');
done_testing();
