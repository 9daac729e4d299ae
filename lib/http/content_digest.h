/*
 * content_digest.h - header fields that carry a digest of the body.
 *
 * Digest (RFC 3230, "SHA-256=BASE64") of the drafts, and its successor
 * Content-Digest (RFC 9530, "sha-256=:BASE64:").  SHA-256 and SHA-512 count;
 * other algorithms are passed over and prove nothing.
 */
#ifndef CONTENT_DIGEST_H
#define CONTENT_DIGEST_H

#include "base/span.h"
#include "base/status.h"

/*
 * Check the value of a Digest or a Content-Digest header against the body:
 * at least one digest that counts, and every one of them that of the body.
 *
 * ST_OK; ST_BAD_REQUEST, with why set: malformed, none that counts, or of
 * another body; ST_TRY_LATER: OpenSSL could not allocate.
 */
enum status content_digest_check_draft(
    struct span header, struct span body, struct reason *why);
enum status content_digest_check(
    struct span header, struct span body, struct reason *why);

/* True for the name of an algorithm that counts, as RFC 9530 writes it. */
bool content_digest_counts(struct span name);

#endif
