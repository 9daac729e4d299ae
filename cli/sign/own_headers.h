/*
 * own_headers.h - the headers that the user adds to a request: -H 'Name: value'.
 */
#ifndef OWN_HEADERS_H
#define OWN_HEADERS_H

#include <stdbool.h>

#include "base/status.h"
#include "headers.h"
#include "signing_input.h"

/*
 * Add them.  They come first, so they stay where others of the same name would
 * be made up.
 *
 * False, with why set: one is not of this form, has a value that no header can
 * carry, or comes twice; or it is one that has a signature, or one that curl
 * makes of the body.  No value is quoted: it may be a password.
 */
bool own_headers_add(const struct signing_input *in, struct headers *headers,
    struct reason *why);

#endif
