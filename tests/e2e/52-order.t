#!/usr/bin/perl
# The order of system calls: what is on disk before the answer is sent.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../crash/lib";
use Disk;
use Test::More;
use Trace;

# Only the tests with a disk of their own need root.
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
	# The tracer still writes after the program has ended.
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
	# The control: without any one flush of a folder, the check must fail.
	for my $sync (grep { $_->{call} eq 'fsync' && $_->{args} !~ m{/new>} &&
	    $_->{args} !~ m{/coral/tmp/} } @$calls) {
		my @less = grep { $_ != $sync } @$calls;
		like(join(' ', Trace::wrong_order($box, \@less, 'new',
		    -s Try::path($box, $r->{id}))), qr/its folder not flushed/,
		    'not without the flush of ' . $sync->{args} =~ s{.*/}{}r);
	}
	in_order($w, fresh(), 'new', 'one more');
	in_order($w, $r, 'mark', 'a duplicate by its mark');
	unlink glob "$in/coral/dedup/*/*";
	in_order($w, $r, 'link', 'a duplicate by its file');
	rename Try::path($box, $r->{id}), Try::path($box, $r->{id}, 'cur');
	in_order($w, $r, 'mark', 'a duplicate that was taken');
	in_order($w, fresh(fill => 900_000), 'new', 'a large one');
	return;
}

