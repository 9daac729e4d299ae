#!/usr/bin/perl
# What is on disk before the answer: the order of system calls.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../crash/lib";
use Disk;
use Test::More;
use Trace;

# The order is looked at without root, too; only a disk of its own needs it.
my $mounts = $> == 0 &&
    system('unshare -m mount -t tmpfs none /tmp 2>/dev/null') == 0;
Disk::needed() if $mounts || $ENV{HOOKDIR_NO_SKIP};
Trace::needed();

my $n = 0;
sub fresh { return Try::delivery(sprintf('order-%03d', ++$n), @_) }

# One delivery under strace, with these faults: its answer and calls.
sub traced {
	my ($w, $r, @inject) = @_;
	Trace::on($w, @inject);
	$w->start if $w->fcgi;
	my $answer = $w->send({ %$r, Trace::environment($w) });
	$w->stop_program;
	# The tracer writes its last after the program's end.
	$w->box->sweep(10);
	my $calls = Trace::calls($w->box);
	Trace::off($w);
	return ($answer, $calls);
}

sub in_order {
	my ($w, $r, $how, $name, @inject) = @_;
	my ($answer, $calls) = traced($w, $r, @inject);
	my $path = Try::path($w->box, $r->{id});
	my @bad = (Try::code_wrong($answer, 200),
	    Trace::wrong_order($w->box, $calls, $how, -s $path // 0));
	push @bad, Try::event_wrong($w->box, $r), Try::unclean($w->box)
	    if $how ne 'mark';
	Try::check("$w->{name}: $name", @bad);
	diag(map { "  $_->{text}\n" } grep { $_->{args} !~ m{"/(?:lib|etc|proc)} }
	    @$calls) if @bad;
	return $calls;
}

sub orders {
	my ($w) = @_;
	my $box = $w->box;
	my $in = $box->inbox;
	my $r = fresh(fill => 5000);
	my $calls = in_order($w, $r, 'new', 'the very first event');
	is(scalar(grep { $_->{call} eq 'mkdirat' && $_->{ret} eq '0' } @$calls),
	    7, 'with all of its folders and the day');
	# The control of that: each flush of a folder is one that must be there.
	for my $sync (grep { $_->{call} eq 'fsync' && $_->{args} !~ m{/new>} &&
	    $_->{args} !~ m{/coral/tmp/} } @$calls) {
		my @less = grep { $_ != $sync } @$calls;
		like(join(' ', Trace::wrong_order($box, \@less, 'new',
		    -s Try::path($box, $r->{id}))), qr/its folder not flushed/,
		    'not without the flush of ' . $sync->{args} =~ s{.*/}{}r);
	}
	in_order($w, fresh(), 'new', 'one more');
	in_order($w, $r, 'mark', 'a repeat by its mark');
	unlink glob "$in/coral/seen/*/*";
	in_order($w, $r, 'link', 'a repeat by its file');
	rename Try::path($box, $r->{id}), Try::path($box, $r->{id}, 'cur');
	in_order($w, $r, 'mark', 'a repeat that was taken');
	in_order($w, fresh(fill => 900_000), 'new', 'a large one');
	return;
}

# The check itself: each step that is not done must be seen.
sub control {
	my ($w) = @_;
	for my $what (['fsync', 'of the file', 'fsync:retval=0:when=1'],
	    ['fsync', 'of new/', 'fsync:retval=0:when=2'],
	    ['fsync', 'of both', 'fsync:retval=0']) {
		my ($call, $name, $inject) = @$what;
		my $r = fresh();
		my ($answer, $calls) = traced($w, $r, $inject);
		is($answer->{code}, 200, "$w->{name}: a disk that lies: $name");
		my @bad = Trace::wrong_order($w->box, $calls, 'new',
		    -s Try::path($w->box, $r->{id}));
		like("@bad", qr/no $call/, 'and that is noticed');
	}
	my ($answer, $calls) = traced($w, fresh());
	my @bad = Trace::wrong_order($w->box, $calls, 'new', 1);
	like("@bad", qr/bytes written, not 1/, 'bytes that are missing too');
	my ($sync) = grep { $_->{call} eq 'fsync' } @$calls;
	my ($link) = grep { $_->{call} eq 'linkat' } @$calls;
	@$sync{qw(from to)} = ($link->{to} + 0.1, $link->{to} + 0.2);
	$calls = [sort { $a->{from} <=> $b->{from} } @$calls];
	@bad = Trace::wrong_order($w->box, $calls, 'new', 1);
	like("@bad", qr/fsync of the file.* only after/, 'and a wrong order');
	return;
}

# On a file system that keeps the order of changes: the first flush is the last.
sub one_flush {
	my ($w) = @_;
	my $box = $w->box;
	my $d = Disk->new($box, 'ext4', 'journaled');
	local $box->{ordered} = 1;
	my $was = $box->{settings}{inbox};
	$box->{settings}{inbox} = "$d->{dir}/inbox";
	$box->settings;
	my $r = fresh();
	in_order($w, $r, 'new', 'journaled: the very first event');
	for my $name ('one more', 'and one') {
		my $calls = in_order($w, fresh(), 'new', "journaled: $name");
		is(scalar(grep { $_->{call} =~ /sync/ } @$calls), 1,
		    'one flush');
	}
	unlink glob $box->inbox . '/coral/seen/*/*';
	in_order($w, $r, 'link', 'journaled: a repeat by its file');
	in_order($w, $r, 'mark', 'journaled: a repeat by its mark');
	$w->stop_program;
	$box->{settings}{inbox} = $was;
	$box->settings;
	$d->destroy;
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::way($way, { workers => 2 });
	orders($w);
	one_flush($w) if $mounts && Disk::kinds('ext4');
	control($w);
	Try::finish($w);
}
done_testing();
