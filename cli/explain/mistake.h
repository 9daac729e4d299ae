/*
 * mistake.h - why a genuine request is refused: the usual mistakes.
 *
 * Names one change, in the words of the settings file where it is a change of
 * them.  Never anything of a secret, nor a signature that would be valid.
 */
#ifndef MISTAKE_H
#define MISTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "attempt.h"

struct mistake {
	char *text;                  /* what to change; malloc'd */
	struct attempt_result found; /* how it verifies then */
	unsigned tried;              /* changes, if none of them was it */
};

/*
 * Look for the one change with which base verifies, which it does not as it
 * is.  True: the caller frees mistake->text.
 */
bool mistake_find(const struct attempt *base, struct mistake *mistake);

#endif
