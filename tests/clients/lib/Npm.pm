# The senders' packages from npm, in the build directory, at the versions that
# package-lock.json has. npm asks the registry that the machine is set up for:
# the lock names none, and its digests make sure that any will do.
package Npm;
use strict;
use warnings;
use Sandbox;
use File::Copy qw(copy);
use File::Path qw(make_path);
use Test::More ();
use ServerSetup;

my $here = "$Sandbox::TOP/tests/clients";
our $DIR = Sandbox::build() . '/clients';

# --ignore-scripts: nothing of theirs runs before a test calls it.
# --legacy-peer-deps: what they would share with a program, and need not.
my $npm = 'npm ci --ignore-scripts --no-audit --no-fund --omit=optional ' .
    '--legacy-peer-deps --prefer-offline --fetch-retries=1 ' .
    '--fetch-timeout=20000';

# Once for these versions; what is there already is used. A copy of the lock
# is left when all is well, and only then.
sub install {
	my @missing = grep { system("command -v $_ >/dev/null") != 0 }
	    qw(node npm);
	ServerSetup::skip_all("not installed: @missing") if @missing;
	my $lock = Sandbox::slurp("$here/package-lock.json");
	return if Sandbox::slurp("$DIR/installed.json") eq $lock;
	unlink "$DIR/installed.json";
	make_path($DIR);
	copy("$here/$_", "$DIR/$_") or die "$_: $!\n"
	    for qw(package.json package-lock.json);
	if (system("cd '$DIR' && $npm >npm.log 2>&1") == 0) {
		copy("$here/package-lock.json", "$DIR/installed.json")
		    or die "installed.json: $!\n";
		return;
	}
	Test::More::diag(Sandbox::slurp("$DIR/npm.log"));
	ServerSetup::skip_all("npm cannot install the senders' libraries: is its " .
	    "registry reachable? ($DIR/npm.log)");
	return;
}

# A program of these tests, where it finds the packages: that is looked for
# from the place that the file lies in.
sub script {
	my ($name) = @_;
	make_path("$DIR/senders");
	copy("$here/$_", "$DIR/$_") or die "$_: $!\n"
	    for $name, map { s{.*/(senders/)}{$1}r } glob "$here/senders/*.mjs";
	return "$DIR/$name";
}

1;
