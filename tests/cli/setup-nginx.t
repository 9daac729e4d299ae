#!/usr/bin/perl
# hookdir setup --nginx: which server block, what is put in, and what nginx says.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my ($nginx) = grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH} // ''),
    qw(/usr/sbin /usr/local/sbin);
plan skip_all => 'needs nginx' if !$nginx;

my $dir  = folder() . '/site';
my $file = "$dir/available/site";
my $kept = "$dir/available/.site.hookdir-old";
my $own  = "$dir/usr/share/hookdir/nginx/hookdir.conf";
my $include = "include $dir/usr/share/hookdir/nginx/hookdir.con[f];";
my @line = ('set $hookdir_socket /run/hookdir/hookdir.sock;',
	'client_header_timeout 20s;', $include);

# Installed, beside an nginx that has its files here.
make_path("$dir/$_") for qw(bin usr/bin usr/share/hookdir available enabled);
copy(program(), "$dir/usr/bin/hookdir") or die "copy: $!";
chmod 0755, "$dir/usr/bin/hookdir";
make_path("$dir/usr/share/hookdir/nginx");
copy("$FindBin::Bin/../../nginx/hookdir.conf", $own) or die "copy: $!";
spew("$dir/bin/nginx",
	"#!/bin/sh\nexec $nginx -c $dir/nginx.conf -p $dir -e $dir/log \"\$\@\"\n",
	0755);
my $http = "http {\naccess_log off;\n"
    . (join '', map { "${_}_temp_path $dir/$_;\n" }
	    qw(client_body proxy fastcgi uwsgi scgi));
spew("$dir/nginx.conf", "error_log $dir/log;\npid $dir/pid;\nevents { }\n"
	. "${http}include $dir/enabled/*;\n}\n", 0644);
symlink '../available/site', "$dir/enabled/site" or die "symlink: $!";

sub site {
	my ($text) = @_;
	unlink $kept;
	return spew($file, $text, 0640);
}

# (status, stdout, stderr)
sub nginx {
	my ($path, @options) = @_;
	my $command = join ' ', "PATH=$dir/bin:\$PATH $dir/usr/bin/hookdir",
	    "-c $dir/hookdir.json setup", @options, "--nginx $path",
	    ">$dir/out 2>$dir/err";
	my $status = system $command;
	return ($status >> 8, slurp("$dir/out"), slurp("$dir/err"));
}

sub base_url {
	my ($url) = @_;
	return spew("$dir/hookdir.json",
		qq({"inbox": "/nowhere", "base_url": "$url"}\n), 0644);
}

# --- the change itself ---

