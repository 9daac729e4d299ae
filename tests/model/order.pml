/*
 * order.pml - a model of the order in which a runner hands out the events of
 * one entry, by their keys: see README.
 *
 * Events come one after the other.  The second has a key of its own, all
 * others have the same.
 *
 * What else is chosen by -D:
 *	EVENTS=N       how many there are
 *	ROOM=N         so many wait for their keys in memory; others are only noted
 *	PARKED=N       the same of those that wait for a job
 *	NOTICES=N      so many notices are kept, before some are lost
 *	COPIES         events 1 and 3 are files of one id
 *	ONE_KEY        all have the same key
 *	COMMANDS=N     so often somebody replays or drops an event
 *	KILLS=N        so often the runner is killed; its handlers go on
 *	CANNOT_START   at times, a handler cannot be started
 *	NEVER_DUE      what failed softly is not tried again
 */
#ifndef EVENTS
#define EVENTS 4
#endif
#ifndef ROOM
#define ROOM 1
#endif
#ifndef PARKED
#define PARKED 1
#endif
#ifndef NOTICES
#define NOTICES 2
#endif
#ifndef COMMANDS
#define COMMANDS 0
#endif
#ifndef KILLS
#define KILLS 0
#endif
#define JOBS   2
#define KEYS   2
#ifdef ONE_KEY
#define KEY(e) 0
#else
#define KEY(e) ((e) == 2 -> 1 : 0)
#endif

/* Where each is, when it came into new/ last, and whether its NEXT has come. */
#define AWAY   0
#define NEW    1
#define BUSY   2
#define LATER  3
#define FAILED 4
#define DONE   5
byte place[EVENTS + 1], age[EVENTS + 1], ages;
bit due[EVENTS + 1];
bit replayed[EVENTS + 1];

/* Its handler, which may outlive the runner that started it. */
#define NOBODY 0
#define RUNS   1
#define GOOD   2 /* it ended well */
#define SOFT   3 /* to be tried again */
#define HARD   4 /* given up */
byte handler[EVENTS + 1];

byte commands = COMMANDS, kills = KILLS;
bit dead; /* the runner has been killed */
bit cannot_start; /* no handler can be started now */

/* What inotify tells the runner: the event has come to new/, or left later/. */
#define CAME 0
#define LEFT 1
chan notices = [NOTICES] of { bit, byte };
bit lost;

/* --- what is promised --- */

hidden byte one_of_a_key_at_once, none_passes_an_older_one;
hidden byte a_soft_failure_holds_its_key_only, all_come_to_their_turn;

hidden byte x, y;

/*
 * c is about to be handled.  One that was replayed may still be known from the
 * time before, and so come before others of which the runner has not heard.
 */
inline check(c)
{
	for (x : 1 .. EVENTS) {
		one_of_a_key_at_once = x == c || KEY(x) != KEY(c) ||
		    handler[x] == NOBODY;
		assert(one_of_a_key_at_once);
		none_passes_an_older_one = x == c || KEY(x) != KEY(c) ||
		    replayed[c] || age[x] > age[c] || place[x] == AWAY ||
		    place[x] >= FAILED;
		assert(none_passes_an_older_one);
	}
}

/* --- what the runner keeps in memory --- */

bit known[EVENTS + 1]; /* by a scan or a notice */
bit mine[EVENTS + 1];  /* a job has it */
byte jobs;             /* that are busy */

/* The table of keys. */
bit busy[KEYS], more[KEYS];
byte later[KEYS];
chan waiting0 = [EVENTS] of { byte };
chan waiting1 = [EVENTS] of { byte };
byte nwaiting;

/* Those that have their key, and those of which nobody knows the key. */
chan passed = [EVENTS] of { byte };
chan parked = [EVENTS] of { byte };
bit more_parked;

bit recovered, scan_due, held_due, look_due;

inline drain(list)
{
	do
	:: len(list) > 0 -> list?y
	:: len(list) == 0 -> break
	od;
	skip
}

inline forget_waiting()
{
	drain(waiting0);
	drain(waiting1);
	nwaiting = 0;
	more[0] = false;
	more[1] = false
}

inline forget_parked()
{
	drain(parked);
	more_parked = false
}

/* --- keys --- */

