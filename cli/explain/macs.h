/*
 * macs.h - could one of the secrets fit?  Each MAC is computed once.
 *
 * A search tries hundreds of settings on one request, and most of them differ
 * in something that the MAC does not depend on.  This module computes the MAC
 * of each secret, digest and text once, and compares it with the signatures
 * that the settings find.  It only says which attempts cannot verify; the
 * receiver's own check is the judge of all others.
 *
 * What it computes is bounded, so that a large body does not take minutes.  The
 * MACs are valid signatures: they never leave this module, and are wiped.
 */
#ifndef MACS_H
#define MACS_H

#include <stdbool.h>
#include <stddef.h>

#include "http/request.h"
#include "profile/provider.h"

/*
 * Bytes that one search may read: so many times the body, but at least and at
 * most so many.  A body of 1 MiB takes less than half a second.
 */
#define MACS_BODIES    16
#define MACS_BYTES_MIN (208UL << 20)
#define MACS_BYTES_MAX (1UL << 30)

struct macs_slot; /* macs.c */

struct macs {
	struct span body;       /* whose texts are worth remembering */
	struct macs_slot *slot; /* malloc'd, or NULL */
	size_t nslot;           /* slots in use */
	unsigned computed;      /* MACs, for tests */
	size_t bytes;           /* that were read for them */
	size_t bound;           /* how many these may become */
};

enum macs_answer {
	MACS_NO,      /* none of the signatures fits any of the secrets */
	MACS_MAYBE,   /* one fits, or it takes the check itself to say */
	MACS_LEFT_OUT /* the bound is reached: not tried */
};

/* Begin; body is the request's own and outlives *macs.  False: no memory. */
bool macs_init(struct macs *macs, struct span body);

/* Ask about a request by a provider's profile, secrets and keys. */
enum macs_answer macs_ask(
    struct macs *macs, const struct provider *prov, const struct request *req);

/* Wipe and free.  Harmless on a zeroed one. */
void macs_free(struct macs *macs);

#endif
