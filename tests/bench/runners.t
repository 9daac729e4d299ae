#!/usr/bin/perl
# make bench-run gives no figure of a runner that does not hand each event to a
# handler, once, and leaves none. Each refusal has a runner that deserves it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Test::More;
use File::Temp qw(tempdir);

BEGIN {
	# No image: what is measured here is nothing.
	$ENV{DISK} = tempdir(CLEANUP => 1);
	chmod 0755, $ENV{DISK};
}

use Runners;
use Volume;

my $disk = Volume->new;
my $r = Runners->new($disk);
my $N = 5;

# Shell code that is run for each event, whose id is in $HOOKDIR_ID; what comes
# after the last one.
sub loop {
	my ($each, $end) = @_;
	return sub { ('/bin/sh', '-c', "cd $r->{at}/new && for i in *; do " .
		"HOOKDIR_ID=\$i; export HOOKDIR_ID; $each; done; " .
		($end // 'exit 0')) };
}

# What comes of a round of this runner; it leaves nothing for the next.
sub outcome {
	my ($what, $kind) = @_;
	local $Runners::RUNNER{it} = { label => 'it', events => $N, %$kind };
	my $figure = eval { $r->$what('it', 1) };
	my $why = $@;
	unlink map { glob "$r->{at}/$_/*" } qw(tmp new cur busy later failed done);
	return $figure ? 'a figure' : $why;
}

my $handle = "$r->{dir}/bin/handle $r->{log} <\$i";
for (
	['an honest one', "$handle; rm \$i", undef, qr/\Aa figure\z/],
	['handles none', 'rm $i', undef, qr/\Ait: 0 of 5 events were handled$/],
	['leaves one out', "case \$i in *1) ;; *) $handle;; esac; rm \$i", undef,
		qr/\Ait: 4 of 5 events were handled$/],
	['handles twice', "$handle; $handle; rm \$i", undef,
		qr/\Ait: 5 were handled twice: \S+-00000000$/],
	['handles others', "$handle; HOOKDIR_ID=x; $handle; rm \$i", undef,
		qr/\Ait: 1 were handled twice: x; others were handled: x$/],
	['leaves all', $handle, undef, qr/\Ait: 5 are left: new\/\S+$/],
	['fails', "$handle; rm \$i", 'exit 3', qr/\Ait: it ended with status 768$/],
    ) {
	my ($name, $each, $end, $like) = @$_;
	like(outcome(rate => { queue => loop($each, $end) }), $like, $name);
}

# What hookdir run does not do well is no figure either.
for (
	[0, qr/\Aa figure\z/],
	[111, qr/\Ait: it ended with status 256$/],
    ) {
	my ($status, $like) = @$_;
	like(outcome(rate => { run => sub { { command => ['/bin/sh', '-c',
		"$r->{dir}/bin/handle $r->{log}; exit $status"] } } }), $like,
		"hookdir run, and its handler ends with $status");
}

# One that waits.
{
	local $Runners::WAIT = 1;
	like(outcome(rest => { stay => sub { ('/bin/sleep', 1000) } }),
		qr/\Ait: \S+-00000000 was not handled$/, 'handles none that comes');
}

# The whole of it.
{
	local $ENV{RUNNERS} = 'loop c stay';
	my $out = qx($^X $FindBin::Bin/runners 1 0.05 2>&1);
	is($?, 0, 'the benchmark ends well') or diag($out);
	like($out, qr/^run, C +\d+ \(/m, 'with figures');
	like($out, qr{^\| C handler, events/s / posix_spawn loop \| >= 0.9 \| \d}m,
		'and the goals');
	like($out, qr/^FEWER THAN 5 ROUNDS/m, 'and that one round is not enough');
	$ENV{RUNNERS} = 'loop other';
	like(qx($^X $FindBin::Bin/runners 1 0.05 2>&1),
		qr/^NO FIGURE: RUNNERS: no runner is called other: loop/m,
		'a runner that there is not');
}

$r->destroy;
$disk->destroy;
done_testing();
