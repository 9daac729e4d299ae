# Wrong lengths, chunked bodies, and bodies that break off.
package Wire;
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use CasesRejected ();
use Run ();
use Sign;

my $n = 0;

# A request to coral with a valid signature of its complete body.
sub coral {
	my ($name, %more) = @_;
	my $case = delete $more{case} // {};
	my $body = $more{body} // sprintf
	    '{"id":"wire-%04d","type":"t","text":"%s"}', ++$n, $Run::MARK;
	return { name => "coral: $name", to => 'coral', code => 400,
		make => sub { return { target => '/hooks/coral',
			headers => Sign::coral($body), %more,
			body => $body } },
		%$case };
}

# A request with a token, which does not cover the body.
sub token {
	my ($name, %more) = @_;
	my $case = delete $more{case} // {};
	my $id = sprintf 'wire-%04d', ++$n;
	my $body = $more{body} // qq({"ref":"$id"});
	return { name => "gitlab: $name", to => 'gitlab', code => 400,
		make => sub { return { target => '/hooks/gitlab',
			body => $body, headers => Sign::gitlab($body, $id),
			%more } }, %$case };
}

sub lengths {
	my $b = '{"id":"to-the-end","type":"t"}';
	my @cases = (
	coral('no Content-Length, body to the end', length => undef,
		body => $b, case => { only => qr/^cgi$/, code => 200,
			file => { name => 'to-the-end', body => $b } }),
	token('no Content-Length, body to the end', length => undef,
		case => { only => qr/^cgi$/, code => 411 }),
	coral('an empty Content-Length is none', length => '',
		body => "$b\n", case => { only => qr/^cgi$/, code => 200,
			file => 'duplicate' }),
	# To a web server, this means that there is no body.
	coral('no Content-Length', length => undef,
		case => { only => qr/^(?!cgi)/, server => [400, 411] }),
	);
	# Web servers answer these themselves, or read "5, 5" as 5. Under bare
	# CGI, the program has to.
	my %odd = ('junk' => 'abc', 'digits and junk' => '31x',
		'a sign' => '+31', 'negative' => '-1', 'hexadecimal' => '0x1f',
		'two in one' => '31, 31', 'a fraction' => '31.0',
		'2^64 + 31' => '18446744073709551647');
	for my $what (sort keys %odd) {
		push @cases, coral("Content-Length: $what",
			length => $odd{$what}, case => {
			server => [0, 400, 411, 413, 500],
			ways => [[qr/^cgi$/, {
				code => $what =~ /2\^/ ? [400, 413] : 400 }]],
			});
	}
	push @cases, coral('Content-Length: 2^40', length => 2 ** 40,
		cut => 1000, deadline => 5, case => { code => [400, 413, 503],
		server => [0, 400, 408, 413, 500, 502] });
	# What follows the shorter length is another request.
	my ($genuine, $any) = ('{"id":"cut","type":"t"}', 'x' x 60);
	push @cases, coral('Content-Length 10 bytes too small',
		body => $genuine, length => length($genuine) - 10,
		case => { server => [0, 400] });
	push @cases, token('Content-Length 10 bytes too small',
		body => $any, length => 50, case => { server => [0, 400],
			code => 200, file => { body => 'x' x 50 } });
	for my $f (\&coral, \&token) {
		push @cases, $f->('Content-Length 10 bytes too large',
			length => 80, cut => 4096, case => { code => [400, 503],
			server => [0, 400, 408, 500, 502] });
	}
	return @cases;
}

