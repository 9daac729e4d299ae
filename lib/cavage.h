/*
 * cavage.h - the header and the signing string of draft-cavage-http-signatures.
 *
 * Reads what the draft's versions and their libraries write: parameters in
 * any order, blanks around them, quoted or bare.  Decides nothing: whether
 * what is signed is enough, and by which key, is httpsig.h.
 */
#ifndef CAVAGE_H
#define CAVAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "message.h"
#include "request.h"
#include "span.h"
#include "status.h"

#define CAVAGE_PARAMS_MAX 32
#define CAVAGE_NAMES_MAX  64

/* The parameters that mean something; others are read and forgotten. */
enum cavage_param {
	CAVAGE_KEYID,
	CAVAGE_ALGORITHM,
	CAVAGE_SIGNATURE,
	CAVAGE_HEADERS,
	CAVAGE_CREATED,
	CAVAGE_EXPIRES,
	CAVAGE_OPAQUE,
	CAVAGE__COUNT
};

/* A header taken apart; holds pointers into itself and is not copied. */
struct cavage {
	struct span param[CAVAGE__COUNT]; /* without quotes; NULL: not there */
	size_t n;
	struct span name[CAVAGE_NAMES_MAX]; /* what is signed, lower case */
	size_t used;
	unsigned char text[REQUEST_HEADER_MAX]; /* what all these view */
};

/*
 * Take header apart, which begins behind the word "Signature".  False with
 * why set: malformed, a parameter or a signed name twice, too many, no key,
 * no signature, or nothing said to be signed.
 */
bool cavage_parse(struct cavage *c, struct span header, struct reason *why);

/* True for a word such as "(request-target)" that can be signed. */
bool cavage_knows(struct span name);

/* True if name, in lower case, is among what is signed. */
bool cavage_signs(const struct cavage *c, const char *name);

/*
 * Seconds since 1970 of CAVAGE_CREATED or CAVAGE_EXPIRES: -1 if it is not
 * there, -2 if it is no number.  A fraction is cut off.
 */
int64_t cavage_time(const struct cavage *c, enum cavage_param param);

/*
 * The signing string for msg: malloc'd, *len bytes.  ST_OK: the caller frees
 * *dst.  ST_UNVERIFIED, with why set: the request lacks something of it.
 * ST_TRY_LATER: out of memory.
 */
enum status cavage_text(const struct cavage *c, const struct message *msg,
    char **dst, size_t *len, struct reason *why);

#endif
