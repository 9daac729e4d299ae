# Runs a table of cases, or this file's share of it (Part.pm), under one way to
# start the program (ServerSetup.pm). After each case it checks the answer, the
# files, the log, and whether a good delivery still works.
#
# A case is a hash:
#   name    what it is
#   to      the provider
#   make    function that returns the request (Client.pm), called when needed
#   code    what hookdir answers, one code or [several]
#   server  codes that this server may answer by itself (0: no answer at all)
#   file    for an accepted one: {name, body, head => {NAME => text or regex}}
#           or "duplicate": answered as if stored, and nothing new
#   answer  the body of hookdir's answer, where it matters
#   reply   its headers: {name => text, regex, or undef for none}
#   allow   the methods of a 405, if there are more than POST
#   hush    what the log must not contain, besides the secrets of every case
#   ways    [[regex of ways, {other values for these ways}, why], ...]
#   only    regex of the ways that run it
package Run;
use strict;
use warnings;
use Part;
use Sign;
use Test::More ();
use Time::HiRes qw(sleep time);
use ServerSetup;

our %ANSWER = (coral => '{"received":true}', vorsto => 'Webhook received');

# This text is in the body of every delivery that must be rejected, and only
# there.
our $MARK = 'quiet-body-text';

sub flat { return ref $_[0] ? @{ $_[0] } : defined $_[0] ? $_[0] : () }

# The same delivery is sent again and again: stored once, then a duplicate.
sub ping {
	my ($w) = @_;
	my $body = '{"id":"ping","type":"ping"}';
	return $w->send({ target => '/hooks/nvsep', body => $body,
		headers => Sign::nvsep($body) });
}

# Signatures that were sent; no log may contain them.
sub presented {
	my ($r) = @_;
	return grep { length > 15 } map { split /[\s,=]+/, $_->[1] }
	    grep { $_->[0] =~ /signature|hmac|token|authorization/i }
	    @{ $r->{headers} };
}

