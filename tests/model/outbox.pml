/*
 * outbox.pml - a model of how events come to their handlers: see README.
 *
 * All files are of one id.  There is one, in new/; with -DCOPIES the receiver
 * files a second one as soon as new/ has room for it.
 *
 * What else is chosen by -D:
 *	UNORDERED      the file system does not keep changes in order
 *	KEEP           what is handled goes to done/
 *	PERSISTENT     handlers stay: they hold job.N.lock, not the event's lock
 *	CHILDREN       a handler may leave a child that has its lock
 *	RUNNERS=2      a second runner tries
 *	COMMANDS=N     so many processes replay, drop and remove
 *	KILLS=N        so many processes are killed; without it, any number
 *	NO_KILLS       none is
 *	NO_POWER_CUTS  the power is never cut
 *	FAULTS=N       so many flushes fail
 */
#ifndef RUNNERS
#define RUNNERS 1
#endif
#ifndef COMMANDS
#define COMMANDS 0
#endif
#ifndef FAULTS
#define FAULTS 0
#endif
#ifdef COPIES
#define FILES 2
#else
#define FILES 1
#endif
#define PROCESSES (RUNNERS + COMMANDS)

/* The names.  busy/ has two for two N, and later/ for two NEXT. */
#define NEW    0
#define BUSY   1
#define LATER  3
#define FAILED 5
#define DONE   6
#define NAMES  7

/* Which file has the name: 1, 2 or NONE.  disk[] is what a power cut leaves. */
#define NONE 0
byte now[NAMES], disk[NAMES];

/*
 * Who has the lock of a file: a process by its number + 1, a handler that
 * outlived its runner, or a child that a handler left.
 */
#define FREE   0
#define ORPHAN 9
byte lock[FILES + 1];
byte run_lock;

/* The handler of a file: of runner r it is r + 1. */
byte handler[FILES + 1];

/* What a runner knows of a file. */
#define NOTHING 0
#define TAKEN   1 /* its handler is about to start */
#define RUNNING 2
#define GOOD    3 /* it ended with status 0 */
#define BAD     4 /* with another one */
typedef memory {
	byte job[FILES + 1];
	byte at[FILES + 1]; /* its name in busy/ */
};
memory known[RUNNERS];

bit dead[PROCESSES]; /* it has been killed, and begins anew */
byte dying;          /* so many; the others wait until they have begun */
byte faults = FAULTS;
#ifdef KILLS
byte kills = KILLS;
#define MAY_KILL (kills > 0)
#define KILLED   kills--
#else
#define MAY_KILL true
#define KILLED   skip
#endif

/* --- what is promised --- */

hidden byte no_event_is_in_no_folder, nothing_is_replaced_by_accident;
hidden byte none_is_handled_twice_at_once, each_is_handled_to_its_end;
hidden byte all_come_to_an_end;

bit filed[FILES + 1];
bit handled[FILES + 1]; /* a handler ended with 0 since it came into new/ */
bit removed[FILES + 1]; /* on purpose */

hidden byte k, n, held;

inline check()
{
	for (k : 1 .. FILES) {
		held = !filed[k] || handled[k] || removed[k];
		for (n : 0 .. NAMES - 1) {
			held = held || now[n] == k;
		}
		no_event_is_in_no_folder = held;
		assert(no_event_is_in_no_folder);
	};
	skip
}

/* --- the file system --- */

#define FOLDER(name) ((name) == BUSY + 1 || (name) == LATER + 1 -> \
	(name) - 1 : (name))

/* The journal where the order is kept, and fsync() there. */
inline commit_all()
{
	for (n : 0 .. NAMES - 1) {
		disk[n] = now[n];
	};
	skip
}

/* fsync() of the folder of a name. */
inline flush_folder(name)
{
	for (n : 0 .. NAMES - 1) {
		if
		:: FOLDER(n) == FOLDER(name) -> disk[n] = now[n]
		:: else
		fi
	};
	skip
}

#ifdef UNORDERED
#ifndef RENAMED_WHATEVER_THE_FILE_SYSTEM
#define BY_LINK
#endif
#endif

