/*
 * standard.h - the scheme of Standard Webhooks (standardwebhooks.com).
 *
 * An id, a time and the body are signed with a shared secret (v1), with a
 * private key (v1a), or with both, so that a sender can change from one to the
 * other.  The names of the headers follow from the name of the signature's
 * header: webhook-signature or, for Svix under its own name, svix-signature.
 */
#ifndef STANDARD_H
#define STANDARD_H

#include "profile/profile.h"

/*
 * The scheme's prepare and make (see scheme.h); its verify is verify_signed().
 */
bool standard_prepare(
    struct profile *profile, struct preset *words, struct profile_fault *fault);
bool standard_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

#endif
