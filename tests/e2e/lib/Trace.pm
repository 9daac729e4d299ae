# The program's system calls, by strace: their order, which of them succeeded,
# and runs in which some are made to fail.
package Trace;
use strict;
use warnings;
use Test::More ();
use Try;
use ServerSetup;

# The calls that store an event, and those that write the answer.
our @CALLS = qw(openat read write writev pwrite64 copy_file_range fsync fdatasync linkat unlinkat
    renameat mkdirat fchmod fchmodat fcntl faccessat faccessat2 fstat
    newfstatat close sendto getsockopt utimensat);
# All calls that can flush the disk, or hide a flush.
our @FLUSHES = qw(fsync fdatasync sync syncfs sync_file_range msync
    io_uring_setup);

# True: all calls are traced, not only these.
our $EVERY = 0;

sub needed {
	return if -x '/usr/bin/strace' &&
	    system('/usr/bin/strace -qq -o /dev/null true 2>/dev/null') == 0;
	ServerSetup::skip_all('strace is not there, or may not trace');
	return;
}

sub file { return "$_[0]{dir}/run/trace" }

# From now on the program of this sandbox runs under strace, with these faults
# ("fsync:error=EIO:when=1"). Without an argument, it runs without strace again.
sub on {
	my ($w, @inject) = @_;
	my $file = file($w->box);
	unlink $file;
	# LeakSanitizer does not work under strace.
	$w->{env}{ASAN_OPTIONS} = 'detect_leaks=0';
	# A server's child must be the program itself, to be signalled.
	$w->box->{wrap} = [command($file, @inject), $w->fcgi ? '-D' : ()];
	return;
}

sub command {
	my ($file, @inject) = @_;
	return ('/usr/bin/strace', '-f', '-y', '-s', 1000, '-o', $file,
	    $EVERY ? () :
	    ('-e', 'trace=' . join(',', map { "?$_" } @CALLS, @FLUSHES,
		map { /^(\w+)/ } @inject)),
	    map { ('-e', "inject=$_") } @inject);
}

sub off {
	my ($w) = @_;
	delete $w->box->{wrap};
	delete $w->{env}{ASAN_OPTIONS};
	return;
}

sub environment {
	my ($w) = @_;
	return $w->cgi ? (env => $w->{env}) : ();
}

# [{pid, call, args, ret, injected, from, to}]: "from" and "to" are the lines in
# which a call began and ended.
sub calls {
	my ($box) = @_;
	my (@calls, %open);
	my $line = 0;
	for (split /\n/, Sandbox::slurp(file($box))) {
		$line++;
		my ($pid, $rest) = /\A(\d+)\s+(.*)\z/ or next;
		my $from = $line;
		if ($rest =~ s/\s*<unfinished \.\.\.>\z//) {
			$open{$pid} = [$from, $rest];
			next;
		}
		if ($rest =~ s/\A<\.\.\. \w+ resumed>//) {
			my $begun = delete $open{$pid} or next;
			($from, $rest) = ($begun->[0], $begun->[1] . $rest);
		}
		my ($call, $args, $ret, $how) = $rest =~
		    /\A(\w+)\((.*)\)\s+= (-?\d+|\?)(.*)\z/ or next;
		push @calls, { call => $call, args => $args, ret => $ret,
			pid => $pid, from => $from, to => $line, how => $how, text => $rest,
			injected => $how =~ /\(INJECTED\)/ ? 1 : 0 };
	}
	# A call that never returned.
	push @calls, map { my ($from, $text) = @{ $open{$_} };
		+{ call => $text =~ s/\(.*//sr, args => $text, ret => '?',
		pid => $_, from => $from, to => $line + 1, how => '',
		text => $text, injected => 0 } } keys %open;
	return [sort { $a->{from} <=> $b->{from} } @calls];
}

# One delivery with these faults: its answer and its calls. Bare FastCGI is
# traced as it runs, and runs on.
sub delivery {
	my ($w, $r, @inject) = @_;
	if ($w->fcgi) {
		my $tracer = attach($w, @inject);
		my $answer = $w->send($r);
		$w->idle;
		detach($tracer);
		return ($answer, calls($w->box));
	}
	on($w, @inject);
	my $answer = $w->send({ %$r, environment($w) });
	my $calls = calls($w->box);
	off($w);
	return ($answer, $calls);
}

sub attach {
	my ($w, @inject) = @_;
	my $file = file($w->box);
	unlink $file;
	pipe my $in, my $out or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		POSIX::dup2(fileno $out, 2);
		exec command($file, @inject), map { ('-p', $_) }
		    @{ $w->{programs} } or POSIX::_exit(127);
	}
	close $out;
	# It says so when it has them; it ends when it cannot.
	while (my $line = <$in>) {
		return [$pid, $in] if $line =~ /attached/;
	}
	waitpid $pid, 0;
	die "strace cannot attach\n";
}

