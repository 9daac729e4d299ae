#!/usr/bin/perl
# Limits of the process that are too small: file size, descriptors, memory; and
# writes that these limits cut short. No event is incomplete, and the program
# recovers.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use FcgiClient;
use Test::More;
use Try;

my $n = 0;
sub fresh { return Try::delivery(sprintf('limit-%03d', ++$n), @_) }

sub limit {
	my ($w, @limits) = @_;
	$w->box->{wrap} = @limits ? ['/usr/bin/prlimit', @limits, '--'] : undef;
	delete $w->box->{wrap} unless @limits;
	return unless $w->fcgi;
	$w->stop_program;
	$w->start_program;
	$w->all_serve;
	return;
}

# Whatever the answer was: acknowledged and complete, or neither.
sub sound {
	my ($w, $r, $answer) = @_;
	my @bad = Try::unclean($w->box);
	my $ok = $answer->{code} == 200;
	push @bad, Try::event_wrong($w->box, $r) if $ok;
	push @bad, "killed by $answer->{died}"
	    if $ok && ($answer->{died} // 0);
	push @bad, "answered $answer->{code}"
	    unless grep { $answer->{code} == $_ } 0, 200, 500, 503;
	return @bad;
}

sub file_size {
	my ($w) = @_;
	limit($w, '--fsize=8192');
	Try::stored($w, fresh(), 'RLIMIT_FSIZE: one that fits');
	my $large = fresh(fill => 20_000);
	Try::refused($w, $large, 503, 'RLIMIT_FSIZE: one that does not',
	    qr/tmp: the event cannot be written: File too large/) for 1, 2;
	Try::stored($w, fresh(), 'RLIMIT_FSIZE: and one that does');
	limit($w);
	Try::stored($w, $large, 'without the limit');
	return;
}

sub descriptors {
	my ($w) = @_;
	my ($first, @bad);
	if ($w->cgi) {
		for my $max (3 .. 24) {
			limit($w, "--nofile=$max");
			my $r = fresh();
			my $answer = $w->send($r);
			push @bad, sound($w, $r, $answer);
			$first //= $max if $answer->{code} == 200;
			push @bad, "$max are not enough, $first were"
			    if $first && $answer->{code} != 200;
		}
		Try::check('cgi: RLIMIT_NOFILE: from 3 up', @bad);
		cmp_ok($first // 99, '<', 20, 'about a dozen are enough');
		limit($w);
		return;
	}
	# 8 workers, but descriptors for only two of them.
	limit($w, '--nofile=36');
	my @r = map { fresh() } 1 .. 60;
	my @codes = $w->send_all(@r);
	push @bad, map { "answered $_" } grep { !/^(?:0|200|500|503)$/ } @codes;
	push @bad, Try::unclean($w->box);
	Try::check('fcgi: RLIMIT_NOFILE: many at once', @bad);
	my ($pid) = @{ $w->{programs} };
	Try::stored($w, $_, 'RLIMIT_NOFILE: sent again, one by one')
	    for @r[0 .. 9];
	ok(kill(0, $pid), 'by the same process');
	limit($w);
	Try::check('fcgi: all of them', map { Try::code_wrong($w->send($_), 200),
	    Try::event_wrong($w->box, $_) } @r);
	return;
}

sub memory {
	my ($w) = @_;
	my (%count, @bad);
	if ($w->cgi) {
		for my $kib (map { $_ * 256 } 8 .. 48) {
			limit($w, '--as=' . $kib * 1024);
			my $r = fresh(fill => 300_000);
			my $answer = $w->send($r);
			$count{ $answer->{code} }++;
			push @bad, map { "$kib KiB: $_" } sound($w, $r, $answer);
		}
		Try::check('cgi: RLIMIT_AS: from 1 MiB to 16', @bad);
		ok($count{200}, 'enough in the end');
		limit($w);
		return;
	}
	# Out of memory, it must not acknowledge an event that is not stored.
	limit($w, '--as=' . 24 * 1048576);
	my @r = map { fresh(fill => 900_000, deadline => 3) } 1 .. 24;
	my @codes = $w->send_all(@r);
	push @bad, map { "answered $_" } grep { !/^(?:0|200|500|503)$/ } @codes;
	push @bad, Try::unclean($w->box);
	push @bad, 'more acknowledged than filed' if
	    grep({ $_ == 200 } @codes) > grep { !Try::event_wrong($w->box, $_) }
	    @r;
	Try::check('fcgi: RLIMIT_AS: many large ones at once', @bad);
	limit($w);
	Try::stored($w, $_, 'and all of the large ones') for @r[0 .. 2];
	return;
}

# A process that cannot serve anything must end, so that whatever started it
# notices.
{
	my $w = Try::setup('fcgi', { workers => 2 });
	$w->box->{wrap} = ['/usr/bin/prlimit', '--nofile=4', '--'];
	$w->start;
	my ($pid) = @{ delete $w->{programs} };
	is(ServerSetup::reap($pid, 10), 1 << 8, 'no descriptor for any worker: it ends');
	like($w->box->since({}), qr/only 0 of \d+ workers could be started/,
	    'and says why');
	Try::finish($w);
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 8 })->start;
	file_size($w);
	descriptors($w);
	memory($w) unless Sandbox::sanitized();
	Try::finish($w);
}
done_testing();
