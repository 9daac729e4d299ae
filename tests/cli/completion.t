#!/usr/bin/perl
# Completion by a real bash: what is offered where, and that nothing that a
# stranger chose is ever run.
use strict;
use warnings;
use File::Path qw(make_path);
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

plan skip_all => 'bash is not installed'
    unless grep { -x "$_/bash" } split /:/, $ENV{PATH};

my $dir    = folder();
my %coral  = (secret_file => secret('coral.secret', CORAL_OLD));
settings({ coral => {%coral}, 'coral-2' => {%coral}, gitea => {%coral} },
	hold => {});

# Ids as strangers choose them; each is the name of a file, as far as it can be.
my @hostile = ('$(touch x)', '`touch x`', 'a;touch x', "a\ntouch x", 'a b',
	'$HOME', "'a'", '"a"', '*', '~', 'a|b', 'a&b', '-rf', "\e[31m", '{a,b}',
	'!!', '#a', "\xc3\xa9", 'a\\b', '<a', '>x', '[a-z]*', '$(touch${IFS}x)');
my $box = "$dir/inbox/coral";
make_path(map { "$box/$_" } qw(new cur hold dedup/2026-11-21));
spew("$box/new/$_", '') for 'evt:1', 'evt:2', 'other', @hostile;
spew("$box/cur/working", '');
spew("$box/dedup/2026-11-21/$_", '') for 'filed', @hostile;
spew("$box/hold/1795830802734848-365", '');
make_path(map { "$box/$_" } qw(later failed done));
spew("$box/$_", '') for 'later/20991231T000000Z.2.put.off', 'later/x',
    'done/handled', map { "failed/$_" } 'given-up', @hostile;

# What bash makes of lines; it starts once for all of them.
spew("$dir/completions", slurp("$FindBin::Bin/../../completions/hookdir"), 0644);
spew("$dir/ask", <<'BASH', 0644);
cd "$1" || exit 1
. ./completions
while IFS= read -r line; do
	COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
	COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
	_hookdir "$2" '' ''
	printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr '\n' ' '
	echo
done
BASH

sub complete {
	my ($lines, %env) = @_;
	my (undef, $out, $err) = run([], by => [ 'bash', '--norc', "$dir/ask", $dir ],
		in => join('', map { "$_\n" } @{$lines}), env => \%env);
	is($err, '', 'bash says nothing');
	return map { s/^ *| *$//gr } split /\n/, $out, -1;
}

my @case = (
	# Commands and options.
	[ 'hookdir li',            'list' ],
	[ 'hookdir re',            'remove replay resume reverify' ],
	[ 'hookdir nosuch ',       '' ],
	[ 'hookdir list --',
		'--config --cur --help --json --long --no-header --state' ],
	[ 'hookdir list --cur --j', '--json' ],
	[ 'hookdir --ver',         '--version' ],
	[ 'hookdir help se',       'send settings setup' ],
	[ 'hookdir -c x li',       'list' ],
	[ 'hookdir --config=x li', 'list' ],
	# Names.
	[ 'hookdir list ',         'coral coral-2 gitea' ],
	[ 'hookdir list c',        'coral coral-2' ],
	[ 'hookdir list --cur g',  'gitea' ],
	[ 'hookdir list coral ',   '' ],
	[ 'hookdir list -- g',     'gitea' ],
	[ 'hookdir presets githu', 'github' ],
	[ 'hookdir add x --preset githu',     'github' ],
	[ 'hookdir add --preset=githu',       'github' ],
	[ 'hookdir add x dedup',   '' ],
	[ 'hookdir add x accept_b', 'accept_body=' ],
	[ 'hookdir settings dedup', 'dedup_days' ],
	[ 'hookdir list -c nosuch.json ', '' ],
	# Ids.
	[ 'hookdir cat coral ',    'evt:1 evt:2 other working' ],
	[ 'hookdir cat coral o',   'other' ],
	[ 'hookdir cat coral evt:', '1 2' ],
	[ 'hookdir cat gitea ',    '' ],
	[ 'hookdir forget coral ', 'filed working' ],
	[ 'hookdir forget coral x f', 'filed' ],
	[ 'hookdir replay coral ', 'given-up handled other put.off' ],
	[ 'hookdir drop --failed coral g', 'given-up' ],
	[ 'hookdir pause c',       'coral coral-2' ],
	[ 'hookdir hold coral ',   '1795830802734848-365' ],
	# Files, and names beside them.
	[ 'hookdir cat coral.s',   'coral.secret' ],
	[ 'hookdir cat cora',      'coral coral-2 coral.secret' ],
	[ 'hookdir explain coral 17', '1795830802734848-365' ],
	[ 'hookdir -c hookdir.j',  'hookdir.json' ],
	[ "hookdir cat $dir/hookdir.j", "$dir/hookdir.json" ],
	# What is on the line already is not run either.
	[ 'hookdir cat coral $(touch ', '' ],
	[ 'hookdir cat `touch x` ',     '' ],
	[ 'hookdir $(touch x) ',        '' ],
);
my @got = complete([ map { $_->[0] } @case ]);
is($got[$_], $case[$_][1], $case[$_][0]) for 0 .. $#case;
ok(!-e "$dir/x", 'nothing was run');

# Without settings it is silent.
is((complete([ 'hookdir list ' ], HOOKDIR_CONFIG => "$dir/no.json"))[0], '',
	'no settings, no names');

# As the program prints it: none of the hostile ones, in whole or in part.
my (undef, $out) = run([qw(complete -- forget coral), '']);
unlike($out, qr{[^\w\n.:@%+=,/-]}, 'only bytes that mean nothing to a shell');

# Thousands are no help.
spew("$box/cur/n$_", '') for 1 .. 600;
(undef, $out) = run([qw(complete -- cat coral n)]);
is(($out =~ tr/\n//), 501, 'at most 500');

done_testing();