sub detach {
	my ($tracer) = @_;
	kill 'TERM', $tracer->[0];
	ServerSetup::reap($tracer->[0], 10) // die "strace does not end\n";
	return;
}

sub fired { return scalar grep { $_->{injected} } @{ $_[0] } }

# The first that fits after that line.
sub find {
	my ($calls, $after, $so) = @_;
	for my $c (@$calls) {
		local $_ = $c;
		return $c if $c->{from} > $after && $so->();
	}
	return undef;
}

# True if the call succeeded.
sub done { return $_->{ret} =~ /\A\d/ && !$_->{injected} }

sub flushed {
	my ($calls, $after, $path) = @_;
	return find($calls, $after, sub {
		$_->{call} =~ /\Af(data)?sync\z/ && done() &&
		    $_->{args} =~ /\A\d+<\Q$path\E>\z/ });
}

# What waits for the disk: those calls, whether they did it or not, and files
# whose every write does.
sub flushes {
	my ($calls) = @_;
	my %is = map { $_ => 1 } @FLUSHES;
	return grep { $is{ $_->{call} } ||
	    $_->{call} eq 'openat' && $_->{args} =~ /\bO_D?SYNC\b/ } @$calls;
}

# The path of a new name: mkdirat(5</a/b>, "c", ...) is /a/b/c.
sub named {
	my ($c) = @_;
	my ($at, $name) = $c->{args} =~ /\A\w+(?:<(.*?)>)?, "([^"]*)"/ or return;
	return $name =~ m{\A/} ? $name : ($at // '') . "/$name";
}

# True if the call made a dedup mark: as a link, or as a file.
sub made_mark {
	my ($c, $p) = @_;
	local $_ = $c;
	return done() && ($_->{call} eq 'openat' &&
	    $_->{args} =~ m{<\Q$p\E/dedup/[^>]*>, .*O_CREAT} ||
	    $_->{call} eq 'linkat' &&
	    $_->{args} =~ m{, \d+<\Q$p\E/dedup/[^>]*>, "(?!\.mark")});
}

# The line at which the answer begins, if it is one of these.
sub answered {
	my ($calls, $status) = @_;
	my $c = find($calls, 0, sub { $_->{call} =~ /\A(?:write|writev|sendto)\z/
	    && $_->{args} =~ /Status: $status/ });
	return $c && $c->{from};
}

