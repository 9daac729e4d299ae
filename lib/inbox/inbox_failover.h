/*
 * inbox_failover.h - an event is filed, in the end somewhere.
 *
 * For senders that never send twice: a failure of the inbox is met by a second
 * try, and then by a second inbox on another file system, before it becomes an
 * answer.
 */
#ifndef INBOX_FAILOVER_H
#define INBOX_FAILOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "inbox/group_commit.h"
#include "inbox/inbox.h"

/* Where the events of all providers go, and how. */
struct inbox_settings {
	const char *root;     /* absolute */
	const char *fallback; /* takes events while root cannot, or NULL */
	bool group_access;
	long dedup_days;
};

/* What all share who store at the same time in one process. */
struct inbox_shared {
	struct group_commit
	    group_commit; /* of the first inbox; the other has its own disk */
	struct inbox_dircache *dircache;
};

/* False, with nothing to be freed, if there is no memory for it. */
bool inbox_shared_init(struct inbox_shared *shared);

/* Nothing may still be in use. */
void inbox_shared_free(struct inbox_shared *shared);

/* The inboxes of one provider: the first, and its fallback if there is one. */
struct inbox_failover {
	struct inbox inbox[2];
	size_t n;
};

/* How an event was stored, beside the status. */
struct inbox_failover_result {
	bool again;    /* by the second try */
	bool fallback; /* in the second inbox, and sweep_due is of that */
	bool unsure;   /* a repeat may be filed again: why says what failed */
	bool sweep_due;
	bool recover_due;
	struct reason trouble; /* of again and fallback: what went wrong */
};

/*
 * Set up the inboxes of a provider.  Borrows from settings, name and shared,
 * which may be NULL.
 */
void inbox_failover_of(struct inbox_failover *dst,
    const struct inbox_settings *settings, const char *name,
    struct inbox_shared *shared);

/*
 * inbox_store() into the first inbox; after a failure once more, unless that
 * took long; after another into the fallback.  Each try writes a new file: what
 * was flushed and failed is never flushed again.  All waiting that is done
 * here is 50 ms; how long the disks take is up to them, but only a first
 * failure within a second is followed by a second try.
 *
 * An event that was filed in either inbox is a repeat in both.
 *
 * ST_OK, ST_DUPLICATE; ST_TRY_LATER with why set if no inbox could take it.
 */
enum status inbox_failover_store(const struct inbox_failover *inboxes,
    const struct event_file *file, time_t now,
    struct inbox_failover_result *result, struct reason *why);

/*
 * inbox_recover() of each, *n the events that were put into new/; false with
 * why set of the last that failed.
 */
bool inbox_failover_recover(const struct inbox_failover *inboxes, time_t now,
    size_t *n, struct reason *why);

/* inbox_sweep() of each; false with why set of the last that failed. */
bool inbox_failover_sweep(
    const struct inbox_failover *inboxes, time_t now, struct reason *why);

#endif
