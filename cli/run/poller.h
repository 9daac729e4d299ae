/*
 * poller.h - waits for many descriptors, and calls who waits for each.
 *
 * For a loop in one thread: handlers' output, their ends, folders that change.
 */
#ifndef POLLER_H
#define POLLER_H

#include <stdbool.h>
#include <stddef.h>

/* One descriptor that is watched; part of the caller's own struct. */
struct poll_watch {
	/* fd can be read, or has come to its end. */
	void (*ready)(void *arg, long long now);
	void *arg;
	int fd;        /* -1: it is not watched */
	unsigned turn; /* the module's own */
};

/* One that is not watched. */
#define POLL_WATCH_NONE ((struct poll_watch){.fd = -1})

struct poller {
	int ep;
	unsigned turn;
};

/* False, with errno set: no descriptor was to be had. */
bool poller_open(struct poller *poller);
void poller_close(struct poller *poller);

/*
 * Watch fd: ready(arg) is called whenever it can be read.  *watch must stay where
 * it is until poller_leave().  False with errno set.
 */
bool poller_watch(struct poller *poller, struct poll_watch *watch, int fd);

/*
 * Watch it no more; to be called before fd is closed.  Harmless if it is not
 * watched.  May be called by any ready(): what it leaves is not called after.
 */
void poller_leave(struct poller *poller, struct poll_watch *watch);

/*
 * Wait until something can be read, at most so many milliseconds (-1: for ever),
 * and call each ready().  False with errno set: it cannot wait any more.
 */
bool poller_wait(struct poller *poller, long long most);

/* Milliseconds of CLOCK_MONOTONIC. */
long long poller_clock(void);

/* The earlier of two times of that clock. */
long long poller_earlier(long long a, long long b);

#endif
