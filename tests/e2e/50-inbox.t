#!/usr/bin/perl
# The inbox in every state in which the receiver may find it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path remove_tree);
use Test::More;
use Try;

my $n = 0;
sub fresh { return Try::delivery(sprintf('state-%03d', ++$n), @_) }

sub modes {
	my ($root) = @_;
	return join ' ', map { sprintf '%04o', (stat $_)[2] & 07777 }
	    $root, "$root/coral", map { "$root/coral/$_" } qw(tmp new cur dedup);
}

# A fresh inbox somewhere else in the sandbox: its path.
sub move_to {
	my ($w, $name) = @_;
	my $box = $w->box;
	$box->{settings}{inbox} = "$box->{dir}/var/$name";
	$box->settings;
	if (my @wrong = $w->stop_program) {
		$w->show_logs;
		die "@wrong\n";
	}
	$w->start;
	return $box->inbox;
}

# Breaks something, and repairs it again. In between, a delivery is rejected and
# the log says why; afterwards it is stored.
sub wrong {
	my ($w, $what, $like, $break, $mend) = @_;
	my $r = fresh();
	my $in = $w->box->inbox;
	my $path = qr/\Q$in\E/;
	$w->idle;
	$break->($in);
	Try::refused($w, $r, 503, $what, Try::line('error', 503), $path,
	    $like);
	$mend->($in);
	Try::stored($w, $r, "$what: mended");
	return;
}

sub mode {
	my ($w, $what, $like, $path, $mode) = @_;
	my $was;
	wrong($w, $what, $like, sub {
		$was = (stat "$_[0]$path")[2] & 07777;
		chmod $mode, "$_[0]$path" or die "$_[0]$path: $!";
	}, sub { chmod $was, "$_[0]$path" });
	return;
}

sub made {
	my ($w) = @_;
	my $in = move_to($w, 'made');
	my $r = fresh();
	Try::stored($w, $r, 'ROOT is missing: made');
	is((stat Try::path($w->box, $r->{id}))[2] & 07777, 0600,
	    'the event is for its owner alone');
	$w->idle;
	is(modes($in), join(' ', ('0700') x 6), 'for its owner alone');
	is((stat "$in/coral/lock")[2] & 0777, 0600, 'the lock too');
	remove_tree("$in/coral/$_") for qw(new);
	Try::stored($w, fresh(), 'new/ removed while it runs: comes back');
	for my $gone (qw(tmp dedup cur lock)) {
		$w->idle;
		remove_tree("$in/coral/$gone");
		Try::stored($w, fresh(), "$gone removed: comes back");
	}
	$w->idle;
	remove_tree("$in/coral");
	Try::stored($w, fresh(), "all of the provider's removed: comes back");
	$w->idle;
	remove_tree($in);
	Try::stored($w, fresh(), 'all of it removed: comes back');
	is(modes($in), join(' ', ('0700') x 6), 'for its owner alone');
	return;
}

sub permissions {
	my ($w) = @_;
	move_to($w, 'none/inbox');
	my $dir = $w->box->{dir};
	wrong($w, "ROOT's parent is missing",
	    qr/does not exist and cannot be created: No such file or directory/,
	    sub { }, sub { mkdir "$dir/var/none"; $w->box->own("$dir/var/none") });
	move_to($w, 'shut/inbox');
	mkdir "$dir/var/shut", 0555;
	$w->box->own("$dir/var/shut");
	chmod 0555, "$dir/var/shut";
	wrong($w, "ROOT's parent cannot be written", qr/Permission denied/,
	    sub { }, sub { chmod 0755, "$dir/var/shut" });
	# If another user made ROOT, its parent may be closed to us. If we make
	# ROOT, its parent must be flushed.
	my $in = move_to($w, 'blind/inbox');
	mkdir "$dir/var/blind";
	$w->box->own("$dir/var/blind");
	chmod 0300, "$dir/var/blind";
	my $r = fresh();
	Try::refused($w, $r, 503, "ROOT is missing, its parent not readable: $_",
	    qr{\Q$dir\E/var/blind cannot be flushed to disk: Permission denied})
	    for 'refused', 'and again';
	chmod 0700, "$dir/var/blind";
	Try::stored($w, $r, 'mended');
	$w->idle;
	remove_tree($in);
	mkdir $in;
	$w->box->own($in);
	chmod 0100, "$dir/var/blind";
	Try::stored($w, fresh(), "ROOT is there, and its parent cannot be read");
	chmod 0700, "$dir/var/blind";
	$in = move_to($w, 'ro');
	mkdir $in;
	$w->box->own($in);
	chmod 0500, $in;
	wrong($w, 'ROOT is there and cannot be written',
	    qr/coral cannot be created: Permission denied/,
	    sub { }, sub { chmod 0700, $in });
	my $no = qr/Permission denied/;
	mode($w, 'ROOT cannot be searched', $no, '', 0600);
	mode($w, 'ROOT/P cannot be searched', $no, '/coral', 0600);
	mode($w, 'tmp/ cannot be written',
	    qr{/tmp: a file cannot be created: $no}, '/coral/tmp', 0500);
	mode($w, 'new/ cannot be written',
	    qr{/new: the event cannot be linked there: $no}, '/coral/new', 0500);
	mode($w, 'new/ cannot be read', qr{/new cannot be opened: $no},
	    '/coral/new', 0300);
	mode($w, 'dedup/ cannot be searched',
	    qr{/dedup/\S+: cannot be searched for marks: $no}, '/coral/dedup', 0600);
	mode($w, 'the lock cannot be opened', qr{/lock cannot be opened: $no},
	    '/coral/lock', 0000);
	mode($w, 'ROOT is writable by everybody', qr/chmod o-w/, '', 0777);
	mode($w, 'ROOT is sticky, like /tmp', qr/chmod o-w/, '', 01777);
	return;
}

