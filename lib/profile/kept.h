/*
 * kept.h - headers that an event keeps because the settings say so: which may
 * be, and which never are.
 */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>

#include "base/span.h"
#include "preset/preset.h"
#include "profile/profile.h"

/*
 * Take the setting keep_headers into a profile that is complete but for this.
 * False, with *fault set: it is malformed, or names a header that may have a
 * password and that the event does not have anyway.
 */
bool kept_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/*
 * True if a header may be kept.  Not one that may have a password, by its name
 * or its value, nor one that is the password of the profile's scheme, nor one
 * with which a reader takes the event's body for other bytes than it has.
 */
bool kept_may(
    const struct profile *profile, const char *name, struct span value);

#endif
