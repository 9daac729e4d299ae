# The good and bad traffic of a soak, and its outcomes. Each sender is a process
# that sends until its time is up, and counts.
#
# Each delivery has one outcome: "ok" (200), "refused" and "failed" (4xx and 5xx
# of hookdir), "server" (refused by the web server itself), "none" (waited for,
# and there was no answer), "left" (its sender did not wait). Beside these
#   acked   {PROVIDER/NAME => 1}: answered 200, so filed, once
#   unsure  the same: may have been filed
#   wrong   what should not be, in words
package Traffic;
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use FcgiClient;
use CasesAccepted ();
use Paths ();
use CasesRejected ();
use Run ();
use Sign;
use Time::HiRes qw(sleep time);
use Try;
use Wire ();

our @OUTCOMES = qw(ok refused failed server none left);

# A good event of each provider whose ids are in the body or a header.
my %MAKE = (
	coral => sub { return (event('id', @_), \&Sign::coral) },
	nvsep => sub { return (event('id', @_), \&Sign::nvsep) },
	vorsto => sub { my ($id) = @_; return (
		qq({"message":{"id":"$id","agentId":"a"}}), \&Sign::vorsto) },
	stripe => sub { return (event('id', @_), \&Sign::stripe) },
	slack => sub { return (event('event_id', @_), \&Sign::slack) },
	bearer => sub { return (event('id', @_), \&Sign::bearer) },
	github => sub { my ($id) = @_; return (event('ref', @_),
		sub { Sign::github($_[0], $id) }) },
	gitlab => sub { my ($id) = @_; return (event('ref', @_),
		sub { Sign::gitlab($_[0], $id) }) },
);
my @TO = sort keys %MAKE;