/* A process has locked i, whose name is s; it is to be called t. */
#ifdef BY_LINK
inline link_it()
{
	if
	:: d_step {
		now[s] == NONE -> go = false
	   }
	:: d_step {
		now[s] != NONE && now[t] != NONE && now[t] != now[s] ->
		go = false
	   }
	:: d_step {
		now[s] != NONE && (now[t] == NONE || now[t] == now[s]) ->
		now[t] = now[s];
		if
		:: t == NEW && s > LATER + 1 -> handled[now[s]] = false
		:: else
		fi
	   }
	fi
}

inline flush_it()
{
	if
	:: d_step { flush_folder(t) }
#ifdef FAILED_FLUSH_IS_PASSED_OVER
	:: d_step { faults > 0 -> faults-- }
#else
	:: d_step { faults > 0 -> faults--; go = false };
	   d_step { now[t] = NONE; check() }
#endif
	fi
}

/* If somebody else has moved the source, the link was in vain. */
inline unlink_it()
{
	d_step {
		if
		:: now[s] == NONE -> go = false; now[t] = NONE
		:: else -> now[s] = NONE
		fi;
		check()
	}
}

inline move()
{
#ifdef UNLINK_BEFORE_LINK
	d_step { now[s] = NONE; check() };
	d_step { now[t] = i };
	d_step { flush_folder(t) }
#else
	same = (now[t] == now[s]);
	link_it();
	if
	:: go ->
#ifdef TARGET_IS_NOT_FLUSHED
		if
		:: same -> flush_it()
		:: else
		fi;
#else
#ifdef SAME_FILE_IS_NOT_FLUSHED
		if
		:: !same -> flush_it()
		:: else
		fi;
#else
		flush_it();
#endif
#endif
		if
		:: go -> unlink_it()
		:: else
		fi
	:: else
	fi;
	same = false
#endif
}
#else
inline move()
{
	d_step {
		if
		:: now[s] == NONE -> go = false
		:: now[s] != NONE && now[t] == now[s] -> now[s] = NONE
#ifdef MOVES_REPLACE
		:: now[s] != NONE && now[t] != now[s] ->
			nothing_is_replaced_by_accident = (now[t] == NONE);
			assert(nothing_is_replaced_by_accident);
#else
		:: now[s] != NONE && now[t] != NONE && now[t] != now[s] ->
			go = false
		:: now[s] != NONE && now[t] == NONE ->
#endif
			now[t] = now[s];
			now[s] = NONE;
			if
			:: t == NEW && s > LATER + 1 -> handled[now[t]] = false
			:: else
			fi
		fi;
		check()
	}
}
#endif

/* rename() over j, or unlink() of j before. */
inline replace()
{
	d_step {
		removed[j] = (now[t] == j || removed[j]);
#ifdef BY_LINK
		now[t] = NONE;
#else
		now[t] = now[s];
		now[s] = NONE;
#endif
		check()
	}
#ifdef BY_LINK
	move()
#endif
}

/* --- the steps --- */

inline unlock(me)
{
	if
	:: lock[i] == me -> lock[i] = FREE
	:: else
	fi
}

/* Open, lock, and look whether the name still leads there. */
inline lock_it(me)
{
	go = true;
	if
	:: d_step { lock[i] == FREE -> lock[i] = me }
	:: d_step { lock[i] != FREE -> go = false }
	fi;
	if
	:: go ->
		d_step {
#ifndef NAME_IS_NOT_LOOKED_AT
			if
			:: now[s] != i -> unlock(me); go = false
			:: else
			fi
#else
			skip
#endif
		}
	:: else
	fi
}

/* To failed/ or done/: the newer replaces the older, which is locked too. */
inline move_over(me)
{
	j = now[t];
	if
	:: j == NONE || j == i -> move()
	:: else ->
#ifndef OLDER_IS_NOT_LOCKED
		if
		:: d_step { lock[j] == FREE -> lock[j] = me }
		:: d_step { lock[j] != FREE -> go = false }
		fi;
#endif
		if
		:: go && now[t] == j -> replace()
		:: go && now[t] != j -> go = false
		:: !go
		fi;
		d_step {
			if
			:: lock[j] == me -> lock[j] = FREE
			:: else
			fi
		}
	fi;
	j = 0
}

