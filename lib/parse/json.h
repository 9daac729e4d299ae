/*
 * json.h - reading JSON in place, one level at a time, and writing strings.
 *
 * It says where each value begins and ends, because a signature covers bytes
 * and not their meaning.  It serves both the settings file and the bodies of
 * events.  The caller limits the size of the text.
 *
 * A body may have to be read before it is known to be genuine.  So its time and
 * its signature are found in one pass for each path, without any memory; names
 * are compared while they are decoded; and values that the caller does not ask
 * for are skipped by their quotes and brackets, however deeply nested they are.
 *
 * This is the only module that knows json-c, which checks the values of the
 * settings file.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

#define JSON_DEPTH 64 /* levels of nesting that json_valid() allows */
/* Bytes of the longest string, number or word that is read into memory. */
#define JSON_TEXT_MAX (4UL << 20)
/* And of a number or a word. */
#define JSON_WORD_MAX (64UL << 10)

/* How text is read. */
enum json_dialect {
	/* RFC 8259, perhaps after a byte order mark of UTF-8; a walk does not
	 * check values. */
	JSON_STRICT,
	JSON_SETTINGS, /* comments are allowed; a walk checks all values */
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
	struct span key;   /* raw, without quotes; empty in an array */
	struct span value; /* its exact bytes, without white space */
	enum json_kind kind;
};

/* A walk over the members of one object or array; begun by json_walk(). */
struct json_walk {
	struct span rest; /* of a malformed text, from the first bad byte */
	enum json_dialect dialect;
	bool object;
	bool first;
	bool failed; /* set by json_next() if the text is malformed */
};

/*
 * Begin a walk over text, which must be one whole object or array.  Returns
 * false if text is neither.  Borrows text.
 */
bool json_walk(
    struct json_walk *walk, struct span text, enum json_dialect dialect);

/*
 * Step to the next member.  Returns false at the end. walk->failed is then
 * false if the object or array was closed and nothing follows it, and true if
 * the text is malformed.
 */
bool json_next(struct json_walk *walk, struct json_member *member);

/*
 * Find the value at path in text.  The path is a list of member names with dots
 * between them, such as "message.id".
 *
 * Returns false in these cases: there is no such member; a name on the path
 * occurs twice in its object, even if written with escapes (such a value is
 * ambiguous); the objects on the path are malformed between their members; or
 * the value itself is malformed.  Objects, arrays and values that are
 * json_too_long() are not checked inside.  It needs no memory: false never means
 * that memory ran out.
 */
bool json_find(struct span text, const char *path, struct json_member *member);

/*
 * Find the first member called name of the object text in JSON_SETTINGS, written
 * without escapes.  False: there is none, or text is no object.
 */
bool json_written(
    struct span text, const char *name, struct json_member *member);

/* True if json_text() would refuse the value because of its length. */
bool json_too_long(const struct json_member *member);

/*
 * True if text is exactly one JSON value in valid UTF-8, nested at most
 * JSON_DEPTH levels deep.
 */
bool json_valid(struct span text);

/*
 * Decode a member's string into *dst: malloc'd, NUL-terminated, *len bytes (a
 * NUL may be among them).  For any other kind of value, *dst gets its exact
 * bytes.  Returns false when out of memory, and if the value is
 * json_too_long(); and for a malformed string that was not found by json_find().
 * The caller frees *dst if and only if the result is true.
 */
bool json_text(const struct json_member *member, char **dst, size_t *len);

/* How json_put_string() writes characters that are not ASCII. */
enum json_charset {
	JSON_UTF8, /* unchanged, even if they are not valid UTF-8 */
	JSON_ASCII /* as "\\u00e9"; bytes that are not UTF-8 as U+FFFD */
};

/* Write text to f as a JSON string, including its quotes. */
void json_put_string(FILE *f, struct span text, enum json_charset charset);

/* The line of text in which at is, counted from 1, for messages. */
unsigned json_line(struct span text, const unsigned char *at);

#endif