#ifdef KEY_IS_NOT_TAKEN
#define TAKE_KEY(key) skip
#else
#define TAKE_KEY(key) busy[key] = true
#endif

#ifdef SOFT_FAILURE_FREES_THE_KEY
#define HOLDS(key) false
#elif defined SOFT_FAILURE_HOLDS_ALL_KEYS
#define HOLDS(key) (later[0] + later[1] > 0)
#else
#define HOLDS(key) (later[key] > 0)
#endif

#define ALLOWS(e) (!busy[KEY(e)] && (place[e] == LATER || !HOLDS(KEY(e))))

/* Once one of a key had no room, no other one of it is kept. */
#ifdef KEPT_BEHIND_ONE_WITHOUT_ROOM
#define IS_KEPT(key) (nwaiting < ROOM)
#else
#define IS_KEPT(key) (nwaiting < ROOM && !more[key])
#endif

inline wait_for_key(e)
{
	if
	:: IS_KEPT(KEY(e)) && KEY(e) == 0 -> waiting0!e; nwaiting++
	:: IS_KEPT(KEY(e)) && KEY(e) == 1 -> waiting1!e; nwaiting++
	:: else -> more[KEY(e)] = true
	fi
}

/* The key is free: for the first that waits, or for all who look. */
inline pass_on(key)
{
	busy[key] = false;
	if
	:: HOLDS(key) -> skip
#ifndef WHAT_WAITS_IS_NOT_CALLED
	:: !HOLDS(key) && key == 0 && len(waiting0) > 0 ->
		waiting0?y; nwaiting--; passed!y; TAKE_KEY(key)
	:: !HOLDS(key) && key == 1 && len(waiting1) > 0 ->
		waiting1?y; nwaiting--; passed!y; TAKE_KEY(key)
#endif
	:: else ->
#ifndef NO_SCAN_FOR_WHAT_HAD_NO_ROOM
		if
		:: more[key] -> scan_due = true
		:: else
		fi;
#endif
		more[key] = false
	fi
}

/* --- steps --- */

#define IS_THERE(e) (place[e] == NEW || (place[e] == LATER && due[e]))

inline start(e)
{
	check(e);
	place[e] = BUSY;
	due[e] = false;
	handler[e] = RUNS;
	mine[e] = true;
	jobs++
}

/* No attempt: it is where it was, and the first of its key again. */
inline put_back(e)
{
#ifdef PUT_BACK_PASSES_THE_KEY_ON
	known[e] = true;
	pass_on(KEY(e))
#else
	forget_waiting();
	forget_parked();
	busy[KEY(e)] = false;
	scan_due = true;
	held_due = true
#endif
}

/* Has e its key already?  Then it was passed on. */
inline consider(e, has_key)
{
	if
	:: !IS_THERE(e) && has_key -> pass_on(KEY(e))
	:: !IS_THERE(e) && !has_key
	:: IS_THERE(e) && jobs == JOBS && len(parked) < PARKED -> parked!e
	:: IS_THERE(e) && jobs == JOBS && len(parked) == PARKED ->
		more_parked = true
	:: IS_THERE(e) && jobs < JOBS && !has_key && !ALLOWS(e) ->
		wait_for_key(e)
	:: IS_THERE(e) && jobs < JOBS && (has_key || ALLOWS(e)) ->
		if
		:: !has_key && place[e] == LATER && later[KEY(e)] > 0 ->
			later[KEY(e)]--
		:: else
		fi;
		TAKE_KEY(KEY(e));
		if
		:: cannot_start -> put_back(e)
		:: else -> start(e)
		fi
	fi
}

inline settle(e)
{
	mine[e] = false;
	jobs--;
	if
	:: handler[e] == GOOD -> place[e] = DONE
	:: handler[e] == HARD -> place[e] = FAILED
	:: handler[e] == SOFT ->
		place[e] = LATER;
		known[e] = true;
		later[KEY(e)]++
	fi;
	handler[e] = NOBODY;
	pass_on(KEY(e))
}

/* The oldest that is known and due. */
hidden byte first;
inline find_first()
{
	first = 0;
	for (x : 1 .. EVENTS) {
		if
		:: known[x] && (place[x] != LATER || due[x]) &&
		    (first == 0 || age[x] < age[first]) -> first = x
		:: else
		fi
	}
}

