# What the tests of hookdir explain share: requests as people save them, and
# what must be said of them.
package Explain;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use Exporter 'import';
use JSON::PP ();
use Cli;
use Test::More ();

our @EXPORT = qw($file $secret $body $now %own %timed hex_of saved judge
    verifies named shows changed own timed quiet);

our $file   = folder() . '/a.secret';
our $secret = 'the-right-secret-0042';
our $body   = '{"id":"e-1","text":"caf' . "\xc3\xa9" . ' a/b <b>","n":[1,{}]}';
our $now    = time;
our %own    = (
	secret_file => 'a.secret',
	signature   => 'X-Own-Signature',
	prefix      => 'sha256=',
);
our %timed = (
	%own,
	timestamp => 'header:X-Own-Time',
	signed_payload    => '{ts}.{body}',
);
my @all;    # all that was ever printed

sub hex_of { return hmac_sha256_hex($_[0], $_[1] // $secret) }

# A saved request: headers as a list of names and values, then the body.
sub saved {
	my ($headers, $text, %how) = @_;
	my $end = $how{crlf} ? "\r\n" : "\n";
	my @h = @{$headers};
	my $out = $how{line} ? $how{line} . $end : '';
	while (my ($name, $value) = splice @h, 0, 2) {
		$out .= "$name: $value$end";
	}
	return $out . $end . $text;
}

# Explain one request; (status, the line that says what to change, all of it).
sub judge {
	my ($request, %how) = @_;
	secret('a.secret', $secret) unless $how{secret};
	spew($file, $how{secret}) if $how{secret};
	settings({ p => $how{entry} // {%own}, %{ $how{others} // {} } });
	spew(folder() . "/request", $request);
	my ($status, $out, $err) =
	    run([ 'explain', @{ $how{args} // [] }, 'p', folder() . "/request" ],
		env => $how{env} // {});
	push @all, $out, $err;
	my ($change) = $out =~ /^change +(.*)/m;
	return ($status, $change, $out, $err);
}

sub verifies {
	my ($name, $request, %how) = @_;
	my ($status, $change, $out, $err) = judge($request, %how);
	Test::More::subtest $name => sub {
		Test::More::is($status, 0, 'exit status') or Test::More::diag($out, $err);
		Test::More::is($change, undef, 'nothing to change');
		Test::More::like($out, $how{like} // qr/^verdict +it verifies: hmac-sha256, /m,
			'it says so');
		Test::More::is($err, '', 'nothing on stderr');
	};
	return;
}

# What is to be changed is said in exactly these words.
sub named {
	my ($name, $want, $request, %how) = @_;
	my ($status, $change, $out, $err) = judge($request, %how);
	Test::More::subtest $name => sub {
		Test::More::is($status, 1, 'exit status') or Test::More::diag($out, $err);
		Test::More::like($out, qr/^verdict +it does not verify: /m, 'refused');
		ref $want ? Test::More::like($change, $want, 'the change')
		    : Test::More::is($change, $want, 'the change');
		Test::More::is($err, '', 'nothing on stderr');
		my $late = $out =~ /^besides /m;
		Test::More::ok($how{late} ? $late : !$late, 'the time') or Test::More::diag($out);
		applies($change, $request, %how) if ($change // '') =~ /\A"/;
	};
	return;
}

# No change makes it verify.  What is known and what remains possible: each of
# these patterns is of a line, the first possible one of the first such line;
# and these are of none.
sub shows {
	my ($name, $request, %how) = @_;
	my ($status, $change, $out, $err) = judge($request, %how);
	my @known    = $out =~ /^known +(.*)/mg;
	my @possible = $out =~ /^possible +(.*)/mg;
	Test::More::subtest $name => sub {
		Test::More::is($status, 1, 'exit status') or Test::More::diag($out, $err);
		Test::More::like($change, qr/^none of \d+ that were tried makes it verify$/,
			'no change');
		Test::More::is($err, '', 'nothing on stderr');
		Test::More::cmp_ok(@known + @possible, '<=', 10, 'a few lines');
		for my $want (@{ $how{known} // [] }) {
			Test::More::is(scalar(grep { $_ =~ $want } @known), 1, "known: $want");
		}
		my @want = @{ $how{possible} // [] };
		Test::More::like($possible[0], $want[0], 'the likeliest') if @want;
		for my $want (@want) {
			Test::More::is(scalar(grep { $_ =~ $want } @possible), 1,
				"possible: $want");
		}
		for my $not (@{ $how{not} // [] }) {
			Test::More::is(scalar(grep { $_ =~ $not } @known, @possible), 0,
				"not: $not");
		}
	} or Test::More::diag($out);
	return $out;
}

# What a change of settings makes of an entry: "a": 1, "b": null; remove "c".
# Undefined if it cannot be written: passwords in a URL are not shown.
sub changed {
	my ($change, %entry) = @_;
	my ($set, $rest) = $change =~ /\A((?:"(?:[^"\\]|\\.)*"|[^";])*)(.*)/;
	return if $set =~ /\*{3}/;
	my ($gone) = $rest =~ /\A; remove ("\w+"(?:, "\w+")*)/;
	delete @entry{ ($gone // '') =~ /"(\w+)"/g };
	return { %entry, %{ JSON::PP->new->decode("{$set}") } };
}

# Write the change into the entry: the settings are right, and the delivery
# verifies, or it is only old.
sub applies {
	my ($change, $request, %how) = @_;
	my $entry = changed($change, %{ $how{entry} // {%own} }) or return;
	my ($status, $next, $out, $err) = judge($request, %how, entry => $entry);
	Test::More::is($err, '', 'what was proposed is accepted');
	Test::More::ok($status == 0 || $how{late} && $next =~ /\Athe clock/,
		'and makes it verify') or Test::More::diag($change, $out);
	(undef, $out) = run(['check']);
	Test::More::unlike($out, qr/^error: .*: providers\./m,
		'and check has nothing against it');
	return;
}

# The headers of the own profile, by a secret and for a body.
sub own { return ['X-Own-Signature', 'sha256=' . hex_of(@_)] }

sub timed {
	my ($text, $age, $key) = @_;
	my $ts = $now - ($age // 0);
	return ['X-Own-Time', $ts,
		'X-Own-Signature', 'sha256=' . hex_of("$ts.$text", $key)];
}

# At the end: nothing of these was ever shown, and no signature.
sub quiet {
	my $all = join '', @all;
	Test::More::is(join(' ', grep { index($all, $_) >= 0 } $secret, @_), '',
		'no secret was ever shown');
	Test::More::unlike($all, qr/[0-9a-f]{64}(?!\n|$)/m, 'nor a signature');
	return;
}

1;
