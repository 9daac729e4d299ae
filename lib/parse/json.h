/*
 * json.h - JSON read where it lies, one level at a time.
 *
 * The only module that knows json-c, which reads the values; what is added is
 * where each value begins and ends, since a signature covers bytes and not
 * meaning.  Serves the settings file and the bodies of events alike.  The
 * caller limits the size.
 *
 * A body is read before it is known to be genuine, and to let json-c take all
 * of it apart would cost many times its size in memory.  So what is not asked
 * for is passed over by its quotes and brackets, however deep it is.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

#define JSON_DEPTH 64 /* levels of nesting that json_valid() allows */
/* Bytes of a string that is read, and so held in memory. */
#define JSON_TEXT_MAX (4UL << 20)
/* And of a number or a word, which json-c holds several times. */
#define JSON_WORD_MAX (64UL << 10)

/* How text is read. */
enum json_dialect {
	JSON_STRICT,   /* RFC 8259; a walk does not look into values */
	JSON_SETTINGS, /* comments allowed; a walk checks every value */
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
 * False if there is no such member, if a name on the way stands there twice
 * (an ambiguous field is no field, and escapes do not hide it), if the objects
 * on the way are malformed between their members, or if the value itself is,
 * where it is no object and no array: those are not looked into, and neither is
 * what json_too_long().
 */
bool json_find(struct span text, const char *path, struct json_member *member);

/* True for a value that json_text() would refuse for its length. */
bool json_too_long(const struct json_member *member);

/* True if text is one whole JSON value, valid UTF-8, not too deep. */
bool json_valid(struct span text);

/*
 * Decode a member's string into *dst: malloc'd, NUL-terminated, *len bytes
 * (a NUL may be among them).  For any other kind, its exact bytes.  Returns
 * false when out of memory, and for what is too long.  The caller frees *dst if
 * and only if true.
 */
bool json_text(const struct json_member *member, char **dst, size_t *len);

/* How json_put_string() writes what is not ASCII. */
enum json_charset {
	JSON_UTF8, /* as it is, whatever bytes they are */
	JSON_ASCII /* "\\u00e9"; U+FFFD for bytes that are no UTF-8 */
};

/* Write text as a JSON string, with its quotes. */
void json_put_string(FILE *f, struct span text, enum json_charset charset);

/* Offset of at in text as a line number, from 1, for messages. */
unsigned json_line(struct span text, const unsigned char *at);

#endif
