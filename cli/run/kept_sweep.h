/*
 * kept_sweep.h - removes handled events that were kept for long enough.
 *
 * How long that is, the settings keep_hours and failed_days say.  The runner
 * sweeps from time to time, and so does `hookdir sweep`.  Two at once do no
 * harm.
 */
#ifndef KEPT_SWEEP_H
#define KEPT_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/status.h"
#include "config/run_config.h"
#include "outbox/outbox.h"

/* How many files were removed. */
struct kept_swept {
	size_t done, failed; /* events */
	size_t errors;       /* of errors/, without an event */
};

/*
 * Remove from done/ and failed/ what was kept as long as the entry says that
 * takes its type, counted from when it came there; and from errors/ what has no
 * event any more.  An event that another process has a lock of stays.  A folder
 * of which all is kept for ever is not read.
 *
 * False with why set if something failed; the rest is swept all the same.
 */
bool kept_sweep(const struct outbox *outbox, const struct run_provider *terms,
    time_t now, struct kept_swept *swept, struct reason *why);

#endif
