# The receivers that others would write or install, each in two forms: one that
# only verifies, and one that makes the event durable before it answers: file,
# flush, rename, flush of the folder. Every setting that a line of configuration
# makes faster is set; none of it is more than their manuals show.
#
#   NODE_PROCESSES      of Express and Fastify: 1; more were slower, for the
#                       sender and the kernel want the other core
#   UV_THREADPOOL_SIZE  of each: 16; Node's own 4 wait for the disk too often
package Peers;
use strict;
use warnings;
use parent -norequire, 'ServerSetup';
use Sandbox;
use Figures;
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use JSON::PP ();
use Ours;
use Servers;
use Try;
use ServerSetup;

my $HERE = "$Sandbox::TOP/tests/bench/peers";

# Each has: what must be there, and how it is started: a function that writes
# what it needs into the box and returns its command.
our %PEER = (
	webhook => { label => 'webhook', start => \&webhook,
		needs => ['/usr/bin/webhook' => 'webhook'] },
	express => { label => 'Express', start => \&node, npm => 1 },
	fastify => { label => 'Fastify', start => \&node, npm => 1 },
	php => { label => 'PHP-FPM', start => \&php,
		needs => ['/usr/sbin/php-fpm*' => 'php-fpm',
			'/usr/sbin/lighttpd' => 'lighttpd'] },
	flask => { label => 'Flask', start => \&flask,
		needs => ['/usr/bin/gunicorn' => 'gunicorn',
			'/usr/lib/python3/dist-packages/flask' =>
			'python3-flask'] },
);
our @ORDER = qw(webhook express fastify php flask);

