/*
 * recover.h - events that a crash left in busy/.
 *
 * Their attempts count: an event that kills its machine is given up in the end.
 * They go back to new/ or later/, and wait for their turn as others do.
 */
#ifndef RECOVER_H
#define RECOVER_H

#include <stdbool.h>
#include <time.h>

#include "backlog.h"

enum recovered {
	RECOVERED_ALL,  /* nothing of a former runner is in busy/ */
	RECOVERED_SOME, /* the rest is with handlers that live, or failed */
	RECOVERED_NONE /* a persistent handler lives: with which, is not known */
};

/*
 * Take up what a former runner left in busy/: it is due at due.  Its handlers
 * that live are waited for, unless that has lasted long enough: anyway.  first:
 * this runner has no persistent handler yet.
 */
enum recovered recover(struct backlog *b, time_t due, bool first, bool anyway);

#endif