sub check_event {
	my ($case, $path) = @_;
	my ($want, $e, @bad) = ($case->{file}, Sandbox::event($path));
	my %head = ('ce-specversion' => '1.0', 'ce-source' => "/$case->{to}",
		'ce-id' => qr/\S/, 'hookdir-verified' => qr/\A\S+ (?:secret=\d|key=\S)/,
		'ce-time' => qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\z/,
		'content-length' => length $want->{body},
		map { lc $_ => $want->{head}{$_} } keys %{ $want->{head} });
	push @bad, "file is $e->{name}, not $want->{name}"
	    if defined $want->{name} && $e->{name} ne $want->{name};
	push @bad, sprintf 'mode is %o', $e->{mode} if $e->{mode} != 0600;
	push @bad, 'body differs: ' . length($e->{body} // '') . ' bytes for '
	    . length $want->{body} if ($e->{body} // '') ne $want->{body};
	push @bad, 'control byte in the header'
	    if $e->{top} =~ /[^\x20-\x7e\n]/;
	push @bad, 'not a header line in the header' if exists $e->{head}{'?'};
	for my $name (sort keys %head) {
		my ($is, $like) = ($e->{head}{$name}, $head{$name});
		next if !defined $like && !defined $is;
		push @bad, "$name: " . ($is // '(none)') if !defined $is
		    || !defined $like
		    || (ref $like ? $is !~ $like : $is ne $like);
	}
	my $all = "$e->{top}\n";
	for my $p (qw(gitlab bearer)) {
		push @bad, "the token of $p is in the file"
		    if index($all, Sign::secret($p)) >= 0;
	}
	return @bad;
}

sub check_log {
	my ($w, $case, $r, $mark, $refused) = @_;
	my ($log, $end, @bad) = ('', time + 2);
	while (1) {
		$log = $w->box->since($mark);
		last if !$refused || time > $end ||
		    $log =~ /hookdir: (?:warning|error): /;
		sleep 0.002;
	}
	if ($refused) {
		my @lines = $log =~ /hookdir: (?:warning|error): (.*)/g;
		push @bad, 'no line in the log' unless @lines;
		push @bad, "the log does not name $case->{to}: @lines"
		    if @lines && $case->{to} &&
		    !grep { /\b\Q$case->{to}\E\b/ } @lines;
	}
	for my $s ((map { @$_ } values %Sign::SECRET), $MARK,
	    presented($r), flat($case->{hush})) {
		push @bad, "the log says '$s'" if index($log, $s) >= 0;
	}
	return @bad;
}

sub check_reply {
	my ($case, $a) = @_;
	my @bad;
	push @bad, "answer's body: '" . substr($a->{body}, 0, 60) . "'"
	    if defined $case->{answer} && $a->{body} ne $case->{answer};
	for my $name (sort keys %{ $case->{reply} // {} }) {
		my $is = $a->{headers}{$name};
		my $want = $case->{reply}{$name};
		push @bad, "$name: " . join ', ', flat($is) if
		    @{ $is // [] } != defined $want ||
		    (defined $want && (ref $want ? $is->[0] !~ $want :
			$is->[0] ne $want));
	}
	return @bad;
}

sub one {
	my ($w, $case) = @_;
	my $box = $w->box;
	my $r = $case->{make}->();
	my ($mark, $before) = ($box->mark, $box->files('new'));
	my $state = $w->cgi && $box->state;
	my $a = $w->send($r);
	my $ours = $a->{headers}{'x-content-type-options'};
	my $accepted = $a->{code} >= 200 && $a->{code} < 300;
	my $to = $case->{to} // '';
	my @bad;

	my @want = $ours ? flat($case->{code}) : flat($case->{server});
	push @bad, ($ours ? 'hookdir' : 'the server') .
	    " answered $a->{code}, not " . (join(' or ', @want) || 'anything')
	    unless grep { $_ == $a->{code} } @want;
	push @bad, "Location: @{ $a->{headers}{location} }"
	    if $ours && $a->{headers}{location};
	push @bad, 'nosniff is not alone: ' . join ' ', flat($ours)
	    if $ours && join(' ', @$ours) ne 'nosniff';
	push @bad, "answer's body: " . substr $a->{body}, 0, 60
	    if $accepted && ($r->{method} // '') ne 'HEAD' &&
	    $ANSWER{$to} && $a->{body} !~ /\A\Q$ANSWER{$to}\E\n?\z/;
	push @bad, '405 without its Allow' if $ours && $a->{code} == 405
	    && join(',', flat($a->{headers}{allow})) ne
	    ($case->{allow} // 'POST');
	push @bad, check_reply($case, $a) if $ours;
	push @bad, '503 without Retry-After' if $ours && $a->{code} == 503
	    && !$a->{headers}{'retry-after'};
	push @bad, "ended with status $a->{died}" if $a->{died};

	push @bad, check_log($w, $case, $r, $mark,
	    $ours && !$accepted && ($r->{method} // '') ne 'HEAD');

	# Under CGI, deliveries share nothing but files.
	my $ping = $w->cgi && $box->state eq $state ? { code => 200 } : ping($w);
	push @bad, "a good delivery is then answered $ping->{code}"
	    unless $ping->{code} == 200;

	my $after = $box->files('new');
	my @new = grep { !$before->{$_} } sort keys %$after;
	my $expect = ref $case->{file} && $accepted ? 1 : 0;
	push @bad, scalar(@new) . " new files, not $expect: @new"
	    if @new != $expect;
	push @bad, "filed elsewhere: @new"
	    if $expect && grep { !m{/\Q$to\E/new/[^/]+\z} } @new;
	push @bad, check_event($case, $new[0]) if $expect && @new == 1;
	my @tmp = sort keys %{ $box->files('tmp') };
	push @bad, "left in tmp/: @tmp" if @tmp;
	return @bad;
}

# This way's view of a case.
sub view {
	my ($w, $case) = @_;
	my %c = %$case;
	for my $o (@{ $c{ways} // [] }) {
		%c = (%c, %{ $o->[1] }) if $w->{name} =~ $o->[0];
	}
	return \%c;
}

# The whole table, as far as it concerns this way.
sub cases {
	my ($w) = @_;
	require CasesAccepted;
	require CasesRejected;
	require Wire;
	require Paths;
	require Challenge;
	return grep { !$_->{only} || $w->{name} =~ $_->{only} }
	    map { $_->($w) } \&CasesAccepted::cases, \&CasesRejected::cases,
	    \&Wire::cases, \&Paths::cases, \&Challenge::cases;
}

sub all {
	my ($name) = @_;
	my $w = ServerSetup->new($name)->start;
	my $filter = $ENV{HOOKDIR_E2E_ONLY};
	ping($w);
	for my $case (Part::mine(cases($w))) {
		next if $filter && $case->{name} !~ /$filter/;
		my @bad = one($w, view($w, $case));
		Test::More::ok(!@bad, $case->{name});
		Test::More::diag("$name: $case->{name}: $_") for @bad;
	}
	finish($w);
	return;
}

# Ends the test, and checks how the program ends.
sub finish {
	my ($w) = @_;
	my @wrong = $w->stop;
	Test::More::ok(!@wrong, 'everything ends and nothing is left behind');
	Test::More::diag($_) for @wrong;
	$w->show_logs unless Test::More->builder->is_passing;
	$w->box->destroy;
	Test::More::done_testing();
	return;
}

1;
