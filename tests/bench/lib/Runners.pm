# Programs that hand events to handlers, on one folder by turns; and what is
# measured of them: events a second while many wait, and how long an event that
# comes while none waits is on its way to its handler. A round that is not as it
# must be dies with the reason, so that it never becomes a figure: handled() says
# what that is.
package Runners;
use strict;
use warnings;
use parent -norequire, 'Peers';
use Sandbox;
use Figures;
use File::Copy qw(copy);
use File::Path qw(make_path);
use IO::Socket::INET;
use JSON::PP ();
use Ours;
use Peers;
use POSIX ();
use ServerSetup;
use Sign;
use Time::HiRes qw(clock_gettime sleep time CLOCK_MONOTONIC);
use Try;
use lib "$Sandbox::TOP/tests/manual/lib";
use Manual;

# Bytes of a body.
my $BYTES = 1024;
# Seconds: between two events of those that come while none waits, as long as a
# program may take for its queue, and as long as one event may take.
our ($PAUSE, $QUEUE, $WAIT) = (0.02, 120, 10);

# What can be measured. "events": how many wait in a round of SCALE 1; "queue":
# the command that handles them and ends; "stay": the one that waits for more.
# "run" is the handler of hookdir run, as the settings say it.
our %RUNNER = (
	loop => { label => 'posix_spawn loop', events => 400,
		queue => sub { spawnloop(@_) },
		stay => sub { spawnloop(@_, 'wait') } },
	c => { label => 'run, C', events => 400,
		run => sub { { command => [c_handler(@_)] } } },
	shell => { label => 'run, shell', events => 200,
		run => sub { { command => ["$_[0]{dir}/bin/handle.sh"] } } },
	stay => { label => 'run, C that stays, jobs 2', events => 10_000,
		run => sub { { command => [c_handler(@_), 'stay'], jobs => 2,
			persistent => JSON::PP::true } } },
	python => { label => 'run, Python that stays', events => 4000,
		run => sub { { command => ["$_[0]{dir}/bin/stay.py",
			$_[0]{log}], persistent => JSON::PP::true } } },
	manual => { label => 'shell loop of the manual', events => 40,
		queue => sub { ('/bin/sh', "$_[0]{dir}/bin/loop.sh") } },
	webhook => { label => 'webhook', events => 400, peer => 'webhook' },
);
our @ORDER = qw(loop c shell stay python manual webhook);

# Why one cannot be had here, if it cannot.
sub missing {
	my ($name) = @_;
	my $kind = $RUNNER{$name} or return "no runner is called $name: @ORDER";
	return $kind->{peer} ? Peers::missing($kind->{peer}) : undef;
}

# --- The folder, and the programs ---

sub new {
	my ($class, $disk) = @_;
	my $box = Sandbox->new;
	my $r = bless { box => $box, dir => $box->{dir}, disk => $disk,
		log => "$box->{dir}/run/handled",
		env => { PATH => "$box->{dir}/bin:/usr/bin:/bin" } }, $class;
	$box->{setup} = $r;
	$r->{inbox} = $disk->folder('runners');
	$r->{at} = "$r->{inbox}/coral";
	make_path(map { "$r->{at}/$_" } qw(tmp new cur dedup));
	$box->own($r->{at}, glob "$r->{at}/*");
	$box->write("$r->{at}/lock", '', 0600);
	program($box, Sandbox::build() . "/$_") for qw(hookdir
	    tests/bench/handle tests/bench/events tests/bench/spawnloop);
	program($box, "$Sandbox::TOP/tests/bench/peers/stay.py");
	$box->write("$r->{dir}/bin/handle.sh", "#!/bin/sh\nexec @{[
	    c_handler($r)]}\n", 0755);
	$box->write("$r->{dir}/bin/loop.sh", manual_loop($r), 0755);
	return $r;
}

sub program {
	my ($box, $from) = @_;
	my $to = "$box->{dir}/bin/" . $from =~ s{.*/}{}r;
	copy($from, $to) or die "$from: $!\n";
	chmod 0755, $to;
	return;
}

sub c_handler { return ("$_[0]{dir}/bin/handle", $_[0]{log}) }

sub spawnloop {
	my ($r, @more) = @_;
	return ("$r->{dir}/bin/spawnloop", "$r->{at}/new", @more,
	    c_handler($r));
}

# As it stands in hookdir-inbox(5), with this handler.
sub manual_loop {
	my ($r) = @_;
	my $text = Manual::example('man/hookdir-inbox.5', 'script');
	my $handler = join ' ', c_handler($r);
	$text =~ s{/var/lib/hookdir/coral}{$r->{at}} &&
	    $text =~ s{\bhandle "\$type"}{HOOKDIR_ID=\$name $handler}
	    or die "the shell loop of the manual has another form\n";
	return $text;
}

