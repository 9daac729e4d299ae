# One round of one program: what is measured, and what must be true of it. A
# round that is not as it must be dies with the reason, so that it never becomes
# a figure: Round::try and Round::run say what that is.
package Round;
use strict;
use warnings;
use Sandbox;
use Client;
use Figures;
use IPC::Open2 qw(open2);
use Ours;
use Sign;
use Time::HiRes qw(time);

# Of the consumer, between two looks; in milliseconds.
my $PAUSE = 20;

# The answer to one event, genuine or forged.
sub answer {
	my ($c, $id, $secret) = @_;
	my $body = qq({"id":"$id","type":"t"});
	return Client::request($c->port, { target => '/hooks/coral',
		body => $body, headers => Sign::coral($body, $secret) })->{code};
}

# A genuine event with another secret's signature. Returns the refusal.
sub forge {
	my ($c) = @_;
	my $code = answer($c, 'forged-1', 'x');
	die "$c->{name}: a forged signature is answered $code\n"
	    if $code !~ /\A[45]/;
	return $code;
}

# Before any figure: a genuine event is taken, and it is one file; a forged one
# is refused.
sub try {
	my ($c) = @_;
	return if $c->{does} eq 'nothing';
	my $code = answer($c, 'try-1', $Ours::SECRET);
	die "$c->{name}: a genuine event is answered $code\n"
	    if $code !~ /\A2/;
	$c->{refuses} = forge($c);
	my $dir = $c->new_dir or return;
	my @there = glob "$dir/*";
	die "$c->{name}: " . @there . " files of one event\n" if @there != 1;
	$c->clear;
	return;
}

# A consumer of the events of a run.
sub consumer {
	my ($dir, $tag) = @_;
	my $pid = open2(my $said, my $end, Sandbox::build() .
	    '/tests/bench/consume', $dir, $tag, $PAUSE);
	return { pid => $pid, said => $said, end => $end };
}

# Returns how many it took, and keeps in the run how late it was.
sub consumed {
	my ($consumer, $run) = @_;
	close $consumer->{end};
	my @of = split ' ', readline($consumer->{said}) // '';
	waitpid $consumer->{pid}, 0;
	@of == 4 or die "the consumer failed\n";
	@$run{qw(taken age age99)} = @of[0 .. 2];
	return $run->{taken};
}

# One round: what Figures::load returns, and "cpu" of the program and "machine"
# of all processors, in microseconds an event, without what others' programs had;
# "busy", their part of the machine; "flushes" of the disk an event; with a
# consumer, "age" and "age99" of what it took. Of %opt: those of Figures::load,
# and "consumer".
#
# Every answer must be 2xx, the events distinct, each acknowledged one a file of
# its own where the program files, and a forged one refused still. Then the
# files are removed, as a consumer would.
sub run {
	my ($c, $disk, $senders, $seconds, %opt) = @_;
	my $consumes = delete $opt{consumer};
	my $tag = Figures::tag();
	my $consumer = $consumes ? consumer($c->new_dir, $tag) : undef;
	my ($cpu, $flushes) = (Figures::cpu($c->pids), $disk->flushes);
	my ($others, $at) = Figures::others();
	my ($machine, $since) = (Figures::machine(), time);
	my $run = Figures::load($c->port, $Ours::SECRET, $senders, $seconds,
	    %opt, tag => $tag);
	$machine = Figures::machine() - $machine;
	my $took = time - $since;
	my ($later, $then) = Figures::others();
	$others = ($later - $others) / ($then - $at) * $took;
	$run->{busy} = $others / 1e6 / $took / $Figures::CORES;
	my $filed = $consumer ? consumed($consumer, $run) : 0;
	my $n = $run->{accepted} || 1;
	$run->{flushes} = ($disk->flushes - $flushes) / $n if defined $flushes
	    && $c->new_dir;
	$filed += $c->new_dir ? Figures::filed($c->new_dir, $run) :
	    $run->{accepted};
	my $why = Figures::refused($run, $filed);
	die "$c->{name}, $senders senders: $why\n" if $why ne '';
	forge($c) if $c->{does} ne 'nothing';
	$c->settle;
	$run->{filed} = $c->new_dir ? $filed : 0;
	$run->{cpu} = (Figures::cpu($c->pids) - $cpu) / $n;
	$run->{machine} = ($machine - $others) / $n;
	if ($c->new_dir) {
		$c->clear;
		$disk->settle;
	}
	return $run;
}

# Rounds of [NAME, sub], down the list and up again by turns. Returns what the
# subs returned, {NAME => [...]}.
sub alternate {
	my ($rounds, @turns) = @_;
	my %got;
	for my $round (1 .. $rounds) {
		push @{ $got{ $_->[0] } }, $_->[1]->()
		    for $round % 2 ? @turns : reverse @turns;
	}
	return \%got;
}

1;
