/*
 * keysource.h - where a provider's public keys come from.
 *
 * The one place that knows: a file that is read with the settings, or a URL
 * (keycache.h).  A set is borrowed for one check and given back, so that a
 * newer one can take its place while others still use it.
 */
#ifndef KEYSOURCE_H
#define KEYSOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/keys.h"
#include "profile/provider.h"

/* How a file holds keys. */
enum keysource_form { KEYSOURCE_JWKS, KEYSOURCE_TEXT };

/*
 * Read the key file at path into prov->keys, and note in *st what it was.
 * True: provider_free() frees them.  False: why is set.
 */
bool keysource_read(struct provider *prov, enum keysource_form form,
    const char *path, struct stat *st, struct reason *why);

/*
 * The set to look for a key in, at the time now (seconds since 1970).
 *
 * ST_OK: the caller gives *keys back by keysource_put().  ST_TRY_LATER, with
 * why set: no set is to be had.
 */
enum status keysource_get(const struct provider *prov, int64_t now,
    const struct keys **keys, struct reason *why);

/* Give a set back; NULL is harmless. */
void keysource_put(const struct provider *prov, const struct keys *keys);

#endif
