/*
 * filing.pml - the steps of a delivery: inbox_store() in lib/inbox/inbox.c.
 * Each step is one system call, or what no other process can come between.
 */
#define OK        0
#define DUPLICATE 1
#define TRY_LATER 2

/* Of each delivery; at[] and file[] are in disk.pml. */
byte status[DELIVERIES];
byte try[DELIVERIES];       /* 0, 1: the first inbox; 2: the fallback */
bit sees_other[DELIVERIES]; /* commit.other is open */
bit inside[DELIVERIES];     /* a process has it */
bit answered[DELIVERIES];   /* with 200: its sender sends it no more */
bit killed[DELIVERIES];     /* its process was, just now */

typedef bytes {
	byte is[BYTES]; /* the number of the delivery that holds it, + 1; or 0 */
};

bytes lock[INBOXES];

#define OTHER(d) (1 - at[d])

/* A system call fails; so many do in one run. */
byte faults = FAULTS;

#define FAILS faults > 0 -> faults--; undisturbed = false

/* --- opening and locking --- */

/* inbox_dir_look() of the other inbox, inbox_dir_open() of this one */
inline open_inboxes(d)
{
#if INBOXES > 1
	if
	:: d_step { true -> sees_other[d] = true; inside[d] = true }
	/* result->blind: the manual excepts it. */
	:: d_step { FAILS; except(EVENT(d)); inside[d] = true }
	:: d_step { FAILS; status[d] = TRY_LATER; inside[d] = true } -> goto next
	fi
#else
	skip
#endif
}

#define LOCKS(d, i) (i == at[d] || sees_other[d])

/* lock_byte() */
inline lock_byte(d, i, b)
{
	d_step {
		!LOCKS(d, i) || lock[i].is[b] == 0;
		if
		:: LOCKS(d, i) -> lock[i].is[b] = d + 1; inside[d] = true
		:: else
		fi
	}
}

/* inbox_lock(): the lower byte first */
inline lock_names(d, i)
{
	lock_byte(d, i, FIRST_BYTE(d));
#if SECOND_NAMES && !defined SECOND_NAME_IS_NOT_LOCKED
	lock_byte(d, i, LAST_BYTE(d))
#endif
}

/* lock_event(): inbox 0 has the lower root */
inline lock_event(d)
{
#ifdef NO_LOCK
	inside[d] = true
#elif INBOXES == 1
	lock_names(d, 0)
#elif defined OTHER_IS_NOT_LOCKED
	lock_names(d, at[d])
#elif defined OWN_LOCK_FIRST
	lock_names(d, at[d]);
	lock_names(d, OTHER(d))
#else
	lock_names(d, 0);
	lock_names(d, 1)
#endif
}

/* inbox_dir_close() */
inline unlock(holder)
{
	for (m : 0 .. INBOXES - 1) {
		for (k : 0 .. BYTES - 1) {
			if
			:: lock[m].is[k] == holder -> lock[m].is[k] = 0
			:: else
			fi
		}
	}
	skip
}

/* --- marks --- */

#if SECOND_NAMES && !defined SECOND_MARK_IS_NOT_LOOKED_FOR
#define IS_MARKED(i, d) (now[i].mark[NAME(d)] || now[i].mark[ALSO(d)])
#else
#define IS_MARKED(i, d) now[i].mark[NAME(d)]
#endif

/* write_mark() */
inline write_mark(d, name)
{
	if
	:: d_step { true -> now[at[d]].mark[name] = true }
	/* result->unmarked: the manual excepts it. */
	:: d_step { FAILS; except(EVENT(d)) }
	fi
}

/* mark(); mark_name() if it is a duplicate */
inline mark_names(d)
{
#ifdef NO_MARK
	skip
#else
	write_mark(d, NAME(d));
#if SECOND_NAMES && !defined NO_SECOND_MARK
	if
	:: status[d] != DUPLICATE -> write_mark(d, ALSO(d))
	:: else
	fi
#endif
#endif
}

/* --- looking for the event --- */

#define SUSPECT(d) (try[d] == 2) /* inbox->suspect of the first inbox */

/* look_elsewhere(), with the other inbox open */
inline look_elsewhere(d)
{
	if
	:: IS_MARKED(OTHER(d), d) -> status[d] = DUPLICATE; goto close
	/* faccessat() */
	:: !IS_MARKED(OTHER(d), d) && !SUSPECT(d) &&
	    now[OTHER(d)].new[NAME(d)] != NONE ->
		if
		:: d_step {
			true -> status[d] = DUPLICATE;
#ifndef OTHER_NEW_IS_NOT_FLUSHED
			fsync_new(OTHER(d))
#endif
		   }
			write_mark(d, NAME(d));
			goto close
		/* result->blind */
		:: d_step { FAILS; fsync_new_fails(OTHER(d)); except(EVENT(d)) }
		fi
	:: else
	fi
}

