#!/usr/bin/perl
# The persistent handlers of hookdir-run(8), as they stand there, are given events
# by the runner.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../cli/lib";
use Cli;
use File::Path qw(make_path remove_tree);
use Manual;
use Test::More;

my $page = 'man/hookdir-run.8';
my %interpreter = (python => 'python3', php => 'php', script => 'sh');
my $root = folder() . '/inbox/coral';
secret('coral.secret', CORAL_NEW);

sub event {
	my ($id, $body) = @_;
	spew("$root/new/$id", join("\n", 'Ce-Specversion: 1.0', "Ce-Id: $id",
		'Ce-Source: /coral', 'Ce-Type: push',
		'Ce-Time: 2026-11-27T12:00:00.000000Z', 'Content-Type: text/plain',
		'Content-Length: ' . length $body, '', $body));
	return;
}

for my $kind (sort keys %interpreter) {
	my $program = $interpreter{$kind};
	my $text = Manual::example($page, "$kind persistent");
	cmp_ok($text =~ tr/\n//, '<=', 15, "$kind: at most 15 lines");
	SKIP: {
		my ($found) = grep { -x } map { "$_/$program" } split /:/, $ENV{PATH};
		if (!$found) {
			BAIL_OUT("cannot be skipped: $program is missing")
			    if $ENV{HOOKDIR_NO_SKIP};
			skip("NOT TESTED: $program is missing", 1);
		}
		spew(folder() . "/handler-$kind", $text, 0755);
		remove_tree($root);
		make_path(map { "$root/$_" } qw(tmp new cur dedup));
		spew("$root/lock", '');
		settings({ coral => { preset => 'coral',
			secret_file => 'coral.secret', run => { persistent => \1,
			command => [folder() . "/handler-$kind"],
			keep_hours => 1, retry => [3600] } } });
		event('evt.1', 'a body');
		event('evt.2', '');
		event('evt.3', "a\n\nb \xff\0");
		my ($status, undef, $err) = run(['run', '--once']);
		is($status, 1, "$kind: one failed") or diag($err);
		is(join(' ', sort map { s{.*/}{}r } glob "$root/done/*"),
			'evt.1 evt.3', "$kind: handled");
		like(join(' ', glob "$root/later/*"), qr/Z\.1\.evt\.2$/,
			"$kind: to be tried again");
		like($err, qr/\A\S+ warning: coral: evt\.2: attempt 1 failed: answered 111; [^\n]*\n\z/,
			"$kind: the log says no more");
	}
}
done_testing();
