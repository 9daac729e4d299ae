/*
 * lane.h - one entry of "run": its jobs, and the events that wait for them.
 *
 * What it keeps in memory is a hint, as everywhere: the folders say what there
 * is.  lane_forget() forgets it before a scan, which finds all of it again.
 */
#ifndef LANE_H
#define LANE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/run_entry.h"
#include "held.h"
#include "job.h"
#include "outbox/outbox.h"
#include "outbox/outbox_heap.h"
#include "pause.h"

/* Events that wait in memory for a job of their entry, at most. */
#define LANE_PARKED_MAX 65536

struct lane;

/* An event that may be given to a job. */
struct candidate {
	struct outbox_event event;
	struct lane *lane; /* that it waited for; or NULL */
	bool has_key;      /* it holds this key of its lane */
	struct run_key key;
};

struct lane {
	const struct run_entry *entry;
	struct job *job; /* entry->jobs of them */
	struct held held;
	/* Events that got their keys from others, in a ring.  At most one for
	 * each job: the job that ended with the key takes no other one first. */
	struct candidate *passed;
	size_t passed_first, npassed;
	struct outbox_heap parked; /* oldest first; more: others had no room */
	/* None of its handlers is started until then. */
	long long paused_until;
	struct pause pause; /* its handlers cannot be started */
	void *arg;          /* the caller's */
};

/*
 * Set up the lane of this entry, which is borrowed, as is the rest.  Each job's
 * arg is the lane; over() and changed() are the caller's to set.  False: out of
 * memory; lane_free() is due all the same.
 */
bool lane_init(struct lane *lane, const struct run_entry *entry,
    const struct job_world *world, const char *provider);

/* Nothing runs.  Frees all. */
void lane_free(struct lane *lane);

/* Are its events handled in some order? */
bool lane_is_ordered(const struct lane *lane);

/* A job that can be given an event now; or NULL. */
struct job *lane_ready(const struct lane *lane, long long now);

/* Let the event, which is not open, wait for a job. */
void lane_park(struct lane *lane, const struct outbox_event *event);

/* Let an event that has its key wait for a job: it is the next one. */
void lane_pass(struct lane *lane, const struct candidate *next);

/*
 * The next of those that wait.  False: none is kept; *more: others there were,
 * which are to be looked for.
 */
bool lane_next(struct lane *lane, struct candidate *next, bool *more);

/*
 * An event gives its key back, which passes on; to_later: it is in later/ now.
 * True: there are others, which are not kept, and are to be looked for.
 */
bool lane_give_key(struct lane *lane, const struct run_key *key, bool to_later);

/* Forget what waits and has no key: all events are going to be looked at. */
void lane_forget(struct lane *lane);

/* Is an event there that waits for a job? */
bool lane_has_waiting(const struct lane *lane);

/* When something of it is due: its jobs, or the end of a pause. */
long long lane_due(const struct lane *lane, long long now);

#endif
