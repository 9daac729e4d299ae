/*
 * body_variant.h - the body as it may have been when it was signed.
 *
 * Editors and proxies change line ends.  Programs put a body into base64, a
 * JSON string or another character set.  Programs that parse a body and write
 * it again change what JSON leaves open: white space, and how characters are
 * escaped.  Names, values and their order stay as they were.
 */
#ifndef BODY_VARIANT_H
#define BODY_VARIANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

/* How many variants there are. */
size_t body_variant_count(void);

/*
 * Write the i-th variant of body: malloc'd, *len bytes.  NULL if it is the body
 * itself or an earlier variant, or when out of memory.
 */
char *body_variant_make(size_t i, struct span body, size_t *len);

/* Say what the i-th variant is, as the end of "it was signed ...". */
void body_variant_describe(size_t i, FILE *out);

#endif
