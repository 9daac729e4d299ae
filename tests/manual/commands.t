#!/usr/bin/perl
# Every command line of README.md and the manuals, in the order of the page, as
# root of a copy of this machine. A line that cannot be run here stands in the
# list `elsewhere`, with the test that runs it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use MachineCopy;
use Manual;
use Sandbox;
use ServerSetup;
use Test::More;

my @missing = grep { my $p = $_; !grep { -x "$_/$p" } qw(/usr/sbin /usr/bin) }
    qw(lighttpd nginx spawn-fcgi jq systemd-analyze
    systemd-sysusers adduser);
ServerSetup::skip_all("not installed: @missing") if @missing;
MachineCopy::private();

# The lines that other tests run.
my %elsewhere;
for (grep { !/^#/ } split /\n/, Sandbox::slurp("$FindBin::Bin/elsewhere")) {
	my ($test, $line, $is) = split /\t/;
	$elsewhere{$line} = $test;
	next if $test =~ /^- \w/;
	my ($path, $argument) = split ' ', $test;
	my $text = -e "$Sandbox::TOP/$path" ? Sandbox::slurp("$Sandbox::TOP/$path") : '';
	$text =~ s/"\$server"/$argument/g if $argument;
	my $words = join '\s+', map { quotemeta } split ' ', $is // $line;
	ok($text =~ $words, "$path runs: $line");
}

my $secret = 'It-is-4-secret-of-some-length-1234567890';

# What is installed, with a web server's lines, as the manual says; and with some
# providers as well.  Each page starts on a copy of one of the two.
my $installed = MachineCopy->new;
$installed->must_run($_) for 'make -s install', 'systemd-sysusers';
my ($server) = grep { ($_->{words}[0] // '') eq 'socket' }
    Manual::of_kind('lighttpd', 'man/hookdir.fcgi.8');
$installed->write($server->{words}[1], $server->{text});
$installed->stop;
my $added = MachineCopy->new(on => $installed);
$added->must_run("hookdir add $_", in => "$secret$_\n")
    for qw(coral shopify stripe);
$added->must_run('lighty-enable-mod hookdir');
$added->stop;

# Both programs run.
sub serve {
	my ($m) = @_;
	$m->must_run("systemctl $_") for 'enable --now hookdir.socket', 'restart lighttpd';
	return;
}

# The receiver alone, and somebody who is not root.
sub prepare {
	my ($m) = @_;
	$m->must_run($_) for 'systemctl enable --now hookdir.socket', 'useradd -m you';
	return;
}

# A delivery with a wrong signature, held under this id.
sub held {
	my ($m, $id) = @_;
	my $settings = '/etc/hookdir/hookdir.json';
	my $text = Sandbox::slurp("$m->{root}$settings");
	$text =~ s/\{/{ "hold": {},/;
	$m->write($settings, $text);
	sleep 2;
	$m->run("curl -s -d '{\"id\":\"e\"}' -H 'X-Coral-Signature: sha256=" .
	    ('0' x 64) . "' http://127.0.0.1/hooks/coral");
	my $dir = "$m->{root}/var/lib/hookdir/coral/hold";
	my ($one) = glob "$dir/*";
	rename $one, "$dir/$id" if $one;
	return;
}

# What some lines need: in, the standard input; before, what to do first; status,
# if it is not 0; out, what it says; instead, what is run; then, a look at it.
my @rule = (
	[qr/^hookdir add (?!--generate)/ => in => "$secret\n"],
	[qr/^hookdir add --generate/ => out => qr/^secret +\S{20,}$/m],
	# The receiver looks once a second whether its settings have changed.
	[qr/^hookdir send / => before => sub { sleep 2 },
		out => qr/^20[04]\b/m],
	[qr/^hookdir setup --nginx/ => before => sub {
		$_[0]->run('kill $(cat /run/lighttpd.pid)') }],
	[qr/^lighty-enable-mod / => before => sub {
		$_[0]->run('lighty-disable-mod hookdir') }],
	# All of it is built anew elsewhere: here it is only linked.
	[qr/^make clean/ => instead => 'make -n clean'],
	[qr/^make LDFLAGS=-static-pie/ => before => sub {
		unlink glob "$_[0]{root}${\ Sandbox::build()}/hookdir*" },
		then => sub {
			my $fcgi = Sandbox::build() . '/hookdir.fcgi';
			my (undef, $needs) = $_[0]->run("ldd $fcgi");
			like($needs, qr/statically linked/, 'it needs no library') }],
	[qr/^spawn-fcgi / => before => sub {
		$_[0]->run('kill $(cat /run/hookdir/hookdir.pid); sleep 0.5; ' .
		    'rm -f /run/hookdir/hookdir.sock') }],
	[qr/error\.log/ => before => sub {
		$_[0]->write("$Sandbox::TOP/error.log", join "\n",
		    map { s/^\s+//r } split /\n/,
		    Manual::example('man/hookdir.fcgi.8', 'output')) },
		out => qr/^ *1 coral: 203\.0\.113\.7: 400:$/m],
	[qr/^\( umask 077; cat >/ => in => "$secret\n"],
	[qr/< cal\.secret/ => before => sub {
		$_[0]->write("$Sandbox::TOP/cal.secret", "$secret-cal\n") }],
	[qr/< (?:order|body)\.json/ => before => sub {
		$_[0]->write("$Sandbox::TOP/$_.json", '{"id":"o-1"}') for qw(order body) }],
	[qr/^hookdir sign / => out => qr/^X-Coral-Signature: /m],
	[qr/^hookdir forget stripe evt_1/ => before => sub {
		$_[0]->must_run('hookdir send stripe', in => '{"id":"evt_1","type":"a"}');
		unlink glob "$_[0]{root}/var/lib/hookdir/stripe/new/*" }],
	[qr/^hookdir list --state failed/ => before => sub {
		my $box = "$_[0]{root}/var/lib/hookdir/github";
		$_[0]->must_run('hookdir send -s github');
		my ($one) = glob "$box/new/*";
		mkdir "$box/failed", 0700;
		chown +(stat $box)[ 4, 5 ], "$box/failed";
		rename $one, "$box/failed/" . $one =~ s{.*/}{}r },
		out => qr/github/],
	[qr/^hookdir replay -n/ => out => qr/^github: would replay \d+ event/m],
	[qr/^hookdir replay --since/ => out => qr/^github: replayed \d+ event/m],
	[qr/^hookdir hold coral/ => before => sub { held($_[0], '1795293000123456-357') },
		out => qr/1795293000123456-357/],
	[qr/^hookdir explain coral 1795/ => status => 1, out => qr/^verdict /m],
	[qr/^hookdir reverify/ => status => 1],
	[qr/^hookdir cat / => out => qr/^\{/],
	[qr{/var/lib/hookdir/coral|request\.txt} => before => sub {
		$_[0]->write("$Sandbox::TOP/request.txt",
		    "POST /hooks/coral HTTP/1.1\nContent-Type: a/b\n\n{}") }],
);

# What a page is read on.
my %prepare = (
	'README.md' => \&prepare,
	'man/hookdir.fcgi.8' => \&prepare,
);

sub check_line {
	my ($m, $page, $line, $user) = @_;
	return pass("$page: $line: by $elsewhere{$line}") if $elsewhere{$line};
	my %rule = map { my ($what, %r) = @$_; $line =~ $what ? %r : () } @rule;
	$rule{before}->($m) if $rule{before};
	my ($status, $out) = $m->run($rule{instead} // $line, in => $rule{in}, user => $user);
	is($status, $rule{status} // 0, "$page: $line") or diag($out);
	like($out, $rule{out}, "$page: $line: what it says") if $rule{out};
	$rule{then}->($m) if $rule{then};
	return;
}

my %ran;
for my $page (@ARGV ? @ARGV : Manual::pages()) {
	my @examples = Manual::of_kind('sh lighttpd apache nginx systemd crontab', $page);
	next if !grep { $_->{kind} eq 'sh' } @examples;
	my $prepare = $prepare{$page};
	my $m = MachineCopy->new(on => $prepare ? $installed : $added);
	($prepare // \&serve)->($m);
	for my $e (@examples) {
		my ($word, $file) = @{ $e->{words} };
		if ($e->{kind} ne 'sh') {
			$m->write($file, $e->{text}) if $file;
			next;
		}
		for my $line (Manual::commands($e->{text})) {
			check_line($m, $page, $line, ($word // '') eq 'user' ? 'you' : undef);
			$ran{$line} = 1;
		}
	}
	$m->stop;
}
@ARGV or is(join("\n", grep { !$ran{$_} } sort keys %elsewhere), '',
	'no line is elsewhere that no manual has');

done_testing();
