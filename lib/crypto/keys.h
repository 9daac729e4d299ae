/*
 * keys.h - a set of public keys, and how to find a key in it.
 *
 * Reads keys from a JWK set (RFC 7517), from PEM and from lines of text.  Does
 * not know files or settings: keysource.h says where a provider's keys come
 * from.
 */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/pubkey.h"

#define KEYS_MAX      64            /* most keys of one set */
#define KEYS_TEXT_MAX (1024 * 1024) /* bytes of the longest set as text */
#define KEYS_ID_MAX   512           /* bytes of the longest key id */

struct key {
	struct pubkey pub;
	char *id; /* malloc'd; NULL: the key fits any id */
	size_t id_len;
	unsigned algorithms; /* a set of sigalg.h */
	int64_t expires;     /* "exp", in seconds since 1970; 0: none */
};

struct keys {
	size_t n;
	size_t skipped;   /* keys that cannot be used, or are malformed */
	struct key *item; /* malloc'd */
};

/*
 * Read a JWK set.  RSA, EC P-256, EC P-384 and Ed25519 keys for signing are
 * taken.  Keys of other types, uses and algorithms, keys without an id and
 * malformed keys are skipped and counted.  Unknown fields are ignored. rsa_bits
 * is the least size of an RSA modulus in bits: PUBKEY_RSA_BITS, except in
 * tests.
 *
 * True: the set has at least one key; the caller frees it by keys_free().
 * False: why is set.  A key is never skipped because memory ran out.
 */
bool keys_from_jwks(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * Read the PUBLIC KEY blocks of a PEM file.  Every block must be a key that can
 * be used.  Such keys have no id and fit any id.  Results as for
 * keys_from_jwks().
 */
bool keys_from_pem(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * Read a file of public keys: PEM as above, or, if the text has no PEM block,
 * one key a line in the form that pubkey_text() reads.
 */
bool keys_from_text(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * Add the keys of such a text to a set, which may be zeroed.  False: why is
 * set.  The caller frees the set in either case.
 */
bool keys_add_text(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why);

/*
 * The next key in the set that has exactly this id. previous is the key found
 * before, or NULL for the first.  Returns NULL if there is no other.  Several
 * keys of one id are all good: some senders rotate keys in this way.
 */
const struct key *keys_next(
    const struct keys *keys, struct span id, const struct key *previous);

/* Free the keys of a set.  Harmless on a zeroed set. */
void keys_free(struct keys *keys);

#endif