# Why a peer cannot be had here, if it cannot.
sub missing {
	my ($name) = @_;
	my $peer = $PEER{$name} or return "no peer is called $name: @ORDER";
	my %needs = @{ $peer->{needs} // [] };
	my @missing = map { $needs{$_} } grep { !(my @there = glob) }
	    sort keys %needs;
	return "not installed: @missing" if @missing;
	return $peer->{npm} ? npm() : undef;
}

# The versions of the lock file, once for this build.
my $npm;
sub npm {
	return $npm || undef if defined $npm;
	my $at = Sandbox::build() . '/bench-peers';
	for my $tool (qw(node npm)) {
		return $npm = "not installed: $tool"
		    if system("command -v $tool >/dev/null") != 0;
	}
	make_path($at);
	my $fresh = 1;
	for my $file (qw(package.json package-lock.json)) {
		$fresh = 0 if Sandbox::slurp("$at/$file") ne
		    Sandbox::slurp("$HERE/$file");
		copy("$HERE/$file", "$at/$file") or die "$file: $!\n";
	}
	return $npm = '' || undef if $fresh && -e "$at/installed";
	unlink "$at/installed";
	system("cd '$at' && npm ci --ignore-scripts --no-audit --no-fund " .
	    '--fetch-retries=1 --fetch-timeout=20000 >npm.log 2>&1 && ' .
	    '>installed') == 0
	    or return $npm = "npm cannot install it: see $at/npm.log";
	$npm = '';
	return;
}

sub kinds {
	return map { my $name = $_;
		({ name => $PEER{$name}{label}, peer => $name,
			does => 'verify' },
		{ name => "$PEER{$name}{label} +", peer => $name,
			does => 'store' }) } @_;
}

# One of these kinds, running, or its reason why not.
sub start {
	my ($kind, $disk) = @_;
	my $c = bless { %$kind }, __PACKAGE__;
	my $box = $c->{box} = Sandbox->new;
	$box->{setup} = $c;
	$c->{folder} = $disk->folder($c->{name});
	$c->clear;
	my %env = (PATH => $ENV{PATH}, SECRET => $Ours::SECRET,
		HOME => $box->{dir}, NODE_ENV => 'production',
		NODE_PROCESSES => $ENV{NODE_PROCESSES} // 1,
		UV_THREADPOOL_SIZE => $ENV{UV_THREADPOOL_SIZE} // 16);
	$env{STORE} = $c->{folder} if $c->{does} eq 'store';
	for (1 .. 3) {
		$c->{port} = ServerSetup::free_port();
		$c->{env} = { %env, PORT => $c->{port} };
		$c->{server} = $c->run($PEER{ $c->{peer} }{start}->($c, $box));
		$c->answers(20) or $c->kill_server, next;
		$c->{idle} = $c->pids;
		return $c;
	}
	$c->show_logs;
	$c->stop;
	die "$c->{name}: does not start\n";
}

# One that answers first works on afterwards; not at the next one's cost.
sub settle {
	my ($c) = @_;
	# A command may end just before the next one starts.
	my $quiet = 0;
	Try::until(sub { $quiet = $c->pids <= $c->{idle} ? $quiet + 1 : 0;
		$quiet > 2 });
	return;
}

# As those whom a web server starts for us: not as root.
sub run {
	my ($c, @command) = @_;
	@command = ('setpriv', "--reuid=$Sandbox::USER[2]", "--regid=$Sandbox::USER[3]",
	    '--clear-groups', @command) if @Sandbox::USER && !$c->{as_root};
	return $c->SUPER::run(@command);
}

sub port { return $_[0]{port} }
sub pids { return map { Figures::family($_) } $_[0]{php} // $_[0]{server} }
sub new_dir {
	my ($c) = @_;
	return $c->{does} eq 'store' ? "$c->{folder}/new" : undef;
}

sub clear {
	my ($c) = @_;
	for my $name (qw(tmp new)) {
		remove_tree("$c->{folder}/$name");
		mkdir "$c->{folder}/$name" or die "$c->{folder}/$name: $!\n";
		$c->{box}->own("$c->{folder}/$name");
	}
	return;
}

# How webhook comes: it answers before its command has run, unless it is told to
# show the command's output, as it is for the table. How many of so many events
# were not there when all had been acknowledged, in words.
sub early {
	my ($disk) = @_;
	my $c = start({ name => 'webhook early', peer => 'webhook',
		does => 'store', early => 1 }, $disk);
	my $run = Figures::load($c->port, $Ours::SECRET, 16, 0.2);
	my $late = $run->{accepted} - Figures::filed($c->new_dir, $run);
	my $lost;
	Try::until(sub { !($lost = $run->{accepted} -
	    Figures::filed($c->new_dir, $run)) });
	$c->settle;
	$c->stop;
	return "webhook without include-command-output-in-response, as it " .
	    "comes: of $run->{accepted} acknowledged events $late were not " .
	    "there yet, and $lost never came";
}

sub webhook {
	my ($c, $box) = @_;
	my $d = $box->{dir};
	my $durable = $c->{does} eq 'store';
	copy(Sandbox::build() . '/tests/bench/keep', "$d/bin/keep")
	    or die "keep: $!\n";
	chmod 0755, "$d/bin/keep";
	my %store = ('execute-command' => "$d/bin/keep",
		$c->{early} ? () :
		('include-command-output-in-response' => JSON::PP::true),
		'pass-arguments-to-command' => [
			{ source => 'string', name => $c->{folder} },
			{ source => 'payload', name => 'id' },
			{ source => 'raw-request-body' } ]);
	$box->write("$d/etc/hooks.json", JSON::PP->new->canonical->encode([{
		id => 'coral', 'response-message' => 'received',
		$durable ? %store : ('execute-command' => '/bin/true'),
		'trigger-rule' => { match => { type => 'payload-hmac-sha256',
			secret => $Ours::SECRET, parameter => {
			source => 'header', name => 'X-Coral-Signature' } } } }]));
	return webhook_command($c, $box);
}

sub webhook_command {
	my ($c, $box) = @_;
	return ('/usr/bin/webhook', '-hooks', "$box->{dir}/etc/hooks.json",
	    '-ip', '127.0.0.1', '-port', $c->{port});
}

# A node of its own may lie where only root can look.
sub node {
	my ($c, $box) = @_;
	my $d = "$box->{dir}/bin";
	if (!-e "$d/node_modules") {
		# By this it is found, and ended, if we are.
		local $ENV{HOOKDIR_CONFIG} = $box->config;
		system('cp', '-r', Sandbox::build() . '/bench-peers/node_modules',
		    "$HERE/receiver.js", "$HERE/$c->{peer}.js", $d) == 0
		    or die "$c->{name}: no copy\n";
	}
	chomp(my $node = qx(sh -c 'command -v node'));
	return ($node, "$d/$c->{peer}.js");
}

sub flask {
	my ($c, $box) = @_;
	copy("$HERE/flask_app.py", "$box->{dir}/bin/flask_app.py")
	    or die "flask_app.py: $!\n";
	return ('/usr/bin/gunicorn', '--chdir', "$box->{dir}/bin",
	    '--bind', "127.0.0.1:$c->{port}", '--workers', 2 * $Figures::CORES + 1,
	    '--worker-class', 'gthread', '--threads', 16,
	    '--log-level', 'warning', 'flask_app:app');
}

# Behind the same web server as hookdir; as many children as hookdir's threads.
sub php {
	my ($c, $box) = @_;
	my $d = $box->{dir};
	my $children = 64;
	my ($fpm) = reverse sort glob '/usr/sbin/php-fpm*';
	my $user = @Sandbox::USER ? "user = www-data\ngroup = www-data\n" .
	    "listen.owner = www-data\n" : '';
	my $store = $c->{env}{STORE} ? "env[STORE] = $c->{env}{STORE}" : '';
	copy("$HERE/receive.php", "$d/www/receive.php") or die "php: $!\n";
	$box->write("$d/etc/fpm.conf", <<"E");
[global]
daemonize = no
error_log = $d/log/fpm.log
[www]
$user
listen = $d/run/fpm.sock
listen.backlog = 1024
pm = static
pm.max_children = $children
env[SECRET] = $Ours::SECRET
$store
E
	$c->{as_root} = 1;
	if (!$c->{php}) {
		$c->{php} = $c->run($fpm, '-y', "$d/etc/fpm.conf");
		$c->{programs} = [$c->{php}];
		Try::until(sub { Figures::family($c->{php}) > $children });
	}
	$box->write("$d/etc/php.conf", <<"E");
server.modules += ( "mod_rewrite", "mod_fastcgi" )
url.rewrite-once = ( "^/hooks/coral\$" => "/receive.php" )
fastcgi.server = ( ".php" => (( "socket" => "$d/run/fpm.sock" )) )
server.max-keep-alive-requests = 10000
E
	return Servers::lighttpd($box, $c->{port}, "$d/etc/php.conf", '');
}

sub stop {
	my ($c) = @_;
	my @wrong = (grep({ defined } $c->kill_server), $c->stop_program);
	$c->{box}->sweep(5);
	$c->{box}->destroy;
	return @wrong;
}

1;