#define KNOWS(e) (known[e] && (place[e] != LATER || due[e]))
#if EVENTS == 4
#define KNOWS_ONE (KNOWS(1) || KNOWS(2) || KNOWS(3) || KNOWS(4))
#define SOME_RUN  (handler[1] == RUNS || handler[2] == RUNS || \
	handler[3] == RUNS || handler[4] == RUNS)
#else
#define KNOWS_ONE (KNOWS(1) || KNOWS(2) || KNOWS(3))
#define SOME_RUN  (handler[1] == RUNS || handler[2] == RUNS || \
	handler[3] == RUNS)
#endif

#ifdef PARKED_COME_BEFORE_A_SCAN
#define SCAN_FIRST (scan_due && len(parked) == 0)
#else
#define SCAN_FIRST scan_due
#endif

inline find_held()
{
	later[0] = 0;
	later[1] = 0;
	for (x : 1 .. EVENTS) {
		if
		:: place[x] == LATER -> later[KEY(x)]++
		:: else
		fi
	}
	held_due = false
}

inline find(where)
{
	for (x : 1 .. EVENTS) {
		known[x] = known[x] || place[x] == where
	};
	skip
}

/* All names are read anew; meanwhile, others may move them. */
inline scan()
{
	d_step {
		scan_due = false;
		forget_waiting();
		forget_parked();
#ifndef LATER_IS_NOT_LOOKED_INTO
		if
		:: held_due -> find_held()
		:: else
		fi;
#endif
		for (x : 1 .. EVENTS) {
			known[x] = false
		};
		skip
	}
	d_step { find(NEW) }
	d_step { find(LATER) }
}

/* The memory of a runner that has just begun. */
inline begin_anew()
{
	for (x : 1 .. EVENTS) {
		known[x] = false;
		mine[x] = false
	}
	jobs = 0;
	forget_waiting();
	forget_parked();
	drain(passed);
	do
	:: len(notices) > 0 -> notices?k, e
	:: len(notices) == 0 -> break
	od;
	busy[0] = false;
	busy[1] = false;
	later[0] = 0;
	later[1] = 0;
	lost = false;
	recovered = false;
	scan_due = true;
	held_due = true
}

/* What a runner that was killed left in busy/, and no handler has any more. */
inline recover()
{
	for (x : 1 .. EVENTS) {
		if
		:: place[x] == BUSY && handler[x] != RUNS ->
			handler[x] = NOBODY;
			place[x] = LATER;
			due[x] = true
		:: else
		fi
	}
	recovered = true
}

#ifdef LEFT_IN_BUSY_IS_NOT_WAITED_FOR
#define MAY_BEGIN (!dead && !recovered)
#else
#define MAY_BEGIN (!dead && !recovered && !SOME_RUN)
#endif
#define WORKS     (!dead && recovered)

#define ENDS(n) :: d_step { WORKS && mine[n] && handler[n] > RUNS -> settle(n) }

/* All that there is to read, at once. */
inline listen()
{
	do
	:: len(notices) > 0 ->
		notices?k, e;
		if
		:: k == CAME && place[e] == NEW -> known[e] = true
#ifndef CHANGES_OF_LATER_ARE_NOT_NOTICED
		:: k == LEFT -> held_due = true; scan_due = true
#endif
		:: else
		fi
	:: len(notices) == 0 -> break
	od;
#ifdef LOST_ONES_ARE_NOT_LOOKED_FOR
	lost = false;
#endif
	if
	:: lost ->
		lost = false;
		held_due = true;
#ifdef LOST_ONES_ARE_LOOKED_FOR_WHEN_IT_IS_TIME
		look_due = true
#else
		scan_due = true
#endif
	:: else
	fi;
	k = 0;
	e = 0
}

