/*
 * keysource.h - where a provider's public keys come from.
 *
 * Keys come from a file that is read with the settings, or from a URL
 * (keycache.h); only this module knows which.  A caller borrows a key set for
 * one check and gives it back.  A newer set can therefore replace it while
 * other threads still use the old one.
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

/* The form of a key file: a JWK set, or PEM or lines of text. */
enum keysource_form { KEYSOURCE_JWKS, KEYSOURCE_TEXT };

/*
 * Read the key file at path into prov->keys; *st describes the file.  True:
 * provider_free() frees the keys.  False: why is set.
 */
bool keysource_read(struct provider *prov, enum keysource_form form,
    const char *path, struct stat *st, struct reason *why);

/*
 * Borrow the key set that is to be used at the time now, in seconds since 1970.
 *
 * ST_OK: the caller gives *keys back by keysource_put().  ST_TRY_LATER, with
 * why set: there is no usable key set.
 */
enum status keysource_get(const struct provider *prov, int64_t now,
    const struct keys **keys, struct reason *why);

/* Give a key set back.  NULL is harmless. */
void keysource_put(const struct provider *prov, const struct keys *keys);

#endif
