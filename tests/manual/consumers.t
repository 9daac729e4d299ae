#!/usr/bin/perl
# The examples of consumers of hookdir-inbox(5), as they stand there, on an inbox
# that the receiver filled.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Manual;
use Sandbox;
use Digest::SHA qw(sha256_hex);
use Fcntl qw(:flock);
use File::Copy qw(copy);
use POSIX ();
use Sign;
use Test::More;
use Time::HiRes ();
use ServerSetup;

my $PAGE = 'man/hookdir-inbox.5';

# What a handler sees is noted: its type in hexadecimal, the length and the
# digest of the body. It fails for all if there is a file .fail, and for these
# types: poison, killer (ends the script), raise. eat removes its own event, and
# the one called victim.
my $php = <<'PHP';
function handle($type, $body) {
    $seen = 'SEEN';
    file_put_contents($seen, bin2hex($type) . ' ' . strlen($body) . ' ' .
        hash('sha256', $body) . "\n", FILE_APPEND);
    if ($type == 'killer') exit(9);
    if ($type == 'raise') throw new Exception('raised');
    if ($type == 'eat') { unlink('new/victim'); unlink('cur/eat'); }
    return $type != 'poison' && !file_exists("$seen.fail");
}
PHP
my $python = <<'PYTHON';
def handle(type, body):
    import hashlib, os
    print(type.encode().hex(), len(body), hashlib.sha256(body).hexdigest(),
        file=open('SEEN', 'a'))
    if type == 'killer': os._exit(9)
    if type == 'raise': raise FileNotFoundError('raised')
    if type == 'eat': os.unlink('new/victim'); os.unlink('cur/eat')
    return type != 'poison' and not os.path.exists('SEEN.fail')

PYTHON
my $shell = <<'SHELL';
#!/bin/sh
# Many come without a body, and soon.
case $1 in *[!0-9]*) ;; *) echo "=$1" >>SEEN; exit ;; esac
cat >SEEN.body
echo "$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')" \
    "$(wc -c <SEEN.body | tr -d ' ')" \
    "$(sha256sum SEEN.body | cut -d' ' -f1)" >>SEEN
case $1 in
eat) rm new/victim cur/eat ;;
poison | killer | raise) exit 1 ;;
esac
[ ! -e SEEN.fail ]
SHELL

my ($busybox) = grep { -x } map { "$_/busybox" } split /:/, $ENV{PATH};

# Name => kind of the example, program, package, and code of a consumer of this code.
my %consumer = (
	'PHP' => ['php', ['/usr/bin/php'], 'php-cli',
		sub { $_[0] =~ s/^<\?php\n/<?php\n$php/r }],
	'Python' => ['python', ['/usr/bin/python3'], 'python3',
		sub { $python . $_[0] }],
	'sh' => ['script', ['/bin/sh'], 'dash', sub { $_[0] }],
	$busybox ? ('busybox' =>
		['script', [$busybox, 'sh'], 'busybox', sub { $_[0] }]) : (),
);

