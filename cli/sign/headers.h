/*
 * headers.h - the headers of a request that is going to be sent.
 *
 * Kept in two forms: as HTTP writes them, to be sent, and as CGI variables, so
 * that lib/ can read them like those of a request that was received.
 */
#ifndef HEADERS_H
#define HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

#define HEADERS_MAX 64 /* headers of one request */
#define HEADERS_ENV 3  /* variables before the first header's */

struct headers {
	size_t n;
	char *line[HEADERS_MAX]; /* "Name: value", malloc'd */
	/* REQUEST_METHOD, REQUEST_URI, QUERY_STRING, then the lines as CGI
	 * variables; malloc'd, ended by NULL. */
	char *env[HEADERS_ENV + HEADERS_MAX + 1];
};

/*
 * Begin an empty list for a POST to uri (path and query; "": not known).
 * The caller frees it by headers_free(), also when this fails for want of
 * memory.
 */
bool headers_init(struct headers *headers, const char *uri, struct reason *why);

/* True if it has a header whose CGI variable is the same as that of name. */
bool headers_has(const struct headers *headers, const char *name);

/*
 * Add a header; one that is there already stays as it is.  False, with why
 * set, for a value with bytes that no header can carry, for one header too
 * many, and when out of memory.
 */
bool headers_add(struct headers *headers, const char *name, struct span value,
    struct reason *why);

/* Wipe and free; harmless on zeroed headers. */
void headers_free(struct headers *headers);

#endif
