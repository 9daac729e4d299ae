#!/usr/bin/perl
# Settings that cannot be read for the moment, or not at all.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);
use Trace;
use Try;

Trace::needed();
my $n = 0;
sub fresh { return Try::delivery(sprintf('retry-%03d', ++$n)) }

# The main thread has no descriptor left when it first reads the settings. The
# other threads are not traced, and so have descriptors.
my $w = Try::setup('fcgi', { workers => 2 });
my $box = $w->box;
# LeakSanitizer cannot work while another traces.
$w->{env}{ASAN_OPTIONS} = 'detect_leaks=0';
$box->{wrap} = ['/usr/bin/strace', '-D', '-qq', '-o', '/dev/null', '-P',
	$box->config, '-e', 'inject=openat:error=EMFILE'];
$w->start;
Try::refused($w, fresh(), 500, 'no descriptor for the settings',
    Try::line('error', 500, qr/no usable settings/, '-'));
like($box->since({}), qr/hookdir\.json: cannot be opened: Too many open/,
    'the log says why');

# Meanwhile there is a secret file that cannot be read.
my $f = Try::setup('fcgi', { workers => 2 });
SKIP: {
	skip 'needs root', 4 if $>;
	my $secret = $f->box->{dir} . '/etc/coral.secret';
	chown 0, 0, $secret;
	$f->start;
	my $mark = $f->box->mark;
	my $end = time + 3.3;
	my %code;
	while (time < $end) {
		$code{ $f->send(fresh())->{code} }++;
		sleep 0.05;
	}
	is(join(' ', keys %code), 500, 'a secret of somebody else');
	unlike($f->box->since($mark), qr/read again/, 'is not read every second');
	$f->box->own($secret);
	ok(Try::until(sub { $f->send(fresh())->{code} == 200 }, 5),
	    'once it can be read, it is');
	Try::finish($f);
}

ok(Try::until(sub { sleep 0.2; $w->send(fresh())->{code} == 200 }, 40),
    'the settings are read again though they did not change');
Try::finish($w);
done_testing();
