/*
 * signature.h - the signatures that a request presents, found and decoded.
 *
 * Knows headers, elements and prefixes; computes nothing.
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

#define SIGNATURES_MAX        100 /* most that one request may present */
#define SIGNATURES_ASYMMETRIC 8 /* the same of those made with a private key */
#define SIGNATURE_LEN_MAX     (PUBKEY_RSA_BITS_MAX / 8) /* bytes */

struct signatures {
	size_t n;
	unsigned char item[SIGNATURES_MAX][DIGEST_MAX]; /* MACs */
	size_t nasymmetric;
	struct {
		size_t len;
		unsigned char bytes[SIGNATURE_LEN_MAX];
	} asymmetric[SIGNATURES_ASYMMETRIC];
	struct span ts; /* the signed time, verbatim; empty if there is none */
	struct field_value ts_owner; /* what ts may be a view of */
};

/*
 * Collect what the request presents under profile, and its signed time.
 *
 * ST_OK: at least one well-formed signature; the caller frees *sigs by
 * signatures_free().  ST_UNVERIFIED, with why set: the header is missing,
 * comes twice, is longer than REQUEST_HEADER_MAX, presents too many, or has
 * nothing of the right form; or the signed time is not
 * there.  ST_TRY_LATER: out of memory.
 */
enum status signatures_collect(struct signatures *sigs,
    const struct profile *profile, const struct request *req,
    struct reason *why);

/* Free what signatures_collect() made; harmless on a zeroed one. */
void signatures_free(struct signatures *sigs);

/* A walk over the names of the headers that signatures may be in. */
struct signature_names {
	size_t source;
	unsigned number;
	char name[HEADER_NAME_MAX];
};

/*
 * The next name of the walk, which begins zeroed: those of a numbered set one
 * by one, up to SIGNATURES_MAX.  NULL at the end.
 */
const char *signature_next_name(
    const struct profile *profile, struct signature_names *walk);

/* The i-th name of the numbered set "NAME-*", into dst. i counts from 1. */
void signature_name(char *dst, size_t room, const char *pattern, unsigned i);

#endif
