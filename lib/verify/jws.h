/*
 * jws.h - a signed token taken apart: JWS in its compact form (RFC 7515).
 *
 * Three parts in base64url with dots between.  Decides nothing: which key and
 * which claims will do is jwt.h.
 */
#ifndef JWS_H
#define JWS_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

struct jws {
	struct span text;          /* what is signed: the first two parts */
	struct span signature;     /* base64url */
	struct span claims;        /* JSON, decoded */
	struct span alg, kid;      /* of its header; kid may be empty */
	unsigned char *owned;      /* malloc'd: what claims is a view of */
	char *alg_text, *kid_text; /* malloc'd: the same */
};

/*
 * Take token apart, which is at most REQUEST_HEADER_MAX long.  ST_OK: the
 * caller frees *jws by jws_free(), token must outlive it.  ST_UNVERIFIED, with
 * why set: malformed, without an algorithm, or with critical extensions, of
 * which none is known here.  ST_TRY_LATER: out of memory.
 */
enum status jws_parse(struct jws *jws, struct span token, struct reason *why);

/* Harmless on a zeroed one. */
void jws_free(struct jws *jws);

#endif
