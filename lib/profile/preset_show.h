/*
 * preset_show.h - shows a preset to its user: the settings that it stands for,
 * and what an entry must add to it.
 *
 * Only the commands use it, not the receiver.
 */
#ifndef PRESET_SHOW_H
#define PRESET_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "preset/preset.h"

struct scheme; /* scheme.h */

/* What an entry must set because the preset cannot. */
struct preset_needs {
	bool secret;       /* a secret shared with the provider */
	bool keys;         /* public keys of the provider, instead */
	bool public_url;   /* the provider signs the URL that it was given */
	bool verify_token; /* the provider's challenge shows a token */
	bool unsafe_body;  /* the provider does not sign the event */
	bool webhook_id;   /* the provider signs its name for the webhook */
	bool topic_arn;    /* its key signs other people's topics too */
};

/* Return what an entry with preset must set.  scheme is the preset's. */
struct preset_needs preset_needs(
    const struct preset *preset, const struct scheme *scheme);

/* Add to words, which are the preset's, an example of each setting needed. */
void preset_example(struct preset *words, const struct preset_needs *needs);

/*
 * Write to fp the entry that the preset stands for, under name, as it would be
 * in the settings file.  Values that only the user knows, such as the path of
 * the secret file, are examples made from name.
 */
void preset_show(FILE *fp, const struct preset *preset,
    const struct scheme *scheme, const char *name);

#endif