# The settings of hookdir run.
sub configure {
	my ($r, $run) = @_;
	$r->{box}->settings({ inbox => $r->{inbox}, providers => { coral => {
		secret_file => 'coral.secret', run => $run } } });
	return;
}

# Starts what this kind of runner runs: its pid. $what is "queue" or "stay".
sub begin {
	my ($r, $kind, $what) = @_;
	my $d = $r->{dir};
	my @command = $kind->{run} ? ("$d/bin/hookdir", 'run',
		$what eq 'queue' ? '--once' : (), 'coral') :
	    $kind->{$what}->($r);
	$r->configure({ retry => [], %{ $kind->{run}->($r) } })
	    if $kind->{run};
	return $r->{server} = $r->run(@command);
}

# adnanh/webhook with this handler. An answer comes after the handler has ended:
# otherwise it starts as many at once as there are requests.
sub start_webhook {
	my ($r) = @_;
	local $Peers::PEER{runner} = { start => sub {
		my ($c, $box) = @_;
		my ($program, @arguments) = c_handler($r);
		$box->write("$box->{dir}/etc/hooks.json", JSON::PP->new->encode([{
			id => 'coral', 'execute-command' => $program,
			'include-command-output-in-response' => JSON::PP::true,
			'pass-arguments-to-command' => [map {
				{ source => 'string', name => $_ } } @arguments],
			'pass-environment-to-command' => [{ source => 'payload',
				name => 'id', envname => 'HOOKDIR_ID' }],
			'trigger-rule' => { match => {
				type => 'payload-hmac-sha256',
				secret => $Ours::SECRET, parameter => {
				source => 'header',
				name => 'X-Coral-Signature' } } } }]));
		return Peers::webhook_command($c, $box);
	} };
	return Peers::start({ name => 'webhook', peer => 'runner',
		does => 'verify' }, $r->{disk});
}

# --- What is true of a round ---

# The handlers' starts, in nanoseconds: {ID => [...]}.
sub starts {
	my ($r) = @_;
	my %at;
	for (split /\n/, Sandbox::slurp($r->{log})) {
		my ($id, $when) = /\A(\S+) (\d+)\z/
		    or die "a line of a handler: $_\n";
		push @{ $at{$id} }, $when;
	}
	return \%at;
}

# What is still in the folders, but for what the receiver keeps there.
sub left {
	my ($r) = @_;
	return map { s{\A\Q$r->{at}\E/}{}r } grep { -f }
	    map { glob "$r->{at}/$_/*" } qw(new cur busy later failed done);
}

# Each of these events was handled once, no other was, and none is left: dies
# otherwise. Returns their starts, in the order of the events.
sub handled {
	my ($r, $kind, @ids) = @_;
	my $at = starts($r);
	my %is = map { $_ => 1 } @ids;
	my $there = grep { $at->{$_} } @ids;
	my @twice = grep { @{ $at->{$_} } > 1 } sort keys %$at;
	my @other = grep { !$is{$_} } sort keys %$at;
	my @left = left($r);
	my $why = join '; ', $there < @ids ?
	    "$there of " . @ids . ' events were handled' : (),
	    @twice ? @twice . " were handled twice: $twice[0]" : (),
	    @other ? "others were handled: $other[0]" : (),
	    @left ? @left . " are left: $left[0]" : ();
	die "$kind->{label}: $why\n" if $why ne '';
	return map { $at->{$_}[0] } @ids;
}

sub ids { my ($tag, $n) = @_; return map { sprintf '%s-%08d', $tag, $_ } 0 .. $n - 1 }

# Events in this folder of the inbox.
sub fill {
	my ($r, $folder, $tag, $n) = @_;
	unlink $r->{log};
	my $pid = $r->run("$r->{dir}/bin/events", "$r->{at}/$folder", $tag, $n,
	    $BYTES, 1);
	waitpid $pid, 0;
	$? == 0 or die "events: failed\n";
	$r->{disk}->settle;
	return ids($tag, $n);
}

# What others had of the machine meanwhile is "busy".
sub beside {
	my ($measure) = @_;
	my ($others, $at) = Figures::others();
	my $run = $measure->();
	my ($later, $then) = Figures::others();
	$run->{busy} = ($later - $others) / 1e6 / ($then - $at) /
	    $Figures::CORES;
	return $run;
}

# --- Events a second ---

# {rate, cpu, busy}: events a second from the first start of a handler to the
# last one, and microseconds of CPU an event, of the runner and its handlers.
sub rate {
	my ($r, $name, $scale) = @_;
	my $kind = $RUNNER{$name};
	my $n = int($kind->{events} * $scale) || 1;
	return beside(sub { $kind->{peer} ? rate_of_requests($r, $kind, $n) :
		rate_of_queue($r, $kind, $n) });
}

