#!/usr/bin/perl
# As many events at once as the program takes, while the disk is slow: each has
# descriptors open, and there are enough of them. A soft limit is raised; under a
# hard one, fewer events wait.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../crash/lib";
use Disk;
use FcgiClient;
use Shim;
use Test::More;
use Time::HiRes qw(sleep);
use Trace;

Disk::needed();
Disk::kinds('ext4') or ServerSetup::skip_all('no ext4');

my $WORKERS = 64;
my $LET_GO  = 64; # lib/inbox/commit_queue.h: COMMIT_QUEUE_MAX
my $EVENTS  = $WORKERS + $LET_GO + 20;

my $n = 0;
sub fresh { return Try::delivery(sprintf('files-%03d', ++$n), @_) }

# Sends a request, and does not wait for its answer.
sub begin {
	my ($w, $r) = @_;
	return FcgiClient::send_bytes($w->box, FcgiClient::bytes($w->box, $r));
}

# Within this limit: at least so many events wait, and all are stored.
sub many {
	my ($w, $limit, $least, $name) = @_;
	$w->box->{wrap} = ['/usr/bin/prlimit', "--nofile=$limit", '--'];
	$w->start_program;
	$w->all_serve;
	# A change of the inbox: it is opened anew for each event.
	chmod 0700, $w->box->inbox . '/coral';
	my $mark = $w->box->mark;
	my @r = map { fresh() } 1 .. $EVENTS;
	Shim::hold($w);
	my @s = map { begin($w, $_) } @r;
	my @bad;
	push @bad, "fewer than $least wait" unless Try::until(sub {
		keys(%{ $w->box->files('tmp') }) >= $least });
	# All come that can.
	my $held = 0;
	Try::until(sub {
		my $was = $held;
		sleep 0.3;
		$held = keys %{ $w->box->files('tmp') };
		return $held == $was;
	});
	Shim::let_go($w);
	push @bad, map { Try::code_wrong(FcgiClient::talk($w->box, $_, ''),
	    200) } @s;
	close $_ for @s;
	push @bad, map { Try::event_wrong($w->box, $_) } @r;
	my ($said) = $w->box->since($mark) =~ /(hookdir: (?:warning|error).*)/;
	push @bad, "log: $said" if $said;
	Try::check($name, @bad, Try::unclean($w->box));
	$w->stop_program;
	return;
}

my $w = Try::setup('fcgi', { workers => $WORKERS });
my $d = Disk->new($w->box, 'ext4', 'files');
$w->box->{settings}{inbox} = "$d->{dir}/inbox";
$w->box->settings;
Shim::holds($w);
$w->start;
Try::stored($w, Try::delivery('before'), 'the inbox is there');
$w->stop_program;
many($w, '1024:4096', $WORKERS + $LET_GO - 1, 'a soft limit of 1024');
many($w, 1024, $WORKERS + 1, 'a hard limit of 1024');
many($w, 720, $WORKERS - 1, 'no file to spare: each thread waits');
$d->destroy;
Try::finish($w);
done_testing();
