/*
 * which.h - whose delivery is a request?
 *
 * For somebody who has a request and does not know its provider.  Each entry of
 * the settings judges it as the receiver would; then it is compared with the
 * presets, by what it looks like.
 */
#ifndef WHICH_H
#define WHICH_H

#include <stdbool.h>
#include <stdint.h>

#include "describe.h"
#include "known.h"
#include "unpacked.h"

struct which {
	struct described d; /* the request; of no provider */
	const struct known *known;
	const struct unpacked *unpacked; /* its body, if that is compressed */
	const char *name; /* of the request, as the user gave it */
	int64_t now;      /* the time at which it is judged */
};

/* Print entries and presets.  True if an entry of the settings verifies it. */
bool which_print(const struct which *w);

#endif