/* --- the runner --- */

#define ME        (r + 1)
#define JOB(f)    known[r].job[f]
#define AT(f)     known[r].at[f]
#ifdef COPIES
#define WORKS     (JOB(1) != NOTHING || JOB(2) != NOTHING)
#define SOME_RUNS (handler[1] != 0 || handler[2] != 0)
#define ORPHANS   (handler[1] == ORPHAN || handler[2] == ORPHAN)
#else
#define WORKS     (JOB(1) != NOTHING)
#define SOME_RUNS (handler[1] != 0)
#define ORPHANS   (handler[1] == ORPHAN)
#endif
/* A runner has looked into busy/ when it began; then it knows what it does. */
#if defined COPIES_ARE_TAKEN_AT_ONCE
#define ID_IS_BUSY false
#elif defined NO_RUN_LOCK
#define ID_IS_BUSY WORKS
#else
#define ID_IS_BUSY (WORKS || now[BUSY] != NONE || now[BUSY + 1] != NONE)
#endif
#define IN_BUSY    (now[BUSY] == NONE -> BUSY : BUSY + 1)

/* After timeout + 10 s only a child can have the lock. */
#ifdef NOBODY_WAITS_FOR_THE_HANDLER
#define ANYWAY(f) (lock[f] == ORPHAN)
#else
#ifdef CHILD_KEEPS_IT
#define ANYWAY(f) false
#else
#define ANYWAY(f) (lock[f] == ORPHAN && handler[f] == 0)
#endif
#endif

inline forget()
{
	d_step { i = 0; j = 0; s = 0; t = 0; go = false; same = false }
}

inline begin_job()
{
	d_step {
		if
		:: go -> JOB(i) = TAKEN; AT(i) = t
		:: else -> unlock(ME)
		fi
	}
}

inline lock_or_not()
{
	if
	:: ANYWAY(i) -> go = true
	:: else -> lock_it(ME)
	fi
}

inline take()
{
	lock_or_not();
	if
	:: go -> move(); begin_job()
	:: else
	fi;
	forget()
}

inline remove_other(name)
{
	d_step {
		if
		:: now[name] == i && lock[i] == ME -> now[name] = NONE
		:: else
		fi;
		check()
	}
}

/* After a crash: with another N; then its other names are removed. */
inline again()
{
	lock_or_not();
	if
	:: go ->
#ifdef OTHER_NAMES_ARE_REMOVED_FIRST
		remove_other(NEW);
		remove_other(LATER);
#endif
		move();
		begin_job();
		if
		:: go ->
			remove_other(NEW);
			remove_other(LATER);
			remove_other(LATER + 1)
		:: else
		fi
	:: else
	fi;
	forget()
}

inline end_job()
{
	d_step {
		if
		:: go ->
			JOB(i) = NOTHING;
			AT(i) = 0;
			unlock(ME)
		:: else
		fi
	}
	forget()
}

#define IF_FREE(name, file) (now[name] == NONE || now[name] == file)

/* What a runner may do with file f. */
#define CHOICES(f) \
	:: d_step { \
		JOB(f) == TAKEN -> \
		none_is_handled_twice_at_once = !SOME_RUNS; \
		assert(none_is_handled_twice_at_once); \
		handler[f] = ME; \
		JOB(f) = RUNNING \
	   } \
	:: d_step { \
		JOB(f) == TAKEN && IF_FREE(NEW, f) -> \
		i = f; s = AT(f); t = NEW; go = true \
	   } -> move(); end_job() \
	:: d_step { \
		ENDS_WELL(f) -> i = f; s = AT(f); t = DONE; go = true \
	   } -> done() \
	:: d_step { \
		(JOB(f) == BAD || JOB(f) == TAKEN) && IF_FREE(LATER, f) -> \
		i = f; s = AT(f); t = LATER; go = true \
	   } -> move(); end_job() \
	:: d_step { \
		JOB(f) == BAD && IF_FREE(LATER + 1, f) -> \
		i = f; s = AT(f); t = LATER + 1; go = true \
	   } -> move(); end_job() \
	:: d_step { \
		JOB(f) == BAD -> i = f; s = AT(f); t = FAILED; go = true \
	   } -> move_over(ME); end_job()

