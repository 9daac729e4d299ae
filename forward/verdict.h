/*
 * verdict.h - what the answer to an event that was sent on means.
 *
 * The codes are those of a handler's exit (cli/run/handler_result.h).
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdint.h>

#include "base/span.h"

enum verdict {
	VERDICT_DONE = 0,
	VERDICT_FAILED = 100, /* for good: it would be refused again */
	VERDICT_LATER = 111
};

/* What this status of HTTP means. */
enum verdict verdict_of(long status);

#define VERDICT_AFTER_MAX 86400L /* seconds; more is taken as this */
#define VERDICT_NO_AFTER  (-1L)

/*
 * The seconds from now to what Retry-After says (RFC 9110, section 10.2.3): a
 * number of seconds or an IMF-fixdate.  0 for a date that is over;
 * VERDICT_NO_AFTER for anything else.
 */
long verdict_after(struct span value, int64_t now);

#define VERDICT_SHOWN_MAX 201 /* NUL counted */

/*
 * Write the beginning of what a server says as one line of printable ASCII: runs
 * of white space and control bytes become one space, other bytes '?'.
 */
void verdict_shown(char dst[static VERDICT_SHOWN_MAX], struct span text);

#endif
