/*
 * gate.h - threads that flush files to one disk do it together.
 *
 * A file system commits its journal for whoever asks; each who asks while it
 * does so waits for the next commit.  When many threads come one by one, each
 * commit serves a few of them, and the commits take most of the machine.  Here
 * they wait until enough are there, and then all ask at once.
 *
 * Who is alone never waits.  Otherwise a group goes in when the one before it
 * is out and it is half as large as the crowd that was last seen, or has
 * waited for others as long as that one took, at most GATE_LINGER_NS.
 *
 * Knows nothing of files: between gate_enter() and gate_leave() the caller
 * does what is better done together.
 */
#ifndef GATE_H
#define GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* Longest wait for others, in nanoseconds. */
#define GATE_LINGER_NS 5000000L

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t open;     /* to all of a group: go in */
	pthread_cond_t first;    /* to the first of it: look again */
	unsigned long group;     /* number of the group that gathers */
	unsigned waiting;        /* of that group */
	unsigned inside;         /* of the one before */
	unsigned crowd;          /* most that were here at once, lately */
	struct timespec in, out; /* when the one before went in and came out */
};

/* False, with nothing to be destroyed, if there are no resources for it. */
bool gate_init(struct gate *gate);

void gate_destroy(struct gate *gate);

/*
 * Wait for the others, and go in; gate_leave() must follow, and soon.  NULL is
 * a gate that is always open.
 */
void gate_enter(struct gate *gate);
void gate_leave(struct gate *gate);

#endif
