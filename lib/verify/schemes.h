/*
 * schemes.h - the table of signature schemes.
 *
 * A scheme takes the bytes of a request and says which part of them is genuine.
 * It does not file or answer anything.
 */
#ifndef SCHEMES_H
#define SCHEMES_H

#include "base/span.h"
#include "preset/preset.h"
#include "profile/profile.h"
#include "profile/scheme.h"

/* The scheme called name, or NULL.  Static. */
const struct scheme *scheme_find(struct span name);

/*
 * The scheme that words name, or hmac if they name none.  NULL if the name is
 * unknown.
 */
const struct scheme *scheme_of(const struct preset *words);

/* profile_make() with the scheme that words name. */
bool scheme_profile(struct profile *profile, const struct preset *words,
    long tolerance, struct profile_fault *fault);

#endif
