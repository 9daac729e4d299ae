# What the tests of the command line share: a folder, settings, runs.
package Cli;
use strict;
use warnings;
use Exporter 'import';
use File::Copy ();
use File::Find ();
use File::Spec ();
use File::Temp ();
use JSON::PP   ();
use POSIX      ();
use Test::More;

our @EXPORT = qw(folder program receiver nobody leave_root settings secret spew
    slurp run is_run coral_body CORAL_OLD CORAL_NEW);

use constant CORAL_OLD =>
    'whsec_5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99';
use constant CORAL_NEW =>
    'whsec_0cc175b9c0f1b6a831c399e2697726610cc175b9c0f1b6a831c399e269772661';

# Others must be able to enter it: some tests run as another user.
sub is_open {
	my ($path) = @_;
	for (; $path =~ m{[^/]}; $path =~ s{/*[^/]*/*\z}{}) {
		return 0 unless ((stat $path)[2] // 0) & 01;
	}
	return 1;
}

my $tmp    = File::Spec->rel2abs(File::Spec->tmpdir);
my $folder = File::Temp->newdir('hookdir-cli-XXXXXX',
	DIR => is_open($tmp) ? $tmp : '/tmp');
chmod 0755, "$folder" or die "chmod: $!";

sub folder { return "$folder" }

# Where it was built may be closed to other users: they get a copy.
my $copied;

sub built {
	my ($name, $copy) = @_;
	my $dir = $ENV{HOOKDIR_BUILD} // 'build';
	return "$dir/$name" unless $copy;
	for (!$copied ? qw(hookdir hookdir.fcgi hookdir-fetch hookdir-forward) : ()) {
		File::Copy::copy("$dir/$_", "$folder/$_") or die "$dir/$_: $!";
		chmod 0755, "$folder/$_";
	}
	$copied = 1;
	return "$folder/$name";
}

sub program { return built('hookdir', defined $_[0]) }

# For a child process that calls leave_root() before.
sub receiver { return $ENV{HOOKDIR_RECEIVER} // built('hookdir.fcgi', $> == 0) }

# A user without rights, where this one can become one.
sub nobody { return $> == 0 ? (getpwnam 'nobody')[2] : undef }

sub spew {
	my ($path, $bytes, $mode) = @_;
	open my $fh, '>:raw', $path or die "$path: $!";
	print {$fh} $bytes or die "$path: $!";
	close $fh or die "$path: $!";
	chmod $mode // 0600, $path or die "$path: $!";
	return $path;
}

sub slurp {
	my ($path) = @_;
	open my $fh, '<:raw', $path or die "$path: $!";
	local $/ = undef;
	return scalar(<$fh>) // '';
}

# A secret file; its name.
sub secret {
	my ($name, @secrets) = @_;
	spew("$folder/$name", join '', map { "$_\n" } @secrets);
	return $name;
}

# The settings file that run() uses unless it is told otherwise.
sub settings {
	my ($providers, %top) = @_;
	return spew("$folder/hookdir.json",
		JSON::PP->new->canonical->encode(
			{ inbox => 'inbox', %top, providers => $providers }));
}

# All that root has made in the folder is to be the user's.
sub give_to {
	my ($uid) = @_;
	my $gid = (getpwuid $uid)[3];
	File::Find::find({ no_chdir => 1, wanted => sub {
		POSIX::lchown($uid, $gid, $_) if ((lstat $_)[4] // $uid) == 0;
	} }, "$folder");
	return;
}

# For a child process that is about to exec: not as root.
sub leave_root {
	my ($uid) = @_;
	$uid //= nobody() // return;
	my $gid = (getpwuid $uid)[3];
	$) = "$gid $gid";
	POSIX::setgid($gid);
	POSIX::setuid($uid);
	return;
}

# Run it: in => bytes, env => {}, user => uid, stdin and stdout => other files,
# ulimit => what the shell is to set first, prepare => code for the child,
# by => a command that starts it.
# Where this is root, it runs as a user without rights, to whom the folder is
# given; with root => 1 as root, and nothing is given. Returns (status, stdout,
# stderr).
sub run {
	my ($args, %how) = @_;
	my $own = defined $how{user};
	$how{user} //= nobody() unless $how{root};
	give_to($how{user}) if $> == 0 && !$how{root} && !$own;
	my @at = map { "$folder/.$_" } qw(in out err);
	my $program = program($how{user});
	spew($at[0], $how{in} // '');
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDIN, '<', $how{stdin} // $at[0] or die;
		open STDOUT, '>', $how{stdout} // $at[1] or die;
		open STDERR, '>', $at[2] or die;
		delete @ENV{qw(SSL_HOOKDIR_CONFIG DOCUMENT_ROOT)};
		$ENV{HOOKDIR_CONFIG} = "$folder/hookdir.json";
		my %env = %{ $how{env} // {} };
		for (keys %env) {
			if (defined $env{$_}) { $ENV{$_} = $env{$_} }
			else                  { delete $ENV{$_} }
		}
		$how{prepare}->() if $how{prepare};
		leave_root($how{user}) if defined $how{user};
		my @command = (@{ $how{by} // [] }, $program, @{$args});
		unshift @command, 'sh', '-c', "ulimit $how{ulimit}; exec \"\$\@\"",
		    'sh'
		    if $how{ulimit};
		exec { $command[0] } @command or exit 126;
	}
	waitpid $pid, 0;
	my $status = $? & 127 ? "signal " . ($? & 127) : $? >> 8;
	my ($out, $err) = map { slurp($_) } @at[ 1, 2 ];
	fail("a sanitizer complains: $err")
	    if $err =~ /Sanitizer|runtime error/;
	return ($status, $out, $err);
}

# Run and compare the status, and stdout and stderr by pattern or text.
sub is_run {
	my ($args, $how, $status, $out, $err, $name) = @_;
	my @got = run($args, %{$how});
	subtest $name => sub {
		is($got[0], $status, 'exit status');
		ref $out ? like($got[1], $out, 'stdout')
		    : is($got[1], $out, 'stdout');
		ref $err ? like($got[2], $err, 'stderr')
		    : is($got[2], $err, 'stderr');
	};
	return @got;
}

sub coral_body {
	return <<'BODY' =~ s/\n\z//r;
{
  "id": "6a0c6c3e-30c6-4e0c-9e2b-0f2f3b3a5c11",
  "createdAt": "2023-01-01T12:00:01.000Z",
  "data": {
    "storyID": "2c1e7c6e-7f55-4b53-8c1a-6c4d3f9b9a01",
    "storyURL": "https://example.com/a/b?c=1&d=é",
    "siteID": "c8b2a2a6-5f4e-4f1b-9c7c-0d1e2f3a4b5c"
  },
  "type": "STORY_CREATED",
  "tenantID": "t-1",
  "tenantDomain": "coral.example.com"
}
BODY
}

1;
