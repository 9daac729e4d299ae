/*
 * signature.h - finds and decodes the signatures in a request.
 *
 * The module knows headers, their elements and prefixes.  It does not verify
 * signatures.
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

#define SIGNATURES_MAX        100 /* most signatures in one request */
#define SIGNATURES_ASYMMETRIC 8   /* most that are made with a private key */
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
	struct field_value ts_owner; /* may own the bytes of ts */
};

/*
 * Collect the signatures of the request, and the signed time unless it is late,
 * as profile says.
 *
 * ST_OK: there is at least one well-formed signature; the caller frees *sigs
 * with signatures_free().  ST_UNVERIFIED, with why set: the header is missing,
 * comes twice, is longer than REQUEST_HEADER_MAX, has too many signatures, or
 * has none that is well-formed; or the signed time is missing.  ST_TRY_LATER:
 * out of memory.
 */
enum status signatures_collect(struct signatures *sigs,
    const struct profile *profile, const struct request *req,
    struct reason *why);

/*
 * True if the signed time is a field of the body, and the signed text can be
 * made without it.  signatures_collect() then leaves it out: the body is not
 * parsed before its signature is verified.
 */
bool signatures_time_is_late(const struct profile *profile);

/* Add that time, with results as for signatures_collect(). */
enum status signatures_collect_time(struct signatures *sigs,
    const struct profile *profile, const struct request *req,
    struct reason *why);

/*
 * For people, who want to know it also if the signatures are of no use: the
 * signed time as signatures_collect() finds it, or the empty span.  *sigs has
 * it, and is freed by signatures_free() in either case.
 */
struct span signatures_time(struct signatures *sigs,
    const struct profile *profile, const struct request *req);

/* Free what signatures_collect() made.  Harmless on zeroed signatures. */
void signatures_free(struct signatures *sigs);

/* Iterates over the names of the headers that may have signatures. */
struct signature_names {
	size_t source;
	unsigned number;
	char name[HEADER_NAME_MAX];
};

/*
 * The next name; *walk must be zeroed before the first call.  A numbered header
 * gives NAME-1, NAME-2 and so on, up to SIGNATURES_MAX.  NULL at the end.
 */
const char *signature_next_name(
    const struct profile *profile, struct signature_names *walk);

/* True if one of these is the header called name. */
bool signature_is_in(const struct profile *profile, const char *name);

/* Write name i of the pattern "NAME-*" to dst; i counts from 1. */
void signature_name(char *dst, size_t room, const char *pattern, unsigned i);

#endif
