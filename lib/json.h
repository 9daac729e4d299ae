/*
 * json.h - JSON read where it lies, one level at a time.
 *
 * The only module that knows json-c, which reads the values; what is added is
 * where each value begins and ends, since a signature covers bytes and not
 * meaning.  Serves the settings file and the bodies of events alike.  Depth is
 * limited to JSON_DEPTH; the caller limits the size.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

#define JSON_DEPTH 64 /* levels of nesting; deeper is malformed */

/* How strictly text is read. */
enum json_dialect {
	JSON_STRICT,   /* RFC 8259 as far as json-c enforces it, valid UTF-8 */
	JSON_SETTINGS, /* comments allowed */
};

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_OBJECT,
	JSON_ARRAY
};

/* One member of an object, or one element of an array. */
struct json_member {
	struct span key;   /* raw, between its quotes; empty in an array */
	struct span value; /* its exact bytes, no white space around */
	enum json_kind kind;
};

/* A walk over the members of one object or array; made by json_walk(). */
struct json_walk {
	struct span rest;
	enum json_dialect dialect;
	bool object;
	bool first;
	bool failed; /* the text is malformed; set when json_next() says so */
};

/*
 * Begin a walk over text, which must be a whole object or array.  False if it
 * is neither.  Borrows text.
 */
bool json_walk(
    struct json_walk *walk, struct span text, enum json_dialect dialect);

/*
 * Step to the next member.  False at the end, and then walk->failed tells a
 * proper end (the text closed, nothing behind it) from malformed text.
 */
bool json_next(struct json_walk *walk, struct json_member *member);

/*
 * Find the value at path (member names joined by dots, "message.id") in text.
 * False if text is malformed anywhere, if there is no such member, or if a
 * name on the way stands there twice: an ambiguous field is no field.
 */
bool json_find(struct span text, const char *path, struct json_member *member);

/*
 * Decode a member's string into *dst: malloc'd, NUL-terminated, *len bytes
 * (a NUL may be among them).  For any other kind, its exact bytes.  Returns
 * false when out of memory.  The caller frees *dst if and only if true.
 */
bool json_text(const struct json_member *member, char **dst, size_t *len);

/* Offset of at in text as a line number, from 1, for messages. */
unsigned json_line(struct span text, const unsigned char *at);

#endif
