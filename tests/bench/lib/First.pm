# The first release of hookdir, built out of the history of this repository: what
# every later version is measured against.
#
#   FIRST  another commit in its place; nothing: leave it out
package First;
use strict;
use warnings;
use Sandbox;
use File::Copy qw(move);
use File::Path qw(make_path);
use File::Temp qw(tempdir);

# By its tag, or where nobody has set that, by its commit.
my @NAMES = defined $ENV{FIRST} ? ($ENV{FIRST}) : ('v0.1.0',
	'330268ca447a1fb2827d86b5e2088475eea7e8f7');

# What is built of it: path there => name in the folder that build() returns.
my %PROGRAMS = ('build/hookdir.fcgi' => 'hookdir.fcgi',
	'build/tests/bench/nosync' => 'nosync');

sub git {
	open my $out, '-|', 'sh', '-c', 'exec git "$@" 2>/dev/null', 'git',
	    '-C', $Sandbox::TOP, @_ or return '';
	local $/ = undef;
	my $said = <$out> // '';
	return close $out ? $said =~ s/\s+\z//r : '';
}

# The commit, or nothing if this history lacks it.
sub commit {
	for my $name (@NAMES) {
		my $commit = git('rev-parse', '--verify', '-q',
		    "$name^{commit}");
		return $commit if $commit ne '';
	}
	return '';
}

sub built {
	my ($dir) = @_;
	return !grep { !-x "$dir/$_" } values %PROGRAMS;
}

# Builds it, if that was not done yet, in a temporary folder; a folder of this
# build keeps the programs. Returns that folder, or dies with the reason.
sub build {
	my $commit = commit();
	die "the history of this repository lacks @NAMES\n" if $commit eq '';
	my $dir = Sandbox::build() . "/first-$commit";
	return $dir if built($dir);
	my $tree = tempdir('hookdir-first-XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
	print "Building the first release, commit ", substr($commit, 0, 7),
	    ": a minute.\n";
	# What make tells us is not for another Makefile.
	local %ENV = (PATH => $ENV{PATH}, NO_INSTALL => 1);
	system("git -C '$Sandbox::TOP' archive $commit | tar -x -C '$tree' && " .
	    "make -C '$tree' -j\$(nproc) " . join(' ', sort keys %PROGRAMS) .
	    " >'$tree/log' 2>&1") == 0
	    or die "the first release does not build:\n" .
	    Sandbox::slurp("$tree/log");
	make_path($dir);
	move("$tree/$_", "$dir/$PROGRAMS{$_}") or die "$dir: $!\n"
	    for keys %PROGRAMS;
	return $dir;
}

1;
