/*
 * signature.h - finds and decodes the signatures that a request presents.
 *
 * Knows headers, elements and prefixes.  Does not compute or check signatures.
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <stddef.h>

#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/pubkey.h"
#include "http/header.h"
#include "http/request.h"
#include "profile/profile.h"

#define SIGNATURES_MAX        100 /* most MACs in one request */
#define SIGNATURES_ASYMMETRIC 8   /* most signatures made with a private key */
#define SIGNATURE_LEN_MAX     (PUBKEY_RSA_BITS_MAX / 8) /* bytes, at most */

struct signatures {
	size_t n;
	unsigned char item[SIGNATURES_MAX][DIGEST_MAX]; /* MACs */
	size_t nasymmetric;
	struct {
		size_t len;
		unsigned char bytes[SIGNATURE_LEN_MAX];
	} asymmetric[SIGNATURES_ASYMMETRIC];
	struct span ts; /* the signed time as sent; empty if there is none */
	struct field_value ts_owner; /* owns what ts may be a view of */
};

/*
 * Collect the signatures that the request presents under profile, and its
 * signed time.
 *
 * ST_OK: there is at least one well-formed signature; the caller frees *sigs by
 * signatures_free().  ST_UNVERIFIED, with why set: the header is missing, came
 * twice, is longer than REQUEST_HEADER_MAX, has too many signatures or none of
 * the right form; or the signed time is missing.  ST_TRY_LATER: out of memory.
 */
enum status signatures_collect(struct signatures *sigs,
    const struct profile *profile, const struct request *req,
    struct reason *why);

/* Free what signatures_collect() made.  Harmless on zeroed signatures. */
void signatures_free(struct signatures *sigs);

/*
 * A walk over the names of the headers in which signatures may be.  Zeroed to
 * begin with.
 */
struct signature_names {
	size_t source;
	unsigned number;
	char name[HEADER_NAME_MAX];
};

/*
 * The next name of the walk, or NULL at the end.  Names of a numbered set come
 * one by one, up to SIGNATURES_MAX.
 */
const char *signature_next_name(
    const struct profile *profile, struct signature_names *walk);

/* Write the i-th name of the numbered set "NAME-*" to dst. i counts from 1. */
void signature_name(char *dst, size_t room, const char *pattern, unsigned i);

#endif
