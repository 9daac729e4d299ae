/* stream.h - writing to and closing a stream of open_memstream(3). */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

/* Write bytes to f. */
void stream_put(FILE *f, struct span bytes);

/*
 * Close f, which open_memstream() opened with *text.  Returns false, with *text
 * freed and set to NULL, if there was not enough memory for the whole text.
 * Checking fclose() alone is not enough: glibc's fclose() succeeds even if an
 * earlier write was lost.
 */
bool stream_end(FILE *f, char **text);

#endif
