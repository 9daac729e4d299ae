/*
 * httpsig_draft.h - the header and the signed text of
 * draft-cavage-http-signatures.
 *
 * Reads what the versions of the draft and their libraries write: parameters in
 * any order, with white space around them, quoted or not.  Does not decide
 * whether the signature covers enough, or which key is right: see httpsig.h.
 */
#ifndef HTTPSIG_DRAFT_H
#define HTTPSIG_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "http/message.h"
#include "http/request.h"
#include "verify/signed_time.h"

#define HTTPSIG_DRAFT_PARAMS_MAX 32
#define HTTPSIG_DRAFT_NAMES_MAX  64

/* The parameters that are used.  Others are read and ignored. */
enum httpsig_draft_param {
	HTTPSIG_DRAFT_KEYID,
	HTTPSIG_DRAFT_ALGORITHM,
	HTTPSIG_DRAFT_SIGNATURE,
	HTTPSIG_DRAFT_HEADERS,
	HTTPSIG_DRAFT_CREATED,
	HTTPSIG_DRAFT_EXPIRES,
	HTTPSIG_DRAFT_OPAQUE,
	HTTPSIG_DRAFT__COUNT
};

/*
 * A header, split.  It contains pointers into itself, so it must not be copied.
 */
struct httpsig_draft {
	/* Parameters without their quotes; NULL pointer: missing. */
	struct span param[HTTPSIG_DRAFT__COUNT];
	size_t n;
	/* The signed names, in lower case. */
	struct span name[HTTPSIG_DRAFT_NAMES_MAX];
	size_t used;
	unsigned char text[REQUEST_HEADER_MAX]; /* viewed by the spans */
};

/*
 * Split header, which begins after the word "Signature".  False, with why set:
 * it is malformed, has a parameter or a signed name twice, has too many of
 * them, has no key id or no signature, or does not say what is signed.
 */
bool httpsig_draft_parse(
    struct httpsig_draft *c, struct span header, struct reason *why);

/* True for a word such as "(request-target)" that can be signed. */
bool httpsig_draft_knows(struct span name);

/* True if name, in lower case, is signed. */
bool httpsig_draft_signs(const struct httpsig_draft *c, const char *name);

/*
 * The time HTTPSIG_DRAFT_CREATED or HTTPSIG_DRAFT_EXPIRES.  A fraction is cut
 * off.
 */
struct signed_time httpsig_draft_time(
    const struct httpsig_draft *c, enum httpsig_draft_param param);

/*
 * Make the signed text for msg (the "signing string" of the draft, section
 * 2.3): malloc'd, *len bytes.  ST_OK: the caller frees *dst.  ST_UNVERIFIED,
 * with why set: the request does not have something that is signed.
 * ST_TRY_LATER: out of memory.
 */
enum status httpsig_draft_text(const struct httpsig_draft *c,
    const struct message *msg, char **dst, size_t *len, struct reason *why);

#endif
