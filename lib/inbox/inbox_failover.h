/*
 * inbox_failover.h - stores an event in the inbox or, if that fails, in the
 * fallback.
 *
 * Some senders never retry.  So a failure of the inbox is not reported at once:
 * the module tries the inbox a second time, and then a second inbox, the
 * fallback, on another file system.
 */
#ifndef INBOX_FAILOVER_H
#define INBOX_FAILOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "inbox/group_commit.h"
#include "inbox/inbox.h"
#include "inbox/inbox_forget.h"

/* How and where the events of all providers are stored. */
struct inbox_settings {
	const char *root;     /* absolute */
	const char *fallback; /* used when root cannot be written; or NULL */
	bool group_access;
	long dedup_days;
};

/* What all threads of a process share when they store events. */
struct inbox_shared {
	/* Only for the first inbox: the fallback is on another disk. */
	struct group_commit group_commit;
	struct inbox_dircache *dircache;
};

/* False if memory is lacking; then there is nothing to free. */
bool inbox_shared_init(struct inbox_shared *shared);

/* No inbox_failover that borrows from it may be used afterwards. */
void inbox_shared_free(struct inbox_shared *shared);

/* The inboxes of one provider: the first, and its fallback if there is one. */
struct inbox_failover {
	struct inbox inbox[2];
	size_t n;
};

/* What inbox_failover_store() reports besides its status. */
struct inbox_failover_result {
	bool again;    /* stored by the second try */
	bool fallback; /* stored in the fallback; sweep_due is the fallback's */
	/* A duplicate may be stored again; why says what failed. */
	bool unsure;
	bool by_also;     /* as in inbox.h */
	bool sweep_due;   /* as in inbox.h */
	bool recover_due; /* as in inbox.h */
	/* With again or fallback: why the first inbox failed. */
	struct reason trouble;
};

/*
 * Set up the inboxes of the provider called name.  *dst borrows settings, name
 * and shared.  shared may be NULL.
 */
void inbox_failover_of(struct inbox_failover *dst,
    const struct inbox_settings *settings, const char *name,
    struct inbox_shared *shared);

/*
 * Store the event with inbox_store() in the first inbox.  If that fails within
 * about a second, wait 50 ms and try once more.  If that fails too, store the
 * event in the fallback.  Each try writes a new file, because a flush that
 * failed must not be repeated.
 *
 * An event that was stored in either inbox is a duplicate in both.
 *
 * ST_OK or ST_DUPLICATE; ST_TRY_LATER with why set if no inbox could store it.
 */
enum status inbox_failover_store(const struct inbox_failover *inboxes,
    const struct event_file *file, time_t now,
    struct inbox_failover_result *result, struct reason *why);

/* Call inbox_forget() for both inboxes. */
enum inbox_forgot inbox_failover_forget(const struct inbox_failover *inboxes,
    const char *name, struct inbox_forgotten *result, struct reason *why);

/*
 * Call inbox_recover() for each inbox.  Sets *n to the number of events that
 * were linked to new/.  False if one failed; why is that of the last failure.
 */
bool inbox_failover_recover(const struct inbox_failover *inboxes, time_t now,
    size_t *n, struct reason *why);

/*
 * Call inbox_sweep() for each inbox.  False if one failed; why is that of the
 * last failure.
 */
bool inbox_failover_sweep(
    const struct inbox_failover *inboxes, time_t now, struct reason *why);

#endif
