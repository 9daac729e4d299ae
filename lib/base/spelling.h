/*
 * spelling.h - the name that was probably meant, for messages about settings,
 * presets and commands that do not exist.
 */
#ifndef SPELLING_H
#define SPELLING_H

#include <stddef.h>

#include "base/span.h"

#define SPELLING_NAME_MAX 48 /* bytes; longer names are not compared */
#define SPELLING_HINT_MAX (SPELLING_NAME_MAX + sizeof(": did you mean \"\"?"))

/* A search for the right name; made by spelling_of(). */
struct spelling {
	struct span name; /* as it was written */
	const char *nearest;
	size_t distance; /* of nearest */
};

/* Begin a search for what name should have been.  Borrows name. */
struct spelling spelling_of(struct span name);

/*
 * Compare with a name that exists.  It is near if at most two characters, or a
 * third of its own, have to be inserted, removed, replaced or swapped with
 * their neighbour; or if one of the two is the beginning of the other.  Of
 * equally near names the first is kept.  Borrows right.
 */
void spelling_try(struct spelling *search, const char *right);

/*
 * Write the end of a message to dst: `: did you mean "NAME"?`, or nothing if
 * no name was near.  Returns dst.
 */
const char *spelling_hint(
    char dst[static SPELLING_HINT_MAX], const struct spelling *search);

#endif
