/*
 * sigalg.h - signature algorithms: names, keys, verification.
 *
 * The same algorithms have different names in the drafts of HTTP signatures, in
 * the registry of RFC 9421, and in JOSE (for keys and tokens).  The key and the
 * settings determine the algorithm.  If the request names an algorithm too, the
 * name must agree.
 */
#ifndef SIGALG_H
#define SIGALG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/pubkey.h"

/* The algorithms.  A set of algorithms is the OR of these bits. */
#define ALG_RSA_SHA256     0x01U /* PKCS#1 v1.5 */
#define ALG_RSA_SHA512     0x02U /* PKCS#1 v1.5 */
#define ALG_RSA_PSS_SHA512 0x04U /* salt as long as the digest */
#define ALG_P256_SHA256    0x08U
#define ALG_P384_SHA384    0x10U
#define ALG_ED25519        0x20U
#define ALG_HMAC_SHA256    0x40U /* HMACs use a shared secret */
#define ALG_HMAC_SHA384    0x80U
#define ALG_HMAC_SHA512    0x100U
#define ALG_RSA_SHA1       0x200U /* no request can name it */
#define ALG_RSA_SHA384     0x400U
#define ALG_RSA_PSS_SHA256 0x800U
#define ALG_RSA_PSS_SHA384 0x1000U
#define ALG_RSA_PSS \
	(ALG_RSA_PSS_SHA256 | ALG_RSA_PSS_SHA384 | ALG_RSA_PSS_SHA512)
#define ALG_ALL 0x1fffU

/* The naming schemes.  Each also says how ECDSA signatures are written. */
enum alg_names {
	ALG_NAMES_DRAFT,   /* draft-cavage-http-signatures; DER */
	ALG_NAMES_RFC9421, /* RFC 9421, section 6.2.2; r and s, joined */
	ALG_NAMES_JOSE,    /* RFC 7518, for keys and tokens; r and s, joined */
	ALG_NAMES_PLAIN,   /* for events and the log; DER */
};

/*
 * The algorithm called name in that naming scheme, as a set of one.  Returns 0
 * if the name is unknown or refused (SHA-1, DSA, "hs2019").  Only names of the
 * drafts ignore case.
 */
unsigned sigalg_named(enum alg_names names, struct span name);

/*
 * The same for a name in the settings, which may be a name of RFC 9421 or of
 * the drafts.
 */
unsigned sigalg_setting(const char *name);

/* All algorithms that have a name in that naming scheme. */
unsigned sigalg_all_named(enum alg_names names);

/* All algorithms that work with a key of this kind. */
unsigned sigalg_of_kind(enum pubkey_kind kind);

/*
 * The name of the algorithm alg in that naming scheme, such as "rsa-sha256";
 * "unknown" if it has none.  Static.
 */
const char *sigalg_name(enum alg_names names, unsigned alg);

/* What it takes to make a signature: OpenSSL's names, and lengths. */
struct sigalg_making {
	const char *md; /* the hash function; NULL: Ed25519 has its own */
	bool pss;       /* RSA-PSS, with a salt as long as the digest */
	size_t half;    /* ECDSA: bytes of r and of s; otherwise 0 */
};

/* How alg signs with a private key; false if it does not. */
bool sigalg_making(unsigned alg, struct sigalg_making *making);

/* True if the set has exactly one algorithm. */
bool sigalg_is_one(unsigned set);

/*
 * A signed text.  It is hashed only once for each hash function, however many
 * keys and signatures are tried.
 */
struct sigalg_text {
	const struct span *part; /* borrowed */
	size_t nparts;
	/* The whole text in one run of bytes, which only Ed25519 needs.  A NULL
	 * pointer: not available, and no Ed25519 signature fits. */
	struct span whole;
	bool has_hash[DIGEST__COUNT];
	unsigned char hash[DIGEST__COUNT][DIGEST_MAX];
};

/* The text that consists of these parts. whole is left empty. */
struct sigalg_text sigalg_text_of(const struct span part[], size_t nparts);

/*
 * Check the signature sig of text with key by the algorithm alg, which must be
 * one of sigalg_of_kind(key->kind). names says how an ECDSA signature is
 * written.
 *
 * ST_OK: the signature fits.  ST_UNVERIFIED: it does not fit.  ST_TRY_LATER:
 * memory ran out, or libcrypto cannot be loaded.
 */
enum status sigalg_verify(unsigned alg, enum alg_names names,
    const struct pubkey *key, struct sigalg_text *text, struct span sig);

#endif
