/*
 * signed_time.h - compares the signed time with this machine's clock.
 *
 * The signed time is the time that a signature covers.  All times are seconds
 * since 1970.
 */
#ifndef SIGNED_TIME_H
#define SIGNED_TIME_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "profile/profile.h"

/* A signed time that a request may lack. */
struct signed_time {
	enum lookup found; /* LOOKUP_INVALID: it is not a number */
	int64_t seconds;
};

/*
 * Check that the signed time seconds is within the profile's tolerance of now.
 * If the tolerance is off (-1), every time passes.  ST_OK, or ST_UNVERIFIED
 * with why set; there the time is called name, after its header, say.
 */
enum status signed_time_check(const struct profile *profile, const char *name,
    int64_t seconds, int64_t now, struct reason *why);

/*
 * The same check of a time as text, in the form that the profile's coverage
 * says.  If the tolerance is off, the time must have that form all the same:
 * otherwise it could have another end.  Only a time of any form may then be any
 * word.
 */
enum status signed_time_check_text(const struct profile *profile,
    const char *name, struct span text, int64_t now, struct reason *why);

#endif
