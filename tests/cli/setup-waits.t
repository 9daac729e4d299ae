#!/usr/bin/perl
# hookdir setup and add, run by root: the receiver's user stops what root waits
# for, and moves a folder of root's to where root looks.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use FindBin;
use POSIX ();
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

plan skip_all => 'needs root' if $> != 0;

my $dir = folder();
my $uid = nobody();
my ($me, $gid) = (getpwuid $uid)[ 0, 3 ];
my $home = "$dir/home";
my $etc = "$dir/etc";
my $settings = "$etc/hookdir.json";

sub fresh {
	remove_tree($etc, $home);
	make_path($etc, $home);
	chmod 0755, $etc, $home;
	chown $uid, $gid, $home;
	spew($settings, qq({"inbox": "$home/box", "user": "$me", "providers": {}}\n), 0644);
	return;
}

# What the user does all the time.
sub meanwhile {
	my ($code) = @_;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		leave_root($uid);
		$code->() while 1;
	}
	return $pid;
}

sub end {
	my ($pid) = @_;
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return;
}

sub hookdir {
	my (@args) = @_;
	return run([ '-c', $settings, @args ], root => 1,
		by => [qw(timeout -s KILL 60)]);
}

# --- a child of root's is stopped ---

fresh();
mkdir "$home/box", 0700;
chown $uid, $gid, "$home/box";
my $pid = meanwhile(sub {
	for (glob '/proc/[0-9]*') {
		# Not what other tests run.
		open my $f, '<', "$_/cmdline" or next;
		my $line = <$f> // '';
		kill 'STOP', m{(\d+)} if $line =~ m{hookdir\0.*\Q$settings\E\0add};
	}
});
for my $n (1 .. 3) {
	my ($status, undef, $err) = hookdir('add', '--generate', "coral$n",
		'preset=github');
	like($status, qr/^[01]$/, 'a child that is stopped holds nobody up')
	    or diag($err);
}
end($pid);

# --- a folder of root's, beside the inbox ---

fresh();
make_path("$home/roots/new", "$home/roots/tmp", "$home/mine");
spew("$home/roots/key", "root's\n");
chmod 0700, "$home/roots";
chown $uid, $gid, "$home/mine";
my $before = `find $home/roots -printf '%f %U %G %m\n' | sort`;
$pid = meanwhile(sub {
	rename "$home/mine", "$home/box";
	rename "$home/box", "$home/mine";
	rename "$home/roots", "$home/box";
	rename "$home/box", "$home/roots";
	rename "$home/box", "$home/other";
	rmdir "$home/other";
});
my %status;
$status{ (hookdir('setup'))[0] }++ for 1 .. 40;
end($pid);
my ($roots) = grep { -e "$_/key" } glob "$home/*";
is(`find $roots -printf '%f %U %G %m\n' | sed 's/^box /roots /' | sort`, $before,
	"root's folder is not given away");
is(join(' ', grep { !/^[01]$/ } sort keys %status), '', 'and nothing ends badly');
done_testing();
