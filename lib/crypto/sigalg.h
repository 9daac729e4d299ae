/*
 * sigalg.h - signature algorithms: their names, their keys, their arithmetic.
 *
 * Three vocabularies name the same few algorithms: the drafts of HTTP
 * signatures, the registry of RFC 9421, and JOSE for keys and tokens.  Which one is used
 * follows from the key and the settings; what a request says can only agree.
 */
#ifndef SIGALG_H
#define SIGALG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/pubkey.h"

/* The algorithms, as the bits of a set of them. */
#define ALG_RSA_SHA256     0x01U /* PKCS#1 v1.5 */
#define ALG_RSA_SHA512     0x02U /* PKCS#1 v1.5 */
#define ALG_RSA_PSS_SHA512 0x04U /* salt as long as the digest */
#define ALG_P256_SHA256    0x08U
#define ALG_P384_SHA384    0x10U
#define ALG_ED25519        0x20U
#define ALG_HMAC_SHA256    0x40U /* only with a shared secret */
#define ALG_HMAC_SHA384    0x80U
#define ALG_HMAC_SHA512    0x100U
#define ALG_RSA_SHA1       0x200U /* in no names of requests */
#define ALG_RSA_SHA384     0x400U
#define ALG_RSA_PSS_SHA256 0x800U
#define ALG_RSA_PSS_SHA384 0x1000U
#define ALG_RSA_PSS \
	(ALG_RSA_PSS_SHA256 | ALG_RSA_PSS_SHA384 | ALG_RSA_PSS_SHA512)
#define ALG_ALL 0x1fffU

/* Who names it, and how an ECDSA signature is then written. */
enum alg_names {
	ALG_NAMES_DRAFT,   /* draft-cavage; DER */
	ALG_NAMES_RFC9421, /* RFC 9421, section 6.2.2; r and s side by side */
	ALG_NAMES_JOSE,    /* RFC 7518, of keys and tokens; as the one above */
	ALG_NAMES_PLAIN,   /* what events and logs say; DER */
};

/*
 * The algorithm called name in that names, as a set of one; 0 for a name
 * that is unknown or refused (SHA-1, DSA, "hs2019").  Only the drafts' names
 * ignore case.
 */
unsigned sigalg_named(enum alg_names names, struct span name);

/* The same for the settings, which may use the words of either scheme. */
unsigned sigalg_setting(const char *name);

/* All that has a name in that names. */
unsigned sigalg_all_named(enum alg_names names);

/* All that works with such a key. */
unsigned sigalg_of_kind(enum pubkey_kind kind);

/* "rsa-sha256": what the set's only algorithm is called in that names. */
const char *sigalg_name(enum alg_names names, unsigned alg);

/* True if the set has exactly one algorithm. */
bool sigalg_is_one(unsigned set);

/* What is signed, hashed once however many keys and signatures are tried. */
struct sigalg_text {
	const struct span *part; /* borrowed */
	size_t nparts;
	/* All of it as one, for Ed25519 alone; NULL pointer: not to be had. */
	struct span whole;
	bool has_hash[DIGEST__COUNT];
	unsigned char hash[DIGEST__COUNT][DIGEST_MAX];
};

/* The text that is these parts, one after the other; whole is not set. */
struct sigalg_text sigalg_text_of(const struct span part[], size_t nparts);

/*
 * Check sig over text with key by the one algorithm alg, which must be one of
 * sigalg_of_kind(key->kind).
 *
 * ST_OK when it fits, ST_UNVERIFIED when it does not, ST_TRY_LATER when
 * OpenSSL could not allocate.
 */
enum status sigalg_verify(unsigned alg, enum alg_names names,
    const struct pubkey *key, struct sigalg_text *text, struct span sig);

#endif
