/*
 * storage.h - an event is filed, in the end somewhere.
 *
 * For senders that never send twice: a failure of the inbox is met by a second
 * try, and then by a second inbox on another file system, before it becomes an
 * answer.
 */
#ifndef STORAGE_H
#define STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "config.h"
#include "flusher.h"
#include "inbox.h"
#include "spool.h"

/* What all share who store at the same time in one process. */
struct storage_shared {
	struct flusher
	    flusher; /* of the first inbox; the other has its own disk */
	struct inbox_keep *keep;
};

/* False, with nothing to be freed, if there is no memory for it. */
bool storage_shared_init(struct storage_shared *shared);

/* Nothing may still be in use. */
void storage_shared_free(struct storage_shared *shared);

/* The inboxes of one provider: the first, and its fallback if there is one. */
struct storage {
	struct inbox inbox[2];
	size_t n;
};

/* How an event was stored, beside the status. */
struct storage_result {
	bool again;    /* by the second try */
	bool fallback; /* in the second inbox, and sweep_due is of that */
	bool unsure;   /* a repeat may be filed again: why says what failed */
	bool sweep_due;
	bool recover_due;
	struct reason trouble; /* of again and fallback: what went wrong */
};

/*
 * Set up the inboxes of a provider.  Borrows from cfg, name and shared, which
 * may be NULL.
 */
void storage_of(struct storage *dst, const struct config *cfg, const char *name,
    struct storage_shared *shared);

/*
 * inbox_store() into the first inbox; after a failure once more, unless that
 * took long; after another into the fallback.  Each try writes a new file: what
 * was flushed and failed is never flushed again.  All waiting that is done
 * here is 50 ms; how long the disks take is up to them, but only a first
 * failure within a second is followed by a second try.
 *
 * An event that was filed in either inbox is a repeat in both.
 *
 * ST_OK, ST_REPEAT; ST_TRY_LATER with why set if no inbox could take it.
 */
enum status storage_store(const struct storage *storage, const char *name,
    struct span head, struct span body, time_t now,
    struct storage_result *result, struct reason *why);

/*
 * inbox_recover() of each, *n the events that were put into new/; false with
 * why set of the last that failed.
 */
bool storage_recover(
    const struct storage *storage, time_t now, size_t *n, struct reason *why);

/*
 * The spool_open_fn of a struct storage: in its first inbox, then in the
 * fallback.
 */
int storage_spool(void *storage, size_t turn, struct reason *why);

/* inbox_sweep() of each; false with why set of the last that failed. */
bool storage_sweep(
    const struct storage *storage, time_t now, struct reason *why);

#endif
