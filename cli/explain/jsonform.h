/*
 * jsonform.h - the same JSON, formatted as another program would.
 *
 * Covers what programs that write JSON do differently.  Only white space and
 * escapes change: numbers, names and their order stay as they are.
 */
#ifndef JSONFORM_H
#define JSONFORM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

/* Between the tokens. */
enum jsonform_space {
	JSONFORM_SPACE_KEEP,
	JSONFORM_COMPACT,  /* JavaScript, PHP, Go, Ruby */
	JSONFORM_SPACED,   /* Python: a blank after , and : */
	JSONFORM_INDENT_2, /* JavaScript, Ruby, Java */
	JSONFORM_INDENT_4, /* PHP, Python */
	JSONFORM_INDENT_TAB,
	JSONFORM_INDENT_2_CRLF, /* .NET */
	JSONFORM_SPACE__COUNT
};

/* Characters that are not ASCII. */
enum jsonform_chars {
	JSONFORM_CHARS_KEEP,
	JSONFORM_CHARS_RAW,   /* as UTF-8 */
	JSONFORM_CHARS_LOWER, /* as \u00e9: PHP, Python */
	JSONFORM_CHARS_UPPER, /* as \u00E9: Java, .NET */
	JSONFORM_CHARS__COUNT
};

/* ASCII that some escape. */
enum jsonform_marks {
	JSONFORM_MARKS_KEEP,
	JSONFORM_SLASH_RAW,     /* / */
	JSONFORM_SLASH_ESCAPED, /* as \/: PHP */
	JSONFORM_HTML_RAW,      /* <, > and & */
	JSONFORM_HTML_ESCAPED,  /* as \u003c, ...: Go */
	JSONFORM_MARKS__COUNT
};

struct jsonform {
	enum jsonform_space space;
	enum jsonform_chars chars;
	enum jsonform_marks marks;
};

/* What the forms could change in a body: found once, for all forms. */
struct jsonform_facts {
	bool chars[JSONFORM_CHARS__COUNT];
	bool marks[JSONFORM_MARKS__COUNT];
};

void jsonform_look(struct jsonform_facts *facts, struct span body);

/*
 * Write body, an object or an array, in this form; facts are those of body.  False, with a part of it
 * written, if it is neither or is cut off; or if chars or marks found nothing
 * to change, so that the form without them gives the same.
 */
bool jsonform_write(FILE *f, struct span body, const struct jsonform *form,
    const struct jsonform_facts *facts);

/* "as compact JSON, with \u00e9 for what is not ASCII". */
void jsonform_describe(FILE *out, const struct jsonform *form);

#endif
