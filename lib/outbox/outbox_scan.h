/*
 * outbox_scan.h - which event is next, among any number of them.
 *
 * A scan reads the names and times of all that waits in new/ and later/, in all
 * roots, and keeps the oldest: those that are due by (time, id), those that are
 * not by the time at which they are.  What it keeps is bounded, so that millions
 * of events may wait.  Taking what it keeps needs no scan, and neither does one
 * event more that is told to it.  Only when what it kept is used up, and there
 * was more, the next scan is due.
 *
 * The order is that of the time at which an event came (mtime).  An event of
 * later/ has kept it, so it comes before those of new/ that are younger.
 *
 * What a scan gives is a hint: the file may be gone meanwhile.  The steps of
 * outbox.h say so.
 */
#ifndef OUTBOX_SCAN_H
#define OUTBOX_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/status.h"
#include "outbox/outbox.h"
#include "outbox/outbox_heap.h"

/* Events that are kept of either kind, at most. */
#define OUTBOX_SCAN_MAX 131072

/*
 * How far off NEXT may be after attempt N: step[N - 1] seconds and a tenth; if
 * handlers may ask for a time of their own, a day if that is longer.  After the
 * last step, the last.  n is 0: no limit.
 */
struct outbox_limits {
	const long *step;
	size_t n;
	bool after;
};

struct outbox_scan {
	size_t max; /* of either kind; at most OUTBOX_SCAN_MAX is usual */
	struct outbox_limits limits;
	struct outbox_heap due, later;
	/* With later.more: those that are not kept are due no earlier. */
	time_t horizon;
	/* The last that was given out, or NULL: of outbox_scan_on(). */
	struct outbox_waiting *last;

	/* Of the last scan. */
	size_t waiting;   /* events that are due, kept or not */
	size_t others;    /* what is no event: outbox_visit.others */
	size_t postponed; /* events whose NEXT was too far off */
};

/* An empty scan.  limits are borrowed. */
struct outbox_scan outbox_scan_of(
    size_t max, const struct outbox_limits *limits);

/* Free what is kept. */
void outbox_scan_free(struct outbox_scan *scan);

/*
 * Forget what is kept, and read all names anew.  now is the time of the clock.
 *
 * An event of later/ whose NEXT is further off than its limit came under
 * another clock: it gets NEXT a step from now (outbox_postpone()).  Only the runner may scan with limits.
 *
 * False with why set if a folder cannot be read, or memory is lacking.  What
 * could be read is kept.
 */
bool outbox_scan(struct outbox_scan *scan, const struct outbox *outbox,
    time_t now, struct reason *why);

/*
 * The same, but of what is due only keep what comes after the event that
 * outbox_scan_next() gave last: for a caller that could not handle those
 * before, and wants to know of others.
 */
bool outbox_scan_on(struct outbox_scan *scan, const struct outbox *outbox,
    time_t now, struct reason *why);

/*
 * The oldest event that is due at now; it is forgotten.  False: none is kept.
 * Then a scan is due if outbox_scan_has_more() says so.
 */
bool outbox_scan_next(
    struct outbox_scan *scan, time_t now, struct outbox_event *event);

/* True if a scan at this time would find events that are not kept. */
bool outbox_scan_has_more(const struct outbox_scan *scan, time_t now);

/*
 * When the next event of later/ is due that is kept or may be found by a scan.
 * False: none is known.
 */
bool outbox_scan_due(const struct outbox_scan *scan, time_t *next);

/*
 * Keep one event more, which has just come to this place: to new/, as inotify
 * told; to later/, by outbox_later(); or back to new/.  Looks at its file.  What
 * is no event is passed over.  False with why set if memory is lacking; then it
 * is as if there were more.
 */
bool outbox_scan_add(struct outbox_scan *scan, const struct outbox *outbox,
    const struct outbox_event *event, struct reason *why);

#endif
