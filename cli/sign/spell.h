/*
 * spell.h - signatures as text, in the encoding that the provider uses.
 */
#ifndef SPELL_H
#define SPELL_H

#include "base/span.h"
#include "base/status.h"
#include "privkey.h"
#include "profile/profile.h"

#define SPELL_MAX (2 * PRIVKEY_SIGNATURE_MAX) /* characters, NUL counted */

/* Spell bytes, of which there are at most half of SPELL_MAX. */
void spell_bytes(char dst[static SPELL_MAX], enum signature_encoding encoding,
    struct span bytes);

/*
 * Sign text as profile says with the private key in the PEM file at path, and
 * spell that.  False: why is set.
 */
bool spell_signature(char dst[static SPELL_MAX], const struct profile *profile,
    const char *path, struct span text, struct reason *why);

#endif
