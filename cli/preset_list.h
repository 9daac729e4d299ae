/*
 * preset_list.h - the presets in the order of their names, and what can be said
 * of each: for `hookdir presets`, and for the manual's tables (man/).
 */
#ifndef PRESET_LIST_H
#define PRESET_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "preset/preset.h"

#define PRESET_NEEDS_MAX 64 /* bytes for preset_list_needs() */

/* The first preset after name in alphabetical order, or NULL.  Static. */
const struct preset *preset_list_after(const char *name);

/*
 * Put into dst what an entry with preset must set, with commas between; "-" for
 * nothing.  "secret" is secret_file or secret_env, "key" is any setting that
 * names public keys, "verify_token" is verify_token_file.
 */
void preset_list_needs(
    char dst[static PRESET_NEEDS_MAX], const struct preset *preset);

/*
 * Write what the preset's signature covers to out, as preset_facts() does.
 * Returns false after saying why it cannot be found out.
 */
bool preset_list_facts(FILE *out, const struct preset *preset);

#endif
