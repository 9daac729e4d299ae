/*
 * httpsig_draft.h - the header and the signing string of draft-cavage-http-signatures.
 *
 * Reads what the draft's versions and their libraries write: parameters in
 * any order, blanks around them, quoted or bare.  Decides nothing: whether
 * what is signed is enough, and by which key, is httpsig.h.
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

/* The parameters that mean something; others are read and forgotten. */
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

/* A header taken apart; holds pointers into itself and is not copied. */
struct httpsig_draft {
	struct span
	    param[HTTPSIG_DRAFT__COUNT]; /* without quotes; NULL: not there */
	size_t n;
	struct span
	    name[HTTPSIG_DRAFT_NAMES_MAX]; /* what is signed, lower case */
	size_t used;
	unsigned char text[REQUEST_HEADER_MAX]; /* what all these view */
};

/*
 * Take header apart, which begins behind the word "Signature".  False with
 * why set: malformed, a parameter or a signed name twice, too many, no key,
 * no signature, or nothing said to be signed.
 */
bool httpsig_draft_parse(
    struct httpsig_draft *c, struct span header, struct reason *why);

/* True for a word such as "(request-target)" that can be signed. */
bool httpsig_draft_knows(struct span name);

/* True if name, in lower case, is among what is signed. */
bool httpsig_draft_signs(const struct httpsig_draft *c, const char *name);

/* HTTPSIG_DRAFT_CREATED or HTTPSIG_DRAFT_EXPIRES; a fraction is cut off. */
struct signed_time httpsig_draft_time(
    const struct httpsig_draft *c, enum httpsig_draft_param param);

/*
 * The signing string for msg: malloc'd, *len bytes.  ST_OK: the caller frees
 * *dst.  ST_UNVERIFIED, with why set: the request lacks something of it.
 * ST_TRY_LATER: out of memory.
 */
enum status httpsig_draft_text(const struct httpsig_draft *c,
    const struct message *msg, char **dst, size_t *len, struct reason *why);

#endif
