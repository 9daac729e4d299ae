#!/usr/bin/perl
# hookdir run on a disk that is full: moves need no room. Events are handled, put
# off, given up, replayed and dropped all the same; only what a handler said cannot
# be kept, which is said.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use Disk;
use Test::More;
use Try;

Disk::needed();

# As their names say.
my $HANDLER = <<'SH';
echo "$HOOKDIR_ID" >>"$OUT"
case $HOOKDIR_ID in
failed*) echo "it cannot"; exit 100 ;;
later*) echo "not now"; exit 111 ;;
esac
SH

# Where the events are: "failed/failed-1 new/done-1".
sub places {
	my ($w) = @_;
	return join ' ', sort map { s{.*/coral/}{}r =~ s{/\d{8}T\d{6}Z}{/NEXT}r }
	    map { glob $w->box->inbox . "/coral/$_/*" }
	    qw(new busy later failed done);
}

# A command, and what is wrong with its status, what it says, or the places.
sub does {
	my ($w, $command, $status, $says, $places) = @_;
	my $said = $w->box->hookdir(@$command);
	my @bad;
	push @bad, "status $?" if $? != $status << 8;
	push @bad, "says: $said" if $said !~ $says;
	push @bad, 'in ' . places($w) if places($w) ne $places;
	return Try::check("$w->{kind}: @$command", @bad);
}

# Handlers write elsewhere.
sub begin {
	my ($kind, $dir) = @_;
	my $w = Try::setup('cgi');
	my $box = $w->box;
	$w->{kind} = $kind;
	$w->{out} = "$box->{dir}/run/handled";
	$box->write($w->{out}, '');
	$box->{settings}{providers}{coral}{run} = {
		command => ['/bin/sh', '-c', $HANDLER], keep_hours => 1,
		retry => [1000], environment => { OUT => $w->{out} } };
	$w->{disk} = $kind eq 'tmpfs' ? bless({ box => $box,
		dir => Mounts::tmpfs($box, 'disk', 'size=512k') }, 'Disk') :
	    Disk->new($box, $kind, 'disk', $kind eq 'ext4' ? (size => '12M') : ());
	$box->{settings}{inbox} = "$w->{disk}{dir}/inbox";
	$box->settings;
	my @all = map { $w->send(Try::delivery($_))->{code} } 'first',
	    map { ("done-$_", "failed-$_", "later-$_") } 1, 2;
	Try::check("$kind: stored", grep { $_ != 200 } @all);
	return $w;
}

# All commands, on the disk that is full.
sub full {
	my ($w) = @_;
	my $box = $w->box;
	# The folders are those of a runner that was here before.
	$box->hookdir('pause', 'coral');
	$box->hookdir('run', '--once');
	$box->hookdir('resume', 'coral');
	$w->{disk}->fill_bytes;
	does($w, [qw(run --once)], 1,
	    qr{coral: failed-1: .*/errors/\S+ cannot be \w+: No space},
	    'done/done-1 done/done-2 done/first failed/failed-1 failed/failed-2 ' .
	    'later/NEXT.1.later-1 later/NEXT.1.later-2');
	does($w, [qw(replay -y --done --all coral)], 0, qr/replayed 3 events/,
	    'failed/failed-1 failed/failed-2 later/NEXT.1.later-1 ' .
	    'later/NEXT.1.later-2 new/done-1 new/done-2 new/first');
	does($w, [qw(drop coral done-1 later-2)], 0, qr/gave up 2 events/,
	    'failed/done-1 failed/failed-1 failed/failed-2 failed/later-2 ' .
	    'later/NEXT.1.later-1 new/done-2 new/first');
	does($w, [qw(replay -y --later coral later-1)], 0, qr/replayed 1 event/,
	    'failed/done-1 failed/failed-1 failed/failed-2 failed/later-2 ' .
	    'new/done-2 new/first new/later-1');
	my $left = 'failed/done-1 failed/failed-1 failed/later-2 ';
	does($w, [qw(drop -y --failed coral failed-2)], 0, qr/removed 1 event/,
	    "${left}new/done-2 new/first new/later-1");
	does($w, [qw(run --once)], 1, qr/later-1: not now/,
	    "done/done-2 done/first ${left}later/NEXT.1.later-1");
	return;
}

# And when there is space again.
sub end {
	my ($w) = @_;
	$w->{disk}->empty;
	does($w, [qw(replay -y --all coral)], 0, qr/replayed 3 events/,
	    'done/done-2 done/first later/NEXT.1.later-1 new/done-1 ' .
	    'new/failed-1 new/later-2');
	does($w, [qw(run --once)], 1, qr/\A(?!.*No space)/s,
	    'done/done-1 done/done-2 done/first failed/failed-1 ' .
	    'later/NEXT.1.later-1 later/NEXT.1.later-2');
	ok(-s $w->box->inbox . '/coral/errors/failed-1',
	    "$w->{kind}: what handlers say is kept again");
	$w->{kind} eq 'tmpfs' ? Mounts::undo($w->box, $w->{disk}{dir}) :
	    $w->{disk}->destroy;
	Try::finish($w);
	return;
}

for my $kind ('tmpfs', Disk::kinds()) {
	my $w = begin($kind);
	full($w);
	end($w);
}
done_testing();
