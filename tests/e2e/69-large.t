#!/usr/bin/perl
# Large bodies are stored byte for byte by a process without the memory for
# them; also with a disk that gets full meanwhile, and with processes that are
# killed.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use CgiClient;
use FcgiClient;
use Mounts;
use Test::More;
use Time::HiRes qw(sleep);
use Try;

Mounts::private();

my $KEEP = 256 << 10;
my $MIB = 1 << 20;
my $n = 0;

# A delivery whose body has exactly so many bytes, and bytes of every value.
sub sized {
	my ($size, %more) = @_;
	my $r = Try::delivery(sprintf('large-%03d', ++$n), deadline => 100);
	my $all = join '', map { chr } 0 .. 255;
	my $left = $size - length $r->{body};
	$r->{body} .= substr $all x ($left / 256 + 1), 0, $left;
	$r->{headers} = Sign::coral($r->{body});
	push @Try::KEEP_QUIET, Run::presented($r);
	return { %$r, %more };
}

# The body is not JSON, because of what follows; so it has no id.
sub path {
	my ($w) = @_;
	my ($path) = glob $w->box->inbox . '/coral/new/sha256-*';
	return $path // '';
}

sub is_stored {
	my ($w, $r, $name) = @_;
	my @bad = Try::code_wrong($w->send($r), 200);
	my $path = path($w);
	my ($got) = $path ? Sandbox::slurp($path) =~ /\n\n(.*)/s : '';
	push @bad, 'not the same bytes: ' . length($got) . ' of ' .
	    length $r->{body} if $got ne $r->{body};
	unlink $path;
	return Try::check("$w->{name}: $name", @bad, Try::unclean($w->box));
}

sub limit {
	my ($w, @limits) = @_;
	$w->box->{wrap} = ['/usr/bin/prlimit', @limits, '--'];
	delete $w->box->{wrap} unless @limits;
	return unless $w->fcgi;
	$w->stop_program;
	$w->start_program;
	$w->all_serve;
	return;
}

sub sizes {
	my ($w) = @_;
	for my $size ($KEEP - 1, $KEEP, $KEEP + 1, 2 * $KEEP, 5 * $MIB + 1) {
		is_stored($w, sized($size), "$size bytes");
		is_stored($w, sized($size, chunked => 1), "$size, no length");
	}
	return;
}

# Eight at once; not one of them would fit into the memory of the process.
sub memory {
	my ($w) = @_;
	limit($w, '--data=' . 24 * $MIB) unless Sandbox::sanitized();
	my @r = map { sized(32 * $MIB) } 1 .. 8;
	my @codes = $w->send_all(@r);
	is("@codes", join(' ', (200) x 8), "$w->{name}: 8 of 32 MiB at once");
	my %want = map { $_->{body} => 1 } @r;
	for my $path (glob $w->box->inbox . '/coral/new/*') {
		my ($got) = Sandbox::slurp($path) =~ /\n\n(.*)/s;
		delete $want{$got};
		unlink $path;
	}
	is(keys %want, 0, "$w->{name}: every byte of each");
	is_stored($w, sized(64 * $MIB), 'the largest there can be');
	# Bodies that would have to be decoded before they are verified.
	for my $text ('a', '\\n', '\\u00e4') {
		my $body = '{"data":"' . $text x (60 * $MIB / length $text) .
		    '"}';
		my $r = { target => '/hooks/field', body => $body,
			headers => Sign::coral($body), deadline => 100 };
		push @Try::KEEP_QUIET, Run::presented($r);
		Try::refused($w, $r, 413, 'a field of 60 MiB',
		    qr/the signed text would need more than 4 MiB/);
	}
	my $over = sized(64 * $MIB + 1);
	Try::refused($w, $over, 413, 'one byte more', qr/larger than max_body/);
	limit($w);
	return;
}

# A request to an unknown URL, or without a signature, creates no file.
sub nobody {
	my ($w) = @_;
	my $r = sized(5 * $MIB, target => '/hooks/nobody');
	Try::refused($w, $r, 404, 'no such provider');
	ok(!-e $w->box->inbox . '/nobody', 'and no folder for it');
	Try::refused($w, sized(5 * $MIB, headers => []), 400,
	    'without a signature');
	return;
}

