/*
 * rewrite.h - a body as it may have been before others wrote it anew.
 *
 * Editors and proxies change line ends; programs that parse a body and write
 * it again change what JSON leaves open: white space, and how characters are
 * escaped.  Names, values and their order stay what they were.
 */
#ifndef REWRITE_H
#define REWRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

/* How many ways there are. */
size_t rewrite_count(void);

/*
 * Write body in the i-th way: malloc'd, *len bytes, or NULL where that changes
 * nothing, or nothing that a way before it does not, or when out of memory.
 */
char *rewrite_make(size_t i, struct span body, size_t *len);

/* Say what the i-th way is, as the end of "it was signed ...". */
void rewrite_describe(size_t i, FILE *out);

#endif
