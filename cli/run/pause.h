/*
 * pause.h - pauses that double: before something is tried again that failed.
 */
#ifndef PAUSE_H
#define PAUSE_H

/* Milliseconds. */
struct pause {
	long long first, last; /* the shortest and the longest */
	long long next;        /* 0: the first */
};

/* An entry whose handler cannot be started. */
#define PAUSE_ENTRY ((struct pause){.first = 5000, .last = 300000})
/* A persistent handler that ends before it has answered anything. */
#define PAUSE_RESTART ((struct pause){.first = 1000, .last = 60000})

/* How long to pause now; the next one is twice as long. */
long long pause_take(struct pause *pause);

/* It did not fail: the next pause is the first again. */
void pause_reset(struct pause *pause);

#endif
