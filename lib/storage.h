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
#include "inbox.h"
#include "spool.h"

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
	struct reason trouble; /* of again and fallback: what went wrong */
};

/* Set up the inboxes of a provider.  Borrows from cfg and name. */
void storage_of(
    struct storage *dst, const struct config *cfg, const char *name);

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
 * The spool_open_fn of a struct storage: in its first inbox, then in the
 * fallback.
 */
int storage_spool(void *storage, size_t turn, struct reason *why);

/* inbox_sweep() of each; false with why set of the last that failed. */
bool storage_sweep(
    const struct storage *storage, time_t now, struct reason *why);

#endif
