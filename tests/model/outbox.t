#!/usr/bin/perl
# The model of the steps of an event to its handler, checked exhaustively by
# spin: README says what is in it. The order of lib/outbox must hold; each wrong
# order must break the promise that stands beside it, and no other.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Model qw(search);

# Worlds: outbox.pml says what each word does.
my $STILL = '-DNO_KILLS -DNO_POWER_CUTS';
my $KILLS = '-DNO_POWER_CUTS';
my $KILL = '-DNO_POWER_CUTS -DKILLS=1';
my $CUTS = '-DNO_KILLS';
my $ANY = '-DUNORDERED';

# What is checked of the right order.
my @RIGHT = (
['kills and power cuts, replay and drop, what is done is kept',
	'-DKEEP -DCOMMANDS=1'],
['a kill, two copies, replay and drop', "$KILL -DCOPIES -DCOMMANDS=1"],
['kills, two copies, what is done is kept', "$KILLS -DCOPIES -DKEEP"],
['power cuts, two copies', "$CUTS -DCOPIES"],
['kills, changes in any order, replay and drop', "$ANY $KILLS -DCOMMANDS=1"],
['power cuts, changes in any order, a flush fails', "$ANY $CUTS -DFAULTS=1"],
['kills and power cuts, changes in any order', $ANY],
['changes in any order, two copies, replay and drop',
	"$ANY $STILL -DCOPIES -DCOMMANDS=1"],
['two copies, two who replay and drop', "$STILL -DCOMMANDS=2"],
['kills, two runners, two copies', "$KILLS -DRUNNERS=2 -DCOPIES"],
['kills, persistent handlers, two copies', "$KILLS -DPERSISTENT -DCOPIES"],
['two kills, a handler leaves a child', "$KILLS -DKILLS=2 -DCHILDREN"],
);

my $LOST = 'no_event_is_in_no_folder';
my $REPLACED = 'nothing_is_replaced_by_accident';
my $TWICE = 'none_is_handled_twice_at_once';
my $NEVER = 'each_is_handled_to_its_end';
my $STAYS = 'all_come_to_an_end';

# A wrong order, what it breaks, and with what it is seen.
my @WRONG = (
['MOVES_REPLACE', $REPLACED, "$STILL -DCOPIES"],
['UNLINK_BEFORE_LINK', $LOST, "$ANY $STILL"],
['TARGET_IS_NOT_FLUSHED', $LOST, "$ANY $CUTS"],
['SAME_FILE_IS_NOT_FLUSHED', $LOST, "$ANY"],
['FAILED_FLUSH_IS_PASSED_OVER', $LOST, "$ANY $CUTS -DFAULTS=1"],
['RENAMED_WHATEVER_THE_FILE_SYSTEM', $LOST, "$ANY $CUTS"],
['OTHER_NAMES_ARE_REMOVED_FIRST', $LOST, "$ANY"],
['COMMANDS_LOCK_NOTHING', $NEVER, "$ANY $STILL -DCOMMANDS=1"],
['NAME_IS_NOT_LOOKED_AT', $LOST, "$STILL -DCOPIES -DCOMMANDS=2"],
['OLDER_IS_NOT_LOCKED', $LOST, "$STILL -DCOPIES -DCOMMANDS=1"],
['COPIES_ARE_TAKEN_AT_ONCE', $TWICE, "$STILL -DCOPIES"],
['NO_RUN_LOCK', $TWICE, "$STILL -DRUNNERS=2 -DCOPIES"],
['LOCK_IS_NOT_INHERITED', $TWICE, $KILL],
['NOBODY_WAITS_FOR_THE_HANDLER', $TWICE, $KILL],
['JOBS_ARE_NOT_ASKED', $TWICE, "$KILL -DPERSISTENT"],
['REMOVED_BEFORE_THE_END', $NEVER, $STILL],
['WHAT_FAILED_IS_REMOVED', $NEVER, $STILL],
['WHAT_IS_LEFT_STAYS', $STAYS, $KILL],
['CHILD_KEEPS_IT', $STAYS, "$KILL -DCHILDREN"],
);

search('outbox.pml', \@RIGHT, \@WRONG);