sub move_to {
	my ($w, $dir, %more) = @_;
	$w->box->settings({ %{ $w->box->{settings} }, inbox => "$dir/inbox",
		%more });
	$w->stop_program;
	$w->start;
	return;
}

sub free {
	my ($dir) = @_;
	my ($blocks) = qx(stat -f -c %f '$dir') =~ /(\d+)/;
	return $blocks;
}

# Full while the body is read, full while the event is stored, and full with a
# fallback on another disk.
sub full {
	my ($w) = @_;
	my $dir = Mounts::tmpfs($w->box, 'small', 'size=3m,mode=0755');
	move_to($w, $dir);
	is_stored($w, sized(1 * $MIB), 'on a disk of 3 MiB');
	my $free = free($dir);
	my $r = sized(4 * $MIB);
	Try::refused($w, $r, 503, 'too large for the disk',
	    Try::line('error', 503, qr/\S+: cannot write a large body: No space/))
	    for 1, 2;
	Try::refused($w, sized(4 * $MIB, chunked => 1), 503, 'and no length',
	    qr/\S+: cannot write a large body: No space left/);
	$w->idle;
	is(free($dir), $free, 'nothing of it is left');
	Try::refused($w, sized(2 * $MIB), 503, 'large enough once, not twice',
	    qr/tmp: the event cannot be written: No space left/);
	is_stored($w, sized(1 * $MIB), 'what fits is stored all the same');
	my $other = $w->box->{dir} . '/var/other';
	mkdir $other;
	$w->box->own($other);
	move_to($w, $dir, fallback_inbox => "$other/inbox");
	my $mark = $w->box->mark;
	my @bad = Try::code_wrong($w->send($r), 200);
	my ($path) = glob "$other/inbox/coral/new/*";
	my ($got) = $path ? Sandbox::slurp($path) =~ /\n\n(.*)/s : '';
	push @bad, 'not the same bytes' if $got ne $r->{body};
	push @bad, 'no word of it' if $w->box->since($mark) !~
	    /stored in the fallback/;
	Try::check("$w->{name}: to the fallback, half of it written", @bad);
	$w->stop_program;
	Mounts::undo($w->box, $dir);
	return;
}

# Killed while the body is read: as if the delivery had never come.
sub killed {
	my ($w) = @_;
	my $dir = Mounts::tmpfs($w->box, 'kill', 'size=64m,mode=0755');
	delete $w->box->{settings}{fallback_inbox};
	move_to($w, $dir);
	is_stored($w, sized(1 * $MIB), 'before');
	my $free = free($dir);
	my $r = sized(20 * $MIB);
	my ($pid, $to);
	my $half = substr $r->{body}, 0, 10 * $MIB;
	if ($w->cgi) {
		($pid, $to) = CgiClient::start($w->box,
		    CgiClient::environment($w->box, $r), $r);
		$to->blocking(1);
		syswrite $to, $half;
	} else {
		($pid) = @{ $w->{programs} };
		my $bytes = FcgiClient::begin() .
		    FcgiClient::params($w->box, $r) .
		    FcgiClient::record($FcgiClient::STDIN, $half);
		$to = FcgiClient::connection($w->box);
		Client::push_all($to, $bytes);
	}
	ok(Try::until(sub { free($dir) < $free - 9 * 256 }),
	    "$w->{name}: it is in a file");
	is(keys %{ $w->box->files('tmp') }, 0, 'that has no name');
	kill 'KILL', $pid;
	ServerSetup::reap($pid, 5);
	close $to;
	$w->{programs} = [];
	ok(Try::until(sub { free($dir) == $free }), 'and is gone with it');
	$w->start;
	is_stored($w, $r, 'sent again');
	$w->stop_program;
	Mounts::undo($w->box, $dir);
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 8, max_body => 64 * $MIB,
		providers => { field => { preset => 'coral',
			secret_file => 'coral.secret',
			signed_payload => '{json:data}' } } })->start;
	$_->($w) for \&sizes, \&memory, \&nobody, \&full, \&killed;
	Try::finish($w);
}
done_testing();
