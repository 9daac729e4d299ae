/*
 * body_signature.h - a signature that the sender puts into the body, json:PATH.
 */
#ifndef BODY_SIGNATURE_H
#define BODY_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "profile/template.h"

/*
 * True if the text of tpl contains the field at path: then no signature can be
 * put there, because it would be a part of what it signs.
 */
bool body_signature_is_signed(const struct template *tpl, const char *path);

/*
 * Copy body, in which text becomes the value of the field at path.  The field
 * is added if it is not there, and so are the objects around it.  All other
 * bytes stay as they are.
 *
 * malloc'd, *len bytes; or NULL with why set: the body is not an object, the
 * path leads through something else, or there is no memory.
 */
char *body_signature_put(struct span body, const char *path, struct span text,
    size_t *len, struct reason *why);

#endif
