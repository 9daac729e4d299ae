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
#include "jsonform.h"

/* How many variants there are. */
size_t body_variant_count(void);

/*
 * Room for one variant after the other: a large body has hundreds, and to
 * allocate each would take longer than to write it.  Zeroed to begin with.
 */
struct body_variants {
	unsigned char *bytes; /* malloc'd */
	size_t len, room;
	size_t last;                 /* the variant in bytes, from 1; 0: none */
	struct jsonform_facts facts; /* of the body; set at the first variant */
};

/*
 * Make the i-th variant of body, which is in *made until the next call; i goes
 * up from 0 in single steps, for some are made out of the one before.  False
 * if it is the body itself or an earlier variant, or when out of memory.
 */
bool body_variant_make(
    struct body_variants *v, size_t i, struct span body, struct span *made);

/* Free the room.  Harmless on zeroed ones. */
void body_variants_free(struct body_variants *v);

/* Say what the i-th variant is, as the end of "it was signed ...". */
void body_variant_describe(size_t i, FILE *out);

#endif
