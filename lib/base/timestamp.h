/*
 * timestamp.h - points in time as senders write them and as we do.
 *
 * Pure functions of their arguments: nothing here reads the clock.
 */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/span.h"

/* Room for RFC 3339 with microseconds, NUL counted. */
#define TIMESTAMP_TEXT_MAX 40

/*
 * Read a time in any of the forms that senders use, told apart by their shape:
 * up to 11 digits are seconds since 1970, 13 are milliseconds, 16
 * microseconds; RFC 3339 ("2026-11-21T20:30:00.5+01:00", a fraction allowed);
 * IMF-fixdate ("Sun, 05 Jan 2014 21:31:40 GMT", whose weekday is not checked:
 * real senders and published vectors get it wrong).  Whole seconds since 1970
 * in *seconds.  False for anything else.
 */
bool timestamp_parse(struct span text, int64_t *seconds);

/*
 * Is a signed time close enough to now?  All three are seconds, window is 0
 * or more.  A time in the future is held to the same window as one in the
 * past; exactly window away is still in.  Does not overflow for any input.
 */
bool timestamp_fresh(int64_t stamp, int64_t now, int64_t window);

/* Write when as "2026-11-21T20:30:00.123456Z", NUL-terminated. */
void timestamp_format(
    char dst[static TIMESTAMP_TEXT_MAX], const struct timespec *when);

/* Write the UTC day of when as "2026-11-21", NUL-terminated. */
void timestamp_day(char dst[static TIMESTAMP_TEXT_MAX], time_t when);

/* Write when as an IMF-fixdate, NUL-terminated. */
void timestamp_imf(char dst[static TIMESTAMP_TEXT_MAX], time_t when);

#endif
