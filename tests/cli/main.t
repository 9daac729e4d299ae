#!/usr/bin/perl
# The command line as such: usage, options, where settings are found.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $usage = qr/\Ausage: hookdir \[-c SETTINGS\] COMMAND/;
my $hint  = qr/`hookdir help` lists the commands/;
my $dir   = folder();

my ($status, $help) =
    is_run(['help'], {}, 0, $usage, '', 'help is printed to stdout');
is_run(['--help'], {}, 0, $help, '', '--help is the same');
is_run(['-h'], {}, 0, $help, '', '-h is the same');

# The version is that of the Makefile, in each program.
my ($version) = slurp("$FindBin::Bin/../../Makefile") =~ /^VERSION = (\S+)$/m;
is_run([$_], {}, 0, "hookdir $version\n", '', $_) for '--version', '-V';
is_run([qw(list -V)], {}, 0, "hookdir $version\n", '', 'behind a command');
is_run([qw(-V --bogus)], {}, 2, '', qr/there is no option --bogus/,
	'but not with what is wrong');

is_run([], {}, 2, '', qr/\Ahookdir: error: no command\n$hint\n\z/, 'no command');
is_run(['frobnicate'], {}, 2, '',
	qr/\Ahookdir: error: frobnicate: no such command\n$hint\n\z/,
	'an unknown command');
is_run(['explian'], {}, 2, '',
	qr/error: explian: no such command: did you mean "explain"\?\n$hint\n\z/,
	'a misspelt command');
is_run(["\e[31m"], {}, 2, '', qr/\Ahookdir: error: \\x1b\[31m: no such/,
	'a command is escaped');
is_run([qw(help me now)], {}, 2, '', qr/help: takes at most 1 argument\n/, 'help me');
is_run(['check', 'x'], {}, 2, '', qr/check: takes no arguments\n/,
	'an operand too many');
is_run(['sign'], {}, 2, '', qr/sign: needs PROVIDER\n/,
	'an operand too few');
is_run(['send'], {}, 2, '', qr/send: needs PROVIDER\n/, 'send without a provider');
is_run(['cat'], {}, 2, '', qr/cat: needs PROVIDER ID \| FILE\n/,
	'cat without a file');
is_run(['list', 'a', 'b'], {}, 2, '', qr/list: takes at most 1 argument\n/, 'list of two');

# Each option where it has no meaning.
for (
	[qw(check --json)],
	[qw(check -s)],
	[qw(sign -s coral)],
	[qw(sign --document-root / coral)],
	[qw(send --json coral http://localhost/)],
	[qw(list -t 1)],
	[qw(list --document-root /)],
	[qw(cat --cur x)],
	[qw(help --json)],
    )
{
	is_run($_, {}, 2, '', qr/$_->[0]: takes no --\S+: that option is for .*\nusage: hookdir $_->[0].*\n\z/,
		"@{$_}: no such option");
}

# Where the settings come from.
my $gone = qr/\Ahookdir: error: \S*no\.json: cannot be opened: No such file.*\nhookdir: info: `hookdir add NAME` makes settings,.*\n\z/;
settings({ coral => { secret_file => secret('coral.secret', CORAL_OLD) } });
is_run(['list'], {}, 0, '', '', '$HOOKDIR_CONFIG');
is_run(['-c', "$dir/no.json", 'list'], {}, 1, '', $gone, '-c wins');
is_run(['list', '-c', "$dir/no.json"], {}, 1, '', $gone,
	'-c behind the command');
is_run(['-c', "$dir/hookdir.json", 'list'],
	{ env => { HOOKDIR_CONFIG => "$dir/no.json" } },
	0, '', '', '-c of a file that is there');
is_run(['list'],
	{
		env => {
			HOOKDIR_CONFIG     => undef,
			SSL_HOOKDIR_CONFIG => "$dir/no.json"
		}
	},
	1, '', $gone, '$SSL_HOOKDIR_CONFIG');
is_run(['list'], { env => { HOOKDIR_CONFIG => "$dir/no.json" } },
	1, '', $gone, 'settings that are not there');

# A provider at fault does not stop what does not need it.
settings(
	{
		coral => { secret_file => 'coral.secret' },
		bad   => { preset => "coral", secret_file => 'no.secret' }
	});
is_run(['list'], {}, 0, '', '', 'list does not mind a broken provider');
is_run(['sign', 'bad'], { in => '{}' }, 1, '',
	qr/providers\.bad\.secret_file.*\nhookdir: error: bad: its settings/s,
	'sign does, and says why');
is_run(['sign', 'nope'], { in => '{}' }, 1, '',
	qr/\Ahookdir: error: nope: no provider of this name in /,
	'an unknown provider');

SKIP: {
	skip 'there is no /dev/full', 1 unless -c '/dev/full';
	is_run(['help'], { stdout => '/dev/full' }, 1, qr//,
		qr/\Ahookdir: error: standard output: No space left/,
		'output that cannot be written');
}

# A file that is opened must not become stdout.
{
	my $body = coral_body();
	my ($rc) = run(['sign', 'coral'],
		in => $body, prepare => sub { close STDOUT; close STDIN });
	isnt($rc, 'signal 6', 'closed descriptors do no harm');
	is(slurp("$dir/coral.secret"), CORAL_OLD . "\n",
		'and no file is written to');
}

done_testing();
