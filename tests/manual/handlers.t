#!/usr/bin/perl
# The handlers of hookdir-handler(7), as they stand there, are given events as
# the manual says, and do with them what it says.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Manual;
use Sandbox;
use ServerSetup;
use File::Temp qw(tempdir);
use IPC::Open2 qw(open2);
use POSIX ();
use Test::More;

my $PAGE = 'man/hookdir-handler.7';
my $LINES = 15;
my %program = (script => '/bin/sh', php => '/usr/bin/php',
	python => '/usr/bin/python3');
for my $kind (sort keys %program) {
	ServerSetup::skip_all("$program{$kind} is not installed")
	    unless -x $program{$kind};
}
my $dir = tempdir(CLEANUP => 1);
my $to = "$dir/webhooks";
mkdir $_ or die "$_: $!\n" for $to, "$dir/busy";
$ENV{PATH} = Sandbox::build() . ":$ENV{PATH}";
$SIG{PIPE} = 'IGNORE';

my $HEAD = "Ce-Specversion: 1.0\nCe-Id: x\nCe-Source: /c\nCe-Type: a\n" .
    "Ce-Time: 2026-11-28T00:00:00Z\nContent-Length: %d\n";
my %body = ('evt.1' => "{}", lines => "\n\n{\n\n}\n\n", bytes => "\0\xff\r\n%s\$(id)\0",
	'L' x 128 => 'long', large => "\0\n\n{" x (1 << 18), sha256 => "0");

sub spew {
	my ($path, $bytes, $mode) = @_;
	open my $out, '>:raw', $path or die "$path: $!\n";
	print $out $bytes;
	close $out or die "$path: $!\n";
	chmod $mode // 0600, $path or die "$path: $!\n";
	return $path;
}

sub plant {
	my ($name, $body) = @_;
	return spew("$dir/busy/3.$name", sprintf($HEAD, length $body) . "\n$body");
}

sub clean { unlink glob "$to/* $to/.*"; return }

# The program of an example, made to write into $to.
sub make_program {
	my ($kind, $which) = @_;
	my $text = Manual::example($PAGE, "$kind $which");
	is(($text =~ s{/srv/webhooks}{$to}g), 1, "$kind, $which: names the folder once");
	cmp_ok($text =~ tr/\n//, '<=', $LINES, "$kind, $which: is short");
	my $path = "$dir/$kind-$which";
	return spew($path, $text, 0700) if $kind ne 'c';
	spew("$path.c", $text);
	is(system('cc', '-std=c17', '-D_XOPEN_SOURCE=700', '-Wall', '-Wextra', '-Werror',
		'-O2', '-o', $path, "$path.c"), 0, "$kind: compiles");
	return $path;
}

# Run it for one event: its exit status.
sub handle {
	my ($program, $path) = @_;
	my $pid = fork // die;
	if (!$pid) {
		open STDIN, '<:raw', $path or POSIX::_exit(99);
		open STDOUT, '>', "$dir/log" or POSIX::_exit(99);
		open STDERR, '>&', \*STDOUT;
		my $at = index Sandbox::slurp($path), "\n\n";
		POSIX::lseek(0, $at + 2, 0) // POSIX::_exit(99);
		chdir '/';
		alarm 300;
		%ENV = (PATH => $ENV{PATH}, HOOKDIR_FILE => $path);
		exec $program or POSIX::_exit(99);
	}
	waitpid $pid, 0;
	return $? >> 8;
}

sub test_one {
	my ($kind) = @_;
	my $program = make_program($kind, 'one');
	for my $name (sort keys %body) {
		is(handle($program, plant($name, $body{$name})), 0, "$kind: $name is done");
		ok(Sandbox::slurp("$to/$name") eq $body{$name}, "$kind: $name, byte for byte");
	}
	is(handle($program, plant('lines', $body{lines})), 0, "$kind: a second time");
	is(handle($program, plant('none', '')), 65, "$kind: an empty body fails");
	ok(!-s "$to/none", "$kind: and is not there");
	clean();
	rename $to, "$to.gone" or die;
	is(handle($program, plant('evt.1', '{}')), 111, "$kind: no folder: later");
	rename "$to.gone", $to or die;
	return;
}

# Its answer to this line, without its id.
sub ask {
	my ($in, $out, $path) = @_;
	my ($name) = $path =~ m{/\d+\.([^/]*)\z};
	print $in "$path\n";
	while (defined(my $line = <$out>)) {
		return $1 if $line =~ /^\Q$name\E (.*)\n\z/;
	}
	return 'nothing';
}

sub test_many {
	my ($kind) = @_;
	my $program = make_program($kind, 'many');
	my $pid = open2(my $out, my $in, '/bin/sh', '-c', 'exec "$0" 2>/dev/null',
		$program);
	$in->autoflush(1);
	is(scalar <$out>, "ready\n", "$kind: ready");
	for my $name (sort keys %body) {
		is(ask($in, $out, plant($name, $body{$name})), '0', "$kind: $name is done");
		ok(Sandbox::slurp("$to/$name") eq $body{$name}, "$kind: $name, byte for byte");
	}
	is(ask($in, $out, plant('none', '')), '65 no body', "$kind: an empty body fails");
	ok(!-s "$to/none", "$kind: and is not there");
	like(ask($in, $out, "$dir/busy/1.gone"), qr/^111\b/, "$kind: a file that is gone");
	mkdir "$to/folder" or die;
	# mv(1) would put it into the folder.
	if ($kind ne 'script') {
		like(ask($in, $out, plant('folder', '{}')), qr/^111\b/, "$kind: no file there");
	}
	rmdir "$to/folder";
	is(ask($in, $out, plant('last', 'x')), '0', "$kind: it goes on");
	close $in;
	is(join('', <$out>), '', "$kind: at the end it says nothing");
	waitpid $pid, 0;
	is($?, 0, "$kind: and ends");
	clean();
	return;
}

alarm 600;
test_one($_) for qw(script php python c);
test_many($_) for qw(script php python);

done_testing();
