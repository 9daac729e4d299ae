/*
 * event_headers.h - lines of an event's header: their names, their form, and
 * the headers of the request that it takes to verify the event again.
 */
#ifndef EVENT_HEADERS_H
#define EVENT_HEADERS_H

#include <stdbool.h>
#include <stdio.h>

#include "event.h"

/* The lines that hookdir itself writes: event_lines.h. */
enum event_line {
#define EVENT_LINE(id, name, when, value, is_signed) LINE_##id,
#include "event_lines.h"
	LINE__COUNT
};

extern const char *const event_line[LINE__COUNT]; /* their names */

/* Most headers of the request that are stored. */
#define EVENT_HEADERS_MAX 128
/* Longest name of a header that is stored, in characters. */
#define EVENT_HEADER_NAME_MAX 100

/* Names of request headers that are stored; each is listed once. */
struct event_headers {
	size_t n;
	size_t left_out; /* headers that were too long to be stored */
	char name[EVENT_HEADERS_MAX][EVENT_HEADER_NAME_MAX + 1];
};

/* True if the header is listed, however the name is spelled. */
bool event_headers_has(const struct event_headers *list, const char *name);

/*
 * True for a header of the request that hookdir's own line replaces, such as
 * Content-Type: it is never stored beside that.
 */
bool event_headers_own(const char *name);

/*
 * Write a line "NAME: VALUE".  Bytes that a header may not contain, and bytes
 * above ASCII, are percent-encoded: a terminal might take them for commands.
 */
void event_line_put(FILE *fp, const char *name, struct span value);

/*
 * Write a header of the request.  A name that begins with "Ce-", "Hookdir-" or
 * "Original-", also with underscores, gets "Original-" before it: so nothing
 * that a sender chooses stands under a name that is hookdir's, and the name
 * that it sent is found by taking one "Original-" away.
 */
void event_header(FILE *fp, const char *name, struct span value);

/*
 * Write the headers needed to verify the event again, and those of its id and
 * type, which are left out if they are too long for an attribute.  *list gets
 * the names.
 */
void event_headers(
    FILE *fp, const struct event_input *in, struct event_headers *list);

#endif
