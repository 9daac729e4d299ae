#!/usr/bin/perl
# make uninstall: a web server that the lines of hookdir.fcgi(8) set up starts
# without the files, serves its other pages, and answers 404 for the hooks. Where
# it would not start, nothing is removed.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Client;
use File::Path qw(make_path);
use Manual;
use Sandbox;
use ServerSetup;
use Servers;
use Sign;
use Test::More;

my $PAGE = 'man/hookdir.fcgi.8';
chdir $Sandbox::TOP or die;

# A folder below build/ may be closed to the servers' user: it is copied from.
my $build = Sandbox::build();

sub make_goal {
	my ($box, @words) = @_;
	my $out = "$box->{dir}/log/make";
	my $d = $box->{dir};
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', $out or die;
		open STDERR, '>&', \*STDOUT or die;
		delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};
		exec 'make', '-s', "B=$build", "prefix=$d/usr", "sysconfdir=$d/etc",
		    @words;
	}
	waitpid $pid, 0;
	return ($? >> 8, Sandbox::slurp($out));
}

# The lines that the manual has under this mark, for this sandbox.
sub snippet {
	my ($box, $mark) = @_;
	my $d = $box->{dir};
	my $text = Manual::example($PAGE, $mark);
	my $config = $box->config;
	$text =~ s{/usr/local/}{$d/usr/}g;
	$text =~ s{/etc/hookdir/hookdir\.json}{$config}g;
	$text =~ s{/run/(?:lighttpd|hookdir)/}{$d/run/}g;
	return $text;
}

# mark => [way, the file that has the lines, what to run first].
my @apache = ('apache2/conf-enabled/hookdir.conf',
	qr/a2disconf hookdir && systemctl reload apache2/);
my @lighttpd = ('lighttpd/conf-enabled/90-hookdir.conf',
	qr/lighty-disable-mod hookdir && systemctl restart lighttpd/);
my %server = (
	'apache cgid' => ['apache-cgid', @apache],
	'apache proxy' => ['apache-proxy', @apache],
	'lighttpd fastcgi' => ['lighttpd-fastcgi', @lighttpd],
	'lighttpd socket' => ['lighttpd-socket', @lighttpd],
	'nginx' => ['nginx', 'nginx/snippets/hookdir.conf',
		qr{editor \S+/nginx/snippets/hookdir\.conf && systemctl reload nginx}],
);
is(join(', ', sort keys %server), join(', ', sort map {
	join ' ', $_->{kind}, grep { !m{^/} } @{ $_->{words} }
} grep { "@{ $_->{words} }" ne 'global' } Manual::of_kind('apache lighttpd nginx', $PAGE)),
	'all that the manual has');

# The main configuration that has the server's other site: the tests' own, with
# the shipped file's place taken by the file with the lines.
sub configure {
	my ($w, $way, $file) = @_;
	my $box = $w->box;
	my ($write) = @{ $Servers::WAY{$way} };
	my @command = $write->($box, $w->{port}, $file, '');
	my $main = "$box->{dir}/etc/server.conf";
	my $text = Sandbox::slurp($main);
	# What the manual's lines set is not set twice; Apache's file has defaults
	# of its own, below /usr/local.
	$text =~ s/^(?:var\.hookdir|\s*set \$hookdir|\s*client_header_timeout).*\n//mg;
	$text =~ s{bin/hookdir\.fcgi}{usr/lib/hookdir/hookdir.fcgi}g;
	# The tests' configuration loads modules by the name of the file.
	my @load = $way =~ /cgid/ ? 'cgid' : $way =~ /proxy/ ? qw(proxy proxy_fcgi) : ();
	$text =~ s{(LoadModule alias\S+ .*\n)}{$1LoadModule ${_}_module $Servers::MODULES/mod_$_.so\n}
	    for grep { $text !~ /${_}_module/ } reverse @load;
	$box->write($main, $text);
	return @command;
}

sub start {
	my ($w, @command) = @_;
	$w->{server} = $w->run(@command);
	my $up = $w->answers(20) or $w->show_logs;
	return $up;
}

sub get {
	my ($w, $target) = @_;
	return Client::request($w->{port},
		{ method => 'GET', target => $target, headers => [] });
}

