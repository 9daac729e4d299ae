/* wrap.h - text in lines that are no longer than a terminal is wide. */
#ifndef WRAP_H
#define WRAP_H

#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

#define WRAP_USUAL 79 /* columns, where nothing says how many there are */

struct wrap {
	size_t indent; /* columns before each line but the first */
	size_t width;  /* columns of a line, the indent counted; 0: no limit */
};

/* Characters of UTF-8, of which each is one column here. */
size_t wrap_columns(struct span text);

/*
 * Write text in lines of at most wrap->width columns, unless a word is longer.
 * The first line begins at the column wrap->indent, where out is already.  No
 * newline after the last one.
 */
void wrap_put(FILE *out, struct span text, const struct wrap *wrap);

#endif