# What is wrong with the order of a delivery that was answered 2xx, to coral, of
# a file of so many bytes. "how": new, link (a duplicate found by its file) or
# mark.
sub wrong_order {
	my ($box, $calls, $how, $size) = @_;
	my $p = $box->inbox . '/coral';
	my $answer = answered($calls, '2\d\d') or return 'no answer 2xx';
	my @bad;
	my $before = sub {
		my ($c, $what, $end) = @_;
		push @bad, "no $what" unless $c;
		push @bad, "$what only after what it must come before"
		    if $c && $c->{to} >= ($end // $answer);
		return $c ? $c->{to} : $answer;
	};
	# The last link: a second try removes the link of the first.
	my ($link) = grep { $_->{call} eq 'linkat' && $_->{from} < $answer &&
	    $_->{args} =~ m{<\Q$p\E/new>} &&
	    ($how eq 'link' ? $_->{how} =~ /EEXIST/ : done()) } reverse @$calls;
	if ($how eq 'mark') {
		$before->(find($calls, 0, sub { $_->{call} =~ /\Afaccessat/ &&
		    $_->{args} =~ m{<\Q$p\E/dedup/[^>]*>} && $_->{ret} eq '0' }),
		    'look at the mark');
		push @bad, 'it links a duplicate' if $link;
		return @bad;
	}
	my $linked = $before->($link, 'linkat');
	my $lock = find($calls, 0, sub { $_->{call} eq 'fcntl' && done() &&
	    $_->{args} =~ m{<\Q$p\E/lock>, F_OFD_SETLKW} });
	$before->($lock, 'lock', $link && $link->{from});
	# If the file system keeps changes in order, one flush is enough.
	$before->(flushed($calls, $linked, "$p/new"), 'fsync of new/')
	    if !$box->{ordered};
	push @bad, made_without($calls, $answer, $p);
	return @bad unless $link;
	my ($name) = $link->{args} =~ m{\A\d+<\Q$p\E/tmp>, "([^"]+)"}
	    or return (@bad, 'what it links has no name in tmp/');
	my $ours = sub { $_[0]{args} =~ m{\A\d+<(\Q$p\E/tmp/[^>]*)>} &&
	    $1 eq "$p/tmp/$name" };
	# A second try has a file of its own, by the same name.
	my ($made) = map { $_->{from} } grep { $_->{call} eq 'openat' && done() &&
	    $_->{from} < $link->{from} && $_->{args} =~
	    m{<\Q$p\E/tmp>, "\Q$name\E", .*O_EXCL} } reverse @$calls;
	push @bad, 'it did not make the file' unless $made;
	# Removed only after the mark: else it would be stored again.
	my $away = find($calls, $linked, sub { $_->{call} eq 'unlinkat' &&
	    $_->{args} =~ m{<\Q$p\E/tmp>, "\Q$name\E"} });
	my $mark = find($calls, $linked, sub { made_mark($_, $p) });
	push @bad, 'away from tmp/ before its mark'
	    if $away && $mark && $away->{from} < $mark->{to};
	my ($bytes, $last) = (0, 0);
	my $into = sub { $_[0]{call} =~ /write/ ? $ours->($_[0]) :
	    $_[0]{call} eq 'copy_file_range' &&
	    $_[0]{args} =~ m{, \d+<\Q$p\E/tmp/\Q$name\E>, NULL,} };
	for my $c (grep { $into->($_) && $_->{from} > ($made // 0) } @$calls) {
		next unless $c->{ret} =~ /\A\d+\z/ && !$c->{injected};
		$bytes += $c->{ret};
		$last = $c->{to};
	}
	push @bad, "$bytes bytes written, not $size" if $bytes != $size;
	my $sync = find($calls, $last, sub { $_->{call} =~ /\Af(data)?sync\z/
	    && done() && $ours->($_) });
	$before->($sync, 'fsync of the file after all bytes', $link->{from});
	return @bad;
}

# Names made, up to that line, whose folder was not flushed after it. Marks need
# not outlive a crash, a file in tmp/ need not either. The lock, which need not,
# comes last of all: to others it says that the rest is safe.
sub made_without {
	my ($calls, $end, $p) = @_;
	my @bad;
	my $lock = find($calls, 0, sub { $_->{args} =~ /O_CREAT/ && done() &&
	    (named($_) // '') eq "$p/lock" });
	for my $c (@$calls) {
		next if $c->{to} > $end || $c->{ret} !~ /\A\d/ ||
		    $c->{call} !~ /\A(?:mkdirat|openat)\z/ ||
		    $c->{call} eq 'openat' && $c->{args} !~ /O_CREAT/;
		my $path = named($c);
		next if !$path || $path =~ m{\A\Q$p\E/(?:lock\z|(?:dedup|tmp)/)};
		my $sync = flushed($calls, $c->{to}, $path =~ s{/[^/]*\z}{}r);
		push @bad, "$path made, its folder not flushed"
		    unless $sync && $sync->{to} < ($lock &&
		    $c->{call} eq 'mkdirat' ? $lock->{from} : $end);
	}
	return @bad;
}

1;
