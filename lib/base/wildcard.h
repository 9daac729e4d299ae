/*
 * wildcard.h - patterns of URLs and host names.
 *
 * A '*' stands for one or more letters, digits, '-' and '_': for a label of a
 * host name or a part of a path, never for a dot or a slash, so that a pattern
 * says which host it is.  Everything else stands for itself.
 */
#ifndef WILDCARD_H
#define WILDCARD_H

#include <stdbool.h>

#include "base/span.h"

/* True if all of text is of the pattern. */
bool wildcard_match(const char *pattern, struct span text);

/* True if it is of one of the patterns, up to n or to a NULL. */
bool wildcard_any(const char *const pattern[], size_t n, struct span text);

#endif
