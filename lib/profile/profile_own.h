/*
 * profile_own.h - what the files of profile.h share, and nobody else.
 */
#ifndef PROFILE_OWN_H
#define PROFILE_OWN_H

#include "profile/profile.h"

/* Where profile_make() says what is wrong. */
struct complaint {
	const char **key;
	struct reason *why;
};

/* Say it; false. */
bool profile_complain(
    const struct complaint *c, const char *key, const char *text);

/* True for a header that would put a password into the event's header. */
bool profile_is_password(const struct profile *profile, const char *name);

/* The templates of what is signed, or of a token's claims. */
bool profile_signed(struct profile *profile, const struct preset *words,
    const struct complaint *c);

#endif
