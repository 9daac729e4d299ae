/*
 * sfv.h - the part of Structured Fields (RFC 8941) that signatures need.
 *
 * Reads dictionaries, inner lists, and items with parameters, in place, one
 * step at a time; copies nothing.  In two points it is stricter than the RFC: a
 * key that occurs twice is an error, and so is a number or base64 that is not
 * in canonical form.  What was read can therefore be written again exactly as
 * the RFC writes it.
 */
#ifndef SFV_H
#define SFV_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

/* most members of a dictionary, list or parameters */
#define SFV_MEMBERS_MAX 64

enum sfv_kind {
	SFV_NUMBER, /* an integer or a decimal */
	SFV_STRING,
	SFV_TOKEN,
	SFV_BYTES,
	SFV_TRUE,
	SFV_FALSE,
	SFV_LIST /* an inner list */
};

/* A value and its parameters.  Views of the text. */
struct sfv_value {
	enum sfv_kind kind;
	/*
	 * Its text: strings without quotes, but with their escapes; bytes
	 * without colons; lists without parentheses.
	 */
	struct span text;
	struct span params; /* from the first semicolon on, or empty */
};

struct sfv_member {
	struct span key;
	struct sfv_value value;
};

/* A walk over the members of a dictionary, a list or parameters. */
struct sfv_walk {
	struct span rest;
	unsigned n;  /* members read so far */
	bool failed; /* set by a step if the text is malformed */
};

/* Begin a walk over text, which is borrowed. */
struct sfv_walk sfv_walk(struct span text);

/*
 * Step to the next member of a dictionary, the next item of an inner list, or
 * the next parameter of a value.  Returns false at the end. walk->failed then
 * says whether the text is malformed.
 */
bool sfv_dict_next(struct sfv_walk *walk, struct sfv_member *member);
bool sfv_list_next(struct sfv_walk *walk, struct sfv_value *item);
bool sfv_param_next(struct sfv_walk *walk, struct sfv_member *param);

/*
 * True if text is exactly one well-formed dictionary, including the values in
 * it, and no key occurs twice.
 */
bool sfv_dict_ok(struct span text);

/*
 * Find the member called key.  Returns false if there is no such member, or if
 * text is malformed.
 */
bool sfv_dict_find(struct span text, struct span key, struct sfv_value *value);

/* The value as an integer of 0 or more; -1 if it is anything else. */
long long sfv_integer(const struct sfv_value *value);

/*
 * Write a value, or parameters, as RFC 8941, section 4.1 says.  They must come
 * from a text for which sfv_dict_ok() was true.
 */
void sfv_put(FILE *f, const struct sfv_value *value);
void sfv_put_params(FILE *f, struct span params);

#endif
