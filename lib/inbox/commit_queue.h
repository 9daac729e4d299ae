/*
 * commit_queue.h - stores the events of many threads in groups.
 *
 * A thread that has received an event gives it to commit_queue_store(), and is
 * free for the next request before the event is on disk.  Whoever stores the
 * event answers it.  No thread exists for this alone, and none is woken:
 *
 *   - The thread begins the event itself: it locks the event, looks for marks,
 *     and writes the file in tmp/ (inbox_failover_begin()).
 *   - If no thread is committing, this one becomes a committer: it waits for
 *     those that are likely to come (commit_crowd.h), takes all events that
 *     wait, flushes them together, then finishes and answers each; and does so
 *     again until none waits.  A single event is thus committed by the thread
 *     that has it, at once.
 *   - Otherwise the event waits, and the thread goes on.  While many wait, a
 *     thread becomes a further committer.
 *
 * An event that cannot be flushed with others is stored by its own thread: a
 * large one, or one whose file system does not keep changes in order.
 *
 * Copies of an event that is being stored do not wait with a thread: they go to
 * the list of the first.  An event has the names file->name and file->also; one
 * name in common makes a copy.  What becomes of a copy:
 *
 *   - The first was stored: the copy is a duplicate.  Both of the first's names
 *     are marked, so this is what a look for marks would say.
 *   - The first was itself a duplicate, or no inbox could store it: that says
 *     nothing of the copy, which may have another second name, or better luck.
 *     It is begun like a new event.
 *
 * The states of a job, and whose it is:
 *
 *	NEW	the caller's
 *	COPY	on the list of the first; nothing of it is locked or open
 *	BEGUN	a thread's own: its names are in the table, its locks are held,
 *		its file is in tmp/, whole but perhaps not on disk
 *	WAITING	the same, in the queue: no thread's.  There is a committer.
 *	TAKEN	the same, in a committer's group
 *	FAILED	on the list of what is left to do.  The locks are released, and
 *		nothing is open; the names are still in the table
 *	STORED	linked into new/ and marked, or found there; or refused.  The
 *		names are not in the table any more, and the copies are free
 *	DONE	answered; perhaps on the list of what is left to do
 *
 *	NEW -> COPY		a name of it is in the table
 *	NEW -> BEGUN		by its thread
 *	NEW -> STORED		it is a duplicate by a mark
 *	NEW -> FAILED		it could not be begun
 *	BEGUN -> WAITING	there is a committer
 *	BEGUN -> TAKEN		there was none
 *	WAITING -> TAKEN
 *	TAKEN -> STORED		flushed, linked and marked, or linked before
 *	TAKEN -> FAILED		the flush or the link failed; of this one only
 *	FAILED -> STORED	second try, then fallback, by one thread
 *	STORED -> DONE		by the same thread
 *	COPY -> STORED		when the first is, if that was ST_OK
 *	COPY -> NEW		when the first is, if that was not
 *
 * What always holds:
 *
 *   - While a job waits, there is a committer.  It ends only in the moment in
 *     which none waits, under the queue's mutex.
 *   - A committer waits for the disk, and a few milliseconds for more events;
 *     for no lock, no pause, and no other job.  So whoever waits for a lock
 *     waits for a job that goes on, in whichever process that is.
 *   - What may take long, or wait for a lock, is left to do: second tries,
 *     copies that are begun, and the work after an answer.  Any thread that is
 *     not a committer does what is left before it returns, so none stays; so
 *     does one that waits for room.  Work after an answer comes last.
 *   - A name is in the table from before its locks are taken until after they
 *     are released.
 *   - When every call of commit_queue_store() has returned, every job is DONE.
 *
 * What waits is bounded: a thread leaves a job and returns only while at most
 * queue->max jobs that were left, with COMMIT_QUEUE_BYTES bytes of events, are
 * not answered yet.  Otherwise it waits until many are.  So there are never more
 * jobs than queue->max and the number of threads.
 */
#ifndef COMMIT_QUEUE_H
#define COMMIT_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "inbox/commit_crowd.h"
#include "inbox/group_commit.h"
#include "inbox/inbox_failover.h"

/* Most events of a group. */
#define COMMIT_QUEUE_GROUP COMMIT_CROWD_MAX
/* What may wait while the threads that brought it go on, at most. */
#define COMMIT_QUEUE_MAX   64
#define COMMIT_QUEUE_BYTES (4UL << 20)
/* Lists of the table of names. */
#define COMMIT_QUEUE_TABLE 64

struct commit_job;

struct commit_list {
	struct commit_job *first, *last;
};

/* A name in the table. */
struct commit_name {
	struct commit_name *next;
	struct commit_job *job;
	const char *name;
};

/* What comes next for a job that is left to do. */
enum commit_next {
	COMMIT_STORE, /* it is a copy, to be begun */
	COMMIT_AGAIN, /* it failed, and is tried again */
	COMMIT_FINISH /* it was answered */
};

/* One event to be stored; the caller's memory, until finish() has it. */
struct commit_job {
	struct inbox_filing filing; /* set by the caller: three members */
	void *arg;                  /* the caller's */
	/*
	 * Called at most once, before answer(), by the thread that brings the
	 * job: it is going to store the event by itself, or to try again.
	 */
	void (*takes_long)(struct commit_job *job);
	/*
	 * Called once, with the outcome in filing.  Returns true if finish()
	 * may take long.
	 */
	bool (*answer)(struct commit_job *job);
	/* Called once, after answer().  The job may be freed. */
	void (*finish)(struct commit_job *job);

	/* The rest is the module's own. */
	struct commit_job *next; /* in whichever list it is */
	struct commit_list copies;
	struct commit_name name, also;
	struct group_commit_file file;
	enum commit_next then;
	bool let_go; /* its thread went on; counted in held and bytes */
	size_t bytes;
};

struct commit_queue {
	unsigned max;         /* jobs that may wait without their threads */
	pthread_mutex_t lock; /* for all that follows */
	pthread_cond_t room;
	pthread_cond_t crowd_is_here;
	struct commit_list queue;
	/* What is left to do: before an answer, and after it. */
	struct commit_list left, after;
	struct commit_name *table[COMMIT_QUEUE_TABLE];
	unsigned waiting;    /* jobs in the queue */
	unsigned committers; /* threads */
	struct commit_crowd crowd;
	unsigned held;  /* jobs whose threads went on, until their answers */
	size_t bytes;   /* of their events */
	unsigned stuck; /* threads that wait for room */
};

/*
 * max is at most COMMIT_QUEUE_MAX; if it is 0, each thread waits for its job.
 * False if resources are lacking; then there is nothing to free.
 */
bool commit_queue_init(struct commit_queue *queue, unsigned max);

/* No thread may be in commit_queue_store(). */
void commit_queue_destroy(struct commit_queue *queue);

/*
 * Store the event.  answer() and finish() are called by this thread or another
 * one, now or later.  This thread may do the same for others' jobs meanwhile.
 */
void commit_queue_store(struct commit_queue *queue, struct commit_job *job);

#endif
