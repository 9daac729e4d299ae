# Runs a test again, as root, in its own mount namespace: no other process sees
# what the test mounts, and the mounts end with it.
package Mounts;
use strict;
use warnings;
use Test::More ();
use ServerSetup;

my $MARK = 'HOOKDIR_OWN_MOUNTS';

sub private {
	return if delete $ENV{$MARK};
	if ($> != 0 || system('unshare -m mount -t tmpfs none /tmp 2>/dev/null')) {
		ServerSetup::skip_all('needs root, and leave to mount');
	}
	$ENV{$MARK} = 1;
	exec 'unshare', '-m', '--propagation', 'private', $^X, $0
	    or die "unshare: $!\n";
}

# A small file system in the box, for the program to write.
sub tmpfs {
	my ($box, $name, $options) = @_;
	my $dir = "$box->{dir}/var/$name";
	mkdir $dir;
	system('mount', '-t', 'tmpfs', '-o', $options, 'none', $dir) == 0
	    or die "no tmpfs at $dir\n";
	push @{ $box->{mounts} }, $dir;
	$box->own($dir);
	return $dir;
}

sub bind {
	my ($box, $from, $to, @options) = @_;
	system('mount', '--bind', $from, $to) == 0 or die "no mount: $to\n";
	push @{ $box->{mounts} }, $to;
	return unless @options;
	system('mount', '-o', join(',', 'remount', 'bind', @options), $to) == 0
	    or die "no remount: $to\n";
	return;
}

sub undo {
	my ($box, $dir) = @_;
	system 'umount', $dir;
	$box->{mounts} = [grep { $_ ne $dir } @{ $box->{mounts} }];
	return;
}

1;
