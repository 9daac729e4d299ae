# What the tests of hookdir add and remove share: installations, each in a folder
# of its own, that root makes for a user without rights.
package Add;
use strict;
use warnings;
use Exporter 'import';
use File::Find ();
use JSON::PP ();
use Test::More;
use Cli;

our @EXPORT = qw($box $uid $user $gid fresh hookdir added refused tree put entry
    unseen is_unchanged SECRET);

use constant SECRET => 'q7LmN2x0aW4bKs9ZzQ8xNp3LwR6tYv1k';

our $uid = nobody() // $>;
our $user = getpwuid $uid;
our $gid = (getpwuid $uid)[3];
our $box; # the folder of the settings
my $n = 0;

# An installation without providers: settings of this text, if it is given.
sub fresh {
	my ($text) = @_;
	$box = folder() . '/' . ++$n;
	mkdir $box, 0755 or die "$box: $!";
	my $who = $> == 0 ? qq("user": "$user", ) : '';
	put('hookdir.json', $text // qq({ $who"inbox": "inbox" }\n), 0644);
	return $box;
}

sub put {
	my ($name, $text, $mode) = @_;
	return spew("$box/$name", $text, $mode);
}

sub hookdir {
	my ($args, %how) = @_;
	return run($args, root => !defined $how{user},
		stdin => '/dev/null', %how,
		exists $how{in} ? (stdin => undef) : (),
		env => { HOOKDIR_CONFIG => "$box/hookdir.json",
			%{ $how{env} // {} } });
}

# Every path of the installation with its type, mode, owner and content.
sub tree {
	my %found;
	File::Find::find({ no_chdir => 1, wanted => sub {
		my @st = lstat;
		$found{ s{\A\Q$box\E/?}{}r } = join ' ', sprintf('%o', $st[2]),
		    @st[ 4, 5 ], -l _ ? readlink : -f _ ? slurp($_) : '';
	} }, $box);
	delete $found{'hookdir'};
	return \%found;
}

sub is_unchanged {
	my ($before, $name) = @_;
	return is_deeply(tree(), $before, "$name: nothing has changed");
}

# Nobody may see a secret but its own file.
sub unseen {
	my ($secret, $name, @text) = @_;
	my $seen = grep { index($_, $secret) >= 0 } @text;
	my $tree = tree();
	my @file = grep { index($tree->{$_}, $secret) >= 0 } sort keys %$tree;
	is($seen, 0, "$name: no message shows the secret");
	is_deeply([ grep { !m{\Asecrets/} } @file ], [], "$name: and no file");
	return;
}

sub entry {
	my ($name) = @_;
	return JSON::PP->new->utf8->decode(slurp("$box/providers.d/$name.json"));
}

# It must work: what it prints.
sub added {
	my ($name, $args, %how) = @_;
	my ($status, $out, $err) = hookdir([ 'add', @$args ], %how);
	is($status, 0, "$name: added") or diag($out, $err);
	return wantarray ? ($out, $err) : $out;
}

# It must fail, with this on standard error, and leave everything as it was.
sub refused {
	my ($name, $args, $like, %how) = @_;
	my $before = tree();
	my $status = delete $how{status} // 1;
	# It says what it changes in the settings, and that it took that back.
	my $said = delete $how{said};
	my @got = hookdir([ 'add', @$args ], %how);
	is($got[0], $status, "$name: exit status") or diag(@got[ 1, 2 ]);
	is($got[1], '', "$name: nothing on standard output")
	    unless $how{stdout} || $said;
	like($got[1], qr/^took back \Q$box\E\/hookdir\.json$/m, "$name: takes back")
	    if $said;
	like($got[2], $like, "$name: says why");
	is_unchanged($before, $name);
	return $got[2];
}

1;
