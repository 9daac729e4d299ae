/*
 * watch.h - how many workers watch the listening socket.
 *
 * A connection that comes wakes a worker that watches.  To wake a thread costs
 * more than to receive a small request, and a worker that has served one
 * connection takes the next by itself.  So a few workers are on watch, whether
 * they wait for a connection or serve one, and the others rest.  One that is
 * going to wait for a client, or for the disk alone, gives its watch to one that
 * rests.
 *
 * A worker may also be held up where it cannot know, as by a slow disk.  So that
 * others are not served late because a few are held up, somebody must look from
 * time to time, and call watch_extend().
 *
 * The module knows neither sockets nor requests.
 */
#ifndef WATCH_H
#define WATCH_H

#include <pthread.h>
#include <stdbool.h>

struct watch {
	pthread_mutex_t lock; /* for all that follows */
	pthread_cond_t turn;
	unsigned usual;    /* workers that may be on watch */
	unsigned extra;    /* so many more, for the moment */
	unsigned on_watch; /* workers */
	unsigned resting;  /* workers */
	bool over;
};

/* False if resources are lacking; then there is nothing to free. */
bool watch_init(struct watch *watch, unsigned usual);

/* No worker may be in watch_join(). */
void watch_free(struct watch *watch);

/*
 * Rest until this worker may be on watch, which it is afterwards.  It must not
 * be on watch.
 */
void watch_join(struct watch *watch);

/*
 * This worker, which is on watch, is so no more; the next one is woken, if one
 * rests.
 */
void watch_leave(struct watch *watch);

/*
 * To be called by a worker on watch that has found nothing to do.  Returns true
 * if it stays on watch; false if others are enough: it is not on watch any more.
 */
bool watch_stay(struct watch *watch);

/* All that are on watch are held up: let twice as many be, for the moment. */
void watch_extend(struct watch *watch);

/* Nobody rests any more. */
void watch_end(struct watch *watch);

#endif
