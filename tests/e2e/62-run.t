#!/usr/bin/perl
# Whatever is wrong in run and run_user, the receiver stores what comes and says
# nothing: under CGI, and under FastCGI while the settings change.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Run ();
use Test::More;
use Try;

my $top = "$FindBin::Bin/../..";
my @setting = Sandbox::slurp("$top/lib/preset/setting_list.h")
    =~ /^RUN_SETTING\((\w+),/mg;
cmp_ok(scalar @setting, '>', 10, 'the settings of run');

# What no setting takes, and what some do not.
my @value = ('true', '-1', '"x"', '"x\u0000"', '[[]]', '["x", 7]',
    '{"A": {"B": 1}}');
my @run = ('7', '"x"', 'true', '[]', '{}', '[7]', '[{}, {}]', '[[{}]]',
    '{"command": "true"}', '{"command": ["true"], "forward": "https://x"}',
    '{"command": ["true"], "jobs": 2, "order": "all"}',
    '{"command": ["/none"]}', '{"unknown": 1}',
    '{"forward": "http://192.0.2.1/"}', '{"forward": "ftp://x"}',
    '{"forward": "https://x", "persistent": true}',
    '{"command": ["true"]}, "run": {"command": ["true"]}');
# All of a setting in one file: an error in any of them would be seen.
for my $name (@setting) {
	push @run, '[' . join(', ', map({ qq({"$name": $_}) } @value),
		qq({"$name": 1, "$name": 2})) . ']';
}

my $n = 0;
my ($w, $box);

sub fresh { return Try::delivery(sprintf('run-%04d', ++$n)) }

# Settings with this run in the entry, and this at the top.
sub put {
	my ($run, $more, $entry) = @_;
	$more = $more ? "$more," : '';
	$entry = $entry ? "$entry," : '';
	$box->write($box->config, qq({"inbox": "@{[ $box->inbox ]}", "workers": 4, $more
		"providers": {"coral": {"secret_file": "coral.secret", $entry
		"run": $run}}}));
	return;
}

# --- CGI ---

$w = Try::setup('cgi');
$box = $w->box;
for my $run (@run) {
	put($run);
	Try::stored($w, fresh(), "run: $run");
}
for my $value (@value, '"root"', '"no-such-user"', '"x", "run_user": "y"') {
	put('{"command": ["true"]}', qq("run_user": $value));
	Try::stored($w, fresh(), "run_user: $value");
}
mkdir "$box->{dir}/etc/providers.d" or die "providers.d: $!\n";
$box->own("$box->{dir}/etc/providers.d");
$box->write("$box->{dir}/etc/providers.d/other.json",
    '{"preset": "coral", "secret_file": "coral.secret", "run": [7]}');
my $r = { %{ fresh() }, target => '/hooks/other' };
my $mark = $box->mark;
is($w->send($r)->{code}, 200, 'in a file of providers.d');
unlike($box->since($mark), qr/error|warning/, 'nothing is said');

# What is no JSON is no settings file, wherever the mistake is.
put('{"command": ["true"}');
Try::refused($w, fresh(), 500, 'a syntax error', qr/hookdir\.json:\d+: .*syntax error/,
    Try::line('error', 500, qr/no usable settings/, '-'));
Try::finish($w);

# --- FastCGI ---

# Until the program has looked, which it does once a second.
sub becomes {
	my ($code, $name) = @_;
	my $got;
	Try::until(sub { ($got = $w->send(fresh())->{code}) == $code });
	is($got, $code, $name);
	return;
}

$w = Try::setup('fcgi', { workers => 4 });
$box = $w->box;
put('[{"command": 7}, 7]', '"run_user": 7');
$w->start;
Try::stored($w, fresh(), 'FastCGI: wrong at the start');
my $code = 200;
for my $run ('7', '{"jobs": "x"}', '{}, "run": []') {
	$code = $code == 200 ? 202 : 200;
	$mark = $box->mark;
	put($run, '"run_user": ""', qq("accept_status": $code));
	becomes($code, "FastCGI: changed to $run: the rest is taken");
	unlike($box->since($mark), qr/error|warning/, 'nothing is said');
}
Try::finish($w);

done_testing();
