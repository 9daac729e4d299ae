#!/usr/bin/perl
# hookdir watch: a line for whatever happens to an event, in both inboxes.
use strict;
use warnings;
use FindBin;
use JSON::PP ();
use lib "$FindBin::Bin/lib";
use Cli;
use Outbox;
use Test::More;
use Time::HiRes qw(sleep);

secret('coral.secret', CORAL_OLD);
my $box = "$top/inbox/github";
my $seen = '';

# The lines that come, without their times; nothing else may.
sub lines {
	my ($key, $name, @want) = @_;
	my @got;
	wait_for(sub {
		@got = map { s/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ //r }
		    split /\n/, substr slurp("$top/$key.out"), length $seen;
		return @got >= @want;
	}, 30);
	$seen = slurp("$top/$key.out");
	is_deeply(\@got, \@want, $name);
	return;
}

# As the receiver: complete, by a link.
sub file {
	my ($where, $id, %how) = @_;
	my ($root) = split m{/}, $where;
	my $tmp = put("$root/tmp", "t.$id", name => $id, %how);
	link $tmp, "$top/$root/github/new/$id" or die;
	unlink $tmp;
	return;
}

sub begin {
	my ($key, @args) = @_;
	$seen = '';
	start($key, 'watch', @args);
	ok(wait_for(sub { said($key) =~ /watching \d+ provider/ }), "$key: begun")
	    or diag(said($key));
	return;
}

is_run([qw(watch gihub)], {}, 1, '', qr/did you mean "github"/, 'misspelt')
    if settings({ github => { secret_file => 'coral.secret', preset => 'github' } });
settings({});
is_run([qw(watch)], {}, 1, '', qr/there are no providers/, 'no provider');

fresh();
put('inbox/new', 'old');
put('inbox/busy', 'stuck', file => '2.stuck');
begin('watch');
file('inbox/new', 'a', type => 'a%20b');
lines('watch', 'new', 'github new      a%20b a');
file('spare/new', "b");
lines('watch', 'in the fallback', 'github new      push b');
rename "$box/new/a", "$box/busy/1.a";
lines('watch', 'started', 'github started  a%20b a attempt 1');
spew("$box/errors/a", "exit status 75\n\e[2J");
Cli::give_to(nobody()) if defined nobody();
rename "$box/busy/1.a", "$box/later/20991231T000000Z.1.a";
lines('watch', 'put off',
	'github later    a%20b a attempt 1 next 2099-12-31T00:00:00Z: exit status 75');
is_run([qw(replay --later github a)], {}, 0, qr/replayed 1/, '', 'replay');
lines('watch', 'replayed', 'github replayed a%20b a');
is_run([qw(drop github a)], {}, 0, qr/gave up 1/, '', 'drop');
lines('watch', 'dropped', 'github dropped  a%20b a');
unlink "$box/busy/2.stuck";
lines('watch', 'done, and removed: it had begun before', 'github done     - stuck attempt 2');
# Where moves are link and unlink.
link "$box/new/old", "$box/busy/1.old" or die;
unlink "$box/new/old";
lines('watch', 'without renames', 'github started  push old attempt 1');
link "$box/busy/1.old", "$box/failed/old" or die;
unlink "$box/busy/1.old";
lines('watch', 'given up', 'github failed   push old attempt 1');
file('inbox/new', 'x', type => "%1b[2J\xff");
lines('watch', 'no bytes that move a cursor', 'github new      %1b[2J\xff x');
hostile("$box/new");
file('inbox/new', 'last');
ok(wait_for(sub { said('watch') =~ /push last\n/ }), 'links, pipes and folders');
unlike(said('watch'), qr/outside/, 'are not followed');
is(stop('watch'), 'signal 15', 'ends at once');

# --- a runner, whose folders are not there yet ---
fresh(github => { run => { command => ['true'] } });
File::Path::remove_tree(map { "$box/$_" } qw(busy later failed done errors));
begin('json', '--json', 'github');
file('inbox/new', 'j');
start('runner', 'run', 'github');
ok(wait_for(sub { slurp("$top/json.out") =~ /"done"/ }), 'with a runner')
    or diag(said('json'), said('runner'));
my @row = map { JSON::PP->new->decode($_) } split /\n/, slurp("$top/json.out");
is(join(' ', map { "$_->{event}:$_->{id}:$_->{type}:$_->{attempts}" } @row),
	'new:j:push:0 started:j:push:1 done:j:push:1', 'each of its steps, once');
is(stop('runner'), 0, 'the runner ends');

# --- an inbox that is replaced, as by an unpacked backup ---
rename $box, "$top/away" or die;
mkdir $box, 0700;
mkdir "$box/$_", 0700 for qw(tmp new cur dedup busy later failed done errors);
spew("$box/lock", '');
Cli::give_to(nobody()) if defined nobody();
ok(wait_for(sub {
	put('inbox/new', 'again' . int rand 1e9);
	sleep 0.5;
	return slurp("$top/json.out") =~ /"again/;
}, 30), 'an inbox that is replaced is watched on');
stop('json');
done_testing();
