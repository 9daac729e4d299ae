/*
 * field.h - where in a request an id, a type or a time is.
 *
 * The settings say it as "header:NAME", "json:PATH", "form:NAME", "const:TEXT"
 * (the text itself) or "element:PREFIX".  An element is a part of the signature
 * header; signature.h finds it.
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
	const char *arg; /* the text after the colon; borrowed */
};

/* Read "kind:arg".  NULL gives FIELD_NONE.  False if text is malformed. */
bool field_parse(struct field *field, const char *text);

/* The value of a field: a view of the request, or of owned. */
struct field_value {
	struct span text;
	char *owned; /* malloc'd, or NULL */
};

/*
 * Find the value of a field in the request's headers, or in body for JSON and
 * forms.  Only strings and numbers of JSON are found.
 *
 * LOOKUP_FOUND: the caller frees *value by field_value_free().  LOOKUP_NONE:
 * the field is missing or empty, or occurs more than once.  Also for FIELD_NONE
 * and FIELD_ELEMENT.  LOOKUP_NO_MEMORY.
 */
enum lookup field_get(const struct field *field, const struct request *req,
    struct span body, struct field_value *value);

/* Free a value that field_get() found.  Harmless on a zeroed value. */
void field_value_free(struct field_value *value);

#endif
