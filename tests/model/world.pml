/*
 * world.pml - who sends what, and where it is filed.
 *
 * What is chosen by -D:
 *	UNORDERED       neither inbox keeps changes in order
 *	TWO_INBOXES     there is a fallback; nobody tries the first inbox twice
 *	NO_CRASHES      nothing crashes: then a deadlock ends the run
 *	NO_KILLS        no single process is killed
 *	NO_RECOVERY     nobody recovers
 *	QUEUE           events are handed over: queue.pml
 *	NO_POWER_CUTS   the power is never cut
 *	NO_CONSUMER     nobody takes events from new/
 *	FAULTS=N        so many system calls fail
 *	FOLDERS_FORGET  when a flush of new/ failed, the next one takes its names
 *	                for written, as with files
 *
 * and which deliveries are on their way:
 *	COPIES          two copies of one event
 *	GROUP           two events, with one name each
 *	ANEW            two deliveries with one signed text, and two ids
 *	CROSSED         two events, whose names lock the same two bytes
 */
#ifdef NO_CRASHES
#define NO_POWER_CUTS
#endif

#ifndef FAULTS
#define FAULTS 0
#endif

#ifdef TWO_INBOXES
#define INBOXES     2
#define LAST_TRY    2
#define NEXT_TRY(d) 2
#else
#define INBOXES     1
#define LAST_TRY    1
#define NEXT_TRY(d) 1
#endif

#ifdef UNORDERED
#define ORDERED(i)    false
#define ANY_UNORDERED true
#else
#define ORDERED(i)    true
#define ANY_UNORDERED false
#endif

/* EVENT(d) is the event of delivery d, NAME(d) and ALSO(d) its names. */
#define DELIVERIES 2

#if defined GROUP
#define EVENTS       2
#define FILES        2
#define NAMES        2
#define SECOND_NAMES 0
#define ALSO(d)      0
#define BYTES        2
#define BYTE(name)   (name)
#define KNOWN_BY(e)  (e)
#elif defined ANEW
#define EVENTS       1
#define FILES        2
#define NAMES        3
#define SECOND_NAMES 1
#define ALSO(d)      2
#define BYTES        3
#define BYTE(name)   (name)
#define KNOWN_BY(e)  2
#elif defined CROSSED
#define EVENTS       2
#define FILES        2
#define NAMES        4
#define SECOND_NAMES 1
#define ALSO(d)      (2 + (d))
#define BYTES        2
#define BYTE(name)   ((name) == 1 || (name) == 2)
#define KNOWN_BY(e)  (e)
#else /* COPIES */
#define EVENTS       1
#define FILES        1
#define NAMES        1
#define SECOND_NAMES 0
#define ALSO(d)      0
#define BYTES        1
#define BYTE(name)   0
#define KNOWN_BY(e)  0
#endif

#define NAME(d)        ((d) % FILES)
#define EVENT_OF(name) ((name) % EVENTS)
#define EVENT(d)       EVENT_OF(NAME(d))

/*
 * The names in tmp/: NAME.SHA256.  The time of arrival is in the file, so each
 * delivery has a name of its own there, and each repeat of it has a new one; only
 * the second try of inbox_failover_store() has the same.  No more than LEFTOVERS
 * of one event are there at once: a delivery waits until one is gone.
 */
#ifndef LEFTOVERS
#define LEFTOVERS 2
#endif
#define SLOTS        (FILES * LEFTOVERS)
#define SLOT_NAME(t) NAME(t)
#define SLOT_ALSO(t) ALSO(SLOT_NAME(t))

/* The bytes that a delivery locks, the lower one first. */
#define LOWER(d) (BYTE(NAME(d)) < BYTE(ALSO(d)))
#if !SECOND_NAMES || defined BYTES_ARE_LOCKED_AS_THE_NAMES_COME
#define FIRST_BYTE(d) BYTE(NAME(d))
#define LAST_BYTE(d)  BYTE(ALSO(d))
#else
#define FIRST_BYTE(d) (LOWER(d) * BYTE(NAME(d)) + !LOWER(d) * BYTE(ALSO(d)))
#define LAST_BYTE(d)  (LOWER(d) * BYTE(ALSO(d)) + !LOWER(d) * BYTE(NAME(d)))
#endif

/* For each inbox: more are never in use at once. */
#ifndef INODES
#define INODES 5
#endif

/* So many processes are about to die; the others wait. */
byte dying;
