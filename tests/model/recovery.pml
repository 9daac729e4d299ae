/*
 * recovery.pml - inbox_recover() in lib/inbox/inbox_recover.c, and what it
 * makes of a file in tmp/: inbox_left.c.  It may run at any time: at the start
 * of a receiver, after its first delivery, or by `hookdir sweep`.
 */
#define RECOVERY (DELIVERIES + 1) /* as the holder of a lock */

/* enum inbox_left_kind */
#define LEFT_TORN  1
#define LEFT_KNOWN 2
#define LEFT_LOST  3

/* Which marks settle() makes of what is known: inbox_left.unmarked. */
#define NEITHER     0
#define SECOND_ONLY 1
#define BOTH        2

bit recovering, recovery_killed;

/* The file: name t in tmp/ of inbox i. */
#define LEFT     now[i].tmp[t]
#define ITS_NAME SLOT_NAME(t)
#define ITS_ALSO SLOT_ALSO(t)

/* inbox_lock(LOCK_NO_WAIT) */
inline try_lock(b)
{
	if
	:: d_step {
#ifndef RECOVERY_LOCKS_NOTHING
		lock[i].is[b] == 0 || lock[i].is[b] == RECOVERY;
#endif
		lock[i].is[b] = RECOVERY
	   }
	:: d_step { lock[i].is[b] != 0 && lock[i].is[b] != RECOVERY ->
		undisturbed = false } -> goto close
	fi
}

inline find_mark(name)
{
	held = false;
	for (m : 0 .. INBOXES - 1) {
		held = held || now[m].mark[name];
	}
}

/* look_for(): the first that is known of the event */
inline look_for()
{
	d_step {
		find_mark(ITS_NAME);
#ifdef MARKS_DO_NOT_COUNT_IN_RECOVERY
		held = false;
#endif
		if
		:: held -> kind = LEFT_KNOWN; missing = SECOND_ONLY
#ifndef LINKS_DO_NOT_COUNT_IN_RECOVERY
		:: !held && linked -> kind = LEFT_KNOWN; missing = BOTH
#endif
		:: else ->
			find_mark(ITS_ALSO);
			if
			:: now[i].new[ITS_NAME] != NONE ->
				kind = LEFT_KNOWN; missing = BOTH
			:: now[i].new[ITS_NAME] == NONE && SECOND_NAMES && held ->
				kind = LEFT_KNOWN
			:: else
			fi
		fi
	}
}

/* examine(): fstat(), read_content(), look_for() */
inline examine()
{
	if
	:: d_step {
		LEFT != NONE;
		kind = (COMPLETE(i, LEFT) -> LEFT_LOST : LEFT_TORN);
#ifdef WHAT_IS_TORN_IS_BELIEVED
		kind = LEFT_LOST;
#endif
		count_links(i, LEFT);
		linked = (o > 1)
	   }
	:: else -> goto close
	fi;
#if SECOND_NAMES
	if
	:: kind == LEFT_LOST -> try_lock(BYTE(ITS_ALSO))
	:: else
	fi;
#endif
	look_for()
}

inline recovery_marks(name)
{
	if
	:: d_step { true -> now[i].mark[name] = true }
	:: d_step { FAILS; except(EVENT_OF(ITS_NAME)) } -> goto close
	fi
}

/* mark() */
inline make_missing_marks()
{
	if
	:: missing == BOTH -> recovery_marks(ITS_NAME)
	:: else
	fi;
#if SECOND_NAMES
	if
	:: missing != NEITHER -> recovery_marks(ITS_ALSO)
	:: else
	fi
#endif
}

/* fsync() of new/ */
inline recovery_flushes_new()
{
	if
	:: d_step { true -> fsync_new(i) }
	:: d_step {
		FAILS; fsync_new_fails(i); except(EVENT_OF(ITS_NAME))
	   } -> goto close
	fi
}

/* put() */
inline put()
{
	missing = BOTH;
#ifdef RECOVERY_MARKS_FIRST
	make_missing_marks();
#endif
#if !defined RECOVERY_FLUSHES_AGAIN && !defined WHAT_IS_TORN_IS_BELIEVED
	/* The bytes that were read: a flush that failed left them clean. */
	d_step {
		if
		:: content[i].is[LEFT] != SAFE -> content[i].is[LEFT] = DIRTY
		:: else
		fi
	}
#endif
#ifndef RECOVERY_DOES_NOT_FLUSH
	if
	:: d_step { true -> fsync_file(i, LEFT, t) }
	:: d_step { FAILS; fsync_file_fails(i, LEFT) } -> goto close
	fi;
#endif
	if
	:: d_step {
		now[i].new[ITS_NAME] == NONE;
		count_links(i, LEFT);
		recovery_files_nothing_from_cur = (o == 1);
		assert(recovery_files_nothing_from_cur);
		now[i].new[ITS_NAME] = LEFT;
		forsaken[i].is[ITS_NAME] = false;
		free_inodes(i);
		filed(EVENT_OF(ITS_NAME))
	   }
	:: d_step { FAILS } -> goto close
	:: now[i].new[ITS_NAME] != NONE -> undisturbed = false; goto close
	fi;
#ifndef RECOVERY_DOES_NOT_FLUSH_NEW
	recovery_flushes_new();
#endif
	make_missing_marks()
}

inline recovery_unlinks()
{
	if
	:: d_step {
		true -> LEFT = NONE;
		for (k : 0 .. DELIVERIES - 1) {
			if
			:: at[k] == i && slot[k] == t + 1 -> slot[k] = 0
			:: else
			fi
		}
		free_inodes(i);
		check()
	   }
	:: d_step { FAILS }
	fi
}

/* settle() */
inline settle()
{
	try_lock(BYTE(ITS_NAME));
	examine();
	if
	:: kind == LEFT_TORN
	:: kind == LEFT_KNOWN ->
#ifndef RECOVERY_MARKS_WHAT_IS_NOT_FLUSHED
		if
		:: missing == BOTH || (SECOND_NAMES && missing == SECOND_ONLY) ->
			recovery_flushes_new()
		:: else
		fi;
#endif
		make_missing_marks()
	:: kind == LEFT_LOST -> put()
	fi;
	recovery_unlinks();
}

/* The next file, in this inbox or the next one; or the end. */
inline go_on()
{
	do
	:: i < INBOXES && LEFT == NONE -> t++; i = i + t / SLOTS; t = t % SLOTS
	:: else -> break
	od;
	if
	:: i == INBOXES ->
		if
		:: undisturbed -> recovered()
		:: else
		fi;
		i = 0; recovering = false; undisturbed = false
	:: else
	fi
}

proctype recovery() provided (dying == 0 || recovery_killed)
{
	byte i, t, kind, missing;
	bit linked;

	/* settle_all() of each inbox */
end:	do
	:: {
		if
		:: d_step {
			!recovering;
			recovering = true; undisturbed = true;
			go_on()
		   }
		:: recovering ->
			settle();
close:			if
			:: d_step {
				true ->
				unlock(RECOVERY);
				kind = 0; linked = false; missing = NEITHER;
				t++; i = i + t / SLOTS; t = t % SLOTS;
				go_on()
			   }
			fi
		fi
	   } unless {
		d_step {
			recovery_killed;
			recovery_killed = false; dying--;
			i = 0; t = 0;
			kind = 0; linked = false; missing = NEITHER
		}
	   }
	od
}
