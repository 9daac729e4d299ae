/*
 * pubkey.h - public keys of the kinds that senders use.
 *
 * This is the only module that makes OpenSSL's key objects.  It refuses keys
 * that cannot protect anything: an RSA modulus that is too short or easily
 * factored, an RSA exponent of 1, a point that is not on its curve.
 */
#ifndef PUBKEY_H
#define PUBKEY_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

enum pubkey_kind { PUBKEY_RSA, PUBKEY_P256, PUBKEY_P384, PUBKEY_ED25519 };

/* least size of an RSA modulus; tests of old vectors pass less */
#define PUBKEY_RSA_BITS 2048
/* largest size: longer keys take too long to verify */
#define PUBKEY_RSA_BITS_MAX 8192

struct pubkey {
	enum pubkey_kind kind;
	int bits;
	struct evp_pkey_st *pkey;
};

/*
 * Make a key from big-endian numbers: an RSA key from modulus n and exponent e;
 * an elliptic-curve key from the coordinates x and y of a point, each exactly
 * as long as the curve's field; an Ed25519 key from its 32 bytes. rsa_bits is
 * the least size of the modulus in bits.
 *
 * True: the caller frees *key by pubkey_free().  False: the numbers are not a
 * key, or the key is refused, or there is no memory.  The caller asks
 * scarce_memory() in either case, which also removes OpenSSL's errors.
 */
bool pubkey_rsa(struct pubkey *key, struct span n, struct span e, int rsa_bits);
bool pubkey_ec(
    struct pubkey *key, enum pubkey_kind kind, struct span x, struct span y);
bool pubkey_ed25519(struct pubkey *key, struct span x);

/*
 * Take the next "BEGIN PUBLIC KEY" block off the front of *pem, and skip any
 * other text before it.
 *
 * LOOKUP_FOUND: *key is the key, which the caller frees by pubkey_free().
 * LOOKUP_NONE: there is no further block.  LOOKUP_INVALID: the block is not a
 * key that can be used.
 */
enum lookup pubkey_pem(struct pubkey *key, struct span *pem, int rsa_bits);

/*
 * Make a key from one line as senders show it: base64 of the DER of a PUBLIC
 * KEY block; base64 of the 32 bytes of an Ed25519 key, with or without "whpk_"
 * before it; or either in hexadecimal, without "whpk_".  Results as for
 * pubkey_rsa().
 */
bool pubkey_text(struct pubkey *key, struct span text, int rsa_bits);

/* The name of a kind, for people: "RSA", "EC P-256", ... Static. */
const char *pubkey_kind_name(enum pubkey_kind kind);

/* Free a key.  Harmless on a zeroed key. */
void pubkey_free(struct pubkey *key);

#endif
