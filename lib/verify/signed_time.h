/*
 * signed_time.h - compares the time that a signature covers with this machine's
 * clock.
 *
 * All times are in seconds since 1970.
 */
#ifndef SIGNED_TIME_H
#define SIGNED_TIME_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "profile/profile.h"

/* A time that a signature may have. */
struct signed_time {
	enum lookup found; /* LOOKUP_INVALID: not a number */
	int64_t seconds;
};

/*
 * Check that a time is within the profile's tolerance of now, in either
 * direction.  If the tolerance is switched off, every time passes.  ST_OK.
 * ST_UNVERIFIED, with why set, in which the time is called name.
 */
enum status signed_time_check(const struct profile *profile, const char *name,
    int64_t seconds, int64_t now, struct reason *why);

/* The same for a time in any of the forms that timestamp.h reads. */
enum status signed_time_check_text(const struct profile *profile,
    const char *name, struct span text, int64_t now, struct reason *why);

#endif
