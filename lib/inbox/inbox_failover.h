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

#include "inbox/inbox.h"
#include "inbox/inbox_forget.h"

/* How and where the events of all providers are stored. */
struct inbox_settings {
	const char *root;     /* absolute */
	const char *fallback; /* used when root cannot be written; or NULL */
	bool group_access;
	long dedup_days;
};

/* Descriptors that an event has open on its way into the inboxes, at most. */
long inbox_failover_files(const struct inbox_settings *settings);

/* The inboxes of one provider: the first, and its fallback if there is one. */
struct inbox_failover {
	struct inbox inbox[2];
	size_t n;
};

/* What is reported of an event besides its status. */
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

/* One event on its way into the inboxes.  The struct must not be moved. */
struct inbox_filing {
	/* Set by the caller, who zeroes the rest; all borrowed. */
	const struct inbox_failover *inboxes;
	const struct event_file *file;
	time_t now;

	/* ST_OK or ST_DUPLICATE; ST_TRY_LATER: no inbox could store it. */
	enum status status;
	struct inbox_failover_result result;
	struct reason why; /* with ST_TRY_LATER, and with result.unsure */

	struct inbox_commit commit; /* in the first inbox */
	struct inbox_result filed;  /* of the last try */
	/* The rest is the module's own. */
	struct inbox first, second;
	struct timespec begun, failed; /* CLOCK_MONOTONIC */
};

/*
 * Set up the inboxes of the provider called name.  *dst borrows settings, name
 * and dircache.  dircache may be NULL.
 */
void inbox_failover_of(struct inbox_failover *dst,
    const struct inbox_settings *settings, const char *name,
    struct inbox_dircache *dircache);

/*
 * Store the event with inbox_store() in the first inbox.  If that fails within
 * about a second, try once more, 50 ms after that.  If that fails too, store the
 * event in the fallback.  Each try writes a new file, because a flush that
 * failed must not be repeated.
 *
 * An event that was stored in either inbox is a duplicate in both.
 *
 * Sets status, result and why.
 */
void inbox_failover_store(struct inbox_filing *filing);

/* The states of an event that is stored in parts, and what comes next. */
enum inbox_filing_state {
	/*
	 * Locked, and written in tmp/ of the first inbox.  The caller flushes
	 * commit.fd, and then calls inbox_failover_finish(); or calls
	 * inbox_failover_alone().
	 */
	FILING_OPEN,
	/*
	 * The first inbox failed; nothing is open or locked.  The caller calls
	 * inbox_failover_again(), which may take seconds.
	 */
	FILING_FAILED,
	/* status, result and why are set; nothing is open or locked. */
	FILING_DONE
};

/*
 * The same in parts, for a caller that flushes several events together: begin in
 * the first inbox.
 */
enum inbox_filing_state inbox_failover_begin(struct inbox_filing *filing);

/*
 * Link and mark the event.  error is the outcome of the flush: an errno, or 0.
 * FILING_DONE or FILING_FAILED.
 */
enum inbox_filing_state inbox_failover_finish(
    struct inbox_filing *filing, int error);

/* Flush the event alone, and finish it. */
enum inbox_filing_state inbox_failover_alone(struct inbox_filing *filing);

/* Make the second try, and use the fallback: then it is FILING_DONE. */
void inbox_failover_again(struct inbox_filing *filing);

/* Call inbox_forget() for both inboxes. */
enum inbox_forgot inbox_failover_forget(const struct inbox_failover *inboxes,
    const char *name, const char *also, struct inbox_forgotten *result,
    struct reason *why);

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