for my $mark (sort keys %server) {
	my ($way, $place, $first) = @{ $server{$mark} };
	my $w = ServerSetup->new($way);
	my ($box, $d) = ($w->box, $w->box->{dir});
	my ($status, $out) = make_goal($box, 'install');
	is("$status$out", '0', "$mark: make install");
	make_path("$d/etc/" . $place =~ s{/[^/]*$}{}r);
	$box->write("$d/etc/$place", snippet($box, $mark));
	$box->write("$d/www/index.html", "the other site\n");
	$w->{port} = ServerSetup::free_port();
	my @command = configure($w, $way, "$d/etc/$place");
	if (Servers::own_process($way)) {
		my @spawn = Servers::spawn($box);
		$spawn[-1] = "$d/usr/lib/hookdir/hookdir.fcgi";
		$w->{programs} = [ $w->run(@spawn) ];
		for (1 .. 500) { last if -S "$d/run/hookdir.sock"; select undef, undef, undef, 0.01 }
	}
	ok(start($w, @command), "$mark: starts with the manual's lines");
	my $body = '{"id":"one","type":"a"}';
	my $hook = { target => '/hooks/coral', body => $body,
		headers => Sign::coral($body) };
	is($w->send($hook)->{code}, 200, "$mark: a delivery is taken");
	is(scalar(() = glob $box->inbox . '/coral/new/*'), 1,
		"$mark: and filed, once");
	like(get($w, '/index.html')->{body}, qr/the other site/,
		"$mark: the other site answers");

	# An Include that needs its file: nothing is removed.
	my $lines = Sandbox::slurp("$d/etc/$place");
	my $needs = $lines =~ s/con\[f\]/conf/r =~ s/IncludeOptional/Include/r;
	isnt($needs, $lines, "$mark: the manual's lines need no file");
	$box->write("$d/etc/$place", "# $d/usr/share/hookdir/\n\n$needs");
	($status, $out) = make_goal($box, 'uninstall');
	isnt($status, 0, "$mark: uninstall refuses, where it must");
	like($out, qr{^  \S+/\Q$place\E:\d+: include}mi, "$mark: names the line");
	like($out, $first, "$mark: and what to run first");
	unlike($out, qr/:1: /, "$mark: but no comment");
	ok(-x "$d/usr/lib/hookdir/hookdir.fcgi", "$mark: nothing was removed");
	$box->write("$d/etc/$place", $lines);

	($status, $out) = make_goal($box, 'uninstall');
	is($status, 0, "$mark: uninstall") or diag($out);
	like($out, qr{no effect without the files.*\Q$place\E:\d+: include}si,
		"$mark: the lines that are left are named");
	is(`find $d/usr -type f`, '', "$mark: nothing is left");
	my @wrong = grep { defined } $w->kill_server, $w->stop_program;
	is("@wrong", '', "$mark: stops");
	ok(start($w, @command), "$mark: starts without the files");
	like(get($w, '/index.html')->{body}, qr/the other site/,
		"$mark: the other site answers again");
	is(get($w, $_)->{code}, 404, "$mark: GET $_: 404") for '/hooks/coral',
	    '/hooks/', '/hooks', '/hooks/../hooks/coral';
	is($w->send($hook)->{code}, 404, "$mark: a delivery: 404");
	unlike(get($w, '/hooks/coral')->{body}, qr/ELF/, "$mark: and no program");
	is(scalar(() = glob $box->inbox . '/coral/new/*'), 1,
		"$mark: the event is still there");
	@wrong = $w->stop;
	is("@wrong", '', "$mark: nothing went wrong");
	$box->destroy;
}

# What else may need the files, and FORCE.
my $box = Sandbox->new;
my $d = $box->{dir};
make_path("$d/etc/$_") for qw(systemd/system/sockets.target.wants
    lighttpd/conf-available lighttpd/conf-enabled nginx/sites-enabled);
my %file = (
	'systemd/system/hookdir.service' =>
	    "[Service]\nExecStart=$d/usr/lib/hookdir/hookdir.fcgi\n",
	'lighttpd/conf-available/50-own.conf' =>
	    qq("bin-path" => "$d/usr/lib/hookdir/hookdir.fcgi"\n),
	'nginx/sites-enabled/a b' => "include $d/usr/share/hookdir/nginx/hookdir.conf;\n",
);
make_goal($box, 'install');
my ($status, $out) = make_goal($box, 'uninstall');
is("$status$out", '0', 'without a web server there is nothing to say');
make_goal($box, 'install');
$box->write("$d/etc/$_", $file{$_}) for keys %file;
($status, $out) = make_goal($box, 'uninstall');
isnt($status, 0, 'units and sites count');
like($out, qr/systemctl disable --now hookdir\.socket hookdir\.service/, 'a unit');
like($out, qr{/a b:1: include }, 'a site');
unlike($out, qr/50-own/, 'what is not enabled does not');
symlink '../conf-available/50-own.conf', "$d/etc/lighttpd/conf-enabled/50-own.conf";
(undef, $out) = make_goal($box, 'uninstall');
like($out, qr/lighty-disable-mod own/, 'by a link, it is');
ok(-e "$d/usr/bin/hookdir", 'all is still there');
($status, $out) = make_goal($box, 'uninstall', 'FORCE=1');
is("$status$out", '0', 'FORCE=1');
is(`find $d/usr -type f`, '', 'removes all');
$box->destroy;

# Units that systemd starts, with the machine or by a timer.
$box = Sandbox->new;
$d = $box->{dir};
my %unit = ('sockets.target.wants' => 'hookdir.socket',
	'timers.target.wants' => 'hookdir-keys.timer');
make_path(map { "$d/root$d/etc/systemd/system/$_" } keys %unit);
sub enable {
	symlink "$d/usr/lib/systemd/system/$unit{$_}",
	    "$d/root$d/etc/systemd/system/$_/$unit{$_}" or die for keys %unit;
	return;
}
my @below = "DESTDIR=$d/root";
($status, $out) = make_goal($box, 'install', @below);
is("$status$out", '0', 'below DESTDIR: make install');
ok(-e "$d/root$d/usr/lib/systemd/system/$_", "below DESTDIR: $_") for values %unit;
enable();
($status, $out) = make_goal($box, 'uninstall', @below);
isnt($status, 0, 'units that are enabled: uninstall refuses');
like($out, qr/^These units start .*: systemctl disable --now hookdir-keys\.timer hookdir\.socket hookdir\.service$/m,
	'and says what to run first');
ok(-x "$d/root$d/usr/bin/hookdir", 'nothing was removed');
unlink map { "$d/root$d/etc/systemd/system/$_/$unit{$_}" } keys %unit;
($status, $out) = make_goal($box, 'uninstall', @below);
is("$status$out", '0', 'disabled: uninstall');
is(`find $d/root -type f`, '', 'removes all');
enable();
($status, $out) = make_goal($box, 'uninstall', @below);
is("$status$out", '0', "units that are another installation's do not count");
make_goal($box, 'install', @below);
($status, $out) = make_goal($box, 'uninstall', @below, 'FORCE=1');
is("$status$out", '0', 'enabled, and FORCE=1');
is(`find $d/root -type f`, '', 'removes all as well');
$box->destroy;

done_testing();
