#!/usr/bin/perl
# File systems without space, without inodes, with a used-up quota, or
# read-only: the answer is 503 while that lasts, and then deliveries work again.
# Stored events stay complete, even after a power cut.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Disk;
use Test::More;
use Try;

my $n = 0;

Disk::needed();

sub fresh { return Try::delivery(sprintf('disk-%03d', ++$n), @_) }

# During the fault and after it; then the same disk after a power cut.
sub lasts {
	my ($w, $d, $what, $like, $begin, $end) = @_;
	my $name = "$d->{kind}: $what";
	my @before = map { fresh(fill => 2000) } 1 .. 3;
	Try::stored($w, $_, "$name: before") for @before;
	$w->idle;
	$begin->($d);
	my @refused = map { fresh(fill => 60_000) } 1 .. 3;
	Try::refused($w, $_, 503, "$name: while it lasts",
	    Try::line('error', 503, qr/\Q$d->{dir}\E.*$like/)) for @refused;
	Try::stored($w, $before[0], "$name: a duplicate is one all the same")
	    if $what ne 'read-only';
	$d->cut;
	$w->idle;
	$end->($d);
	Try::stored($w, $_, "$name: after it") for @refused;
	Try::check("$name: what was stored is whole",
	    map { Try::event_wrong($w->box, $_) } @before, @refused);
	$w->stop_program;
	$d->restart;
	# There may be no space for marks.
	Disk::recover($w->box);
	Try::check("$name: and so it is after a power cut",
	    (map { Try::event_wrong($w->box, $_) } @before),
	    grep { !/in tmp/ } Try::unclean($w->box));
	return;
}

sub begin {
	my ($w, $kind, $name, %opt) = @_;
	my $d = Disk->new($w->box, $kind, $name, %opt);
	$w->box->{settings}{inbox} = "$d->{dir}/inbox";
	$w->box->settings;
	$w->stop_program;
	$w->start;
	return $d;
}

sub end {
	my ($w, $d) = @_;
	$w->stop_program;
	$d->destroy;
	return;
}

my $no_space = qr/No space left on device/;
my $quota = qr/Disk quota exceeded/;

# A quota on the folder, for all users together.
sub btrfs_quota {
	my ($w) = @_;
	my $d = begin($w, 'btrfs', 'quota');
	my $sub = "$d->{dir}/limited";
	system("btrfs -q subvolume create $sub") == 0
	    && system("btrfs -q quota enable $d->{dir}") == 0
	    && system("btrfs -q quota rescan -w $d->{dir} >/dev/null") == 0
	    && system("btrfs -q qgroup limit 3M $sub") == 0
	    or die "btrfs takes no limit\n";
	$w->box->own($sub);
	$w->box->{settings}{inbox} = "$sub/inbox";
	$w->box->settings;
	$w->stop_program;
	$w->start;
	my $lasts = { %$d, dir => $sub };
	lasts($w, bless($lasts, 'Limited'), 'quota', $quota, \&Disk::fill_bytes,
	    \&Disk::empty);
	end($w, $d);
	return;
}

# The folder is only a part of the disk, so no power is cut here.
sub Limited::cut { return }
sub Limited::restart { return }

# A quota on the user.
sub user_quota {
	my ($w) = @_;
	my $d = eval { begin($w, 'ext4', 'userquota', make => ['-O', 'quota'],
	    options => 'usrquota') };
	if (!$d || system("setquota -u $Sandbox::USER[2] 0 2000 0 0 $d->{dir} "
	    . '2>/dev/null')) {
		diag('NOT TESTED: this kernel or machine has no user quota on '
		    . 'ext4');
		end($w, $d) if $d;
		return;
	}
	lasts($w, $d, 'user quota', $quota, \&Disk::fill_bytes, \&Disk::empty);
	end($w, $d);
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 4 })->start;
	for my $kind (Disk::kinds()) {
		my $d = begin($w, $kind, "full-$kind",
		    $kind eq 'ext4' ? (size => '12M') : ());
		lasts($w, $d, 'full', $no_space, \&Disk::fill_bytes, \&Disk::empty);
		end($w, $d);
		$d = begin($w, $kind, "ro-$kind");
		lasts($w, $d, 'read-only', qr/Read-only file system/,
		    sub { system 'mount', '-o', 'remount,ro', $d->{dir} },
		    sub { system 'mount', '-o', 'remount,rw', $d->{dir} });
		end($w, $d);
		btrfs_quota($w) if $kind eq 'btrfs';
		next if $kind ne 'ext4';
		$d = begin($w, $kind, 'inodes', make => ['-N', 64]);
		lasts($w, $d, 'no inodes', $no_space, \&Disk::fill_inodes, \&Disk::empty);
		end($w, $d);
		user_quota($w);
	}
	Try::finish($w);
}
done_testing();