# With a second mark: both bytes are locked, the lower one first; both marks are
# looked for, and made after the link.
sub second_mark {
	my ($way) = @_;
	my $w = Try::setup($way, { workers => 2, %{ Try::timed() } });
	my $p = $w->box->inbox . '/coral';
	Try::stored($w->start, fresh(timed => 1), 'the first');
	$w->stop_program;
	my $r = fresh(timed => 1);
	my $calls = in_order($w, $r, 'new', 'two marks');
	my @at = map { $_->{args} =~
	    m{<\Q$p\E/lock>, F_OFD_SETLKW, .*l_start=(\d+)} } @$calls;
	ok(@at == 2 && $at[0] < $at[1], "two bytes, in their order: @at");
	my ($link) = grep { $_->{call} eq 'linkat' } @$calls;
	my @look = grep { $_->{call} =~ /\Afaccessat/ && $_->{to} < $link->{from} &&
	    $_->{args} =~ m{<\Q$p\E/dedup/[^>]*>, "(?:\Q$r->{id}\E|sha256-)} }
	    @$calls;
	is(scalar(@look), 2, 'two marks are looked for');
	my @made = grep { $_->{from} > $link->{to} && Trace::made_mark($_, $p) }
	    @$calls;
	is(scalar(@made), 2, 'and two are made');
	my ($away) = grep { $_->{call} eq 'unlinkat' &&
	    $_->{args} =~ m{<\Q$p\E/tmp>} } @$calls;
	ok(!(grep { $_->{to} > $away->{from} } @made),
	    'before the name in tmp/ is removed');
	$w->start if $w->fcgi;
	Try::check("$w->{name}: a replay", Try::replay_wrong($w, $r));
	Try::finish($w);
	return;
}

# The check itself: it must notice each step that is left out.
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

# On a file system that keeps changes in order, one flush is enough.
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
	unlink glob $box->inbox . '/coral/dedup/*/*';
	in_order($w, $r, 'link', 'journaled: a duplicate by its file');
	in_order($w, $r, 'mark', 'journaled: a duplicate by its mark');
	$w->stop_program;
	$box->{settings}{inbox} = $was;
	$box->settings;
	$d->destroy;
	return;
}

# The call that makes a file durable after a line: a flush of this file, or of
# another file that was changed after this one had been written out.
sub made_durable {
	my ($calls, $after, $file) = @_;
	my $own = Trace::flushed($calls, $after, $file);
	return { %$own, own => 1 } if $own && !Trace::find($calls, $after, sub {
		$_->{call} eq 'sync_file_range' && $_->{to} < $own->{from} &&
		    $_->{args} =~ /\A\d+<\Q$file\E>/ });
	my $range = Trace::find($calls, $after, sub {
		$_->{call} eq 'sync_file_range' && Trace::done() &&
		    $_->{args} =~ /\A\d+<\Q$file\E>, 0, 0, .*WAIT_BEFORE.*WRITE.*WAIT_AFTER/
	}) or return;
	my $touch = Trace::find($calls, $range->{to}, sub {
		$_->{call} eq 'utimensat' && Trace::done() &&
		    $_->{args} =~ /UTIME_NOW/ &&
		    $_->{pid} == $range->{pid} }) or return;
	my ($of) = $touch->{args} =~ /\A\d+<([^>]*)>/;
	return Trace::flushed($calls, $touch->{to}, $of);
}

# What is wrong with the order of simultaneous deliveries, each answered 200;
# and how many of them were flushed alone.
sub wrong_together {
	my ($box, $calls, $n) = @_;
	my $p = $box->inbox . '/coral';
	my @links = grep { $_->{call} eq 'linkat' && $_->{ret} eq '0' &&
	    $_->{args} =~ m{<\Q$p\E/new>} } @$calls;
	my (@bad, $own);
	push @bad, @links . " of $n linked" if @links != $n;
	for my $link (@links) {
		my ($name) = $link->{args} =~ m{<\Q$p\E/tmp>, "([^"]+)"};
		my ($wrote) = grep { $_->{call} =~ /write/ &&
		    $_->{args} =~ m{\A\d+<\Q$p/tmp/$name\E>} } reverse @$calls;
		my $sync = made_durable($calls, $wrote->{to}, "$p/tmp/$name");
		my $answer = Trace::find($calls, $link->{to}, sub {
			$_->{pid} == $link->{pid} &&
			    $_->{args} =~ /Status: 200/ });
		push @bad, "$name: linked before it is durable"
		    if !$sync || $sync->{to} > $link->{from};
		push @bad, "$name: not answered after it" if !$answer;
		$own++ if $sync && $sync->{own};
	}
	return ($own // 0, @bad);
}

# Simultaneous deliveries are flushed together, and each before its answer.
sub together {
	my ($w, $at_once) = @_;
	my $box = $w->box;
	my $d = Disk->new($box, 'ext4', 'together');
	my $was = $box->{settings}{inbox};
	$box->{settings}{inbox} = "$d->{dir}/inbox";
	$box->settings;
	$w->start;
	Try::stored($w, fresh(), 'together: the inbox is there');
	# The first deliveries show the program that there are many.
	my @r = map { fresh(fill => $_ * 100) } 1 .. 5 * $at_once;
	my $tracer = Trace::attach($w);
	my @codes;
	push @codes, $w->send_all(splice @r, 0, $at_once) while @r;
	$w->idle;
	Trace::detach($tracer);
	my $calls = Trace::calls($box);
	my ($own, @bad) = wrong_together($box, $calls, scalar @codes);
	push @bad, map { "answered $_" } grep { $_ != 200 } @codes;
	push @bad, 'none together: this shows nothing' if $own > @codes / 2;
	Try::check("$w->{name}: " . @codes . " events, $at_once at once, $own " .
	    'flushed alone: in order', @bad);
	# The controls.
	for my $what (['fsync', qr/./], ['utimensat', qr/./],
		['sync_file_range', qr/WAIT_AFTER/]) {
		my @less = grep { $_->{call} ne $what->[0] ||
		    $_->{args} !~ $what->[1] } @$calls;
		(undef, @bad) = wrong_together($box, \@less, scalar @codes);
		like("@bad", qr/linked before it is durable/,
		    "not without $what->[0]");
	}
	$w->stop_program;
	$box->{settings}{inbox} = $was;
	$box->settings;
	$d->destroy;
	return;
}

for my $way (qw(cgi fcgi)) {
	my $w = Try::setup($way, { workers => 2 });
	orders($w);
	one_flush($w) if $mounts && Disk::kinds('ext4');
	control($w);
	Try::finish($w);
	second_mark($way);
}
if ($mounts && Disk::kinds('ext4')) {
	my $w = Try::setup('fcgi', { workers => 16 });
	together($w, 16);
	Try::finish($w);
}
done_testing();
