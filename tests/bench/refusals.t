#!/usr/bin/perl
# The benchmark gives no figure of a receiver that does not do what it is
# measured for. Each refusal has a receiver that deserves it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Test::More;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Servers;

BEGIN {
	# No image: what is measured here is nothing.
	$ENV{DISK} = tempdir(CLEANUP => 1);
	chmod 0755, $ENV{DISK};
}

use Figures;
use Peers;
use Round;
use Volume;

my @missing = Servers::missing($Ours::WAY);
ServerSetup::skip_all("not installed: @missing") if @missing;

my $LIAR = "$FindBin::Bin/peers/liar.pl";
my $disk = Volume->new;

# One that has this fault, running. Four senders at once send at least four
# events, however slow the machine is: one of them is a third one.
sub liar {
	my ($fault) = @_;
	local $Peers::PEER{liar} = { label => $fault, start => sub {
		my ($c, $box) = @_;
		copy($LIAR, "$box->{dir}/bin/liar.pl") or die "liar: $!\n";
		return ($^X, "$box->{dir}/bin/liar.pl", $c->{port}, $fault);
	} };
	return Peers::start({ name => $fault, peer => 'liar',
		does => 'store' }, $disk);
}

# Why it gives no figure.
sub refusal {
	my ($fault, %opt) = @_;
	my $c = liar($fault);
	my $why = eval {
		Round::try($c);
		Round::run($c, $disk, 4, 0.3, %opt);
		'a figure';
	} // $@;
	is_deeply([$c->stop], [], "$fault: it ends");
	return $why;
}

my @CASES = (
	[none => qr/\Aa figure\z/],
	[forged => qr/: a forged signature is answered 200$/],
	[nothing => qr/: 0 files of one event$/],
	[seldom => qr/: (\d+) events acknowledged, (?!\1)\d+ of them filed$/],
	[other => qr/: (\d+) events acknowledged, (?!\1)\d+ of them filed$/],
	[busy => qr/: \d+ of \d+ answers are not 2xx/],
	[redirect => qr/: \d+ of \d+ answers are not 2xx/],
	[silent => qr/: \d+ of \d+ events have no answer/],
);
for (@CASES) {
	my ($fault, $why) = @$_;
	like(refusal($fault), $why, $fault);
}
# The same while a consumer takes the events.
for (grep { $_->[0] =~ /none|seldom|other/ } @CASES) {
	my ($fault, $why) = @$_;
	like(refusal($fault, consumer => 1), $why, "$fault, with a consumer");
}
like(refusal('none', events => 2), qr/: only 2 of \d+ events are distinct/,
    'events that are not distinct');

# One that is honest until it is measured, and then takes what is forged.
{
	my $c = liar('none');
	Round::try($c);
	$c->stop;
	my $other = liar('forged');
	like(eval { Round::run($other, $disk, 4, 0.3); 1 } // $@,
	    qr/a forged signature is answered 200$/,
	    'forged ones are sent after a run as well');
	$other->stop;
}

# The whole of it, with a version of hookdir that verifies and files nothing.
{
	my $build = Sandbox::build();
	my $dir = tempdir(CLEANUP => 1);
	copy("$build/tests/bench/noinbox", "$dir/hookdir.fcgi") or die "$!\n";
	chmod 0755, $dir, "$dir/hookdir.fcgi";
	local %ENV = (%ENV, HOOKDIR_BUILD => $build, CASES => '1',
	    FIRST => 'no-such-commit');
	my $goals = "$^X $FindBin::Bin/goals 1 0.2 2>&1";

	my $out = qx($goals);
	is($?, 0, 'honest programs: the benchmark ends well') or diag($out);
	like($out, qr/^hookdir +\d+ /m, 'with figures');
	like($out, qr{^\| 1 sender / first \| >= 1 \| +\| not measured \|$}m,
	    'and the goals');
	like($out, qr/^LEFT OUT: the first release: .* lacks no-such-commit$/m,
	    'it says that the first release is not there');
	like($out, qr/^FEWER THAN 5 RUNS/m, 'and that one run is not enough');

	$ENV{PEERS} = "liar=$dir";
	$out = qx($goals);
	is($? >> 8, 1, 'one that files nothing: the benchmark fails');
	like($out, qr/^NO FIGURE: liar: 0 files of one event$/m, 'it says why');
	unlike($out, qr/^hookdir +\d|events\/s|\| goal/m, 'without a figure');

	$ENV{CASES} = 'none';
	like(qx($goals), qr/^NO FIGURE: CASES: .*; not none$/m,
	    'a case that there is not');
	$ENV{PEERS} = "hookdir=$dir";
	like(qx($goals), qr/PEERS: .*hookdir/, 'a name that is taken');
}

$disk->destroy;
done_testing();