proctype runner()
{
	byte e;
	bit k;

end:	do
	:: d_step { dead -> begin_anew(); dead = false; k = 0; e = 0 }
	:: d_step { MAY_BEGIN -> recover() }
	:: d_step { WORKS && (len(notices) > 0 || lost) -> listen() }
#ifdef LOST_ONES_ARE_LOOKED_FOR_WHEN_IT_IS_TIME
	:: d_step { WORKS && look_due -> look_due = false; scan_due = true }
#endif
	:: WORKS && SCAN_FIRST -> scan()
	:: d_step {
		WORKS && !SCAN_FIRST && jobs < JOBS && len(passed) > 0 ->
		passed?e;
		consider(e, true);
		e = 0
	   }
	:: d_step {
		WORKS && !SCAN_FIRST && jobs < JOBS && len(passed) == 0 &&
		len(parked) > 0 ->
		parked?e;
		if
		:: more_parked && len(parked) == 0 ->
			more_parked = false;
			scan_due = true
		:: else
		fi;
		consider(e, false);
		e = 0
	   }
	/* Also if no job is free: another entry may have one. */
	:: d_step {
		WORKS && !SCAN_FIRST && KNOWS_ONE &&
		(jobs == JOBS || (len(passed) == 0 && len(parked) == 0)) ->
		find_first();
		e = first;
		known[e] = false;
		consider(e, false);
		e = 0
	   }
	ENDS(1)
	ENDS(2)
	ENDS(3)
#if EVENTS == 4
	ENDS(4)
#endif
	od
}

/* --- all others --- */

inline tell(kind, e)
{
	if
	:: len(notices) < NOTICES -> notices!kind, e
	:: len(notices) == NOTICES -> lost = true
	fi
}

#ifdef COPIES
#define HAS_ROOM(e) \
	((e != 1 || place[3] != NEW) && (e != 3 || place[1] != NEW))
#else
#define HAS_ROOM(e) true
#endif

inline comes(e)
{
	place[e] = NEW;
	age[e] = ages;
	ages++;
	due[e] = false;
	tell(CAME, e)
}

proctype receiver()
{
	byte e = 1;

end:	do
	:: d_step { e <= EVENTS && HAS_ROOM(e) -> comes(e); e++ }
	od
}

proctype handlers(byte e)
{
end:	do
	:: d_step { handler[e] == RUNS -> handler[e] = GOOD }
	:: d_step { handler[e] == RUNS -> handler[e] = SOFT }
	:: d_step { handler[e] == RUNS -> handler[e] = HARD }
#ifndef NEVER_DUE
	:: d_step { place[e] == LATER && !due[e] -> due[e] = true }
#endif
	od
}

proctype command(byte e)
{
end:	do
	:: d_step {
		commands > 0 && HAS_ROOM(e) && place[e] == LATER ->
		commands--;
		tell(LEFT, e);
		replayed[e] = true;
		comes(e)
	   }
	:: d_step {
		commands > 0 && HAS_ROOM(e) && place[e] == FAILED ->
		commands--;
		replayed[e] = true;
		comes(e)
	   }
	:: d_step {
		commands > 0 && place[e] == LATER ->
		commands--;
		place[e] = FAILED;
		tell(LEFT, e)
	   }
	:: d_step {
		commands > 0 && place[e] == NEW ->
		commands--;
		place[e] = FAILED
	   }
	od
}

#ifdef CANNOT_START
proctype deployment()
{
	cannot_start = true;
	cannot_start = false
}
#endif

proctype killer()
{
end:	do
	:: d_step { kills > 0 && !dead -> kills--; dead = true; recovered = false }
	od
}

/* When nobody can do anything more. */
proctype end_of_all()
{
end:	timeout -> d_step {
		for (x : 1 .. EVENTS) {
#ifdef NEVER_DUE
			a_soft_failure_holds_its_key_only = place[x] != NEW ||
			    (place[1] == LATER && KEY(1) == KEY(x)) ||
			    (place[2] == LATER && KEY(2) == KEY(x)) ||
			    (place[3] == LATER && KEY(3) == KEY(x)) ||
			    (place[EVENTS] == LATER && KEY(EVENTS) == KEY(x));
			assert(a_soft_failure_holds_its_key_only)
#else
			all_come_to_their_turn = place[x] >= FAILED;
			assert(all_come_to_their_turn)
#endif
		};
		skip
	}
}

init {
	byte i;

	atomic {
		dead = true;
		for (i : 1 .. EVENTS) {
			run handlers(i)
#if COMMANDS > 0
			;
			run command(i)
#endif
		}
		i = 0;
		run receiver();
		run runner();
#ifdef CANNOT_START
		run deployment();
#endif
#if KILLS > 0
		run killer();
#endif
		run end_of_all()
	}
}