sub chunks {
	my $big = '{"id":"chunks-big","type":"t","x":"' . 'y' x 300_000 . '"}';
	my $small = '{"id":"chunks-small","type":"t"}';
	my $over = 'z' x 1_500_000;
	# A server that passes chunks on as they arrive does not know a length.
	my @blind = (qr/^cgi$|cgid$(?<!fcgid)|htaccess/, { code => 411,
		file => undef }, 'no CONTENT_LENGTH, and no signed body');
	my @first = (qr/proxy/, { code => [200, 411] },
		'newer ones read a little ahead, and may find the end');
	my $ours = qr/^(?!cgi$)/;
	return (
	coral('chunks of 1000', chunked => 1000, body => $big, case => {
		code => 200, file => { name => 'chunks-big', body => $big } }),
	coral('chunks of 1', chunked => 1, body => $small, case => {
		code => 200,
		file => { name => 'chunks-small', body => $small } }),
	token('chunks', chunked => 7, body => '{"ref":"c"}', case => {
		code => 200, file => { body => '{"ref":"c"}' },
		ways => [\@blind, \@first] }),
	coral('chunks of more than max_body', chunked => 60_000,
		body => $over, case => { code => 413, server => 413 }),
	token('chunks of more than max_body', chunked => 60_000,
		body => $over, case => { code => [411, 413], server => 413 }),
	coral('0 bytes in chunks', chunked => 10, body => '', case => {
		code => 400, server => [400, 411] }),
	(map {
		my ($name, $frame) = @$_;
		my %r = (chunked => 1, frame => $frame, body => '{"a":1}',
			cut => length $frame, deadline => 8);
		my %case = (only => $ours, code => [400, 411, 503],
			server => [0, 400, 408, 413, 500, 502]);
		# It takes a bad line for the body, which is then what a sender
		# who knows the token has sent. No program behind it can tell.
		my @line = $frame =~ /\A([^7].*?\r\n)/s ? (ways => [[
			qr/fcgid/, { code => 200, file => { body => $1 } }]]) :
		    ();
		(coral($name, %r, case => { %case }),
		    token($name, %r, case => { %case, @line }));
	} ['a chunk size that is no number', "zz\r\n{\"a\":1}\r\n0\r\n\r\n"],
	    ['a chunk size of 2^64', "10000000000000000\r\n{\"a\":1}"],
	    ['a negative chunk size', "-7\r\n{\"a\":1}\r\n0\r\n\r\n"],
	    ['a chunk without its end', "7\r\n{\"a\":1}"],
	    ['chunks without the last', "7\r\n{\"a\":1}\r\n"]),
	);
}

# The client sends half of the body and goes away, in three ways. Half a body
# must not be stored, even with a token, where no signature shows that it is
# cut.
sub gone {
	my @cases;
	my $body = '{"a":"' . 'g' x 100_000 . '"}';
	for my $end (qw(half fin rst)) {
		for my $chunked (0, 1000) {
			my $name = 'the client leaves ('
			    . ($chunked ? 'chunks, ' : '') . "$end)";
			my %more = (body => $body, cut => 50_000,
				end => $end, deadline => 8, $chunked ?
				    (chunked => $chunked) : ());
			my %case = (code => [400, 411, 503],
				server => [0, 400, 408, 499, 500, 502]);
			push @cases, coral($name, %more, case => { %case }),
			    token($name, %more, case => { %case });
		}
	}
	# Bare CGI has no chunks of which the last could be missing.
	$_->{only} = qr/^(?!cgi$)/ for grep { $_->{name} =~ /chunks/ } @cases;
	return @cases;
}

sub sizes {
	my $ten = 'A' x 10_000_000;
	return (
	coral('1 MiB and a byte', body => 'b' x 1_048_577, case => {
		code => 413 }),
	coral('10 MB', body => $ten, case => { code => 413 }),
	token('10 MB', body => $ten, case => { code => 413 }),
	coral('10 MB in chunks', body => $ten, chunked => 65_536, case => {
		code => 413 }),
	);
}

# Requests with two lengths, or a length and chunks, are used for smuggling.
sub doubt {
	my $b = '{"id":"doubt","type":"t"}';
	my $sig = Sign::coral($b);
	my $make = sub {
		my @more = @_;
		# The end of it is shown, so that nobody waits for more.
		return sub { return { target => '/hooks/coral', body => $b,
			headers => [@$sig, @more], cut => length $b } };
	};
	return map { +{ name => "coral: $_->[0]", to => 'coral', code => 400,
		make => $make->(@{ $_->[1] }), only => qr/^(?!cgi$)/,
		server => [0, 400, 411, 413, 501], @$_[2 .. $#$_] } } (
	['two different Content-Lengths', [['Content-Length', 5]]],
	# mod_fcgid waits for more until the client gives up. The event may then
	# be stored: it is genuine, but not acknowledged.
	['a Content-Length and chunks', [['Transfer-Encoding', 'chunked']],
		only => qr/^(?!cgi$|apache-fcgid$)/],
	['an unknown Transfer-Encoding', [['Transfer-Encoding', 'zip']]],
	);
}

sub cases {
	return (lengths(), chunks(), gone(), sizes(), doubt());
}

1;
