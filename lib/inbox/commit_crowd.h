/*
 * commit_crowd.h - for how many events a committer waits, and how long.
 *
 * A flush takes about as long for many events as for one, and those whose events
 * were answered last are about to send more.  So before each flush a committer
 * waits until most of the crowd have come: as many as came at a time lately.  It
 * waits until the last flush is as long ago as it took, and no longer than
 * COMMIT_CROWD_NS after it; then it expects fewer.  One that sends alone is the
 * whole crowd, and never waits; nor does the first one after a rest.
 *
 * This module counts.  It knows nothing of threads and jobs: its caller waits,
 * and holds a lock.  Times are of CLOCK_MONOTONIC.
 */
#ifndef COMMIT_CROWD_H
#define COMMIT_CROWD_H

#include <stdbool.h>
#include <time.h>

/* The largest crowd that is waited for. */
#define COMMIT_CROWD_MAX 64
/* How long after a flush it is waited for, at most, in nanoseconds. */
#define COMMIT_CROWD_NS 5000000L

/* Begins as COMMIT_CROWD_NONE. */
struct commit_crowd {
	unsigned size;           /* from 1 to COMMIT_CROWD_MAX */
	unsigned flushing;       /* events that are being flushed */
	long flush_ns;           /* the last flush took so long; at most 2 s */
	struct timespec flushed; /* the end of it */
};

#define COMMIT_CROWD_NONE ((struct commit_crowd){.size = 1})

/* One event more has come; so many wait now. */
void commit_crowd_came(struct commit_crowd *crowd, unsigned waiting);

/* Whether that many are enough to begin: seven eighths, for some are late. */
bool commit_crowd_is_here(const struct commit_crowd *crowd, unsigned waiting);

/* Until when a committer may wait for them. */
struct timespec commit_crowd_deadline(const struct commit_crowd *crowd);

/* It is late, and only so many wait: the others may be gone. */
void commit_crowd_is_late(struct commit_crowd *crowd, unsigned waiting);

/* So many are flushed from now on. */
void commit_crowd_goes(struct commit_crowd *crowd, unsigned n);

/* So many have been flushed, from the first time to the second. */
void commit_crowd_flushed(struct commit_crowd *crowd, unsigned n,
    const struct timespec *from, const struct timespec *to);

#endif