/* look() */
inline look(d)
{
	if
#ifndef MARKS_ARE_NOT_LOOKED_FOR
	:: IS_MARKED(at[d], d) -> status[d] = DUPLICATE; goto close
#endif
	:: else
	fi;
#if INBOXES > 1 && !defined OTHER_IS_NOT_LOOKED_INTO
	if
	:: sees_other[d] -> look_elsewhere(d)
	:: else
	fi
#endif
}

/* --- the file in tmp/ --- */

/* open_file(), write_event() */
inline write_tmp(d)
{
	if
	:: d_step {
		slot[d] == 0 && SLOT_OF(d) != 0;
		slot[d] = SLOT_OF(d)
	   }
	/* The first try could not remove its file. */
	:: d_step {
		slot[d] != 0;
		/* Recovery has filed it, and may not have come to its mark. */
		count_links(at[d], TMP(d));
		if
		:: o > 1 -> except(EVENT(d))
		:: else
		fi;
		TMP(d) = NONE;
		free_inodes(at[d]);
		check()
	   }
	fi;
	if
	:: d_step { true -> create(d) }
	:: d_step { FAILS; slot[d] = 0; status[d] = TRY_LATER } -> goto close
	fi;
	if
	:: d_step { true -> content[at[d]].is[file[d]] = DIRTY }
	:: d_step { FAILS; status[d] = TRY_LATER } -> goto close
	fi
}

/* ftruncate() in fail_flush(): recovery must not take the file for whole */
inline give_up(d)
{
	if
	:: d_step {
		true -> content[at[d]].is[file[d]] = PART;
		status[d] = TRY_LATER
	   }
	:: d_step { FAILS; status[d] = TRY_LATER }
	fi
}

/* The flush of one: group_commit_flush(), and inbox_finish() if it failed. */
inline flush_file(d)
{
	if
	:: d_step { true -> fsync_file(at[d], file[d], slot[d] - 1) }
	:: d_step { FAILS; fsync_file_fails(at[d], file[d]) }
#ifndef FLUSHED_AGAIN
		give_up(d);
		goto close
#endif
	fi
}

/* close_file() */
inline unlink_tmp(d)
{
	if
	:: d_step {
		file[d] != NONE && slot[d] != 0;
		TMP(d) = NONE;
		slot[d] = 0;
		free_inodes(at[d]);
		check()
	   }
	/* result->recover_due */
	:: d_step { file[d] != NONE && slot[d] != 0 && FAILS }
	:: file[d] == NONE || slot[d] == 0
	fi
}

/* --- the name in new/ --- */

#define NEW(d) now[at[d]].new[NAME(d)]

/* linkat() in deliver() */
inline link_new(d)
{
	if
	:: NEW(d) != NONE -> status[d] = DUPLICATE
	:: d_step {
		NEW(d) == NONE;
		NEW(d) = file[d];
		forsaken[at[d]].is[NAME(d)] = false;
		free_inodes(at[d]);
		filed(EVENT(d))
	   }
	:: d_step { FAILS; status[d] = TRY_LATER } -> goto close
	fi
}

/* unlinkat() in flush_new(); a consumer may have been faster */
inline unlink_new(d)
{
	d_step {
		if
		:: NEW(d) == NONE -> except(EVENT(d))
		:: else -> seen[EVENT(d)] = taken[EVENT(d)]
		fi;
		NEW(d) = NONE;
		forsaken[at[d]].is[NAME(d)] = false;
		free_inodes(at[d]);
		check()
	}
}

#ifdef DUPLICATE_IS_NOT_FLUSHED
#define FLUSHES_NEW(d) (!ORDERED(at[d]) && status[d] == OK)
#elif defined NEW_IS_NOT_FLUSHED
#define FLUSHES_NEW(d) false
#else
#define FLUSHES_NEW(d) (!ORDERED(at[d]))
#endif

#ifdef WHAT_WAS_NOT_FLUSHED_STAYS
#define UNLINKS_NEW(d) false
#elif defined DUPLICATE_THAT_WAS_NOT_FLUSHED_IS_REMOVED
#define UNLINKS_NEW(d) true
#else
#define UNLINKS_NEW(d) (status[d] == OK)
#endif

/* flush_new(): not needed where changes keep their order */
inline flush_new(d)
{
	if
	:: d_step { FLUSHES_NEW(d) -> fsync_new(at[d]) }
	:: d_step { FLUSHES_NEW(d) && FAILS; fsync_new_fails(at[d]) }
		if
		:: UNLINKS_NEW(d) -> unlink_new(d)
#ifdef WHAT_WAS_NOT_FLUSHED_STAYS
		/* A consumer may take it; that is not what this is about. */
		:: !UNLINKS_NEW(d) -> except(EVENT(d))
#endif
		:: else
		fi;
		status[d] = TRY_LATER;
		goto close
	:: !FLUSHES_NEW(d)
	fi
}

/* --- the answer --- */

/* The delivery is in no process any more. */
inline leave(d)
{
	inside[d] = false;
	status[d] = OK;
	sees_other[d] = false;
	at[d] = 0;
	try[d] = 0;
	slot[d] = 0
}

inline acknowledge(d)
{
	d_step {
		acknowledged[EVENT(d)] = true;
		check()
	}
}
