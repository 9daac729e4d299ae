/*
 * lines.h - cuts what a program writes into lines of bounded length.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define LINES_MAX 1024 /* bytes of a line that are kept, without its LF */

/* A line of which the end has not come.  Zeroed: none. */
struct lines {
	unsigned char text[LINES_MAX];
	size_t used;  /* bytes of text */
	size_t over;  /* further bytes, which were dropped */
	bool is_done; /* text was given out, and the next line begins */
};

/* A view of struct lines, good until the next call. */
struct line {
	struct span text;
	size_t over; /* bytes that the line had after text */
};

/*
 * Take bytes from the front of *rest up to the first LF, or all.  True if a
 * line ended there: *line is that line, without its LF.
 */
bool lines_next(struct lines *lines, struct span *rest, struct line *line);

/* True if bytes came after the last LF: *line is what there is of that line. */
bool lines_last(struct lines *lines, struct line *line);

#endif
