/*
 * evidence_kinds.h - the kinds of evidence, in evidence_*.c.
 *
 * Each looks at one part of the request, and adds what it finds.
 */
#ifndef EVIDENCE_KINDS_H
#define EVIDENCE_KINDS_H

#include <stdbool.h>

#include "evidence.h"
#include "finding.h"

/* How far the request got. */
enum evidence_signed {
	EVIDENCE_UNSIGNED, /* there is nothing where a signature should be */
	EVIDENCE_OTHER, /* there is something that the settings cannot read */
	EVIDENCE_SIGNED /* there is a signature of the expected form */
};

/* Look for the signature, and for what is there in place of it. */
enum evidence_signed evidence_presented(
    const struct evidence *e, struct findings *f);

/*
 * For a request with a signature: true if something that it covers did not
 * come.
 */
bool evidence_covered(const struct evidence *e, struct findings *f);

/* What hold did not keep, for a request that lacks something. */
void evidence_left_out(const struct evidence *e, struct findings *f);

/* The signed time, and its form; true if it did not come. */
bool evidence_time(const struct evidence *e, struct findings *f);

/* The body as it came. */
void evidence_body(const struct evidence *e, struct findings *f);

/* What the header Digest or Content-Digest says of the body. */
enum evidence_digest {
	EVIDENCE_DIGEST_NONE, /* there is none, or none that counts */
	EVIDENCE_DIGEST_FITS,
	EVIDENCE_DIGEST_OTHER /* the body is another */
};
enum evidence_digest evidence_digest(
    const struct evidence *e, struct findings *f);

/* The key or the certificate that the signature names. */
void evidence_key(const struct evidence *e, struct findings *f);

/* What a token says of its request. */
void evidence_claims(const struct evidence *e, struct findings *f);

/* The lines of the secret file. */
void evidence_secret(const struct evidence *e, struct findings *f);

/* The URL that is signed, and the one that came. */
void evidence_url(const struct evidence *e, struct findings *f);

/* True if the body is JSON, so that what is not in it is lacking. */
bool evidence_has_json(const struct evidence *e);

/*
 * The value of the first header of the settings that came once; of a token,
 * without its prefix.  Empty if there is none.
 */
struct span evidence_value(const struct evidence *e);

/* Bytes of a text of the request as a sentence shows it, its NUL counted. */
#define EVIDENCE_SHOWN_MAX 240

/* Write what may be shown of text to dst; returns dst. */
const char *evidence_shown(const struct evidence *e,
    char dst[static EVIDENCE_SHOWN_MAX], struct span text);

#endif
