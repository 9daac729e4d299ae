/*
 * content_digest.h - headers that contain a digest of the body.
 *
 * These are Digest ("SHA-256=BASE64", RFC 3230), which the drafts of HTTP
 * signatures use, and its successor Content-Digest ("sha-256=:BASE64:", RFC
 * 9530).  Only SHA-256 and SHA-512 count.  Digests of other algorithms are
 * skipped and prove nothing.
 */
#ifndef CONTENT_DIGEST_H
#define CONTENT_DIGEST_H

#include "base/span.h"
#include "base/status.h"

/*
 * Check the value of a Digest header (_draft) or of a Content-Digest header
 * against the body.  The header must have at least one digest that counts, and
 * every such digest must be the digest of the body.
 *
 * ST_OK.  ST_BAD_REQUEST, with why set: the header is malformed, has no digest
 * that counts, or has the digest of another body.  ST_TRY_LATER: OpenSSL could
 * not allocate memory.
 */
enum status content_digest_check_draft(
    struct span header, struct span body, struct reason *why);
enum status content_digest_check(
    struct span header, struct span body, struct reason *why);

/*
 * For people: does the header called name, Digest or Content-Digest, have the
 * digest of the body?  LOOKUP_FOUND; LOOKUP_INVALID: it has that of another
 * body; LOOKUP_NONE: the header is malformed or has no digest that counts.
 */
enum lookup content_digest_fits(
    const char *name, struct span header, struct span body);

/* True if name, written as in RFC 9530, is an algorithm that counts. */
bool content_digest_counts(struct span name);

#endif
