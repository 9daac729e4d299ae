/*
 * signing.h - be the provider: make the headers that it would send.
 *
 * Follows the same profile as the receiver, and hands out nothing that the
 * receiver would not accept: what was made is verified before it is returned.
 */
#ifndef SIGNING_H
#define SIGNING_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "headers.h"
#include "profile/provider.h"

/* What is to be sent, and where. */
struct signing {
	const struct provider *prov; /* not a broken one */
	struct span body;
	const char *url;  /* http(s)://..., or NULL */
	const char *time; /* the signed time verbatim; NULL for the clock's */
	/* Of HTTP signatures: */
	const char *key; /* PEM file of a private key, or NULL */
	const char *kid; /* what it is called, or NULL */
	bool rfc9421;    /* else draft-cavage */
};

/*
 * Make the headers.  True: the caller frees them by headers_free(), which
 * also wipes them.  False: why is set and there is nothing to free.
 */
bool signing_make(
    const struct signing *in, struct headers *headers, struct reason *why);

#endif
