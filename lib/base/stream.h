/*
 * stream.h - the end of a text written by open_memstream(3).
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

/* Write bytes to f. */
void stream_put(FILE *f, struct span bytes);

/*
 * Close f, which was opened onto *text.  False, with *text freed and NULL, if
 * there was no memory for all of it: that a write failed is known only before
 * the end, and glibc's fclose() is content with a text that it has lost.
 */
bool stream_end(FILE *f, char **text);

#endif