# Something else stands where a directory should be.
sub kinds {
	my ($w) = @_;
	my $in = move_to($w, 'kind');
	Try::stored($w, fresh(), 'a good one');
	my $file = sub { my ($p) = @_; sub {
		rename "$_[0]$p", "$_[0].kept" or die;
		open my $f, '>', "$_[0]$p" or die;
		$w->box->own("$_[0]$p") } };
	my $link = sub { my ($p) = @_; sub {
		rename "$_[0]$p", "$_[0].kept" or die;
		symlink "$_[0].kept", "$_[0]$p" or die } };
	my $dangling = sub { my ($p) = @_; sub {
		rename "$_[0]$p", "$_[0].kept" or die;
		symlink "$_[0].nowhere", "$_[0]$p" or die } };
	my $back = sub { my ($p) = @_; sub {
		unlink "$_[0]$p" or rmdir "$_[0]$p" or die;
		rename "$_[0].kept", "$_[0]$p" or die } };
	my %like = ('' => qr/must be a directory, not a symbolic link/);
	for my $p ('', '/coral', map { "/coral/$_" } qw(tmp new dedup)) {
		my $like = $like{$p} // qr/Not a directory/;
		wrong($w, "ROOT$p is a file", $like, $file->($p), $back->($p));
		$like = $like{$p} // qr/Not a directory|symbolic links/;
		wrong($w, "ROOT$p is a symbolic link", $like, $link->($p),
		    $back->($p));
		wrong($w, "ROOT$p is a dangling link", $like, $dangling->($p),
		    $back->($p));
	}
	wrong($w, 'the lock is a link', qr{/lock cannot be opened: .*links},
	    $link->('/coral/lock'), $back->('/coral/lock'));
	wrong($w, 'the lock is a folder', qr{/lock cannot be opened: Is a dir},
	    sub { rename "$_[0]/coral/lock", "$_[0].kept";
		mkdir "$_[0]/coral/lock" }, $back->('/coral/lock'));
	return;
}

sub group {
	my ($w) = @_;
	$w->box->{settings}{group_access} = JSON::PP::true();
	my $in = move_to($w, 'group');
	my $r = fresh();
	Try::stored($w, $r, 'group_access');
	is(modes($in), join(' ', ('2770') x 6), 'open to the group');
	is((stat Try::path($w->box, $r->{id}))[2] & 07777, 0660,
	    'so is the event');
	my @days = glob "$in/coral/dedup/*";
	is(scalar(@days), 1, 'one day of marks');
	is((stat $days[0])[2] & 07777, 02770, 'and the day');
	delete $w->box->{settings}{group_access};
	return;
}

# Stored and durable, but without a mark: once the consumer has taken the event,
# a duplicate would not be recognised.
sub unmarked {
	my ($w) = @_;
	my $in = move_to($w, 'unmarked');
	my $said = Try::line('warning', 200,
	    qr{stored, but \Q$in\E/coral/dedup/\S+: no mark});
	Try::stored($w, fresh(), 'a good one');
	my ($day) = glob "$in/coral/dedup/*";
	for my $dir ($day, "$in/coral/dedup") {
		$w->idle;
		chmod 0500, $dir;
		remove_tree($day) if $dir ne $day;
		my $r = fresh();
		Try::stored($w, $r, 'no mark can be made: stored',
		    log => $said);
		Try::stored($w, $r, 'and again', log => $said);
		chmod 0700, $dir;
		Try::stored($w, $r, 'it can: all is well');
		$w->idle;
		Try::stored($w, fresh(), 'as with another');
	}
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 4 });
	$_->($w) for \&made, \&permissions, \&kinds, \&group, \&unmarked;
	Try::finish($w);
}
done_testing();
