/* commit_crowd.c - the size of the next group, as the last ones were. */
#include "inbox/commit_crowd.h"

#define SECOND 1000000000L

void
commit_crowd_came(struct commit_crowd *crowd, unsigned waiting)
{
	unsigned n = waiting + crowd->flushing;

	if (n > COMMIT_CROWD_MAX)
		n = COMMIT_CROWD_MAX;
	if (crowd->size < n)
		crowd->size = n;
}

bool
commit_crowd_is_here(const struct commit_crowd *crowd, unsigned waiting)
{
	return waiting >= crowd->size - crowd->size / 8;
}

struct timespec
commit_crowd_deadline(const struct commit_crowd *crowd)
{
	struct timespec until = crowd->flushed;

	until.tv_nsec += crowd->flush_ns < COMMIT_CROWD_NS ? crowd->flush_ns
							   : COMMIT_CROWD_NS;
	until.tv_sec += until.tv_nsec / SECOND;
	until.tv_nsec %= SECOND;
	return until;
}

void
commit_crowd_is_late(struct commit_crowd *crowd, unsigned waiting)
{
	/* Not all at once: one slow moment must not end the large groups. */
	if (waiting < crowd->size)
		crowd->size -= (crowd->size - waiting + 3) / 4;
	if (crowd->size == 0)
		crowd->size = 1;
}

void
commit_crowd_goes(struct commit_crowd *crowd, unsigned n)
{
	crowd->flushing += n;
}

void
commit_crowd_flushed(struct commit_crowd *crowd, unsigned n,
    const struct timespec *from, const struct timespec *to)
{
	crowd->flushing -= n;
	crowd->flushed = *to;
	/* Longer times do not matter, and might overflow. */
	if (to->tv_sec - from->tv_sec > 1)
		crowd->flush_ns = SECOND;
	else
		crowd->flush_ns = (to->tv_sec - from->tv_sec) * SECOND +
				  to->tv_nsec - from->tv_nsec;
}
