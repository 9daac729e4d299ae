#!/usr/bin/perl
# What is on disk before the answer: the order of system calls.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Trace;

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
	in_order($w, fresh(), 'new', 'one more');
	in_order($w, $r, 'mark', 'a repeat by its mark');
	unlink glob "$in/coral/seen/*/*";
	in_order($w, $r, 'link', 'a repeat by its file');
	rename Try::path($box, $r->{id}), Try::path($box, $r->{id}, 'cur');
	in_order($w, $r, 'mark', 'a repeat that was taken');
	in_order($w, fresh(fill => 900_000), 'new', 'a large one');
	for my $e (qw(EOPNOTSUPP EISDIR)) {
		# The file system has no unnamed files.
		my ($at) = unnamed($w);
		$calls = in_order($w, fresh(), 'new', "no O_TMPFILE: $e",
		    "openat:error=$e:when=$at");
		ok((grep { /\(INJECTED\)/ && /O_TMPFILE/ } map { $_->{text} }
		    @$calls), 'it was O_TMPFILE that failed');
		ok((grep { $_->{call} eq 'openat' && $_->{args} =~
		    m{/tmp>, "[^"]+", .*O_CREAT\|O_EXCL} } @$calls),
		    'a named file instead');
	}
	# No /proc: an unnamed file cannot get its name.
	in_order($w, fresh(), 'new', 'no /proc', 'linkat:error=ENOENT:when=1');
	return;
}

# Which openat() of a delivery asks for the unnamed file, counted as strace
# does: of this thread.
sub unnamed {
	my ($w) = @_;
	my (undef, $calls) = traced($w, fresh());
	my ($write) = grep { $_->{call} eq 'writev' } @$calls;
	my @opens = grep { $_->{call} eq 'openat' &&
	    $_->{pid} == $write->{pid} } @$calls;
	return grep { $opens[$_ - 1]{args} =~ /O_TMPFILE/ } 1 .. @opens;
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

for my $way (qw(cgi fcgi)) {
	my $w = Try::way($way, { workers => 2 });
	orders($w);
	control($w);
	Try::finish($w);
}
done_testing();