sub event {
	my ($key, $id) = @_;
	return qq({"$key":"$id","type":"t","x":") . 'x' x rand(3000) . '"}';
}

# A sender. Its ids begin with tag, which is unique.
sub new {
	my ($class, $w, $tag, $end) = @_;
	return bless { w => $w, tag => $tag, end => $end, n => 0,
		count => {}, acked => {}, unsure => {}, wrong => [],
		sent => [], lifeomic => [] }, $class;
}

# A new good event: {to, name, target, body, headers}.
sub fresh {
	my ($t, $to) = @_;
	$to //= $TO[rand @TO];
	my $name = sprintf '%s-%06d', $t->{tag}, ++$t->{n};
	my ($body, $sign) = $MAKE{$to}->($name);
	return { to => $to, name => $name, target => "/hooks/$to",
		body => $body, headers => $sign->($body) };
}

# A few events that need a process to sign them; all senders share them.
sub lifeomic {
	my ($tag) = @_;
	return map {
		my $body = qq({"id":"$tag-life-$_","status":"ENDED"});
		{ to => 'lifeomic', name => 'sha256-' . sha256_hex("text\0$body"),
			target => '/hooks/lifeomic', body => $body,
			headers => Sign::lifeomic($body, time => time) };
	} 1 .. 3;
}

sub wrong {
	my ($t, $text) = @_;
	push @{ $t->{wrong} }, $text if @{ $t->{wrong} } < 20;
	return;
}

# Counts an answer. "codes" are allowed; "r" is the event that is stored if the
# answer is 200.
sub answered {
	my ($t, $what, $a, $codes, $r) = @_;
	my $code = $a->{code};
	my $ours = $a->{headers}{'x-content-type-options'};
	my $outcome = !$code ? 'none' : $code < 300 ? 'ok' :
	    !$ours ? 'server' : $code < 500 ? 'refused' : 'failed';
	$t->{count}{sent}++;
	$t->{count}{$outcome}++;
	$t->wrong("$what: answered $code, not @$codes")
	    unless grep { $_ == $code } @$codes;
	if ($outcome eq 'ok') {
		return $t->wrong("$what: acknowledged") unless $r;
		$t->{acked}{"$r->{to}/$r->{name}"} = 1;
		push @{ $t->{sent} }, $r if @{ $t->{sent} } < 100;
	} elsif ($r && ($outcome eq 'none' || $code >= 500)) {
		$t->{unsure}{"$r->{to}/$r->{name}"} = 1;
	}
	return;
}

# Counts a delivery that was not waited for; "r" if it may have been complete.
sub left {
	my ($t, $r) = @_;
	$t->{count}{sent}++;
	$t->{count}{left}++;
	$t->{unsure}{"$r->{to}/$r->{name}"} = 1 if $r;
	return;
}

# Cases of the tables of `make check` that are always rejected: [case, codes].
sub refusals {
	my ($w) = @_;
	my @all;
	for my $case (map { $_->($w) } \&CasesRejected::cases, \&Wire::cases,
	    \&Paths::cases) {
		next if $case->{only} && $w->{name} !~ $case->{only};
		my $c = Run::view($w, $case);
		my @codes = (Run::flat($c->{code}), Run::flat($c->{server}));
		push @all, [$c, \@codes] unless grep { $_ && $_ < 400 } @codes;
	}
	return @all;
}

sub good {
	my ($t) = @_;
	my $r = $t->fresh;
	$t->answered("good: $r->{to}", $t->{w}->send($r), [200], $r);
	return;
}

# New events and duplicates, a few at the same moment.
sub copies {
	my ($t) = @_;
	my @known = (@{ $t->{sent} }, @{ $t->{lifeomic} });
	my $r = rand() < 0.5 && @known ? $known[rand @known] : $t->fresh;
	my $out = Client::head($r) . Client::frame($r);
	my @s = map { Client::connect_to($t->{w}{port}) // () }
	    1 .. 1 + int rand 4;
	Client::push_all($_, $out) for @s;
	for my $s (@s) {
		my $in = Client::exchange($s, '', 0, time + $Client::DEADLINE);
		close $s;
		$t->answered("copies: $r->{to}", Client::parse($in), [200], $r);
	}
	return;
}

sub refused {
	my ($t) = @_;
	my ($case, $codes) = @{ $t->{refusals}[rand @{ $t->{refusals} }] };
	my $r = $case->{make}->();
	my $a = $t->{w}->send($r);
	return $t->left if $r->{end} && !$a->{code};
	$t->answered($case->{name}, $a, $codes);
	return;
}

# The sender goes away in the middle. The server waits for the complete body, so
# nothing is stored.
sub breaks_off {
	my ($t) = @_;
	my $r = $t->fresh;
	$t->{w}->send({ %$r, cut => int rand length $r->{body},
		end => rand() < 0.5 ? 'fin' : 'rst' });
	$t->left;
	return;
}

sub no_http {
	my ($t) = @_;
	my $s = Client::connect_to($t->{w}{port}) or return;
	Client::push_all($s, join '', map { chr rand 256 } 1 .. rand 2000);
	close $s;
	$t->left;
	return;
}

# A dozen slow requests at a time, a few bytes now and then; some never end.
sub slow {
	my ($t) = @_;
	my @slow = map {
		my $r = $t->fresh;
		my $out = Client::head($r) . Client::frame($r);
		{ r => $r, s => Client::connect_to($t->{w}{port}),
			out => $out, step => 1 + length($out) / (5 + rand 40),
			stop => rand() < 0.3 ? 10 : 0 };
	} 1 .. 12;
	while (my @busy = grep { length $_->{out} > $_->{stop} } @slow) {
		for (@busy) {
			my $n = length($_->{out}) - $_->{stop};
			$n = $_->{step} if $n > $_->{step};
			Client::push_all($_->{s}, substr $_->{out}, 0, $n, '');
		}
		sleep 0.05;
	}
	for (@slow) {
		my $in = $_->{stop} ? '' : Client::exchange($_->{s}, '', 0,
		    time + $Client::DEADLINE);
		close $_->{s};
		$_->{stop} ? $t->left : $t->answered("slow: $_->{r}{to}",
		    Client::parse($in), [200], $_->{r});
	}
	return;
}

# Sends these at random until the time is up. Returns {count, acked, ...}.
sub go_on {
	my ($t, @kinds) = @_;
	while (time < $t->{end}) {
		my $kind = $kinds[rand @kinds];
		$t->$kind;
	}
	$_->() for @{ $t->{at_end} // [] };
	return { map { $_ => $t->{$_} } qw(count acked unsure wrong) };
}

1;
