# hookdir behind a web server, as it is or with a part of it taken out.
#
#   WAY      lighttpd-socket, or another of tests/e2e that speaks FastCGI
#   WORKERS  threads of a process, 64
#   PEERS    "NAME=DIR ...": other versions as well, built in these folders
package Ours;
use strict;
use warnings;
use Cwd ();
use Sandbox;
use Figures;
use File::Copy qw(copy);
use ServerSetup;

our $WAY = $ENV{WAY} // 'lighttpd-socket';
our $SECRET = 'whsec_' . 'b' x 64;

# What each answers after, as the table's two columns of ratios need it:
# nothing, the check alone, all but the flushes, or all.
our @ALL = (
	{ name => 'hello', program => 'tests/bench/hello', does => 'nothing' },
	{ name => 'no inbox', program => 'tests/bench/noinbox',
		does => 'verify' },
	{ name => 'no fsync', program => 'tests/bench/nosync',
		does => 'write' },
	{ name => 'hookdir', program => 'hookdir.fcgi', does => 'store' },
);

# Other versions to measure beside this one, and where they are built.
our @OTHERS = map { [split /=/, $_, 2] } split ' ', $ENV{PEERS} // '';
for my $other (@OTHERS) {
	my ($name, $build) = @$other;
	die "PEERS: NAME=DIR, not $name\n" if !defined $build;
	die "PEERS: a name has small letters, digits and hyphens, and is not " .
	    "hookdir: $name\n" if $name !~ /\A[a-z][a-z0-9-]*\z/ ||
	    $name eq 'hookdir';
	-x "$build/hookdir.fcgi" or die "PEERS: no $build/hookdir.fcgi\n";
	$other->[1] = Cwd::abs_path($build);
	push @ALL, { name => $name, does => 'store',
		program => "$other->[1]/hookdir.fcgi" };
}

# Of ALL, or another of that form. "settings" and "processes" as well.
sub start {
	my ($kind, $disk) = @_;
	my $c = bless { %$kind }, __PACKAGE__;
	my $n = $c->{processes} // 1;
	my $w = $c->{setup} = ServerSetup->new($WAY, processes => $n);
	my $box = $w->box;
	my $program = $c->{program} =~ m{^/} ? $c->{program} :
	    Sandbox::build() . "/$c->{program}";
	copy($program, "$box->{dir}/bin/hookdir.fcgi")
	    or die "$program: $!\n";
	$box->secret('coral', $SECRET);
	$c->{inbox} = $c->{folder} // $disk->folder($c->{name});
	$box->settings({ inbox => $c->{inbox},
		workers => ($ENV{WORKERS} // 64) + 0,
		providers => { coral => { secret_file => 'coral.secret' } },
		%{ $c->{settings} // {} } });
	$w->{extra} = "server.max-keep-alive-requests = 10000\n"
	    if $WAY =~ /lighttpd/;
	$w->start;
	$c->{pids} = [grep {
		(readlink "/proc/$_/exe") eq "$box->{dir}/bin/hookdir.fcgi"
	} $box->processes];
	@{ $c->{pids} } == $n or die "$c->{name}: not $n processes\n";
	return $c;
}

sub port { return $_[0]{setup}{port} }
sub pids { return @{ $_[0]{pids} } }

# Where its events are to be found, if it files any.
sub new_dir {
	my ($c) = @_;
	return $c->{does} =~ /write|store/ ? "$c->{inbox}/coral/new" : undef;
}

# Takes all that was filed, as a consumer would, and the marks; the folders stay,
# for the receiver keeps them open.
sub clear {
	my ($c) = @_;
	my $dir = "$c->{inbox}/coral";
	-d $dir && system 'find', $dir, '-type', 'f', '!', '-name', 'lock',
	    '-delete';
	return;
}

sub settle { return }

sub stop {
	my ($c) = @_;
	my @wrong = $c->{setup}->stop;
	$c->{setup}->box->destroy;
	return @wrong;
}

1;
