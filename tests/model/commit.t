#!/usr/bin/perl
# The model of the commit, checked exhaustively by spin: README says what is in
# it. The order of the code must hold; each wrong order must break the promise
# that stands beside it, and no other.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Model qw(search);

# Worlds: world.pml says what each word does. Wrong orders need only fail, so
# each has the smallest world in which it does.
my $COPIES = '-DCOPIES -DLEFTOVERS=1';
my $KILLS = "$COPIES -DNO_POWER_CUTS";
my $CUTS = "$COPIES -DNO_KILLS -DNO_RECOVERY";
my $STILL = '-DNO_CRASHES -DLEFTOVERS=2';
my $NONE = '-DNO_CONSUMER';
my $FALLBACK = "$COPIES -DTWO_INBOXES -DFAULTS=1 $NONE";
my $TWO = "$FALLBACK -DNO_RECOVERY -DUNORDERED";
my $DEBRIS = '-DCOPIES -DLEFTOVERS=2';
my $ANEW = '-DANEW -DLEFTOVERS=1';
my $GROUP = "-DGROUP -DLEFTOVERS=1 -DNO_KILLS -DNO_RECOVERY $NONE";

# What is checked of the right order; those that take longest come first.
my @RIGHT = (
['crashes, changes in any order', "$COPIES -DUNORDERED"],
['crashes, a call fails', "$COPIES -DFAULTS=1"],
['kills, two events with one signed text', "$ANEW -DNO_POWER_CUTS"],
['crashes without recovery, two events with one signed text',
	"$ANEW -DNO_RECOVERY"],
['power cuts, two events with one signed text', "$ANEW -DNO_KILLS $NONE"],
['kills, two files left in tmp/', "$DEBRIS -DNO_POWER_CUTS"],
['power cuts, two files left in tmp/', "$DEBRIS -DNO_KILLS"],
['crashes, two files left in tmp/', "$DEBRIS $NONE"],
['crashes, two calls fail', "$COPIES -DFAULTS=2 $NONE"],
['crashes, changes in any order, a call fails',
	"$COPIES -DUNORDERED -DFAULTS=1 $NONE"],
['crashes, changes in any order, two files left in tmp/',
	"$DEBRIS -DNO_RECOVERY -DUNORDERED $NONE"],
['power cuts, a flush of new/ fails and its names count as clean',
	"$CUTS -DUNORDERED -DFOLDERS_FORGET -DFAULTS=1"],
['crashes without recovery, two inboxes, changes in any order, a call fails',
	$TWO],
['kills, two inboxes, a call fails', "$FALLBACK -DNO_POWER_CUTS"],
['power cuts, two inboxes, a call fails', "$FALLBACK -DNO_KILLS"],
['no crash, calls fail', "-DCOPIES $STILL -DFAULTS=2"],
['no crash, changes in any order, calls fail',
	"-DCOPIES $STILL -DUNORDERED -DFAULTS=2"],
['no crash, two inboxes, calls fail',
	"-DCOPIES $STILL -DTWO_INBOXES -DFAULTS=2"],
['no crash, two names of two events', "-DCROSSED $STILL"],
['the queue, power cuts and recovery', "-DQUEUE $COPIES -DNO_KILLS"],
['the queue, power cuts, a call fails', "-DQUEUE $CUTS -DFAULTS=1"],
['the queue, power cuts, a group of two events', "-DQUEUE $GROUP"],
['the queue, a group of two events, a call fails',
	"-DQUEUE -DGROUP $STILL -DFAULTS=1"],
['the queue, a copy, calls fail', "-DQUEUE -DCOPIES $STILL -DFAULTS=2"],
['the queue, two events with one signed text, a call fails',
	"-DQUEUE -DANEW $STILL -DFAULTS=1"],
['the queue, two names of two events, a call fails',
	"-DQUEUE -DCROSSED $STILL -DFAULTS=1"],
);

# What takes minutes, with WIDE=1.
unshift @RIGHT, (
['crashes, two files left in tmp/, a consumer', $DEBRIS],
['crashes, two files left in tmp/, a call fails', "$DEBRIS -DFAULTS=1 $NONE"],
['crashes, changes in any order, two files left in tmp/, recovery',
	"$DEBRIS -DUNORDERED $NONE"],
['crashes, two events with one signed text', $ANEW],
['crashes, two inboxes, a call fails', $FALLBACK],
['the queue, power cuts, two files left in tmp/',
	"-DQUEUE $DEBRIS -DNO_KILLS $NONE"],
) if $ENV{WIDE};

my $LOST = 'nothing_acknowledged_is_lost';
my $PARTIAL = 'nothing_partial_is_in_new';
my $AGAIN = 'nothing_is_filed_again';
my $CUR = 'recovery_files_nothing_from_cur';
my $MARKS = 'recovery_makes_marks';
my $STAYS = 'nothing_taken_stays';
my $OTHERS = 'failures_are_of_one';
my $STUCK = 'invalid end state';

