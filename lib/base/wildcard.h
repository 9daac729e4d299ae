/*
 * wildcard.h - patterns that match URLs and host names.
 *
 * A '*' matches one or more letters, digits, '-' and '_': a label of a host
 * name, or a part of a path.  It never matches a dot or a slash, so a pattern
 * determines its host.  Every other character matches itself.
 */
#ifndef WILDCARD_H
#define WILDCARD_H

#include <stdbool.h>

#include "base/span.h"

/* True if the pattern matches all of text. */
bool wildcard_match(const char *pattern, struct span text);

/* True if one of the patterns matches.  The list ends after n, or at a NULL. */
bool wildcard_any(const char *const pattern[], size_t n, struct span text);

#endif
