/* time_meant.h - the time that a user means by --since and --until. */
#ifndef TIME_MEANT_H
#define TIME_MEANT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * Read a time: one that timestamp_parse() reads; a day, "2026-11-27", which is
 * its beginning in UTC; or how long ago it was: "90s", "30m", "2h", "7d".  False
 * for anything else; TIME_MEANT_RULE is what to say then.
 */
bool time_meant(int64_t *seconds, const char *text, time_t now);

#define TIME_MEANT_RULE                                                    \
	"not a time: write 2026-11-27T08:30:00Z, 2026-11-27, or how long " \
	"ago it was: 30m, 2h, 7d"

#endif