# A wrong order, what it breaks, and with what it is seen.
my @WRONG = (
['MARK_BEFORE_LINK', $LOST, "$COPIES $NONE"],
['ACKNOWLEDGED_BEFORE_FLUSH', $LOST, "$COPIES $NONE"],
['LINK_BEFORE_FLUSH', $PARTIAL, "$COPIES $NONE"],
['UNLINK_BEFORE_LINK', $LOST, $CUTS],
['UNLINK_BEFORE_MARK', $MARKS, $KILLS],
['NEW_IS_NOT_FLUSHED', $LOST, "$CUTS -DUNORDERED"],
['DUPLICATE_IS_NOT_FLUSHED', $LOST,
	"$DEBRIS -DNO_RECOVERY -DUNORDERED $NONE"],
['FLUSHED_AGAIN', $PARTIAL, "$CUTS -DFAULTS=1"],
['WHAT_WAS_NOT_FLUSHED_STAYS', $LOST,
	"$CUTS -DUNORDERED -DFOLDERS_FORGET -DFAULTS=1"],
['DUPLICATE_THAT_WAS_NOT_FLUSHED_IS_REMOVED', $LOST,
	"$DEBRIS -DNO_RECOVERY -DUNORDERED -DFAULTS=1 $NONE"],
['NO_LOCK', $AGAIN, "-DCOPIES $STILL"],
['NO_MARK', $AGAIN, "-DCOPIES $STILL"],
['MARKS_ARE_NOT_LOOKED_FOR', $AGAIN, "-DCOPIES $STILL"],
['OWN_LOCK_FIRST', $STUCK, "-DCOPIES $STILL -DTWO_INBOXES -DFAULTS=1"],
['OTHER_IS_NOT_LOCKED', $AGAIN, "-DCOPIES $STILL -DTWO_INBOXES -DFAULTS=1"],
['OTHER_IS_NOT_LOOKED_INTO', $AGAIN,
	"-DCOPIES $STILL -DTWO_INBOXES -DFAULTS=1"],
['OTHER_NEW_IS_NOT_FLUSHED', $LOST, $TWO],
['SECOND_NAME_IS_NOT_LOCKED', $AGAIN, "-DANEW $STILL"],
['NO_SECOND_MARK', $AGAIN, "-DANEW $STILL"],
['SECOND_MARK_IS_NOT_LOOKED_FOR', $AGAIN, "-DANEW $STILL"],
['BYTES_ARE_LOCKED_AS_THE_NAMES_COME', $STUCK, "-DCROSSED $STILL"],
['RECOVERY_LOCKS_NOTHING', $MARKS, $KILLS],
['RECOVERY_MARKS_FIRST', $LOST, $COPIES],
['RECOVERY_DOES_NOT_FLUSH', $PARTIAL, "$COPIES $NONE"],
['RECOVERY_DOES_NOT_FLUSH_NEW', $LOST, "$COPIES -DUNORDERED $NONE"],
['RECOVERY_MARKS_WHAT_IS_NOT_FLUSHED', $LOST, "$COPIES -DUNORDERED $NONE"],
['RECOVERY_FLUSHES_AGAIN', $PARTIAL, "$COPIES -DFAULTS=1 $NONE"],
['WHAT_IS_TORN_IS_BELIEVED', $PARTIAL, $KILLS],
['MARKS_DO_NOT_COUNT_IN_RECOVERY', $AGAIN, $KILLS],
['LINKS_DO_NOT_COUNT_IN_RECOVERY', $CUR, $KILLS],
# Not an order: what README says of a file system that forgets.
['FOLDERS_FORGET', $LOST, "$COPIES -DUNORDERED -DFAULTS=1 $NONE"],
# The hand-over.
['COPIES_ARE_FORGOTTEN', $STAYS, "-DQUEUE -DCOPIES $STILL"],
['NOBODY_IS_LATE', $STUCK, "-DQUEUE -DCOPIES $STILL"],
['COMMITTER_ENDS_WITHOUT_A_LOOK', $STAYS, "-DQUEUE -DGROUP $STILL"],
['WHAT_IS_TAKEN_STAYS_IN_THE_QUEUE', $AGAIN, "-DQUEUE -DGROUP $STILL"],
['COPIES_OF_WHAT_FAILED_ARE_DUPLICATES', $LOST,
	"-DQUEUE -DCOPIES $STILL -DFAULTS=2"],
['A_FAILURE_IS_OF_ALL', $OTHERS, "-DQUEUE -DGROUP $STILL -DFAULTS=1"],
['ANSWERED_BEFORE_THE_FLUSH', $LOST, "-DQUEUE $CUTS"],
['GROUP_IS_NOT_WRITTEN_OUT', $LOST, "-DQUEUE $GROUP"],
['GROUP_IS_NOT_TOUCHED', $LOST, "-DQUEUE $GROUP"],
);

search('commit.pml', \@RIGHT, \@WRONG);