my $plain = "server {\n    listen 127.0.0.1:1; # here\n    root /x;\n}\n";
my $changed = $plain =~ s/\{\n/"{\n" . join '', map { "    $_\n" } @line/er;
site($plain);
my @got = nginx("$dir/enabled/site", '-n');
my $diff = "--- $file\n+++ $file\n\@\@ -1,4 +1,7 \@\@\n server {\n"
    . (join '', map { "+    $_\n" } @line)
    . "     listen 127.0.0.1:1; # here\n     root /x;\n }\n";
is_deeply(\@got, [ 0, $diff, '' ], '-n shows the change');
is(slurp($file), $plain, 'and makes none');
ok(!-e $kept, 'nor a copy');
@got = nginx("$dir/enabled/site");
is($got[0], 0, 'without -n') or diag($got[2]);
is($got[1], "${diff}changed $file; the old file is $kept\n"
	. "now: systemctl reload nginx\n", 'it is shown as well');
is(slurp($file), $changed, 'and made, in the file that the link leads to');
ok(-l "$dir/enabled/site", 'the link is still one');
is((stat $file)[2] & 07777, 0640, 'the file has its mode');
is(slurp($kept), $plain, 'the old file is kept');
is_deeply([ glob "$dir/available/*" ], [$file],
	'where no pattern of nginx finds it');
my $inode = (stat $file)[1];
@got = nginx($file);
is_deeply(\@got, [ 0, "$file includes hookdir already: line 1\n", '' ],
	'it is done once');
is((stat $file)[1], $inode, 'and the file not written again');
is(slurp($kept), $plain, 'nor the one that is kept');

# --- an nginx of anybody's, where this is run ---

site($plain);
mkdir "$dir/cwd";
spew("$dir/cwd/nginx", "#!/bin/sh\n: >$dir/cwd/was-run\n", 0755);
for my $env ('env -i', 'env -i PATH=') {
	system "cd $dir/cwd && $env $dir/usr/bin/hookdir -c $dir/hookdir.json "
	    . "setup --nginx $file >/dev/null 2>&1";
	ok(!-e "$dir/cwd/was-run", "$env: it is not run");
}

# --- what nginx does not like is taken back ---

site("server { listen 127.0.0.1:1; }\nwrong;\n");
@got = nginx($file);
is($got[0], 1, 'a file that nginx does not like');
like($got[2], qr/site: is not changed: nginx -t finds an error already\n.*"wrong"/s,
	'is not changed, and why');
ok(!-e $kept, 'no copy is kept');
copy($own, "$own.good");
spew($own, "nonsense;\n", 0644);
site($plain);
@got = nginx($file);
is($got[0], 1, 'a change that nginx does not like');
like($got[2], qr/nginx -t fails with this change, which is taken back\n.*nonsense/s,
	'is reported with what nginx says');
is(slurp($file), $plain, 'and taken back');
ok(!-e $kept, 'nothing is kept');
rename "$own.good", $own;
rename "$dir/bin/nginx", "$dir/bin/no";
symlink '/bin/false', "$dir/bin/nginx";
@got = nginx($file);
is($got[0], 1, 'an nginx that fails without a word');
is(slurp($file), $plain, 'changes nothing');
rename "$dir/bin/no", "$dir/bin/nginx";
rename $own, "$own.gone";
@got = nginx($file);
is($got[0], 1, 'hookdir is not installed');
like($got[2], qr{hookdir/nginx/hookdir\.conf, which is to be included: No such},
	'is said');
is(slurp($file), $plain, 'and nothing is changed');
rename "$own.gone", $own;

# --- which block ---

# Where the lines are put, by the number of the server; 0: it is refused.
sub puts {
	my ($name, $which, $text, %how) = @_;
	base_url($how{base_url}) if $how{base_url};
	site($text);
	my @all = nginx($file, '-n', $how{options} // ());
	unlink "$dir/hookdir.json";
	my ($at) = $all[1] =~ /^\@\@ -(\d+)/m;
	my $n = 0;
	my @before = split /^/, $text;
	# The server whose line is the last before the plus.
	my ($context) = $all[1] =~ /^\@\@[^\n]*\n(.*?)^\+/ms;
	my $last = ($at // 1) - 1 + (() = ($context // '') =~ /\n/g);
	$n = () = join('', @before[ 0 .. $last - 1 ]) =~ /^\s*server \{/mg
	    if defined $at;
	is($n, $which, $name) or diag(@all[ 1, 2 ]);
	is($all[0], $which == 0 ? 1 : 0, "$name: status");
	like($all[2], $how{error}, "$name: why") if $how{error};
	return @all;
}

my $a = "server {\n listen 80;\n server_name a.example;\n}\n";
my $b = "server {\n listen 443 ssl;\n server_name b.example;\n}\n";
my $c = "server {\n listen 443 ssl;\n server_name *.c.example d.example;\n}\n";
puts('the only one', 1, $a);
puts('the one with ssl', 2, $a . $b);
puts('the one of base_url', 1, $a . $b, base_url => 'https://a.example/hooks');
puts('the same, of an option', 1, $a . $b,
	options => '--base-url https://A.example/hooks -c /nowhere/x.json');
puts('a pattern', 3, $a . $b . $c, base_url => 'https://x.c.example/hooks');
puts('the second name', 3, $a . $b . $c, base_url => 'https://d.example/hooks');
puts('not of the domain itself', 0, $a . $b . $c,
	base_url => 'https://c.example/hooks');
puts('two of the name: the one with ssl', 2, $a . ($a =~ s/80/443 ssl/r),
	base_url => 'https://a.example/hooks');
puts('two of the name without ssl', 0, $a . $a . $b,
	base_url => 'https://a.example/hooks');
puts('two with ssl', 0, $a . $b . $c,
	error => qr/not clear which of the .* on lines 1, 5 and 9, .*--base-url/);
puts('two without', 0, $a . $a, error => qr/lines 1 and 5/);
puts('none', 0, "upstream x { server y; }\n",
	error => qr/there is no server \{ \} block in it: name the file of/);
puts('not one of a stream', 2, "stream {\n server {\n listen 1;\n }\n}\n"
	. "http {\n server {\n listen 2;\n }\n}\n");
puts('a map is none', 1,
	"map \$a \$b { default x; }\nserver {\n listen 2;\n}\n");
puts('in a file with http', 2, "http {\n server {\n listen 1;\n }\n"
	. " server {\n listen 2 ssl;\n }\n}\n");
puts('braces in comments, quotes and names', 2,
	"# server { \nserver {\n if (\$x ~ \"a{2}\\\"}\") { return 404; }\n"
	. " set \$y '}'; # }\n set \$z \${y}b#c; location ~ a\\{1 { }\n}\n"
	. "server {\n listen 1 ssl;\n}\n");
puts('ssl of a location is not its own', 2,
	"server {\n location / { set \$x ssl; }\n listen 1;\n}\n$b");
puts('an include in a location is not its own', 1,
	"server {\n location / { include hookdir.conf; }\n}\n");
for my $bad ("server {\n", "server {\n}\n}\n", "server {\n a 'b;\n}\n",
	"server {\n a\n}\n", "server {\n a;\n}\nb", ";\n", "{ }\n") {
	puts('what is not understood: ' . $bad =~ s/\n/ /gr, 0, $bad,
		error => qr/site: line \d+: this is not understood/);
}

# --- how it is put in ---

sub becomes {
	my ($name, $old, $new) = @_;
	site($old);
	my @all = nginx($file);
	is(slurp($file), $new, $name) or diag(@all);
	return;
}

my $tab = join '', map { "\t$_\n" } @line;
becomes('with tabs', "server {\n\tlisten 127.0.0.1:1;\n}\n",
	"server {\n$tab\tlisten 127.0.0.1:1;\n}\n");
becomes('an empty block', "server {\n}\n", "server {\n$tab}\n");
becomes('on one line', 'server { listen 127.0.0.1:1; }',
	"server {\n$tab listen 127.0.0.1:1; }");
becomes('after a comment', "server { # one\n  # two\n  listen 127.0.0.1:1;\n}\n",
	"server { # one\n" . ($tab =~ s/\t/  /gr)
	. "  # two\n  listen 127.0.0.1:1;\n}\n");
becomes('its own client_header_timeout stays the only one',
	"server {\n\tclient_header_timeout 5s;\n}\n",
	"server {\n" . ($tab =~ s/\tclient[^\n]*\n//r)
	. "\tclient_header_timeout 5s;\n}\n");
site("server { listen 127.0.0.1:1; }");
my @one = nginx($file, '-n');
is($one[1], "--- $file\n+++ $file\n\@\@ -1,1 +1,5 \@\@\n"
	. "-server { listen 127.0.0.1:1; }\n+server {\n"
	. ($tab =~ s/^/+/gmr) . "+ listen 127.0.0.1:1; }\n",
	'a line that is cut in two');

# --- files that cannot be changed ---

@got = nginx("$dir/none");
is($got[0], 1, 'no file');
like($got[2], qr{/none: No such file}, 'is named');
@got = nginx($dir);
is($got[0], 1, 'a folder');
site($plain);
link $file, "$dir/second";
@got = nginx($file);
is($got[0], 1, 'a file with a second name');
like($got[2], qr/more than one name/, 'is left alone');
unlink "$dir/second";
base_url('https://a.example/in');
@got = nginx($file, '-n');
like($got[1], qr{^base_url has another path than /hooks}m,
	'another path than the included file has');
base_url('https://a.example/hooks/');
@got = nginx($file, '-n');
unlike($got[1], qr/another path/, 'the same path with a slash');

# --- and nginx serves it ---

my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
    or die "socket: $!";
my $port = $socket->sockport;
close $socket;
unlink "$dir/hookdir.json";
site("server {\n\tlisten 127.0.0.1:$port;\n\tlocation ~ . { return 204; }\n}\n");
@got = nginx($file);
is($got[0], 0, 'a site with a location for everything') or diag($got[2]);
my $pid = fork // die "fork: $!";
if ($pid == 0) {
	exec "$dir/bin/nginx", '-g', 'daemon off;' or exit 1;
}
my $answer = '';
for (1 .. 100) {
	$answer = `curl -s -o /dev/null --max-time 10 -w '%{http_code}' -X POST http://127.0.0.1:$port/hooks/x`;
	last if $answer ne '000';
	select undef, undef, undef, 0.1;
}
is($answer, 502, 'hooks go to hookdir, which does not run here');
is(`curl -s -o /dev/null --max-time 10 -w '%{http_code}' http://127.0.0.1:$port/`,
	204, 'the rest goes where it went');
kill 'TERM', $pid;
waitpid $pid, 0;

done_testing();
