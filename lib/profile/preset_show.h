/*
 * preset_show.h - a preset as its user meets it: what it needs besides, and the
 * settings that it stands for.
 *
 * For people; no delivery comes this way.
 */
#ifndef PRESET_SHOW_H
#define PRESET_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "preset/preset.h"

struct scheme; /* scheme.h */

/* What an entry must say that a preset cannot know. */
struct preset_needs {
	bool secret;       /* shared with the provider */
	bool keys;         /* public ones, instead */
	bool public_url;   /* it signs the URL that it was given */
	bool verify_token; /* its challenge shows one */
	bool unsafe_body;  /* it signs nothing of the event */
	bool webhook_id;   /* it signs what it calls the webhook */
};

/* What the preset, whose scheme this is, needs. */
struct preset_needs preset_needs(
    const struct preset *preset, const struct scheme *scheme);

/*
 * Write the entry that the preset stands for, called name, as it would be in
 * the settings.  What only its user knows is made up after name.
 */
void preset_show(FILE *fp, const struct preset *preset,
    const struct scheme *scheme, const char *name);

#endif
