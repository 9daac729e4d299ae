/*
 * privkey.h - a private key, for whoever plays the provider.
 *
 * Only the command line has one: the settings hold public keys, so that the
 * machine that receives events cannot make any.
 */
#ifndef PRIVKEY_H
#define PRIVKEY_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/keys.h"
#include "crypto/sigalg.h"

struct privkey {
	struct evp_pkey_st *pkey;
	struct keys public; /* its other half, the only one of the set */
};

#define PRIVKEY_SIGNATURE_MAX 2048 /* characters in base64, NUL counted */

/*
 * Read an unencrypted private key from the PEM file at path.  True: the caller
 * frees it by privkey_free().  False: why is set.
 */
bool privkey_read(struct privkey *key, const char *path, struct reason *why);

/*
 * Sign text by the one algorithm alg, which must be of sigalg_of_kind(), as
 * names writes it; in base64.  False: why is set.
 */
bool privkey_sign(const struct privkey *key, unsigned alg, enum alg_names names,
    struct span text, char dst[static PRIVKEY_SIGNATURE_MAX],
    struct reason *why);

/* Harmless on a zeroed one. */
void privkey_free(struct privkey *key);

#endif
