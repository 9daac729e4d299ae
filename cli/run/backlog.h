/*
 * backlog.h - what is known of the events of one provider that wait.
 *
 * Scans say what there is; what came since is told one by one.  An event goes to
 * the lane of its entry, and there, if that has an order, its key decides when
 * it may go on.  Nothing here starts a handler.
 *
 * Looking at all names anew costs time when there are many.  It is done when
 * something says that what is known is not all, and only when somebody could
 * take an event.
 */
#ifndef BACKLOG_H
#define BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "config/run_config.h"
#include "eventfile.h"
#include "job.h"
#include "lane.h"
#include "moved.h"
#include "outbox/outbox_scan.h"

/* Milliseconds until what failed is tried again. */
#define BACKLOG_AGAIN 5000

/* What happened, for the exit status of --once. */
struct backlog_counts {
	unsigned long done, later, failed, put_back;
	unsigned long errors; /* steps and scans that failed */
};

struct backlog {
	const char *provider;
	const struct job_world *world;
	struct outbox outbox;
	struct outbox_scan scan;
	struct outbox_limits limits;
	struct lane *lane;
	size_t nlane;
	const struct run_provider *terms; /* which lane takes what */
	struct moved moved;               /* to and from later/ */

	bool is_ending; /* nothing is given out any more */
	bool scan_due;  /* what is kept is not all that there is */
	bool held_due;  /* what is in later/ is to be looked for anew */
	bool look_due;  /* there may be more: a scan when it is time for it */
	long long rest_until; /* scans of that kind do not come before this */
	size_t in_vain;       /* events since the last scan that had to wait */
	bool copy_waits;      /* for one of its id that is in busy/ */
	long long look_at;    /* when those that could not be taken may be */
	long long again;      /* nothing is given out until then */
	long long settle_at;  /* what could not be moved is tried again */
	unsigned random;      /* state of rand_r() */
	struct backlog_counts counts;
};

/*
 * Set up the backlog of this provider.  All is borrowed.  Each lane's arg is the
 * backlog.  False: out of memory; backlog_free() is due all the same.
 */
bool backlog_init(struct backlog *b, const struct job_world *world,
    const struct run_provider *terms, const struct inbox_failover *inboxes);

/* Nothing runs.  Closes all, with run.lock, and frees. */
void backlog_free(struct backlog *b);

/* Log an error, about an event unless id is "". */
void backlog_complain(struct backlog *b, const char *id, const char *what,
    const struct reason *why);

/* Give nothing out for a while: something failed that may fail for each. */
void backlog_wait(struct backlog *b);

/* There may be more than is known: look, when it is time for it. */
void backlog_look(struct backlog *b);

/* Notices of inotify were lost. */
void backlog_lost(struct backlog *b);

/* An event has come to new/ of that root, as inotify told. */
void backlog_came(struct backlog *b, size_t root, const char *file);

/* A name has come to later/ of that root, or has left it, as inotify told. */
void backlog_later_changed(
    struct backlog *b, size_t root, enum moved_way way, const char *file);

/* This process has moved the event to later/. */
void backlog_is_later(struct backlog *b, const struct outbox_event *event);

/* It has moved the event from its place in later/, to busy/. */
void backlog_was_later(struct backlog *b, const struct outbox_event *place);

/*
 * An event of the lane is back in new/ or later/, and its attempt did not count.
 * If it had a key, that is free.
 */
void backlog_back(struct lane *lane, const struct candidate *it);

/* The id of an event has left busy/. */
void backlog_left_busy(struct backlog *b);

/* Are the events of any lane handled in some order? */
bool backlog_is_ordered(const struct backlog *b);

/* The lane that takes an event of this header; NULL: none does. */
struct lane *backlog_lane(
    const struct backlog *b, const struct eventfile *file);

/*
 * The key of the event, which is open, by the order of its lane.
 * LOOKUP_NO_MEMORY; LOOKUP_NONE: it has none, and waits for nobody.
 */
enum lookup backlog_key(const struct lane *lane,
    const struct outbox_event *event, const struct eventfile *file,
    struct run_key *key);

/*
 * The next event: one that waits for a lane that is ready, or else the oldest of
 * all.  Scans if need be.  False: none is known.
 */
bool backlog_next(
    struct backlog *b, long long now, time_t wall, struct candidate *next);

#endif
