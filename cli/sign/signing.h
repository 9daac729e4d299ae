/*
 * signing.h - the headers of a request, as its provider would make them.
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

/*
 * Make the headers.  True: the caller frees them by headers_free(), which
 * also wipes them.  False: why is set and there is nothing to free.
 */
bool signing_make(const struct signing_input *in, struct headers *headers,
    struct reason *why);

#endif
