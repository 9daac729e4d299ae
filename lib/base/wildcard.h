/*
 * wildcard.h - patterns that match URLs and host names, and those that match
 * any text.
 *
 * In a URL or a host name, a '*' matches one or more letters, digits, '-' and '_': a part of a path.
 * "{region}" matches the name of a cloud's region, and nothing else: see
 * wildcard_region().  Neither matches a dot or a slash.  Every other character
 * matches itself.
 *
 * A '*' does not belong into a host: "sns.*.amazonaws.com" would match
 * sns.s3.amazonaws.com, which is anybody's bucket called sns.
 */
#ifndef WILDCARD_H
#define WILDCARD_H

#include <stdbool.h>

#include "base/span.h"

/*
 * True if name has the form of a region: a country or continent of two letters
 * ("eusc" is one too), perhaps a partition ("gov", "iso", "isob", "isoe",
 * "isof", and for "eusc" a country), a direction, and a number of one or two
 * digits: "us-east-1", "ap-southeast-2", "us-gov-west-1", "eusc-de-east-1".
 */
bool wildcard_region(struct span name);

/* True if the pattern matches all of text. */
bool wildcard_match(const char *pattern, struct span text);

/* True if one of the patterns matches.  The list ends after n, or at a NULL. */
bool wildcard_any(const char *const pattern[], size_t n, struct span text);

/*
 * The same of any text, such as the type of an event: here a '*' matches any
 * bytes, or none, and every other character itself.
 */
bool wildcard_text(const char *pattern, struct span text);

#endif
