#!/usr/bin/perl
# replay, drop, pause and sweep while a runner works: no event is lost, none is
# in two folders, and none is handled by two at the same time.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;

secret('coral.secret', CORAL_OLD);

# It takes a lock that only one handler of an event can have; odd ones fail.
spew("$top/handler", <<"SH", 0755);
#!/bin/sh
id=\${HOOKDIR_FILE##*/} id=\${id#*.}
mkdir "$top/work/\$id" || { echo "\$id" >>"$top/twice"; exit 0; }
sleep 0.01
rmdir "$top/work/\$id"
echo "\$id" >>"$top/handled"
case \$id in
*[13579]) exit 100 ;;
*[24]) exit 111 ;;
esac
SH

fresh(github => { run => { command => ["$top/handler"], jobs => 4,
	retry => [ 1, 1 ], keep_hours => 1 } });
mkdir "$top/work";
spew("$top/handled", '');
spew("$top/twice", '');
chown nobody(), -1, map { "$top/$_" } qw(work handled twice)
    if defined nobody();
my @id = map { "e$_" } 100 .. 139;
put((qw(inbox spare))[ $_ % 2 ] . '/new', $id[$_]) for 0 .. $#id;
start('runner', 'run', 'github');

my %status;
for my $round (1 .. 6) {
	for my $args ([qw(replay --all github)], [qw(drop --all github)],
		[qw(replay --failed --done --later --all github)], [qw(pause github)],
		[qw(sweep)], [qw(resume github)]) {
		my ($status, undef, $err) = run($args);
		$status{$status}++;
		unlike($err, qr/error:/, "@$args") unless $status == 0;
	}
}
is_deeply([ grep { $_ !~ /\A[01]\z/ } keys %status ], [], 'no command fails');
ok(wait_for(sub { places() !~ m{/(?:new|busy|later)/} }), 'all come to an end')
    or diag(places(), said('runner'));
is(stop('runner'), 0, 'the runner ends');
my %where;
push @{ $where{ s{.*/}{}r } }, $_ for split / /, places();
is_deeply([ sort keys %where ], \@id, 'no event is lost');
is_deeply([ map { @$_ > 1 ? "@$_" : () } values %where ], [],
	'and none is in two folders');
is(slurp("$top/twice"), '', 'none was handled by two at the same time');
cmp_ok(scalar(() = slurp("$top/handled") =~ /\n/g), '>=', 40,
	'and handlers had them');
done_testing();
