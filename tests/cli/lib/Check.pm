# What the tests of hookdir check share: a set-up that is well, run by a user
# without rights on a machine whose clock and disk are made up (shim.c).
package Check;
use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use Cli;
use Test::More;

our @EXPORT = qw($top $box $uid $me $coral put folders fresh config check
    finds fine);

my $dir  = folder();
my $user = nobody();             # undef where we are an ordinary user
my $cc   = $ENV{CC} // 'cc';
my $shim = "$dir/shim.so";
our $top = "$dir/top";           # all of it belongs to who runs check
our $box = "$top/inbox";
our $uid = $user // $>;
our $me  = getpwuid($uid) // "uid $uid";
our $coral = '"coral": {"secret_file": "coral.secret"}';
my %fine = (
	LD_PRELOAD     => $shim,
	ASAN_OPTIONS   => 'verify_asan_link_order=0',
	HOOKDIR_CONFIG => "$top/hookdir.json",
);

my $source = dirname(__FILE__) . '/shim.c';
system("$cc -shared -fPIC -o '$shim' '$source' -ldl "
	. '2>/dev/null') == 0
    or plan skip_all => "$cc cannot make the shim";

sub own { return $> == 0 ? chown $uid, (getpwuid $uid)[3], @_ : 1 }

sub put {
	my ($name, $text, $mode) = @_;
	spew("$top/$name", $text, $mode);
	own("$top/$name");
	return;
}

sub folders {
	for (@_) {
		make_path($_, { mode => 0700 });
		own($_);
	}
	return;
}

# Some are closed to ourselves.
sub clear {
	system('chmod', '-R', 'u+rwx', $top) if -e $top;
	remove_tree($top);
	return;
}

END { local $?; clear() }

# A set-up without a fault.
sub fresh {
	clear();
	folders($top, $box, "$box/coral",
		map { "$box/coral/$_" } qw(tmp new cur dedup));
	chmod 0755, $top;
	put('hookdir.json',
		qq({"inbox": "inbox", "workers": 4, "providers": {$coral}}), 0644);
	put('coral.secret', CORAL_OLD . "\n");
	put('inbox/coral/lock', '');
	put('inbox/coral/new/e', 'an event');
	return;
}

sub config {
	my ($providers, $more) = @_;
	put('hookdir.json', qq({"inbox": "inbox", "workers": 4, )
		. ($more // '') . qq("providers": {$providers}}), 0644);
	return;
}

sub check {
	my (%how) = @_;
	my $args = delete $how{args} // [];
	return run([ 'check', @{$args} ], user => $user, %how,
		env => { %fine, %{ $how{env} // {} } });
}

# One finding, of this kind, and nothing else that is not fine.
sub finds {
	my ($name, $level, $pattern, $change, %how) = @_;
	fresh();
	$change->() if $change;
	my ($status, $out, $err) = check(%how);
	my @found = grep { !/\A(?:ok|to do): / } split /\n/, $out;
	my $sum   = pop @found;
	subtest $name => sub {
		is(scalar @found, 1, 'one finding') or diag($out, $err);
		like($found[0] // '', qr/\A$level: .*$pattern/, 'what it says');
		is($status, $level eq 'error' ? 1 : 0, 'exit status');
		is( $sum,
			$level eq 'error'
			? '1 error, 0 warnings' : '0 errors, 1 warning',
			'the sum');
		is($err, '', 'nothing on stderr');
	};
	return $out;
}

# Nothing to complain about.
sub fine {
	my ($name, $change, %how) = @_;
	fresh();
	$change->() if $change;
	my ($status, $out, $err) = check(%how);
	subtest $name => sub {
		is($status, 0, 'exit status');
		unlike($out, qr/^(?:error|warning):/m, 'no complaint');
		like($out, qr/^0 errors, 0 warnings\n\z/m, 'the sum');
		is($err, '', 'nothing on stderr');
	};
	return $out;
}

1;
