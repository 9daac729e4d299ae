# Key pairs, their published key sets, and the headers that LifeOmic would send.
# All of it is made with the openssl program, not with code of hookdir.
package Pair;
use strict;
use warnings;
use Digest::SHA qw(sha256_base64);
use File::Temp qw(tempdir);
use MIME::Base64 qw(encode_base64 encode_base64url);
use POSIX ();

my ($dir, $n);

sub run {
	my (@command) = @_;
	open my $f, '-|', @command or die "openssl: $!\n";
	binmode $f;
	local $/ = undef;
	my $out = <$f>;
	close $f or die "@command: failed\n";
	return $out;
}

# A fresh one, called $kid: RSA of these bits, or of another type.
sub new {
	my ($class, $kid, $type) = @_;
	$dir //= tempdir('hookdir-pair-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $k = bless { kid => $kid, type => $type // 2048,
		file => "$dir/" . ++$n . '.pem' }, $class;
	my @how = $k->{type} eq 'ed25519' ? qw(-algorithm ed25519) :
	    $k->{type} =~ /\AP-/ ? (qw(-algorithm EC -pkeyopt),
		"ec_paramgen_curve:$k->{type}") :
	    (qw(-algorithm RSA -pkeyopt), "rsa_keygen_bits:$k->{type}");
	run('openssl', 'genpkey', '-quiet', @how, '-out', $k->{file});
	# Some tests run the program as another user.
	chmod 0755, $dir;
	chmod 0644, $k->{file};
	return $k;
}

sub public {
	my ($k) = @_;
	return run(qw(openssl pkey -pubout -in), $k->{file});
}

sub jwk {
	my ($k, %more) = @_;
	my $der = run(qw(openssl pkey -pubout -outform DER -in), $k->{file});
	my %jwk = (kid => $k->{kid}, use => 'sig', %more);
	if ($k->{type} eq 'ed25519') {
		%jwk = (kty => 'OKP', crv => 'Ed25519',
			x => encode_base64url(substr $der, -32), %jwk);
	} elsif ($k->{type} =~ /\AP-(\d+)/) {
		my $xy = substr $der, -$1 / 4;
		%jwk = (kty => 'EC', crv => $k->{type},
			x => encode_base64url(substr $xy, 0, $1 / 8),
			y => encode_base64url(substr $xy, $1 / 8), %jwk);
	} else {
		my $hex = run(qw(openssl rsa -noout -modulus -in), $k->{file});
		my ($n) = $hex =~ /=([0-9A-F]+)/;
		%jwk = (kty => 'RSA', alg => 'RS256', e => 'AQAB',
			n => encode_base64url(pack 'H*', $n), %jwk);
	}
	return '{' . join(',', map { qq("$_":"$jwk{$_}") } sort keys %jwk) . '}';
}

# The set of these keys.
sub set { return '{"keys":[' . join(',', map { $_->jwk } @_) . ']}' }

sub sign {
	my ($k, $text) = @_;
	my $in = "$dir/text.$$";
	open my $f, '>:raw', $in or die "$in: $!\n";
	print $f $text;
	close $f;
	my $sig = run('openssl', $k->{type} eq 'ed25519' ?
	    (qw(pkeyutl -sign -rawin -inkey), $k->{file}, '-in', $in) :
	    (qw(dgst -sha256 -sign), $k->{file}, $in));
	unlink $in;
	return $sig;
}

sub date {
	return POSIX::strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime $_[0]);
}

# The headers of a body, as [[NAME, VALUE], ...].
sub lifeomic {
	my ($k, $body, %how) = @_;
	my $date = date($how{time} // time);
	my $digest = 'SHA-256=' . sha256_base64($body) . '=';
	my $sig = $k->sign("date: $date\ndigest: $digest");
	return [['Date', $date], ['Digest', $digest],
		['Authorization', 'Signature keyId="' .
		    ($how{kid} // $k->{kid}) . '",algorithm="rsa-sha256",' .
		    'headers="date digest",signature="' .
		    encode_base64($sig, '') . '"']];
}

1;
