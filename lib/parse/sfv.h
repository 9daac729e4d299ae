/*
 * sfv.h - as much of Structured Fields (RFC 8941) as signatures need.
 *
 * Dictionaries, inner lists and items with parameters, read where they lie,
 * one step at a time; nothing is copied.  Stricter than the RFC where that
 * tells one meaning from another: a key that comes twice is refused, and so
 * is a number or base64 that is not in its canonical form, so that what was
 * read can be written again as the RFC writes it.
 */
#ifndef SFV_H
#define SFV_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

#define SFV_MEMBERS_MAX 64 /* of one dictionary, list or set of parameters */

enum sfv_kind {
	SFV_NUMBER, /* an integer or a decimal */
	SFV_STRING,
	SFV_TOKEN,
	SFV_BYTES,
	SFV_TRUE,
	SFV_FALSE,
	SFV_LIST /* an inner list */
};

/* A value and its parameters. */
struct sfv_value {
	enum sfv_kind kind;
	/*
	 * Its text: a string without its quotes but with its escapes, bytes
	 * without their colons, a list without its parentheses.
	 */
	struct span text;
	struct span params; /* from the first semicolon on; or empty */
};

struct sfv_member {
	struct span key;
	struct sfv_value value;
};

/* A walk over the members of a dictionary, a list or parameters. */
struct sfv_walk {
	struct span rest;
	unsigned n;  /* members so far */
	bool failed; /* malformed; set when a step says so */
};

/* Begin a walk; text is borrowed. */
struct sfv_walk sfv_walk(struct span text);

/*
 * Step to the next member of a dictionary, the next item of an inner list's
 * text, or the next of a value's params.  False at the end, and then failed
 * tells a proper end from malformed text.
 */
bool sfv_dict_next(struct sfv_walk *walk, struct sfv_member *member);
bool sfv_list_next(struct sfv_walk *walk, struct sfv_value *item);
bool sfv_param_next(struct sfv_walk *walk, struct sfv_member *param);

/*
 * True if all of text is one well-formed dictionary, inside its values as
 * well, and has no key twice.
 */
bool sfv_dict_ok(struct span text);

/* Find the member called key; false if it is not there, or text malformed. */
bool sfv_dict_find(struct span text, struct span key, struct sfv_value *value);

/* The whole number that a value is, 0 or more; -1 if it is not one. */
long long sfv_integer(const struct sfv_value *value);

/*
 * Write a value, or parameters, as RFC 8941 section 4.1 does.  The value must
 * be one of a text that sfv_dict_ok() approved of.
 */
void sfv_put(FILE *f, const struct sfv_value *value);
void sfv_put_params(FILE *f, struct span params);

#endif
