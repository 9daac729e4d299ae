/*
 * privkey.h - a private key, to sign as the provider would.
 *
 * Only the command line uses one: the settings hold public keys, so that the
 * machine that receives events cannot forge any.
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

#define PRIVKEY_SIGNATURE_MAX (PUBKEY_RSA_BITS_MAX / 8) /* bytes */

struct privkey_signature {
	size_t len;
	unsigned char bytes[PRIVKEY_SIGNATURE_MAX];
};

/* An algorithm, and how its signatures are written. */
struct privkey_alg {
	unsigned set; /* of one: sigalg.h */
	enum alg_names names;
};

/*
 * Read an unencrypted private key from the PEM file at path; or from fd, where
 * that file is open, unless fd is 0.  True: the caller frees it by
 * privkey_free().  False: why is set.
 */
bool privkey_read(
    struct privkey *key, const char *path, int fd, struct reason *why);

/*
 * Sign text by the one algorithm alg, which must be of sigalg_of_kind().
 * False: why is set.
 */
bool privkey_sign(const struct privkey *key, struct privkey_alg alg,
    struct span text, struct privkey_signature *sig, struct reason *why);

/* Harmless on a zeroed one. */
void privkey_free(struct privkey *key);

#endif
