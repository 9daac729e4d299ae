/*
 * fetch_limit.h - how many threads of a process may wait for keys.
 *
 * Anyone can name a key that does not exist, and its source may be slow.  A
 * thread that waits for a fetch serves no other delivery.  So at most half of
 * the threads wait, and never more than FETCH_LIMIT_MOST, for the keys of all
 * providers together.  Certificates that are known have places of their own, half
 * as many, which those that are made up cannot take.  At least one thread of each
 * kind may wait.
 *
 * Safe to use from several threads.
 */
#ifndef FETCH_LIMIT_H
#define FETCH_LIMIT_H

#include <pthread.h>
#include <stdbool.h>

#include "keyset/fetcher.h"

#define FETCH_LIMIT_MOST 16
/* Milliseconds that a fetch may take, and a second more. */
#define FETCH_LIMIT_WAIT ((FETCHER_DEADLINE + 1) * 1000)
/*
 * Milliseconds that threads beyond the limit may wait for the first key of a
 * provider, from the moment at which the limit was reached.  They wait for the
 * fetch of another: their own would take longer.
 */
#define FETCH_LIMIT_PATIENCE 2000

struct fetch_limit {
	pthread_mutex_t lock;
	unsigned most, waiting, known; /* known: those for FETCH_KNOWN */
	long long full_since;          /* by CLOCK_MONOTONIC, in milliseconds */
};

/* For a process of so many threads.  False when out of memory. */
bool fetch_limit_init(struct fetch_limit *limit, long threads);

/* No thread may be waiting.  Harmless on a zeroed one. */
void fetch_limit_free(struct fetch_limit *limit);

/* The leave of one thread to wait. */
struct fetch_wait {
	struct fetch_limit *limit; /* NULL: it is not counted */
	unsigned *place;           /* the count that it is in */
	int ms;                    /* how long it may wait */
};

/* Why a thread wants to wait. */
enum fetch_wish {
	FETCH_KEY,       /* it fetches a key, or waits for its turn to do so */
	FETCH_FIRST_KEY, /* there is no key at all: it may wait a moment */
	FETCH_KNOWN,     /* it fetches a certificate that is known */
	FETCH_JOIN       /* another fetches what it needs: half of the places */
};

/*
 * May this thread wait?  limit is NULL in a process that serves one request: it
 * may wait.
 *
 * True: the caller calls fetch_limit_end() when it no longer waits.
 */
bool fetch_limit_begin(
    struct fetch_limit *limit, enum fetch_wish wish, struct fetch_wait *wait);

void fetch_limit_end(struct fetch_wait *wait);

#endif
