# Sends one delivery and checks the result, for tests without a table of cases.
# At the end, no log of the sandbox may contain a signature made here, a secret,
# or the text in the bodies.
package Try;
use strict;
use warnings;
use Sandbox;
use Run ();
use Sign;
use Test::More ();
use Time::HiRes qw(sleep time);
use ServerSetup;

our @KEEP_QUIET;

# A setup with only the provider coral, and these settings; not started yet.
sub setup {
	my ($name, $settings, %opt) = @_;
	my $w = ServerSetup->new($name, %opt);
	$w->box->settings({ inbox => $w->box->inbox, %{ $settings // {} },
		providers => { coral => { secret_file => 'coral.secret' },
			%{ $settings->{providers} // {} } } });
	return $w;
}

# Settings with which coral signs a time, and takes the id from a header that it
# does not sign: events then have a second dedup mark.
sub timed {
	return { providers => { coral => { preset => 'coral',
		secret_file => 'coral.secret', timestamp => 'json:at',
		id => 'header:X-Coral-Id' } } };
}

# A delivery to coral: {id, target, body, headers, ...}. "timed": for those
# settings.
sub delivery {
	my ($id, %more) = @_;
	my $secrets = delete $more{secrets} // [];
	my $at = delete $more{timed} ? ',"at":' . int time : '';
	my $body = qq({"id":"$id","type":"t"$at,"text":"$Run::MARK@{[
	    'x' x (delete $more{fill} // 0) ]}"});
	my $headers = Sign::coral($body, @$secrets);
	push @$headers, ['X-Coral-Id', $id] if $at;
	my $r = { id => $id, target => '/hooks/coral', body => $body,
		headers => $headers, %more };
	push @KEEP_QUIET, Run::presented($r);
	return $r;
}

sub path {
	my ($box, $id, $dir) = @_;
	return $box->inbox . '/coral/' . ($dir // 'new') . "/$id";
}

# Checks that the event is in new/ and complete. Returns what is wrong.
sub event_wrong {
	my ($box, $r) = @_;
	my $path = path($box, $r->{id});
	return "no file $path" unless -e $path;
	my $e = Sandbox::event($path);
	my $n = length $r->{body};
	return "$path is not whole: " . length($e->{body} // '') . " of $n bytes"
	    if ($e->{body} // '') ne $r->{body};
	return "$path: header without its end"
	    unless ($e->{head}{'content-length'} // '') eq $n &&
	    $e->{top} =~ /^X-Coral-Signature: /m;
	return;
}

# Files that should not be in an inbox: incomplete ones, and leftovers.
sub unclean {
	my ($box) = @_;
	my @bad = map { "left in tmp/: $_" } sort keys %{ $box->files('tmp') };
	for my $path (sort keys %{ $box->files('new') }) {
		my $e = Sandbox::event($path);
		push @bad, "partial: $path" unless defined $e->{body} &&
		    length $e->{body} == ($e->{head}{'content-length'} // -1);
	}
	return @bad;
}

# What is wrong with an answer that should have this code.
sub code_wrong {
	my ($a, $code) = @_;
	my @bad;
	push @bad, "answered $a->{code}, not $code" if $a->{code} != $code;
	push @bad, "ended with status $a->{died}" if $a->{died};
	push @bad, '503 without Retry-After' if $a->{code} == 503 &&
	    !@{ $a->{headers}{'retry-after'} // [] };
	return @bad;
}

# The same signed text under another id: answered as a repeat, and not stored.
sub replay_wrong {
	my ($w, $r) = @_;
	my $id = "replay-$r->{id}";
	my @headers = map { $_->[0] eq 'X-Coral-Id' ? ['X-Coral-Id', $id] : $_ }
	    @{ $r->{headers} };
	my $answer = $w->send({ %$r, id => $id, headers => \@headers });
	my @bad = code_wrong($answer, 200);
	push @bad, 'a replay under another id is stored'
	    if -e path($w->box, $id);
	return @bad;
}

sub check {
	my ($name, @bad) = @_;
	my $ok = Test::More::ok(!@bad, $name);
	Test::More::diag("$name: $_") for @bad;
	return $ok;
}

# Waits until the condition is true; false if that takes too long.
sub until {
	my ($so, $seconds) = @_;
	my $end = time + ($seconds // 20);
	while (!$so->()) {
		return 0 if time > $end;
		sleep 0.01;
	}
	return 1;
}

# The threads of a process.
sub threads {
	return Sandbox::slurp("/proc/$_[0]/status") =~ /^Threads:\s+(\d+)/m ? $1 :
	    0;
}

# A line of the log about a delivery to coral, or to another provider.
sub line {
	my ($level, $code, $text, $to) = @_;
	$text //= '';
	$to   //= 'coral';
	return qr/hookdir: $level: $to: \S+ from \S+: answered $code: $text/;
}

# Answered 200 and stored, now or before. "log": what the log must say.
sub stored {
	my ($w, $r, $name, %opt) = @_;
	my $mark = $w->box->mark;
	my $a = $w->send($r);
	my $log = $w->box->since($mark);
	my @bad = (code_wrong($a, 200), event_wrong($w->box, $r),
	    unclean($w->box));
	push @bad, "log: $log" if $opt{log} ? $log !~ $opt{log} :
	    $log =~ /hookdir: (?:warning|error)/;
	return check("$w->{name}: $name", @bad);
}

# Not acknowledged and not stored. The log matches every regex given.
sub refused {
	my ($w, $r, $code, $name, @like) = @_;
	my ($mark, $before) = ($w->box->mark, $w->box->files('new'));
	my $a = $w->send($r);
	my @bad = code_wrong($a, $code);
	push @bad, map { "in new/: $_" } grep { !$before->{$_} }
	    keys %{ $w->box->files('new') };
	push @bad, unclean($w->box);
	my $log = $w->box->since($mark);
	for my $re (@like) {
		push @bad, "the log has no $re: $log" if $log !~ $re;
	}
	return check("$w->{name}: $name", @bad);
}

# Ends a setup, and checks that no process is left and no secret is in a log.
sub finish {
	my (@ways) = @_;
	for my $w (@ways) {
		my $box = $w->box;
		my @wrong = $w->stop;
		my $log = $box->since({});
		my %said = map { $_ => 1 } grep { index($log, $_) >= 0 }
		    (map { @$_ } values %Sign::SECRET), $Run::MARK, @KEEP_QUIET;
		push @wrong, map { "a log says '$_'" } sort keys %said;
		push @wrong, 'control bytes in a log'
		    if $log =~ /[^\n\t\x20-\x7e]/;
		check("$w->{name}: all ends, and the logs keep quiet", @wrong);
		$w->show_logs unless Test::More->builder->is_passing;
		$box->destroy;
	}
	return;
}

1;
