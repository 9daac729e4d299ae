/* sample.h - made-up events to try a provider with. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "profile/provider.h"

#define UUID_TEXT_MAX 37 /* characters of a UUID, NUL counted */

/* Write a fresh random UUID (RFC 9562, version 4). False without entropy. */
bool sample_uuid(char dst[static UUID_TEXT_MAX]);

/*
 * The provider's sample body with fresh values, but for a signature in it,
 * which signing.h puts there: malloc'd, *len bytes, or NULL
 * with why set.
 */
char *sample_make(const struct provider *prov, size_t *len, struct reason *why);

#endif
