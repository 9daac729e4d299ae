#!/usr/bin/perl
# hookdir list and hookdir cat, of events that are well and of others.
use strict;
use warnings;
use Encode qw(decode encode);
use File::Path qw(make_path remove_tree);
use FindBin;
use JSON::PP ();
use lib "$FindBin::Bin/lib";
use Cli;
use Test::More;

my $dir  = folder();
my $box  = "$dir/inbox";
my $json = JSON::PP->new->utf8;

settings(
	{
		coral => { secret_file => secret('coral.secret', CORAL_OLD) },
		nvsep => { secret_file => 'coral.secret' },
	});

# The text of an event file, from its fields; undef leaves one out.
sub event {
	my ($body, %field) = @_;
	my @field = (
		'Ce-Specversion'   => '1.0',
		'Ce-Id'            => 'id-1',
		'Ce-Source'        => '/coral',
		'Ce-Type'          => 'STORY_CREATED',
		'Ce-Time'          => '2026-11-21T20:30:00.123456Z',
		'Content-Type'     => 'application/json',
		'Content-Length'   => length $body,
		'Hookdir-Verified' => 'hmac-sha256 secret=1 signed="{body}"',
	);
	my $text = '';
	while (my ($name, $value) = splice @field, 0, 2) {
		$value = delete $field{$name} if exists $field{$name};
		$text .= "$name: $value\n" if defined $value;
	}
	$text .= "$_: $field{$_}\n" for sort keys %field;
	return "$text\n$body";
}

sub put {
	my ($provider, $name, $text, $sub) = @_;
	$sub //= 'new';
	make_path("$box/$provider/$sub");
	return spew("$box/$provider/$sub/$name", $text);
}

sub clear { remove_tree($box) }

# The lines of the table as lists, without its header row.
sub table {
	my ($header, @row) = split /\n/, $_[0];
	like($header // '', qr/\ATIME +PROVIDER +TYPE +ID +SIZE(?:  FILE)?\z/,
		'a header row');
	return map { [ split ' ', $_ ] } @row;
}

is_run(['list'], {}, 0, '', '', 'an inbox that is not there is empty');
make_path("$box/coral/new");
is_run(['list'], {}, 0, '', '', 'a provider without events');
is_run([ 'list', '--json' ], {}, 0, '', '', 'also as JSON');
is_run([ 'list', 'nvsep' ], {}, 0, '', '', 'nor has one without a folder');
is_run([ 'list', $_ ], {}, 1, '',
	qr/\Ahookdir: error: \S*: no provider of this name in .*\n\z/,
	"no provider: $_")
    for 'nope', '..', 'coral/new', 'CORAL', '/';
is_run(['list', 'whsec_5f4dcc3b5aa765d61d8327deb882cf99'], {}, 1, '',
	qr/\Ahookdir: error: \(not shown: [^:]*\): no provider of this name in .*\n\z/,
	'a secret in place of a name is not shown');

# Order, columns, several providers.
my $time = '2026-11-21T20:30:0';
put('coral', 'b',  event('bb',   'Ce-Id' => 'b',  'Ce-Time' => "${time}2.5Z"));
put('coral', 'c',  event('',     'Ce-Id' => 'c',  'Ce-Time' => "${time}1.000001Z"));
put('coral', 'a2', event('aaaa', 'Ce-Id' => 'a2', 'Ce-Time' => "${time}1.000002Z"));
put('coral', 'a1', event('aaa',  'Ce-Id' => 'a1', 'Ce-Time' => "${time}1.000002Z"));
put('nvsep', 'z',  event("\0",   'Ce-Id' => 'z',  'Ce-Time' => '2026-01-01T00:00:00.000000Z', 'Ce-Type' => undef));
put('gone', 'g', event('x' x 70_000, 'Ce-Id' => 'g', 'Ce-Time' => "${time}9.000000Z"));
put('coral', '.hidden', 'not one of ours');
put('coral', 'w', event('w', 'Ce-Id' => 'w'), 'cur');
put('coral', 't', 'half an ev', 'tmp');
make_path("$box/coral/dedup/2026-11-21", "$box/UPPER/new", "$box/.x/new");
put('UPPER', 'u', event(''));
spew("$box/afile", '');
symlink "$box/coral", "$box/link";

