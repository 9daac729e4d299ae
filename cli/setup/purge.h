/*
 * purge.h - removes the inbox of one provider, and what is in it.
 *
 * Others may write in an inbox: no link in it is followed.  Call it as the
 * receiver's user, to whom all of it belongs.
 */
#ifndef PURGE_H
#define PURGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* What is still in an inbox. */
struct purge_left {
	bool exists;      /* its folder */
	size_t new_, cur; /* events */
	size_t held;      /* refused deliveries, in hold/ */
	/* Events that handlers have, are to have again, or did not manage. */
	size_t busy, later, failed;
};

/*
 * Add what is in the inbox called name, below root, to *left.  An inbox that
 * does not exist has nothing.  False with why set.
 */
bool purge_count(const char *root, const char *name, struct purge_left *left,
    struct reason *why);

/*
 * Remove the inbox and all that is in it.  One that does not exist, or of which
 * an earlier call has left something, is removed as well.  False with why set.
 */
bool purge_remove(const char *root, const char *name, struct reason *why);

#endif
