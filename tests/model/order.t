#!/usr/bin/perl
# The model of the order by key, checked exhaustively by spin: README says what
# is in it. The order of cli/run must hold; each wrong order must break the
# promise that stands beside it, and no other.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Model qw(search);

# Worlds: order.pml says what each word does.
my $FEW = '-DEVENTS=3';
my $KILL = '-DKILLS=1';

# What is checked of the right order.
my @RIGHT = (
['a kill', $KILL],
['a kill, one key', "$KILL -DONE_KEY"],
['a kill, replay and drop', "$FEW $KILL -DCOMMANDS=1"],
['replay and drop, two files of one id', '-DCOMMANDS=1 -DCOPIES'],
['replay and drop, notices are lost', "$FEW -DCOMMANDS=1 -DNOTICES=1"],
['a kill, handlers cannot be started', "$FEW $KILL -DCANNOT_START"],
['what waits for its key has no room', '-DROOM=0'],
['what failed softly is never tried again', '-DNEVER_DUE'],
);

my $ONE = 'one_of_a_key_at_once';
my $PASSED = 'none_passes_an_older_one';
my $HELD = 'a_soft_failure_holds_its_key_only';
my $NEVER = 'all_come_to_their_turn';

# A wrong order, what it breaks, and with what it is seen.
my @WRONG = (
['KEY_IS_NOT_TAKEN', $ONE, $FEW],
['LEFT_IN_BUSY_IS_NOT_WAITED_FOR', $ONE, "$FEW $KILL"],
['SOFT_FAILURE_FREES_THE_KEY', $PASSED, $FEW],
['LATER_IS_NOT_LOOKED_INTO', $PASSED, "$FEW $KILL"],
['PUT_BACK_PASSES_THE_KEY_ON', $PASSED, "$FEW -DCANNOT_START"],
['PARKED_COME_BEFORE_A_SCAN', $PASSED, '-DROOM=0'],
['KEPT_BEHIND_ONE_WITHOUT_ROOM', $PASSED, '-DONE_KEY'],
['LOST_ONES_ARE_LOOKED_FOR_WHEN_IT_IS_TIME', $PASSED, '-DNOTICES=1'],
['SOFT_FAILURE_HOLDS_ALL_KEYS', $HELD, "$FEW -DNEVER_DUE"],
['WHAT_WAITS_IS_NOT_CALLED', $NEVER, $FEW],
['NO_SCAN_FOR_WHAT_HAD_NO_ROOM', $NEVER, ''],
['CHANGES_OF_LATER_ARE_NOT_NOTICED', $NEVER, "$FEW -DCOMMANDS=1"],
['LOST_ONES_ARE_NOT_LOOKED_FOR', $NEVER, "$FEW -DNOTICES=1"],
);

search('order.pml', \@RIGHT, \@WRONG);
