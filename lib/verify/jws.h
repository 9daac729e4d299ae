/*
 * jws.h - splits a signed token: JWS in its compact form (RFC 7515).
 *
 * A token consists of three parts in base64url, with dots between them.  This
 * module only reads the token; jwt.h decides whether its key and its claims are
 * right.
 */
#ifndef JWS_H
#define JWS_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

struct jws {
	struct span text;          /* the signed text: the first two parts */
	struct span signature;     /* base64url */
	struct span claims;        /* JSON, decoded */
	struct span alg, kid;      /* from its header; kid may be empty */
	unsigned char *owned;      /* malloc'd: claims is a view of it */
	char *alg_text, *kid_text; /* malloc'd: the same for alg and kid */
};

/*
 * Split token.  ST_OK: the caller frees *jws by jws_free(), and token must
 * outlive *jws.  ST_UNVERIFIED, with why set: the token is malformed or longer
 * than REQUEST_HEADER_MAX, names no algorithm, has critical extensions, of which
 * none is supported, or has a name twice in its header or in its claims.  ST_TRY_LATER: out of memory.
 */
enum status jws_parse(struct jws *jws, struct span token, struct reason *why);

/* Free what jws_parse() made.  Harmless on a zeroed one. */
void jws_free(struct jws *jws);

#endif
