#!/usr/bin/perl
# A receiver that does one thing wrong: what the benchmark must refuse.
#
# usage: liar.pl PORT FAULT; SECRET and STORE are of the environment, as for the
# other receivers. The faults:
#   none      verifies, files, answers
#   forged    does not verify
#   nothing   files nothing, and answers 200
#   seldom    does not file one in three, and answers 200
#   other     files one in three under a name of its own, and answers 200
#   busy      answers one in three with 503
#   redirect  answers one in three with 302
#   silent    closes the connection in place of one in three answers
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex);
use IO::Select;
use IO::Socket::INET;

my ($port, $fault) = @ARGV;
my $store = $ENV{STORE} // '';
my $count = 0;

sub file {
	my ($name) = @_;
	open my $f, '>', "$store/new/$name" or die "$name: $!\n";
	close $f;
	return;
}

# The status of the answer; none for none at all.
sub status {
	my ($head, $body) = @_;
	return 404 if $head !~ m{\APOST /hooks/coral };
	my ($given) = $head =~ /^X-Coral-Signature:\s*sha256=(\w+)/mi;
	return 401 if $fault ne 'forged' &&
	    ($given // '') ne hmac_sha256_hex($body, $ENV{SECRET});
	my ($id) = $body =~ /"id": ?"([\w-]+)"/ or return 400;
	my $third = ++$count % 3 == 0;
	return 503 if $third && $fault eq 'busy';
	return 302 if $third && $fault eq 'redirect';
	return if $third && $fault eq 'silent';
	file($third && $fault eq 'other' ? "other-$count" : $id)
	    unless $store eq '' || $fault eq 'nothing' ||
	    $third && $fault eq 'seldom';
	return 200;
}

$SIG{PIPE} = 'IGNORE';
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	LocalPort => $port, Listen => 128, ReuseAddr => 1) or die "port: $!\n";
my $all = IO::Select->new($listen);
my %in;
while (my @ready = $all->can_read) {
	for my $s (@ready) {
		if ($s == $listen) {
			$all->add(scalar $listen->accept);
			next;
		}
		my $n = sysread $s, $in{$s}, 65536, length($in{$s} // '');
		my $more = $n;
		while ($more && $in{$s} =~ /\A(.*?\r\n)\r\n(.*)\z/s) {
			my ($head, $rest) = ($1, $2);
			my ($length) = $head =~ /^Content-Length:\s*(\d+)/mi;
			last if length $rest < ($length //= 0);
			$in{$s} = substr $rest, $length;
			my $status = status($head, substr $rest, 0, $length);
			$more = defined $status && syswrite $s,
			    "HTTP/1.1 $status X\r\nContent-Length: 0\r\n\r\n";
		}
		next if $more;
		delete $in{$s};
		$all->remove($s);
		close $s;
	}
}
