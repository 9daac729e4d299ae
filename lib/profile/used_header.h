/* used_header.h - headers that the settings of a provider name. */
#ifndef USED_HEADER_H
#define USED_HEADER_H

#include <stdbool.h>

#include "profile/profile.h"

/*
 * True if the profile needs the header, but not as a signature: it has the id,
 * the type, the time or the URL of the certificate, or is signed.
 */
bool used_header(const struct profile *profile, const char *name);

#endif
