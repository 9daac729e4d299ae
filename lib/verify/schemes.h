/*
 * schemes.h - the ways of checking that a request is genuine.
 *
 * Nothing here files or answers anything: bytes come in, and what of them can
 * be trusted goes out.
 */
#ifndef SCHEMES_H
#define SCHEMES_H

#include "base/span.h"
#include "preset/preset.h"
#include "profile/profile.h"
#include "profile/scheme.h"

/* The scheme called name, or NULL. Static. */
const struct scheme *scheme_find(struct span name);

/* The scheme that words name, or the usual one; NULL if it is unknown. */
const struct scheme *scheme_of(const struct preset *words);

/* profile_make() with the scheme that words name. */
bool scheme_profile(struct profile *profile, const struct preset *words,
    long tolerance, struct profile_fault *fault);

#endif
