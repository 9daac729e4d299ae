/*
 * keys.h - a set of public keys, and the one that a request names.
 *
 * Read from a JWK set (RFC 7517) or from PEM.  Knows no file and no setting:
 * where a provider's set comes from is keysource.h.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/pubkey.h"

#define KEYS_MAX      64            /* in one set */
#define KEYS_TEXT_MAX (1024 * 1024) /* bytes of a set as text */
#define KEYS_ID_MAX   512           /* bytes of a key's id */

struct key {
	struct pubkey pub;
	char *id; /* malloc'd; NULL: whatever it is called */
	size_t id_len;
	unsigned algorithms; /* sigalg.h: what the set says it is for */
	int64_t expires;     /* "exp", seconds since 1970; 0 not said */
};

struct keys {
	size_t n;
	size_t skipped;   /* of other types and uses, or malformed */
	struct key *item; /* malloc'd */
};

/*
 * Read a JWK set.  RSA, EC P-256 and P-384 and Ed25519 keys for signing are
 * taken; other types, uses and algorithms, keys without an id and malformed
 * ones are skipped and counted, unknown fields ignored.  rsa_bits is the
 * fewest that an RSA modulus may have: PUBKEY_RSA_BITS but for tests.
 *
 * True: at least one key, and the caller frees *keys by keys_free().  False:
 * why is set.
 */
bool keys_from_jwks(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * Read the PUBLIC KEY blocks of a PEM file, in the same way; here every block
 * must be of use.  Such keys have no id and go by any.
 */
bool keys_from_pem(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * Read a file of public keys: PEM as above or, where it has no block, a key a
 * line as pubkey_text() reads it.
 */
bool keys_from_text(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * Add the keys of such a text to a set, which may be a zeroed one.  False: why
 * is set; the caller frees the set either way.
 */
bool keys_add_text(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * The next key of that very id, behind previous (NULL: the first), or NULL.
 * Two keys of one id are both good: some senders rotate so.
 */
const struct key *keys_next(
    const struct keys *keys, struct span id, const struct key *previous);

/* Free what one of these made; harmless on a zeroed set. */
void keys_free(struct keys *keys);

#endif