#ifdef REMOVED_BEFORE_THE_END
#define ENDS_WELL(f) (JOB(f) == GOOD || JOB(f) == RUNNING)
#else
#ifdef WHAT_FAILED_IS_REMOVED
#define ENDS_WELL(f) (JOB(f) == GOOD || JOB(f) == BAD)
#else
#define ENDS_WELL(f) (JOB(f) == GOOD)
#endif
#endif

inline done()
{
#ifdef KEEP
	move_over(ME);
#else
	d_step {
		each_is_handled_to_its_end = handled[i];
		assert(each_is_handled_to_its_end);
		now[s] = NONE;
		check()
	}
#endif
	end_job()
}

/* Else it is looked at again later. */
#define IS_LEFT(f) (!WORKS && (lock[f] == FREE || ANYWAY(f)))
#if defined WHAT_IS_LEFT_STAYS
#define MAY_TRY_AGAIN(f) false
#elif defined PERSISTENT && !defined JOBS_ARE_NOT_ASKED
#define MAY_TRY_AGAIN(f) (IS_LEFT(f) && !ORPHANS)
#else
#define MAY_TRY_AGAIN(f) IS_LEFT(f)
#endif

proctype runner(byte r) provided (dying == 0 || dead[r])
{
	byte i, j, s, t;
	bit go, same;

end:	do
	:: {
#ifdef NO_RUN_LOCK
		skip;
#else
		d_step { run_lock == 0 -> run_lock = ME };
#endif
endless:	do
		:: d_step {
			now[NEW] != NONE && !ID_IS_BUSY ->
			i = now[NEW]; s = NEW; t = IN_BUSY
		   } -> take()
		:: d_step {
			now[LATER] != NONE && !ID_IS_BUSY ->
			i = now[LATER]; s = LATER; t = IN_BUSY
		   } -> take()
		:: d_step {
			now[LATER + 1] != NONE && !ID_IS_BUSY ->
			i = now[LATER + 1]; s = LATER + 1; t = IN_BUSY
		   } -> take()
		:: d_step {
			now[BUSY] != NONE && MAY_TRY_AGAIN(now[BUSY]) ->
			i = now[BUSY]; s = BUSY; t = BUSY + 1
		   } -> again()
		:: d_step {
			now[BUSY + 1] != NONE &&
			MAY_TRY_AGAIN(now[BUSY + 1]) ->
			i = now[BUSY + 1]; s = BUSY + 1; t = BUSY
		   } -> again()
		CHOICES(1)
#ifdef COPIES
		CHOICES(2)
#endif
		od
	   } unless {
		d_step {
			dead[r] -> dead[r] = false; dying--;
			i = 0; j = 0; s = 0; t = 0; go = false; same = false
		}
	   }
	od
}

/* --- replay, drop, keep_hours --- */

#ifdef COMMANDS_LOCK_NOTHING
#define LOCK_IT go = true
#else
#define LOCK_IT lock_it(c + 1)
#endif

#define CHOICE(from, to) \
	d_step { now[from] != NONE -> i = now[from]; s = from; t = to } -> LOCK_IT

inline remove()
{
	d_step {
		if
		:: go ->
			removed[i] = true;
			now[s] = NONE;
			check()
		:: else
		fi
	}
}

inline leave()
{
	d_step {
		unlock(c + 1);
		i = 0; j = 0; s = 0; t = 0; go = false; same = false
	}
}

proctype command(byte c) provided (dying == 0 || dead[c])
{
	byte i, j, s, t;
	bit go, same;

end:	do
	:: {
endless:	do
		:: CHOICE(FAILED, NEW); if :: go -> move() :: else fi; leave()
		:: CHOICE(LATER, NEW); if :: go -> move() :: else fi; leave()
#ifdef KEEP
		:: CHOICE(DONE, NEW); if :: go -> move() :: else fi; leave()
		:: CHOICE(DONE, DONE); remove(); leave()
#endif
		:: CHOICE(NEW, FAILED); if :: go -> move_over(c + 1) :: else fi;
			leave()
		:: CHOICE(LATER, FAILED);
			if :: go -> move_over(c + 1) :: else fi;
			leave()
		:: CHOICE(FAILED, FAILED); remove(); leave()
		od
	   } unless {
		d_step {
			dead[c] -> dead[c] = false; dying--;
			i = 0; j = 0; s = 0; t = 0; go = false; same = false
		}
	   }
	od
}

