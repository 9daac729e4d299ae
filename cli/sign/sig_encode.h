/*
 * sig_encode.h - signatures as text, in the encoding that the provider uses.
 */
#ifndef SIG_ENCODE_H
#define SIG_ENCODE_H

#include "base/span.h"
#include "privkey.h"
#include "profile/profile.h"

#define SIG_ENCODE_MAX (2 * PRIVKEY_SIGNATURE_MAX + 1) /* NUL counted */

/* Encode bytes, of which there are at most PRIVKEY_SIGNATURE_MAX. */
void sig_encode(char dst[static SIG_ENCODE_MAX],
    enum signature_encoding encoding, struct span bytes);

#endif
