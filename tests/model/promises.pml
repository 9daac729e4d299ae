/*
 * promises.pml - what must hold at every moment: "What is promised" in
 * hookdir-inbox(5).
 *
 * The names of the variables are what the verifier says if a promise is broken:
 * tests/model/commit.t looks for them.
 */
hidden byte nothing_acknowledged_is_lost, nothing_partial_is_in_new;
hidden byte nothing_is_filed_again, recovery_files_nothing_from_cur;
hidden byte recovery_makes_marks, recovery_brings_back;

bit acknowledged[EVENTS]; /* some copy of it was answered 200 */
bit taken[EVENTS];        /* a consumer had it, complete */
bit seen[EVENTS];         /* it was in new/ */

/*
 * What the manual excepts: the event may be filed again.  After a crash it may
 * lack its mark; recovery makes the mark if the event's file is still there.
 */
#define NO             0
#define UNTIL_RECOVERY 1
#define FOR_GOOD       2
byte unmarked[EVENTS];

/* Since this recovery began, nothing failed, crashed or was passed over. */
bit undisturbed;

inline except(e)
{
	unmarked[e] = FOR_GOOD;
	undisturbed = false;
}

/* Is there a mark by which each copy of event e is recognised? */
inline look_for_mark_of(e)
{
	held = false;
	for (m : 0 .. INBOXES - 1) {
		held = held || now[m].mark[KNOWN_BY(e)];
	};
	skip
}

/* After each change: the event is where a consumer or recovery finds it. */
inline check()
{
	for (k : 0 .. EVENTS - 1) {
		held = taken[k];
		for (m : 0 .. INBOXES - 1) {
			for (n : 0 .. FILES - 1) {
				held = held || (EVENT_OF(n) == k &&
				    now[m].new[n] != NONE &&
				    COMPLETE(m, now[m].new[n]));
			}
			for (n : 0 .. SLOTS - 1) {
				held = held || (EVENT_OF(SLOT_NAME(n)) == k &&
				    now[m].tmp[n] != NONE &&
				    COMPLETE(m, now[m].tmp[n]));
			}
		}
		nothing_acknowledged_is_lost = held || !acknowledged[k];
		assert(nothing_acknowledged_is_lost);
	}
	for (m : 0 .. INBOXES - 1) {
		for (n : 0 .. FILES - 1) {
			nothing_partial_is_in_new = now[m].new[n] == NONE ||
			    COMPLETE(m, now[m].new[n]);
			assert(nothing_partial_is_in_new);
		}
	};
	skip
}

/* An event came into new/. */
inline filed(e)
{
	nothing_is_filed_again = !seen[e] || unmarked[e] != NO;
	assert(nothing_is_filed_again);
	seen[e] = true;
	check();
}

/* After a crash, of one process or of the machine. */
inline crashed(power_cut)
{
	undisturbed = false;
	for (k : 0 .. EVENTS - 1) {
		/* A name that was removed may be back. */
		for (m : 0 .. INBOXES - 1) {
			for (n : 0 .. FILES - 1) {
				seen[k] = seen[k] || (EVENT_OF(n) == k &&
				    now[m].new[n] != NONE);
			}
		}
		look_for_mark_of(k);
		if
		:: seen[k] && !held && unmarked[k] == NO ->
			unmarked[k] = UNTIL_RECOVERY
		:: else
		fi;
		/* Only where all changes keep one order, what is left tells. */
		if
		:: seen[k] && !held && power_cut &&
		    (ANY_UNORDERED || INBOXES > 1) ->
			unmarked[k] = FOR_GOOD
		:: else
		fi
	}
	check();
}

/* A recovery of all inboxes is done, and nothing disturbed it. */
inline recovered()
{
	for (k : 0 .. EVENTS - 1) {
		held = taken[k];
		o = false;
		for (m : 0 .. INBOXES - 1) {
			for (n : 0 .. FILES - 1) {
				held = held || (EVENT_OF(n) == k && now[m].new[n] != NONE);
				/* A delivery that holds the lock makes it itself. */
				o = o || (EVENT_OF(n) == k &&
				    lock[m].is[BYTE(n)] == 0 &&
				    now[m].new[n] + now[m].cur[n] != NONE);
			}
		}
		recovery_brings_back = held || !acknowledged[k];
		assert(recovery_brings_back);
		look_for_mark_of(k);
		recovery_makes_marks = held || !o || unmarked[k] == FOR_GOOD;
		assert(recovery_makes_marks);
		if
		:: held && unmarked[k] == UNTIL_RECOVERY -> unmarked[k] = NO
		:: else
		fi
	};
	skip
}
