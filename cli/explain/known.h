/*
 * known.h - the profiles of all presets, made once for a whole command.
 *
 * A preset alone is not always a profile: what only its user knows, such as the
 * public URL, is an example here.  A profile with an example in what is signed
 * is good for looking at a request, and never verifies one.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "preset/preset.h"
#include "profile/preset_show.h"
#include "profile/profile.h"

struct known_preset {
	const struct preset *preset;
	struct preset_needs needs; /* what its user must add */
	struct preset words;       /* the preset's, with examples of those */
	struct profile profile;    /* of words */
};

struct known {
	size_t n;
	struct known_preset *item; /* in the order of preset_at() */
};

/*
 * Make the profiles; tolerance, in seconds, is for presets that have none.
 * True: the caller frees *known with known_free().  False when out of memory.
 */
bool known_make(struct known *known, long tolerance);

/* Free what known_make() made.  Harmless on a zeroed one. */
void known_free(struct known *known);

#endif
