/*
 * signed_time.h - times that a signature covers, held against this machine's.
 *
 * All are seconds since 1970.
 */
#ifndef SIGNED_TIME_H
#define SIGNED_TIME_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "profile/profile.h"

/* One that a signature may name. */
struct signed_time {
	enum lookup found; /* LOOKUP_INVALID: it is no number */
	int64_t seconds;
};

/*
 * See that a time is within the profile's tolerance of now; every time is,
 * where the tolerance is off.  ST_OK, or ST_UNVERIFIED with why set, which
 * calls the time name.
 */
enum status signed_time_check(const struct profile *profile, const char *name,
    int64_t seconds, int64_t now, struct reason *why);

/* The same of a time in any of the forms of timestamp.h. */
enum status signed_time_check_text(const struct profile *profile,
    const char *name, struct span text, int64_t now, struct reason *why);

#endif