/* --- handlers, the receiver, and what crashes --- */

inline ends(f, how)
{
	handled[f] = (how == GOOD || handled[f]);
	if
	:: handler[f] != ORPHAN -> known[handler[f] - 1].job[f] = how
	:: handler[f] == ORPHAN && lock[f] == ORPHAN -> lock[f] = FREE
	:: else
	fi;
	handler[f] = 0
}

inline kill(p)
{
	for (k : 1 .. FILES) {
		if
#if !defined PERSISTENT && !defined LOCK_IS_NOT_INHERITED
		:: lock[k] == p + 1 && handler[k] == p + 1 -> lock[k] = ORPHAN
#endif
		:: lock[k] == p + 1 -> lock[k] = FREE
		:: else
		fi;
		if
		:: handler[k] == p + 1 -> handler[k] = ORPHAN
		:: else
		fi;
		if
		:: p < RUNNERS -> known[p].job[k] = NOTHING; known[p].at[k] = 0
		:: else
		fi
	}
	if
	:: run_lock == p + 1 -> run_lock = 0
	:: else
	fi;
	dead[p] = true;
	dying++
}

proctype handlers(byte f) provided (dying == 0)
{
end:	do
	:: d_step { handler[f] != 0 -> ends(f, GOOD) }
	:: d_step { handler[f] != 0 -> ends(f, BAD) }
#ifdef CHILDREN
	/* It is gone, and a child of it has its open file; for how long? */
	:: d_step {
		handler[f] == ORPHAN && lock[f] == ORPHAN -> handler[f] = 0
	   }
#endif
	od
}

#ifdef COPIES
/* Flushed before it is answered. */
proctype receiver() provided (dying == 0)
{
end:	d_step {
		now[NEW] == NONE && !filed[2] -> now[NEW] = 2; filed[2] = true;
#ifdef UNORDERED
		flush_folder(NEW)
#else
		commit_all()
#endif
	}
}
#endif

proctype killer(byte p) provided (dying == 0)
{
end:	do
	:: d_step { MAY_KILL && !dead[p] -> KILLED; kill(p) }
	od
}

#ifndef NO_POWER_CUTS
proctype power() provided (dying == 0)
{
	byte p;

end:	do
	:: d_step {
		for (n : 0 .. NAMES - 1) {
			now[n] = disk[n];
		}
		for (p : 0 .. PROCESSES - 1) {
			kill(p)
		}
		for (k : 1 .. FILES) {
			lock[k] = FREE;
			handler[k] = 0
		}
		p = 0;
		check()
	   }
	od
}

proctype kernel(byte name) provided (dying == 0)
{
end:	do
#ifdef UNORDERED
	:: d_step { disk[name] != now[name] -> disk[name] = now[name] }
#else
	:: d_step { name == NEW -> commit_all() }
#endif
	od
}
#endif

/* When nobody can do anything more. */
proctype end_of_all()
{
end:	timeout -> all_come_to_an_end = now[NEW] + now[BUSY] + now[BUSY + 1] +
	    now[LATER] + now[LATER + 1] == 0;
	assert(all_come_to_an_end)
}

init {
	byte x;

	atomic {
		now[NEW] = 1;
		disk[NEW] = 1;
		filed[1] = true;
		for (x : 0 .. RUNNERS - 1) {
			run runner(x)
		}
		for (x : RUNNERS .. PROCESSES - 1) {
			run command(x)
		}
		for (x : 1 .. FILES) {
			run handlers(x)
		}
#ifdef COPIES
		run receiver();
#endif
#ifndef NO_KILLS
		for (x : 0 .. PROCESSES - 1) {
			run killer(x)
		}
#endif
#ifndef NO_POWER_CUTS
		run power();
#ifdef UNORDERED
		for (x : 0 .. NAMES - 1) {
			run kernel(x)
		}
#else
		run kernel(NEW)
#endif
#endif
		run end_of_all();
		x = 0
	}
}
