#!/usr/bin/perl
# A disk that is really full, or read-only.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Mounts;
use Try;

Mounts::private();

my $n = 0;
sub fresh { return Try::delivery(sprintf('full-%03d', ++$n), @_) }

# Fills the file system until only so many bytes are free.
sub fill {
	my ($path, $leave) = @_;
	open my $f, '>', $path or die "$path: $!\n";
	my $size = 0;
	for my $step (65_536, 4096) {
		while (defined(my $k = syswrite $f, 'f' x $step)) {
			$size += $k;
		}
	}
	close $f;
	truncate $path, $size - $leave if $leave;
	return;
}

sub move_to {
	my ($w, $dir) = @_;
	$w->box->{settings}{inbox} = "$dir/inbox";
	$w->box->settings;
	$w->stop_program;
	$w->start;
	return;
}

# After the events were sent again, the stored files have not changed.
sub intact {
	my ($w, $what, @r) = @_;
	Try::check("$w->{name}: $what: what was there is there",
	    map { Try::event_wrong($w->box, $_) } @r);
	return;
}

my $no_space = qr/No space left on device/;

sub bytes {
	my ($w) = @_;
	my $dir = Mounts::tmpfs($w->box, 'small', 'size=256k,mode=0755');
	move_to($w, $dir);
	my @before = map { fresh(fill => 3000) } 1 .. 3;
	Try::stored($w, $_, 'while there is room') for @before;
	for my $leave (0, 4096, 8192) {
		fill("$dir/filler", $leave);
		my $r = fresh(fill => 30_000);
		Try::refused($w, $r, 503, "full but for $leave bytes",
		    Try::line('error', 503, qr{\Q$dir\E/inbox/coral/tmp: }),
		    $no_space) for 1, 2;
		intact($w, "full but for $leave bytes", @before);
		# A duplicate needs no space.
		Try::stored($w, $before[0], 'a duplicate is one all the same');
		unlink "$dir/filler";
		Try::stored($w, $r, 'there is room again');
		unlink Try::path($w->box, $r->{id});
	}
	return;
}

# Inodes are freed one by one, until there are enough for the event.
sub inodes {
	my ($w) = @_;
	my $dir = Mounts::tmpfs($w->box, 'few', 'size=1m,nr_inodes=40,mode=0755');
	move_to($w, $dir);
	my $before = fresh();
	Try::stored($w, $before, 'while there are inodes');
	my @filler;
	while (open my $f, '>', "$dir/filler-" . @filler) {
		push @filler, "$dir/filler-" . @filler;
	}
	my $r = fresh();
	my $refused = 0;
	while (1) {
		my $mark = $w->box->mark;
		my $answer = $w->send($r);
		last if $answer->{code} != 503 || !@filler;
		$refused++;
		Try::check("$w->{name}: no inodes: refused",
		    Try::code_wrong($answer, 503), Try::unclean($w->box),
		    -e Try::path($w->box, $r->{id}) ? 'filed' : (),
		    $w->box->since($mark) =~ $no_space ? () : 'no word why');
		unlink pop @filler;
	}
	cmp_ok($refused, '>', 0, 'refused, until there were enough');
	intact($w, 'no inodes', $before, $r);
	unlink @filler;
	Try::stored($w, $r, 'and a duplicate');
	return;
}

# The very first event, without space for the folders of the inbox.
sub first {
	my ($w) = @_;
	for my $free (0 .. 6) {
		my $dir = Mounts::tmpfs($w->box, "first-$free",
		    'size=1m,nr_inodes=20,mode=0755');
		my @filler;
		while (open my $f, '>', "$dir/filler-" . @filler) {
			push @filler, "$dir/filler-" . @filler;
		}
		unlink splice @filler, 0, $free;
		move_to($w, $dir);
		my $r = fresh();
		Try::refused($w, $r, 503, "$free inodes for the first event",
		    $no_space);
		unlink @filler;
		Try::stored($w, $r, 'enough of them');
		$w->stop_program;
		Mounts::undo($w->box, $dir);
	}
	return;
}

sub read_only {
	my ($w) = @_;
	my $dir = Mounts::tmpfs($w->box, 'ro', 'size=1m,mode=0755');
	move_to($w, $dir);
	my $before = fresh();
	Try::stored($w, $before, 'while it can be written');
	$w->idle;
	system 'mount', '-o', 'remount,ro', $dir;
	my $r = fresh();
	Try::refused($w, $r, 503, 'a read-only file system',
	    qr{\Q$dir\E/inbox}, qr/Read-only file system/) for 1, 2;
	intact($w, 'read-only', $before);
	system 'mount', '-o', 'remount,rw', $dir;
	Try::stored($w, $r, 'writable again');
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 4 })->start;
	$_->($w) for \&bytes, \&inodes, \&first, \&read_only;
	$w->stop_program;
	Mounts::undo($w->box, $_) for @{ $w->box->{mounts} };
	Try::finish($w);
}
done_testing();
