/*
 * scheme.h - the ways of checking that a request is genuine.
 *
 * A table of schemes; a provider's rule names one.  Nothing here files or
 * answers anything: bytes come in, and what of them can be trusted goes out.
 */
#ifndef SCHEME_H
#define SCHEME_H

#include <stddef.h>
#include <stdint.h>

#include "request.h"
#include "rule.h"
#include "secret.h"
#include "span.h"
#include "status.h"
#include "template.h"

struct provider; /* provider.h */

/* What was found genuine, and by what. */
struct verified {
	struct signed_text text; /* what was signed; text.payload is stored */
	size_t secret;           /* which secret fitted, from 0 */
	const char *how;         /* "hmac-sha256": borrowed from the scheme */
	const char *signed_as;   /* the template that fitted, or NULL */
};

struct scheme {
	const char *name;
	/* The body is covered, so that a body cut short cannot pass. */
	bool covers_body;
	/* The presented signature gives nothing away and may be stored. */
	bool storable;
	/*
	 * Check a request; now is seconds since 1970.  ST_OK: the caller
	 * frees *ok by verified_free().  ST_UNVERIFIED and ST_TRY_LATER with
	 * why set otherwise.
	 */
	enum status (*verify)(const struct provider *prov,
	    const struct request *req, int64_t now, struct verified *ok,
	    struct reason *why);
};

/* The scheme called name, or NULL. Static. */
const struct scheme *scheme_find(struct span name);

/* Free what a scheme's verify made; harmless on a zeroed one. */
void verified_free(struct verified *ok);

#endif