my ($status, $out, $err) = run([qw(list --long)]);
is($status, 0, 'list') or diag($err);
is($err, '', 'nothing to complain about');
is_deeply([ map { $_->[3] } table($out) ], [qw(z c a1 a2 b g)],
	'oldest first, then by name');
is_deeply(
	[ (table($out))[0] ],
	[
		[
			'2026-01-01T00:00:00.000000Z', 'nvsep',
			'-', 'z', 1, "$box/nvsep/new/z"
		]
	],
	'time, provider, type, id, size, file');
my @short = split /\n/, (run(['list']))[1];
is_deeply(\@short, [ map { s/  \S+\z//r } split /\n/, $out ],
	'the file only if it is asked for');
is((run([qw(list --no-header)]))[1], join('', map { "$_\n" }
	@short[ 1 .. $#short ]), 'also without the header');
is_deeply([ map { $_->[4] } table($out) ], [ 1, 0, 3, 4, 2, 70_000 ],
	'sizes of the bodies');
my %column = map { (index($_, '/') => 1) } grep { m{/} } split /\n/, $out;
is(scalar keys %column, 1, 'columns are aligned') or diag($out);
($status, $out) = run([ 'list', 'coral' ]);
is_deeply([ map { $_->[3] } table($out) ], [qw(c a1 a2 b)], 'of one provider');
($status, $out) = run([ 'list', 'gone' ]);
is_deeply([ map { $_->[1] } table($out) ], ['gone'],
	'of one that is no longer configured');
($status, $out) = run([ 'list', '--cur', '-l' ]);
is_deeply([ map { $_->[5] } table($out) ], ["$box/coral/cur/w"],
	'what is worked on');
($status, $out) = run([ 'list', '--json' ]);
my @rows = map { $json->decode($_) } split /\n/, $out;
is_deeply(
	$rows[0],
	{
		time     => '2026-01-01T00:00:00.000000Z',
		provider => 'nvsep',
		id       => 'z',
		type     => undef,
		size     => 1,
		file     => "$box/nvsep/new/z"
	},
	'a line of JSON');
is_deeply([ map { $_->{id} } @rows ], [qw(z c a1 a2 b g)], 'in order');

# What the sender of a CloudEvent says of its time is not when it arrived.
put('coral', 'cloud', event('', 'Ce-Id' => 'cloud',
	'Ce-Time' => '1999-01-01T00:00:00Z',
	'Hookdir-Received' => "${time}2.000000Z"));
($status, $out) = run([ 'list', 'coral' ]);
is_deeply([ map { $_->[3] } table($out) ], [qw(c a1 a2 cloud b)],
	'a CloudEvent by its arrival');
like($out, qr/^\Q${time}2.000000Z\E +coral +STORY_CREATED +cloud /m,
	'which is shown');

# The longest name of a provider.
my $long = 'p' x 32;
put($long, 'e', event(''));
($status, $out) = run([ 'list', '--long', $long ]);
like($out, qr/ $long .* \Q$box\E\/$long\/new\/e$/m, 'a name of 32');

# Times of other writers are put in order by what they mean.
clear();
put('coral', $_->[0], event('', 'Ce-Id' => $_->[0], 'Ce-Time' => $_->[1]))
    for [ 1, '2026-11-21T22:00:00+02:00' ], [ 2, '2026-11-21T20:00:01Z' ],
    [ 0, '2026-11-21T19:59:59.9Z' ];
($status, $out) = run(['list']);
is_deeply([ map { $_->[3] } table($out) ], [ 0, 1, 2 ], 'time zones');

# On a terminal, a table is as wide as that: ids are cut in their middle.
clear();
put('coral', 'e', event('', 'Ce-Id' => 'evt_' . '0123456789' x 4));
SKIP: {
	# TIOCSPTLCK opens its other side, TIOCGPTN is its number, TIOCSWINSZ
	# makes it so wide.
	my ($unlock, $number, $pty) = (pack('i', 0), pack('i', 0));
	open($pty, '+<', '/dev/ptmx')
	    && ioctl($pty, 0x40045431, $unlock)
	    && ioctl($pty, 0x80045430, $number)
	    && -w '/dev/pts/' . unpack('i', $number)
	    or skip('no pseudo-terminal here', 1);
	# Open, so that nothing is lost when the program ends. One read may give a
	# part of what was written: a line of its own ends it.
	open my $end, '+<', '/dev/pts/' . unpack('i', $number) or die "pty: $!";
	my $shown = sub {
		my ($columns, %env) = @_;
		ioctl($pty, 0x5414, pack 'S4', 24, $columns, 0, 0);
		run(['list'], stdout => '/dev/pts/' . unpack('i', $number),
			env => { COLUMNS => undef, LC_ALL => 'C', %env });
		syswrite $end, "END\n";
		my $text = '';
		while ($text !~ s/END\r\n\z//) {
			sysread $pty, $text, 4096, length $text
			    or die "pty: $!";
		}
		$text =~ s/\r\n/\n/g;
		return $text;
	};
	is($shown->(80), <<'LIST', '80 columns');
TIME                         PROVIDER  TYPE           ID                    SIZE
2026-11-21T20:30:00.123456Z  coral     STORY_CREATED  evt_01234...23456789     0
LIST
	is($shown->(200), <<'LIST', '200 columns');
TIME                         PROVIDER  TYPE           ID                                            SIZE
2026-11-21T20:30:00.123456Z  coral     STORY_CREATED  evt_0123456789012345678901234567890123456789     0
LIST
	is($shown->(200, COLUMNS => 80), $shown->(80), '$COLUMNS wins');
	is($shown->(80, COLUMNS => $_), $shown->(80), "but not \"$_\"")
	    for 'x', '0', '-1', '99999';
	like($shown->(80, LC_ALL => 'C.UTF-8'),
		qr/ evt_012345\xe2\x80\xa6123456789  /, 'UTF-8 has a mark');
	like($shown->(20), qr/ STORY\.\.\.ATED  evt_0\.\.\.6789 /,
		'as narrow as it gets');
	is((run([ 'list' ], env => { COLUMNS => 80 }))[1],
		$shown->(200), 'a file gets it whole');
}

# Attributes that play with a terminal, with columns, with JSON.
clear();
my %odd = (
	percent   => [ 'a%20b%25%22%0A', "a b%\"\n" ],
	utf8      => [ '%C3%A9%F0%9F%98%80%EF%BF%BD', "\x{e9}\x{1f600}\x{fffd}" ],
	raw       => [ "\xc3\xa9", "\x{e9}" ],
	broken    => [ 'a%FF%C3%28%ED%A0%80%C0%80%F5%80%80%80z',
		"a\x{fffd}\x{fffd}(" . "\x{fffd}" x 9 . 'z' ],
	cut       => [ '%E2%82', "\x{fffd}\x{fffd}" ],
	escape    => [ '%1B[31m%9B%00%7F', "\e[31m\x{fffd}\0\x7f" ],
	malformed => [ '%%4%zz%4', '%%4%zz%4' ],
	high      => [ "\x9b31m", "\x{fffd}31m" ],
	surrogate => [ '%ED%9F%BF%ED%BF%BF%EE%80%80',
		"\x{d7ff}" . "\x{fffd}" x 3 . "\x{e000}" ],
	blank     => [ 'a b', 'a b' ],
	quote     => [ '"\\', '"\\' ],
	limits    => [ '%F4%8F%BF%BF%F4%90%80%80%DF%BF%E0%9F%BF%E0%A0%80',
		"\x{10ffff}" . "\x{fffd}" x 4 . "\x{7ff}"
		    . "\x{fffd}" x 3 . "\x{800}" ],
);
put('coral', $_, event('', 'Ce-Id' => $odd{$_}[0], 'Ce-Type' => $odd{$_}[0]))
    for keys %odd;
($status, $out, $err) = run(['list']);
is($status, 0, 'odd attributes') or diag($err);
unlike($out, qr/[^\x20-\x7e\n]/, 'reach the terminal as plain ASCII');
is((grep { @{$_} != 5 } table($out)), 0, 'and stay in their columns')
    or diag($out);
like($out, qr/ a%20b%25%22%0A /,  'percent-encoding is left as it is');
like($out, qr/ a\\x20b /,         'a blank is escaped');
like($out, qr/ \\x9b31m /,        'a control byte of eight bits as well');
($status, $out) = run([ 'list', '--json' ]);
unlike($out, qr/[^\x20-\x7e\n]/, 'as JSON too');
for (map { $json->decode($_) } split /\n/, $out) {
	my ($name) = $_->{file} =~ m{([^/]*)\z};
	is($_->{id}, $odd{$name}[1], "as JSON: $name");
	is($_->{type}, $odd{$name}[1], "as JSON: type of $name");
}
clear();
put('coral', "\e[2J\n", event(''));
put('coral', "\e[3J", 'x');
($status, $out, $err) = run([qw(list --long)]);
like($out, qr{/\\x1b\[2J\\x0a\n\z}, 'a file name is escaped');
unlike($out . $err, qr/[^\x20-\x7e\n]/, 'wherever it is printed');
(undef, $out) = run([ 'list', '--json' ]);
is($json->decode($out)->{file}, "$box/coral/new/\e[2J\n", 'and in JSON');

# What is no event is named, and the others are listed.
my %bad = (
	empty       => [ '',        qr/no empty line/ ],
	text        => [ "hello\n", qr/no empty line/ ],
	unfinished  => [ event('') =~ s/\n\n\z/\n/r, qr/no empty line/ ],
	crlf        => [ event('x') =~ s/\n/\r\n/gr, qr/no empty line/ ],
	nul         => [ event('', 'Ce-Type' => "a\0b"), qr/control bytes/ ],
	escape      => [ event('', 'Ce-Type' => "a\eb"), qr/control bytes/ ],
	del         => [ event('', 'Ce-Type' => "a\x7fb"), qr/control bytes/ ],
	cr          => [ event('', 'Ce-Type' => "a\r"), qr/control bytes/ ],
	huge        => [ event('', 'X-Long' => 'x' x 65536) . "\n\n",
		qr/no empty line/ ],
	huge2       => [ ('X: ' . 'x' x 1000 . "\n") x 66 . event(''),
		qr/no empty line/ ],
	noid        => [ event('', 'Ce-Id' => undef), qr/no Ce-Id/ ],
	emptyid     => [ event('', 'Ce-Id' => ''),    qr/no Ce-Id/ ],
	notime      => [ event('', 'Ce-Time' => undef),  qr/no time/ ],
	badtime     => [ event('', 'Ce-Time' => 'noon'), qr/no time/ ],
	badreceived => [ event('', 'Hookdir-Received' => 'noon'),
		qr/no time in Hookdir-Received/ ],
	nolength    => [ event('', 'Content-Length' => undef), qr/no number/ ],
	negative    => [ event('', 'Content-Length' => -1),    qr/no number/ ],
	twice       => [ "Ce-Id: x\n" . event(''),             qr/twice/ ],
	twicecase   => [ "CE-ID: x\n" . event(''),             qr/twice/ ],
	folded      => [ " x\n" . event(''),    qr/without a name/ ],
	blank       => [ "Ce-Id : x\n" . event('', 'Ce-Id' => undef),
		qr/without a name/ ],
	noname      => [ ": x\n" . event(''),   qr/without a name/ ],
	nothing     => [ "\n" . event(''),      qr/no Ce-Id|without a name/ ],
	short       => [ event('abc', 'Content-Length' => 4), qr/damaged: / ],
	none        => [ event('', 'Content-Length' => 4),    qr/damaged: / ],
	long        => [ event('abc', 'Content-Length' => 2), qr/damaged: / ],
);
clear();
put('coral', $_, $bad{$_}[0]) for keys %bad;
put('coral', 'fine', event('ok', 'ce-subject' => 'x'));
make_path("$box/coral/new/directory");
symlink "$box/coral/new/fine", "$box/coral/new/link";
system('mkfifo', "$box/coral/new/fifo") == 0 or die 'mkfifo';
@bad{qw(directory link fifo)} = (
	[ undef, qr/not a regular file/ ],
	[ undef, qr/a symbolic link/ ],
	[ undef, qr/not a regular file/ ]);
for my $json (0, 1) {
	($status, $out, $err) = run([ 'list', $json ? '--json' : '-l' ]);
	is($status, 1, 'what is no event makes it 1');
	is(($out =~ tr/\n//), 2 - $json, 'the one that is well is listed');
	like($out, qr{/coral/new/fine}, 'by name');
	for (sort keys %bad) {
		like($err, qr{^hookdir: error: \S*/$_: .*$bad{$_}[1].*$}m, $_);
	}
	is(($err =~ tr/\n//), keys %bad, 'one line each');
}

# The largest header that is still read.
clear();
my $head = event('body');
my $fill = 65536 - length($head) + 4 - length("X: \n");
put('coral', 'max', 'X: ' . 'x' x $fill . "\n$head");
($status, $out) = run(['list']);
is($status, 0, 'a header of 64 KiB');
is(scalar(table($out)), 1, 'is read');
put('coral', 'max', 'X: ' . 'x' x ($fill + 1) . "\n$head");
is((run(['list']))[0], 1, 'one byte more is not');

# Folders that cannot be read, as an ordinary user.
clear();
put('coral', 'secret', event('x'));
put('nvsep', 'open',   event('x'));
my $user = nobody();
SKIP: {
	skip 'needs root to become another user', 4 unless defined $user;
	chmod 0755, $box, map { ("$box/$_", "$box/$_/new") } qw(coral nvsep);
	chmod 0644, "$box/nvsep/new/open";
	chmod 0644, "$dir/hookdir.json";
	($status, $out, $err) = run([qw(list -l)], user => $user);
	is($status, 1, 'a file that may not be read');
	like($err, qr{coral/new/secret: cannot be opened: Permission},
		'is named');
	like($out, qr{/nvsep/new/open$}m,
		'the rest is listed by who cannot read the secrets');
	chmod 0700, "$box/coral/new";
	($status, $out, $err) = run(['list'], user => $user);
	like($err, qr{coral/new: Permission denied}, 'so is a folder');
}
remove_tree("$box/coral");
spew("$box/coral", '');
is_run([ 'list', 'coral' ], {}, 1, '', qr{inbox/coral/new: Not a directory},
	'a file in place of the folder');
clear();
spew($box, '');
is_run(['list'], {}, 1, '', qr{inbox: Not a directory},
	'a file in place of the inbox');
unlink $box;

# Many events: none is lost, none comes twice.
put('coral', "e$_", event('x' x 20_000, 'Ce-Id' => "e$_",
	'Ce-Time' => sprintf '2026-11-21T20:%02d:%02d.000000Z',
	$_ / 60, $_ % 60)) for 0 .. 599;
($status, $out) = run(['list']);
is_deeply([ map { $_->[3] } table($out) ], [ map { "e$_" } 0 .. 599 ],
	'600 events');
clear();

# cat: the bytes after the first empty line, and only if they are all there.
for my $bytes ('', "\n", "\n\n\n", "a\0b\r\n\xff", "x: y\n\nz",
	coral_body(), 'y' x 300_000)
{
	my $file = put('coral', 'c', event($bytes));
	my $n    = length $bytes;
	for ([ 'file', [$file], {} ], [ 'stdin', ['-'], { stdin => $file } ]) {
		my ($how, $args, $with) = @{$_};
		($status, $out, $err) = run([ 'cat', @{$args} ], %{$with});
		is("$status$err", '0', "cat of $n bytes from a $how");
		ok($out eq $bytes, 'is exact');
	}
	($status, $out) = do {
		my $program = program();
		my $got = `cat '$file' | '$program' cat -`;
		($? >> 8, $got);
	};
	ok($status == 0 && $out eq $bytes, 'and from a pipe');
}
for (sort keys %bad) {
	next unless defined $bad{$_}[0];
	my $file = put('coral', 'c', $bad{$_}[0]);
	is_run([ 'cat', $file ], {}, 1, '',
		qr{\Ahookdir: error: \S*/c: .*$bad{$_}[1]}, "cat: $_");
}
for ([ 'abc', 4 ], [ 'abc', 2 ], [ '', 1 ], [ 'x' x 200_000, 199_999 ],
	[ 'x' x 200_000, 200_001 ])
{
	my ($bytes, $length) = @{$_};
	my $file = put('coral', 'c', event($bytes, 'Content-Length' => $length));
	my $program = program();
	my $got = `cat '$file' | '$program' cat - 2>'$dir/err'`;
	is($? >> 8, 1, "a pipe of another length than $length");
	like(slurp("$dir/err"),
		qr/standard input: damaged: the body is not as long/, 'is told');
	cmp_ok(length $got, '<=', $length, 'and never more is written');
}
is_run([ 'cat', "$dir/nope" ], {}, 1, '',
	qr/nope: cannot be opened: No such file/, 'cat of nothing');
is_run([ 'cat', $dir ], {}, 1, '', qr/: cannot be read: Is a directory/,
	'cat of a directory');
is_run([ 'cat', '-' ], { in => '' }, 1, '', qr/standard input: not an event/,
	'cat of an empty stdin');
symlink put('coral', 'c', event('linked')), "$dir/link";
is_run([ 'cat', "$dir/link" ], {}, 0, 'linked', '', 'cat follows a link');
SKIP: {
	skip 'there is no /dev/full', 1 unless -c '/dev/full';
	is_run([ 'cat', "$dir/link" ], { stdout => '/dev/full' }, 1, qr//,
		qr/standard output: No space left/, 'cat to a full disk');
}

# cat by provider and id: in new/ and cur/, by all the names that one can have.
clear();
my $digest = 'sha256-' . 'ab' x 32;
put('coral', 'plain', event('by id',    'Ce-Id' => 'plain'));
put('coral', $digest, event('by file',  'Ce-Id' => $digest));
put('coral', 'taken', event('in cur',   'Ce-Id' => 'taken'), 'cur');
put('coral', 'x:2,S', event('renamed',  'Ce-Id' => 'maildir'), 'cur');
put('coral', 'sha256-5c9d6d9a1e3c', event('encoded', 'Ce-Id' => 'a%20b'));
put('gone',  'old',   event('no entry', 'Ce-Id' => 'old'));
for ([ 'plain', 'by id' ], [ $digest, 'by file' ], [ 'taken', 'in cur' ],
	[ 'x:2,S', 'renamed' ], [ 'maildir', 'renamed' ], [ 'a%20b', 'encoded' ])
{
	is_run([ 'cat', 'coral', $_->[0] ], {}, 0, $_->[1], '',
		"cat coral $_->[0]");
}
is_run([qw(cat gone old)], {}, 0, 'no entry', '', 'of one without an entry');
is_run([qw(cat nope plain)], {}, 1, '',
	qr/\Ahookdir: error: nope: no provider of this name in .*\n\z/,
	'of no provider');
is_run([ 'cat', 'coral', $_ ], {}, 1, '',
	qr/coral: .*: no event of this id is in new\/ or cur\/\n\z/, "no event: $_")
    for 'nope', '../new/plain', '.', '..', '';
is_run([ 'cat', 'coral', "pl\xe2\x80\xa6in" ], {}, 1, '',
	qr/coral: .*: hookdir list --long shows ids as a whole/, 'a cut id');
make_path("$box/coral/hold");
spew("$box/coral/hold/1795830802734848-365", 'held');
is_run([qw(cat coral 1795830802734848-365)], {}, 1, '',
	qr/a held delivery, and not an event: hookdir hold coral 1795830802734848-365 prints it/,
	'what is held is no event');
symlink "$dir/coral.secret", "$box/coral/new/link";
is_run([qw(cat coral link)], {}, 1, '', qr/link: .*a symbolic link/,
	'no link is followed');
put('coral', 'cut', event('abc', 'Ce-Id' => 'cut', 'Content-Length' => 4));
is_run([qw(cat coral cut)], {}, 1, '', qr/coral: cut: damaged/, 'one that is damaged');

done_testing();