package Consumer {
	use File::Copy qw(copy);
	use Test::More;

	sub new {
		my ($class, $name) = @_;
		my ($kind, $program, $package, $wrap) = @{ $consumer{$name} };
		ServerSetup::skip_all("$package is not installed")
		    unless -x $program->[0];
		my $w = ServerSetup->new('cgi');
		my $d = $w->box->{dir};
		my $c = bless { w => $w, box => $w->box, d => $d, name => $name,
			program => $program, seen => "$d/var/seen",
			coral => $w->box->inbox . '/coral' }, $class;
		copy(Sandbox::build() . '/hookdir', "$d/bin/hookdir") or die;
		chmod 0755, "$d/bin/hookdir";
		(my $handle = $shell) =~ s/SEEN/$c->{seen}/g;
		$w->box->write("$d/bin/handle", $handle, 0755);
		# The tools of busybox, not those of the system.
		for my $tool ($name eq 'busybox' ? qw(awk ls sed mktemp mv rm) : ()) {
			symlink $busybox, "$d/bin/$tool";
		}
		(my $code = $wrap->(Manual::example($PAGE, $kind))) =~ s/SEEN/$c->{seen}/g;
		is(($code =~ s{/var/lib/hookdir}{$w->box->inbox}ge), 1,
			"$name: names the inbox once");
		$w->box->write("$d/bin/consumer", $code, 0755);
		return $c;
	}

	sub deliver {
		my ($c, $body) = @_;
		return $c->{w}->send({ target => '/hooks/coral', body => $body,
			headers => Sign::coral($body) })->{code};
	}

	# Make an event as the receiver would, that came at this time; of a
	# CloudEvent, with the time of its sender.
	sub plant {
		my ($c, $file, $type, $body, $time, $sent) = @_;
		my $when = POSIX::strftime('%Y-%m-%dT%H:%M:%S', gmtime int $time) .
		    sprintf '.%06dZ', 1e6 * ($time - int $time);
		my $path = "$c->{coral}/$file";
		$c->{box}->write($path, "Ce-Specversion: 1.0\nCe-Id: x%20y\n" .
		    "Ce-Source: /coral\nCe-Type: $type\nCe-Time: " .
		    (defined $sent ? "$sent\nHookdir-Received: $when\n"
			: "$when\n") .
		    "Content-Type: text/x\nContent-Length: " . length($body) .
		    "\nHookdir-Verified: x\nX-Unknown: Ce-Type: %zz%\nX-Empty:\n" .
		    "\n$body");
		Time::HiRes::utime($time, $time, $path) or die;
		return;
	}

	# Run it; its status, and what the handler saw since: [type, body's
	# length and digest].
	sub run {
		my ($c) = @_;
		unlink $c->{seen};
		my $pid = fork // die;
		if (!$pid) {
			open STDOUT, '>', "$c->{d}/log/consumer" or die;
			open STDERR, '>&', \*STDOUT;
			$ENV{PATH} = "$c->{d}/bin:$ENV{PATH}";
			chdir '/';
			alarm 300;
			exec @{ $c->{program} }, "$c->{d}/bin/consumer"
			    or POSIX::_exit(127);
		}
		waitpid $pid, 0;
		my $status = $?;
		$c->{log} = Sandbox::slurp("$c->{d}/log/consumer");
		return ($status, map { my ($t, $b) = split / /, $_, 2;
			[ $t =~ s/^=// ? $t : pack('H*', $t), $b ] }
		    split /\n/, Sandbox::slurp($c->{seen}));
	}

	sub types { my ($c) = @_; my (undef, @saw) = $c->run;
		return join ' ', map { $_->[0] } @saw }

	sub count { return scalar(() = glob "$_[0]{coral}/$_[1]/*") }
	sub clean { unlink glob "$_[0]{coral}/{new,cur}/*"; return }
}

sub digest { return length($_[0]) . ' ' . sha256_hex($_[0]) }

# What the receiver files: plain, with an empty line inside, with an id that is
# no file name and a type that is encoded.
my %body = (
	'plain' => '{"id":"plain","type":"a"}',
	'lines' => qq({\n\n\n"id": "lines",\n\n"type": "b"}),
	'odd' => '{"id":"../o d","type":"c \"q\" \u00e9%20"}',
);
my @hostile = ('', "\0\1\xff\xfe\0", 'not json', "{\n\n\"a\":\n\n1}",
	"a\r\n\r\nb\r\n", "\nbegins blank", "\n\nbegins with two", "\n",
	"Ce-Type: false\n\nx", "\r\n", "ends\n\n\n", "a" x 300_000 . "\n\n",
	'$(touch pwned) `touch pwned`; touch pwned');

for my $name (sort keys %consumer) {
	my $c = Consumer->new($name);
	my $coral = $c->{coral};
	is($c->deliver($body{$_}), 200, "$name: $_ is stored") for sort keys %body;

	# A handler that fails loses nothing; the next run takes up from cur/.
	$c->{box}->write("$c->{seen}.fail", '');
	$c->run;
	is($c->count('new') . $c->count('cur'), '03', "$name: taken and kept");
	is(scalar(() = $c->{log} =~ m{cur/\S+ is left for later}g), 3,
		"$name: and it says so");
	unlink "$c->{seen}.fail";
	my ($status, @saw) = $c->run;
	is($status, 0, "$name: ends well");
	is($c->count('new') + $c->count('cur'), 0, "$name: all done");
	is_deeply([ sort map { "@{$_}" } @saw ],
		[ sort 'a ' . digest($body{plain}), 'b ' . digest($body{lines}),
			"c \"q\" \xc3\xa9%20 " . digest($body{odd}) ],
		"$name: each once, decoded, byte for byte");
	is($c->{log}, '', "$name: in silence");
	is($c->deliver($body{plain}), 200, "$name: a duplicate");
	is($c->count('new'), 0, "$name: is not filed");

	# Any body, oldest first, whatever the names are: some in one second.
	my $then = int(time) - 1000;
	my $i = 0;
	for my $body (@hostile) {
		my $file = chr(ord('z') - $i) . '.' . ('_-' x $i);
		$c->plant("new/$file", "t%25$i", $body, $then + $i++ / 4);
	}
	$c->plant("new/0", 'zero', 'x', $then + 100);
	$c->plant('new/' . 'L' x 128, 'long', 'x', $then + 101);
	$c->plant('new/-n', 'dash', 'x', $then + 102);
	(undef, @saw) = $c->run;
	is_deeply([ map { "@{$_}" } @saw ],
		[ (map { "t%$_ " . digest($hostile[$_]) } 0 .. $#hostile),
			map { "$_ " . digest('x') } qw(zero long dash) ],
		"$name: any body, in the order of time");
	is($c->{log}, '', "$name: and nothing to complain of");
	is(`find $c->{d} / -maxdepth 1 -name pwned`, '', "$name: nothing of it is run");
	$c->plant('new/m', 'second', '', $then + 0.5, '2001-01-01T00:00:00Z');
	$c->plant('new/n', 'first', '', $then + 0.25, '2031-01-01T00:00:00Z');
	is($c->types, 'first second', "$name: CloudEvents as they arrived");
	$c->plant('new/large', 'large', my $large = "\0\n\n{" x (16 << 20), $then);
	(undef, @saw) = $c->run;
	is("@{ $saw[0] // [] }", 'large ' . digest($large), "$name: 64 MiB");

	# One bad event does not stop the others, nor for good.
	$c->plant("new/$_->[0]", $_->[0], '{}', $then + $_->[1])
	    for [ poison => 1 ], [ killer => 2 ], [ raise => 3 ], [ last => 4 ],
	    [ eat => 5 ], [ victim => 6 ], [ end => 7 ];
	my ($all, $log) = ('', '');
	for (1 .. 4) {
		$all .= $c->types . ' ';
		$log .= $c->{log};
	}
	like($all, qr/^poison killer /, "$name: bad ones come in their turn");
	like($all, qr/\b$_\b/, "$name: $_ is not kept waiting") for qw(raise last end);
	unlike($all, qr/victim/, "$name: what is gone is no event");
	is(join(' ', sort map { s{.*/}{}r } glob "$coral/{new,cur}/*"),
		'killer poison raise', "$name: the bad ones are kept");
	like($log, qr{cur/$_ is left for later}, "$name: $_ is named")
	    for qw(poison raise);
	is(scalar(() = $all =~ /\blast\b/g), 1, "$name: the good ones are done once");
	$c->clean;

	# What is no file, or no event.
	$c->plant('good', 'outside', 'secret', $then);
	symlink "$coral/good", "$coral/new/link";
	symlink "$coral/good", "$coral/cur/link";
	symlink '/nowhere', "$coral/new/nowhere";
	POSIX::mkfifo("$coral/new/fifo", 0666) or die;
	POSIX::mkfifo("$coral/cur/fifo", 0666) or die;
	mkdir "$coral/new/folder";
	$c->{box}->write("$coral/new/torn", "Ce-Id: x\nContent-Length: 5\n");
	$c->plant('new/fine', 'fine', '', $then);
	(my $rc, @saw) = $c->run;
	is("$rc @{[ map { $_->[0] } @saw ]}", '0 fine',
		"$name: links, pipes and folders are left alone");
	ok(-l "$coral/new/link" && -p "$coral/new/fifo" && -e "$coral/good",
		"$name: and are still there");
	like($c->{log}, qr{cur/torn is left for later}, "$name: what is no event is named");
	rmdir "$coral/new/folder";
	$c->clean;

	# Two at once.
	$c->plant('new/one', 'one', '', $then);
	open my $dir, '<', $coral or die;
	flock $dir, LOCK_EX or die;
	is($c->types, '', "$name: waits while another works");
	close $dir;
	is($c->types, 'one', "$name: and no longer");

	# Many, with names that do not fit on one command line. The shell takes
	# half a dozen processes for each: most are links there, which it skips.
	my $few = $name !~ /PHP|Python/ && !$ENV{CONSUMER_ALL};
	my $many = $few ? 25 : 10_000;
	symlink '/nowhere', sprintf '%s/new/%05d%s', $coral, $_, 'y' x 120
	    for $few ? 1 .. 10_000 : ();
	$c->plant(sprintf('new/%05d%s', 99_999 - $_, 'x' x 120), $_, '', $then + $_ / 64)
	    for 1 .. $many;
	is($c->types, join(' ', 1 .. $many), "$name: $many, in order");
	is($c->count('cur') + grep({ !-l } glob "$coral/new/*"), 0,
		"$name: all of them");
	$c->{box}->destroy;
}

done_testing();
