/*
 * signing.h - a request as its provider would make it.
 *
 * Follows the same profile as the receiver, and returns nothing that the
 * receiver would not accept: what was made is verified first.
 */
#ifndef SIGNING_H
#define SIGNING_H

#include <stdbool.h>

#include "base/status.h"
#include "headers.h"
#include "signing_input.h"

/* A request that is ready to be sent. */
struct signing_result {
	struct headers headers;
	struct span body; /* that of the input, or owned */
	char *owned; /* malloc'd: the body with a signature in it; or NULL */
};

/*
 * Make the request.  True: the caller frees it by signing_free(), which also
 * wipes the headers.  False: why is set and there is nothing to free.
 */
bool signing_make(const struct signing_input *in, struct signing_result *made,
    struct reason *why);

/* Harmless on a zeroed one. */
void signing_free(struct signing_result *made);

#endif
