/*
 * keysource.h - a provider's public keys, from a file or a URL.
 *
 * Only this module knows which: a file is read with the settings, a URL goes
 * through keycache.h.  A caller borrows the set of keys for one verification
 * and returns it.  So a newer set can replace it while others still use the old
 * one.
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

/* The format of a key file: a JWK set, or PEM blocks or lines of text. */
enum keysource_form { KEYSOURCE_JWKS, KEYSOURCE_TEXT };

/*
 * Read the key file at path into prov->keys, and set *st to the file's state.
 * True: provider_free() frees the keys.  False: why is set.
 */
bool keysource_read(struct provider *prov, enum keysource_form form,
    const char *path, struct stat *st, struct reason *why);

/*
 * Borrow the provider's set of keys.  now is in seconds since 1970.
 *
 * ST_OK: the caller returns *keys with keysource_put().  ST_TRY_LATER, with why
 * set: there is no set, or it is too old.
 */
enum status keysource_get(const struct provider *prov, int64_t now,
    const struct keys **keys, struct reason *why);

/* Return a set.  NULL is harmless. */
void keysource_put(const struct provider *prov, const struct keys *keys);

#endif
