# Deliveries whose signature, token or time is wrong: never accepted, never
# stored.
package CasesRejected;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use Run ();
use Sign;

our %CODE = (coral => 400, vorsto => 403);

my $n = 0;

# A body that must appear neither in the inbox nor in the log.
sub body {
	my ($to) = @_;
	my $id = sprintf 'bad-%04d', ++$n;
	return qq({"message":{"id":"$id","content":"$Run::MARK"}})
	    if $to eq 'vorsto';
	return qq({"id":"$id","type":"t","text":"$Run::MARK"});
}

sub code { return $CODE{ $_[0] } // 401 }

sub bad {
	my ($name, $to, $body, $headers, %more) = @_;
	return { name => "$to: $name", to => $to, code => code($to),
		make => sub { return { target => "/hooks/$to", body => $body,
			headers => ref $headers eq 'CODE' ? $headers->() :
			    $headers } }, %more };
}

# The headers that a provider sends for this body.
our %SIGN = (
	coral => \&Sign::coral, nvsep => \&Sign::nvsep,
	vorsto => \&Sign::vorsto, stripe => \&Sign::stripe,
	slack => \&Sign::slack, bearer => \&Sign::bearer,
	lifeomic => \&Sign::lifeomic,
	spaces => sub {
		# Whole body: its fourth form.
		return Sign::spaces($_[0]);
	},
	github => sub { return Sign::github($_[0], "gh-$n") },
	gitlab => sub { return Sign::gitlab($_[0], "gl-$n") },
);
our @TO = sort keys %SIGN;

# The header that authenticates the delivery; tests change its value.
sub proof {
	my ($headers) = @_;
	my ($h) = grep { $_->[0] =~ /signature|hmac|token|authorization/i }
	    @$headers;
	return $h;
}

sub changed {
	my ($headers, @values) = @_;
	my $proof = proof($headers);
	return [map { my $h = $_; $h == $proof ?
		map { [$h->[0], $_] } @values : $h } @$headers];
}

# Deliveries that are rejected for every provider.
sub each_provider {
	my ($to) = @_;
	my ($b, $other) = (body($to), body($to));
	my $good = $SIGN{$to}->($b);
	my $value = proof($good)->[1];
	my $big = [400, 431];
	my $flip = $value =~ s/([0-9a-zA-Z])(\W*)\z/
	    ($1 eq 'a' ? 'b' : 'a') . $2/er;
	my @cases = (
	bad('no signature', $to, $b, []),
	bad('empty signature', $to, $b, changed($good, '')),
	bad('not a signature', $to, $b, changed($good, 'z' x length $value)),
	bad('oversized, 20 KB', $to, $b, changed($good, $value . 'a' x 20_000),
		server => $big),
	bad('high bytes in the signature', $to, $b,
		changed($good, "\xff\xfe$value")),
	bad('0 bytes, signed', $to, '', $SIGN{$to}->(''), code => 400,
		# Wire has the cases without any length.
		ways => [[qr/lighttpd/, { server => [400, 411] }]]),
	);
	# Text after stripe's signature is an element of its own.
	push @cases,
	bad('a signature twice as long', $to, $b, changed($good, $value x 2)),
	bad('oversized, still one line', $to, $b,
		changed($good, $value . 'a' x 7000)),
	bad('control bytes in the signature', $to, $b,
		changed($good, "$value\x01\x7f"),
		ways => [[qr/apache|lighttpd/, { server => 400 }]])
	    unless $to eq 'stripe';
	# The last bit of the last character of base64 is not part of a MAC,
	# and stripe's last element is not the one that counts.
	push @cases, bad('one digit differs', $to, $b, changed($good, $flip))
	    unless $to =~ /nvsep|stripe/;
	# A wrong digest gets another answer than a wrong signature.
	push @cases, bad('the signature of another body', $to, $other, $good,
		$to eq 'lifeomic' ? (code => 400) : ())
	    unless $to =~ /gitlab|bearer/;
	return @cases;
}

# A verification header that comes twice. Where the server joins both into one
# value, Coral's cannot be told from a list, so that is tried elsewhere.
sub twice {
	my ($to) = @_;
	my $b = body($to);
	my $good = $SIGN{$to}->($b);
	my $value = proof($good)->[1];
	my @more = $to =~ /coral|stripe/ ? (only => qr/nginx/) :
	    # It takes no second Authorization itself.
	    $to eq 'lifeomic' ? (server => 400) : ();
	return (
	bad('twice the same header', $to, $b,
		changed($good, $value, $value), @more),
	bad('the right one, then a wrong one', $to, $b,
		changed($good, $value, 'f' x length $value), @more),
	bad('a wrong one, then the right one', $to, $b,
		changed($good, 'f' x length $value, $value), @more),
	bad('an empty one, then the right one', $to, $b,
		changed($good, '', $value), @more,
		# It drops empty headers: only the right one is left.
		ways => [[qr/lighttpd/, { code => 200, file => {
			body => $b } }]]),
	);
}

# X_Signature is another header than X-Signature, but not for lighttpd, which
# gives the program both by one name.
sub underscore {
	my $b = qq({"message":{"id":"under-1","content":"hi"}});
	my ($h) = @{ Sign::vorsto($b) };
	my $file = { body => $b, name => 'under-1' };
	return {
		name => 'vorsto: X_Signature beside X-Signature',
		to => 'vorsto', code => 200, file => $file,
		make => sub { return { target => '/hooks/vorsto', body => $b,
			headers => [['X_Signature', 'f' x 64], $h] } },
		ways => [
			[qr/lighttpd/, { code => 403, file => undef },
				'both arrive by one name'],
			[qr/^cgi$/, { code => 403, file => undef },
				'as joined by a server'],
		],
	};
}

# Every shorter beginning of a good signature. Under a server a handful; the
# program is the same.
sub truncated {
	my ($w, $to) = @_;
	my $b = body($to);
	my $good = $SIGN{$to}->($b);
	my $value = proof($good)->[1];
	# stripe's last element is not the one that counts.
	$value =~ s/,v0=.*//;
	my @at = $w->cgi ? (0 .. length($value) - 1) :
	    (1, 8, int(length($value) / 2), length($value) - 1);
	# base64 without its "=" has lost nothing; a proxy may strip it.
	@at = grep { substr($value, $_) ne '=' } @at;
	return map { bad("cut to $_ characters", $to, $b,
		changed($good, substr $value, 0, $_)) } @at;
}

sub secrets {
	my @b = map { body('coral') } 1 .. 4;
	my $v = body('vorsto');
	my $near = substr Sign::secret('coral'), 0, -1;
	return (
	bad('signed with another secret', 'coral', $b[0],
		Sign::coral($b[0], 'whsec_not_this')),
	bad('signed with an empty secret', 'coral', $b[1],
		Sign::coral($b[1], '')),
	bad('signed with both secrets as one', 'coral', $b[2],
		Sign::coral($b[2], join "\n", @{ $Sign::SECRET{coral} })),
	bad('signed with all of the secret but its end', 'coral', $b[3],
		Sign::coral($b[3], $near)),
	bad("signed with another provider's secret", 'vorsto', $v,
		Sign::vorsto($v, Sign::secret('nvsep'))),
	bad('another token', 'gitlab', $v, Sign::gitlab($v, 'x', 'guess-it-0000')),
	bad('another token', 'bearer', $v, Sign::bearer($v, 'guess-it-0000')),
	bad('the token without its prefix', 'bearer', $v,
		[['Authorization', Sign::secret('bearer')]]),
	bad('settings with a misspelt key', 'broken', $v,
		[['X-Coral-Signature', Sign::coral($v, 'whsec_never_used')
			->[0][1]]], code => 500),
	);
}

sub clocks {
	my @cases;
	my %odd = ('400 s old' => sub { time - 400 },
		'400 s ahead' => sub { time + 400 },
		'empty' => sub { '' }, 'no number' => sub { 'yesterday' },
		'negative' => sub { -1 }, 'zero' => sub { 0 },
		'30 digits' => sub { '1' x 30 },
		'with a tail' => sub { time . 'x' },
		'a fraction' => sub { time . '.5e3' },
		'2^64 later' => sub { '18446744073709551616' });
	for my $to (qw(stripe slack spaces)) {
		for my $what (sort keys %odd) {
			my $b = body($to);
			push @cases, bad("time: $what", $to, $b,
				sub { $SIGN{$to}->($b, $odd{$what}->()) })
			    unless $to eq 'spaces';
			push @cases, bad("time: $what", $to, $b,
				sub { Sign::spaces($b, $odd{$what}->()) })
			    if $to eq 'spaces';
		}
		my $b = body($to);
		my $h = $SIGN{$to}->($b);
		my @none = $to eq 'stripe' ? map { [$_->[0],
			$_->[1] =~ s/t=\d+,//r] } @$h :
		    grep { $_->[0] !~ /timestamp/i } @$h;
		push @cases, bad('time: none', $to, $b, \@none);
		my $later = $to eq 'stripe' ? [map { [$_->[0],
			$_->[1] =~ s/t=(\d+)/'t=' . ($1 + 1)/er] } @$h] :
		    [map { $_->[0] =~ /timestamp/i ?
			[$_->[0], $_->[1] + 1] : $_ } @$h];
		push @cases, bad('time: not the one signed', $to, $b, $later);
		push @cases, bad('time: twice', $to, $b,
			[@$h, grep { $_->[0] =~ /timestamp/i } @$h])
		    unless $to eq 'stripe';
	}
	return @cases;
}

# JavaScript writes an object as "[object Object]"; such a signature covers only
# the time.
sub spaces {
	my %form = ('[object Object]' => '{"data":{"event":"e"}}',
		'undefined' => qq({"text":"$Run::MARK"}), '' => '{"data":""}',
		'null' => '{"data":null}');
	my @cases = map {
		my $data = $_;
		bad("signed '$data'", 'spaces', $form{$data},
			sub { Sign::spaces($data) });
	} sort keys %form;
	for my $data ('[object Object]', 'undefined', '') {
		my $sent = $data =~ s/ /+/r;
		push @cases, bad("a form with data '$data'", 'spaces',
			"a=1&data=$sent", sub { Sign::spaces($data) });
		push @cases, bad("a body that is '$data'", 'spaces', $data,
			sub { Sign::spaces($data) }) if length $data;
	}
	for my $data ('one', 'two', 'one,two') {
		push @cases, bad("a form with data twice, signed '$data'",
			'spaces', 'data=one&data=two',
			sub { Sign::spaces($data) });
	}
	push @cases, bad('another field than data', 'spaces',
		'{"Data":"one"}', sub { Sign::spaces('one') });
	return @cases;
}

# The signature is by the right key, but covers something else than what was
# sent.
sub lifeomic {
	my @b = map { body('lifeomic') } 1 .. 14;
	my $try = sub {
		my ($name, $body, %with) = @_;
		my $code = delete $with{code} // 401;
		return bad($name, 'lifeomic', $body,
			sub { Sign::lifeomic($body, %with) }, code => $code);
	};
	my $by = sub { return (params => qq(keyId="$_[0]",algorithm="$_[1]",)) };
	return (
	$try->('only the date is signed', $b[0], list => 'date'),
	$try->('the date is not signed', $b[1], list => 'digest'),
	$try->('another path', $b[2], target => '/hooks/other'),
	$try->('another key', $b[3], key => 'other'),
	$try->('an unknown key', $b[4], $by->('life-2', 'rsa-sha256')),
	$try->('no algorithm', $b[5], params => 'keyId="life-1",'),
	$try->('rsa-sha1', $b[6], $by->('life-1', 'rsa-sha1')),
	$try->('hs2019', $b[7], $by->('life-1', 'hs2019')),
	$try->('hmac-sha256', $b[8], $by->('life-1', 'hmac-sha256')),
	$try->('400 s old', $b[9], time => time - 400),
	$try->('an hour ahead', $b[10], time => time + 4000),
	$try->('a digest by MD5', $b[11], digest => 'MD5=AA==', code => 400),
	bad('its successor, without its digest', 'lifeomic', $b[12],
		sub { [@{ Sign::httpsig($b[12]) }[1, 2]] }),
	bad('its successor, for another body', 'lifeomic', $b[13],
		sub { Sign::httpsig($b[12]) },
		code => 400),
	bad("half its successor's", 'lifeomic', $b[12],
		sub { [@{ Sign::lifeomic($b[12]) },
		    Sign::httpsig($b[12])->[1]] }),
	bad("another provider's header", 'lifeomic', $b[12],
		Sign::bearer($b[12])),
	);
}

sub cases {
	my ($w) = @_;
	my $bomb = '[' x 100_000 . $Run::MARK;
	return ((map { each_provider($_) } @TO), (map { twice($_) }
	    grep { $_ ne 'bearer' } @TO), underscore(),
	    (map { truncated($w, $_) } @TO), secrets(), clocks(), spaces(),
	    lifeomic(),
	    bad('100,000 brackets, not signed', 'coral', $bomb,
		Sign::coral('[')),
	    bad('100,000 brackets, not signed', 'spaces', $bomb,
		sub { Sign::spaces('[') }));
}

1;
