/*
 * mistake.h - why a genuine request is refused: the usual mistakes.
 *
 * Names one change, as the settings file would have it if it is a change of
 * settings.  Never shows anything of a secret, nor a valid signature.
 */
#ifndef MISTAKE_H
#define MISTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "attempt.h"

struct mistake {
	char *text;                  /* what to change; malloc'd */
	struct attempt_result found; /* how it verifies then */
	unsigned tried;              /* how many changes were tried */
};

/*
 * Look for the one change with which base verifies, which it does not yet.
 * True: the caller frees mistake->text.
 */
bool mistake_find(const struct attempt *base, struct mistake *mistake);

#endif
