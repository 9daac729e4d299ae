# Hostile peers on the FastCGI socket, one delivery each; these are methods of
# Traffic. Answers are read if there are any.
package Hostile;
use strict;
use warnings;
use FcgiClient;
use Time::HiRes qw(sleep);
use Traffic;

our @ISA = qw(Traffic);
our @KINDS = qw(whole cut flipped noise records huge aborted two deaf silent
    nothing);

my @ANY = (0, 200, 400, 401, 403, 404, 405, 411, 413, 431, 503);
my @NEVER = grep { $_ != 200 } @ANY;

sub coral { return $_[0]->fresh('coral') }

# Sends the bytes, closes its side, and reads to the end; or closes at once.
sub say {
	my ($t, $what, $bytes, $codes, $r) = @_;
	my $box = $t->{w}->box;
	my $s = FcgiClient::connection($box) or return;
	Client::push_all($s, $bytes);
	if (rand() < 0.3) {
		close $s;
		return $t->left($r);
	}
	shutdown $s, 1;
	$t->answered("FastCGI: $what", FcgiClient::talk($box, $s, ''), $codes,
	    $r);
	close $s;
	return;
}

sub noise_of { return join '', map { chr rand 128 } 1 .. rand $_[0] }

sub bytes {
	my ($t, $r) = @_;
	return FcgiClient::bytes($t->{w}->box, $r);
}

sub whole {
	my ($t) = @_;
	my $r = $t->coral;
	$t->say('whole', $t->bytes($r), [200], $r);
	return;
}

sub cut {
	my ($t) = @_;
	my $r = $t->coral;
	my $bytes = $t->bytes($r);
	$t->say('cut', substr($bytes, 0, rand length $bytes), \@ANY, $r);
	return;
}

# A few bytes are changed. An event that is stored all the same is what was
# signed.
sub flipped {
	my ($t) = @_;
	my $r = $t->coral;
	my $bytes = $t->bytes($r);
	substr($bytes, rand length $bytes, 1) ^= chr rand 128
	    for 1 .. 1 + rand 3;
	$t->say('flipped', $bytes, [@ANY, 500], $r);
	return;
}

sub noise {
	my ($t) = @_;
	$t->say('noise', (rand() < 0.5 ? FcgiClient::begin() : '') .
	    noise_of(4000), \@NEVER);
	return;
}

# Well-formed records in random order.
sub records {
	my ($t) = @_;
	my $bytes = join '', map { FcgiClient::record(rand 12, noise_of(300),
	    1 + rand 2) } 1 .. rand 40;
	$t->say('records', FcgiClient::begin() . $bytes, \@NEVER);
	return;
}

# Too much: of parameters, of body, or by a false length.
sub huge {
	my ($t) = @_;
	my $r = $t->coral;
	my @how = (
		sub { return FcgiClient::begin() . FcgiClient::params(
		    $t->{w}->box, { %$r, params => [map { ["HTTP_X_$_",
		    'v' x 60_000] } 1 .. 30] }) },
		sub { return $t->bytes({ %$r, body => 'x' x 2_000_000 }) },
		sub { return FcgiClient::begin() . FcgiClient::record(
		    $FcgiClient::PARAMS, pack 'NN', 1 << 31 | 8, 1 << 31 | 1 << 26) },
		sub { return FcgiClient::begin() . FcgiClient::params(
		    $t->{w}->box, { %$r, length => 2 ** 31 - 1 }) .
		    FcgiClient::record($FcgiClient::STDIN, $r->{body}) },
	);
	$t->say('huge', $how[rand @how]->(), \@NEVER);
	return;
}

sub aborted {
	my ($t) = @_;
	my $bytes = $t->bytes($t->coral);
	my $at = rand length($bytes) - 16;
	$t->say('aborted', substr($bytes, 0, $at) .
	    FcgiClient::record($FcgiClient::ABORT, '') .
	    FcgiClient::record($FcgiClient::STDIN, ''), \@NEVER);
	return;
}

# Two requests at the same time on one connection.
sub two {
	my ($t) = @_;
	my $r = $t->coral;
	my $bytes = $t->bytes($r);
	my $box = $t->{w}->box;
	$t->say('two', substr($bytes, 0, 24) . FcgiClient::begin(1, 1, 2) .
	    FcgiClient::params($box, $r, 2) . substr($bytes, 24), \@ANY, $r);
	return;
}

# Many requests whose answers are never read.
sub deaf {
	my ($t) = @_;
	for (1 .. 10) {
		my $r = $t->coral;
		my $s = FcgiClient::connection($t->{w}->box) or return;
		Client::push_all($s, $t->bytes($r));
		$t->left($r);
	}
	return;
}

# Each of these holds a worker for a while.
sub silent {
	my ($t) = @_;
	my $s = FcgiClient::connection($t->{w}->box) or return;
	my $bytes = $t->bytes($t->coral);
	Client::push_all($s, substr $bytes, 0, rand length($bytes) / 2);
	$t->left;
	push @{ $t->{silent} }, $s;
	close shift @{ $t->{silent} } if @{ $t->{silent} } > 8;
	return;
}

sub nothing {
	my ($t) = @_;
	for (1 .. 20) {
		my $s = FcgiClient::connection($t->{w}->box) or return;
		close $s;
	}
	return;
}

1;
