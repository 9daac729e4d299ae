/* fetch_limit.c - counts the threads that wait. */
#include <time.h>

#include "keyset/fetch_limit.h"

bool
fetch_limit_init(struct fetch_limit *limit, long threads)
{
	long most = threads / 2;

	if (most < 1)
		most = 1;
	if (most > FETCH_LIMIT_MOST)
		most = FETCH_LIMIT_MOST;
	*limit = (struct fetch_limit){.most = 0};
	if (pthread_mutex_init(&limit->lock, NULL) != 0)
		return false;
	limit->most = (unsigned)most;
	return true;
}

void
fetch_limit_free(struct fetch_limit *limit)
{
	if (limit->most > 0)
		pthread_mutex_destroy(&limit->lock);
	limit->most = 0;
}

static long long
ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* How many may wait in the same count, for this. */
static unsigned
places(const struct fetch_limit *limit, enum fetch_wish wish)
{
	if (wish == FETCH_KNOWN && limit->most == 1)
		return 1;
	return wish == FETCH_KNOWN || wish == FETCH_JOIN ? limit->most / 2
							 : limit->most;
}

bool
fetch_limit_begin(
    struct fetch_limit *limit, enum fetch_wish wish, struct fetch_wait *wait)
{
	long long left = FETCH_LIMIT_WAIT;
	unsigned *place;

	*wait = (struct fetch_wait){.ms = FETCH_LIMIT_WAIT};
	if (limit == NULL)
		return true;
	place = wish == FETCH_KNOWN ? &limit->known : &limit->waiting;
	pthread_mutex_lock(&limit->lock);
	if (*place < places(limit, wish)) {
		wait->limit = limit;
		wait->place = place;
		++*place;
		if (limit->waiting == limit->most && wish != FETCH_KNOWN)
			limit->full_since = ticks();
	} else {
		left = wish != FETCH_FIRST_KEY
			   ? 0
			   : limit->full_since + FETCH_LIMIT_PATIENCE - ticks();
	}
	pthread_mutex_unlock(&limit->lock);
	wait->ms = (int)left;
	return left > 0;
}

void
fetch_limit_end(struct fetch_wait *wait)
{
	if (wait->limit == NULL)
		return;
	pthread_mutex_lock(&wait->limit->lock);
	--*wait->place;
	pthread_mutex_unlock(&wait->limit->lock);
	wait->limit = NULL;
}
