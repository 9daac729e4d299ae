/*
 * standard.h - the scheme of Standard Webhooks (standardwebhooks.com).
 *
 * An id, a time and the body, signed with a shared secret (v1), a private key
 * (v1a) or both, so that a sender can go from one to the other.  All of it
 * follows from the name of the signature's header: webhook-signature, or
 * svix-signature where Svix sends under its own name.
 */
#ifndef STANDARD_H
#define STANDARD_H

#include "profile/profile.h"

/* The scheme's prepare and make, see scheme.h; its verify is verify_signed(). */
bool standard_prepare(
    struct profile *profile, struct preset *words, struct profile_fault *fault);
bool standard_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

#endif
