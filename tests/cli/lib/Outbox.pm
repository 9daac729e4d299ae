# What the tests of replay, drop, pause, list --state and watch share: events in
# each of the folders, and a runner beside them.
package Outbox;
use strict;
use warnings;
use Exporter 'import';
use File::Path qw(make_path remove_tree);
use Time::HiRes qw(sleep time);
use Test::More;
use Cli;

our @EXPORT = qw($top fresh put places preloaded start wait_for stop said
    hostile);

our $top = folder();
my @state = qw(new busy later failed done errors);
my %runner;

# Empty inboxes of github, all folders there, in both roots.
sub fresh {
	my (%how) = @_;
	stop($_) for keys %runner;
	remove_tree("$top/inbox", "$top/spare");
	make_path(map { my $root = $_;
		map { "$top/$root/github/$_" } qw(tmp cur dedup), @state }
		qw(inbox spare));
	spew("$top/$_/github/lock", '') for qw(inbox spare);
	settings({ github => { secret_file => 'coral.secret',
			preset => 'github', %{ $how{github} // {} } },
		%{ $how{more} // {} } }, fallback_inbox => 'spare');
	return;
}

# An event: where is "inbox/failed"; file is its name, else its id.
sub put {
	my ($where, $id, %how) = @_;
	my $body = $how{body} // '{}';
	my ($root, $sub) = split m{/}, $where;
	my $path = "$top/$root/github/$sub/" . ($how{file} // $id);
	spew($path, sprintf("Ce-Id: %s\nCe-Type: %s\nCe-Time: %s\n"
		. "%sContent-Length: %d\n\n%s", $how{name} // $id,
		$how{type} // 'push', $how{time} // '2026-11-21T20:30:00.000000Z',
		$how{head} // '', length $body, $body));
	utime $how{mtime}, $how{mtime}, $path if $how{mtime};
	chown nobody(), -1, $path if defined nobody();
	return $path;
}

# All events there are: "inbox/failed/a spare/new/b".
sub places {
	my @found;
	for my $root (qw(inbox spare)) {
		for my $state (@state[ 0 .. 4 ]) {
			push @found, map { s{.*/}{}r =~ s{\A}{$root/$state/}r }
			    glob "$top/$root/github/$state/*";
		}
	}
	return join ' ', sort @found;
}

# The environment of a program before which this C file is loaded.
sub preloaded {
	my ($source) = @_;
	my $so = "$top/preloaded.so";
	system(($ENV{CC} // 'cc') . " -shared -fPIC -o '$so' '$source'") == 0
	    or plan(skip_all => 'no compiler');
	chmod 0755, $so;
	return (LD_PRELOAD => $so, ASAN_OPTIONS => 'verify_asan_link_order=0');
}

# Start a command of hookdir that goes on: its key, for stop() and said().
sub start {
	my ($key, @args) = @_;
	my $uid = nobody();
	Cli::give_to($uid) if defined $uid;
	my $program = program($uid);
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', "$top/$key.out" or die;
		open STDERR, '>', "$top/$key.err" or die;
		$ENV{HOOKDIR_CONFIG} = "$top/hookdir.json";
		leave_root();
		exec { $program } $program, @args or exit 126;
	}
	$runner{$key} = $pid;
	return $pid;
}

# True as soon as the code is; at most for so many seconds.
sub wait_for {
	my ($code, $seconds) = @_;
	my $end = time + ($seconds // 60);
	until ($code->()) {
		return 0 if time > $end;
		sleep 0.02;
	}
	return 1;
}

sub said {
	my ($key) = @_;
	return join '', map { -e $_ ? slurp($_) : '' } map { "$top/$key.$_" }
	    qw(out err);
}

sub pid { return $runner{ $_[0] } }

# Its exit status, after this signal; 0: it ends by itself.
sub stop {
	my ($key, $signal) = @_;
	my $pid = delete $runner{$key} // return;
	kill $signal // 'TERM', $pid;
	waitpid $pid, 0;
	return $? & 127 ? 'signal ' . ($? & 127) : $? >> 8;
}

# What a member of the inbox's group could put into a folder.
sub hostile {
	my ($dir) = @_;
	spew("$top/outside", 'outside');
	symlink "$top/outside", "$dir/link" or die;
	system('mkfifo', "$dir/fifo") == 0 or die;
	mkdir "$dir/folder" or die;
	spew("$dir/.hidden", 'x');
	spew("$dir/a name with blanks", 'x');
	if (defined nobody()) {
		spew("$dir/root-s", 'x');
		chown 1, 1, "$dir/root-s";
	}
	return;
}

END {
	local $?;
	stop($_, 'KILL') for keys %runner;
}

1;
