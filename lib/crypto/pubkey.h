/*
 * pubkey.h - public keys of the kinds that senders use.
 *
 * The only module that builds OpenSSL's keys, all by the one interface that
 * OpenSSL 3 has for it.  What cannot protect anything is no key: an RSA
 * modulus that is too short or easily factored, an exponent of 1, a point beside its curve.
 */
#ifndef PUBKEY_H
#define PUBKEY_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

enum pubkey_kind { PUBKEY_RSA, PUBKEY_P256, PUBKEY_P384, PUBKEY_ED25519 };

#define PUBKEY_RSA_BITS     2048 /* fewest; for tests of old vectors an argument */
#define PUBKEY_RSA_BITS_MAX 8192 /* a longer one takes too long to verify */

struct pubkey {
	enum pubkey_kind kind;
	int bits;
	struct evp_pkey_st *pkey;
};

/*
 * Make a key of big-endian numbers: RSA of modulus and exponent, an elliptic
 * curve of the coordinates of a point (each exactly as long as the curve
 * says), Ed25519 of its 32 bytes.
 *
 * True: the caller frees *key by pubkey_free().  False: the numbers make no
 * key, or it is refused, or there is no memory.
 */
bool pubkey_rsa(struct pubkey *key, struct span n, struct span e, int rsa_bits);
bool pubkey_ec(
    struct pubkey *key, enum pubkey_kind kind, struct span x, struct span y);
bool pubkey_ed25519(struct pubkey *key, struct span x);

/*
 * Take the next "BEGIN PUBLIC KEY" block off the front of *pem; whatever else
 * stands in the file is passed over.
 *
 * LOOKUP_FOUND: the caller frees *key.  LOOKUP_NONE: no block is left.
 * LOOKUP_INVALID: it is no key that can be used.
 */
enum lookup pubkey_pem(struct pubkey *key, struct span *pem, int rsa_bits);

/*
 * Make a key of one line as senders print it: base64 of the DER of a PUBLIC
 * KEY block, or of the 32 bytes of an Ed25519 key, bare or behind "whpk_"; the
 * same in hexadecimal.  Results as above.
 */
bool pubkey_text(struct pubkey *key, struct span text, int rsa_bits);

/* "RSA", "EC P-256", ...: static. */
const char *pubkey_kind_name(enum pubkey_kind kind);

/* Free what one of these made; harmless on a zeroed key. */
void pubkey_free(struct pubkey *key);

#endif