sub per_second {
	my @at = sort { $a <=> $b } @_;
	return @at < 2 ? 0 : 1e9 * $#at / ($at[-1] - $at[0] || 1);
}

sub rate_of_queue {
	my ($r, $kind, $n) = @_;
	my @ids = $r->fill('new', Figures::tag(), $n);
	my @before = times;
	my $status = ServerSetup::reap($r->begin($kind, 'queue'), $QUEUE);
	my @after = times;
	if (!defined $status) {
		$r->kill_server;
		die "$kind->{label}: it does not end\n";
	}
	delete $r->{server};
	die "$kind->{label}: it ended with status $status\n" if $status;
	return { rate => per_second($r->handled($kind, @ids)),
		cpu => 1e6 * ($after[2] + $after[3] - $before[2] - $before[3]) /
		    $n };
}

# Requests by one sender, who waits for each answer.
sub rate_of_requests {
	my ($r, $kind, $n) = @_;
	my $c = start_webhook($r);
	unlink $r->{log};
	my $cpu = Figures::cpu($c->pids);
	my $run = eval { Figures::load($c->port, $Ours::SECRET, 1, $n / 400) };
	my $why = $@;
	$cpu = $run ? Figures::cpu($c->pids) - $cpu : 0;
	$c->stop;
	die $why if !$run;
	my $refused = Figures::refused($run, $run->{accepted});
	die "$kind->{label}: $refused\n" if $refused ne '';
	return { rate => per_second($r->handled($kind,
		ids($run->{tag}, $run->{begun}))),
		cpu => $cpu / $run->{begun} };
}

# --- The way to a handler, while nothing else waits ---

# {took, busy}: the milliseconds of so many events, each from its link(2), or
# its request, to the start of its handler. The first is not counted.
sub rest {
	my ($r, $name, $scale) = @_;
	my $kind = $RUNNER{$name};
	my $n = 1 + (int(100 * $scale) || 1);
	return beside(sub { { took => [$kind->{peer} ?
		rest_of_requests($r, $kind, $n) :
		rest_of_files($r, $kind, $n)] } });
}

# Sends the events one by one, and waits for each: when they were sent.
sub one_by_one {
	my ($r, $kind, $send, @ids) = @_;
	my @sent;
	for my $id (@ids) {
		my $size = (-s $r->{log}) // 0;
		push @sent, $send->($id);
		Try::until(sub { ((-s $r->{log}) // 0) > $size }, $WAIT)
		    or die "$kind->{label}: $id was not handled\n";
		sleep $PAUSE;
	}
	return @sent;
}

sub took {
	my ($sent, @at) = @_;
	my @took = map { $at[$_] / 1e6 - $sent->[$_] * 1e3 } 1 .. $#at;
	return @took;
}

sub rest_of_files {
	my ($r, $kind, $n) = @_;
	my @ids = $r->fill('tmp', Figures::tag(), $n);
	$r->begin($kind, 'stay');
	my @sent = eval { one_by_one($r, $kind, sub {
		my ($id) = @_;
		my $now = clock_gettime(CLOCK_MONOTONIC);
		link "$r->{at}/tmp/$id", "$r->{at}/new/$id"
		    or die "new/$id: $!\n";
		unlink "$r->{at}/tmp/$id";
		return $now;
	}, @ids) };
	my $why = $@;
	# The last handler has begun, and not yet ended.
	Try::until(sub { !left($r) }, $WAIT) if $why eq '';
	$r->kill_server;
	die $why if $why ne '';
	return took(\@sent, $r->handled($kind, @ids));
}

sub rest_of_requests {
	my ($r, $kind, $n) = @_;
	my @ids = ids(Figures::tag(), $n);
	my $c = start_webhook($r);
	unlink $r->{log};
	my @sent = eval { one_by_one($r, $kind, sub {
		my ($id) = @_;
		my $body = sprintf '{"id":"%s","fill":"%s"}', $id,
		    'x' x ($BYTES - 40);
		my $socket = Client::connect_to($c->port)
		    or die "webhook: no connection\n";
		my $text = Client::head({ target => '/hooks/coral',
			body => $body,
			headers => Sign::coral($body, $Ours::SECRET) }) . $body;
		my $now = clock_gettime(CLOCK_MONOTONIC);
		syswrite $socket, $text;
		push @{ $r->{sockets} }, $socket;
		return $now;
	}, @ids) };
	my $why = $@;
	delete $r->{sockets};
	$c->stop;
	die $why if $why ne '';
	return took(\@sent, $r->handled($kind, @ids));
}

sub destroy {
	my ($r) = @_;
	$r->{box}->destroy;
	return;
}

1;
