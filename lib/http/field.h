/*
 * field.h - where in a request an id, a type or a time is found.
 *
 * Written in the settings as "header:NAME", "json:PATH", "form:NAME",
 * "const:TEXT" or "element:PREFIX" (an element of the signature header, which
 * signature.h finds).
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>

#include "base/span.h"
#include "http/request.h"

enum field_kind {
	FIELD_NONE,
	FIELD_HEADER,
	FIELD_JSON,
	FIELD_FORM,
	FIELD_CONST,
	FIELD_ELEMENT
};

struct field {
	enum field_kind kind;
	const char *arg; /* what stands after the colon; borrowed */
};

/* Read "kind:arg"; NULL gives FIELD_NONE. False if text is neither. */
bool field_parse(struct field *field, const char *text);

/* The value of a field: a view of the request or of owned. */
struct field_value {
	struct span text;
	char *owned; /* malloc'd, or NULL */
};

/*
 * Look a field up in the request's headers or in body (JSON and forms).  JSON
 * gives strings and numbers only.
 *
 * LOOKUP_FOUND: the caller frees *value by field_value_free().  LOOKUP_NONE:
 * there is no such field, or more than one, or it is empty.
 */
enum lookup field_get(const struct field *field, const struct request *req,
    struct span body, struct field_value *value);

/* Free what field_get() gave; harmless on a zeroed value. */
void field_value_free(struct field_value *value);

#endif
