/*
 * settings_diff.h - two descriptions of a provider, and in which settings they
 * differ.
 */
#ifndef SETTINGS_DIFF_H
#define SETTINGS_DIFF_H

#include <stdio.h>

#include "base/span.h"
#include "preset/preset.h"

/* How many settings of how it is signed differ between the two. */
unsigned settings_diff_count(const struct preset *was, const struct preset *is);

/*
 * Write those settings as the new words have them: "prefix": "sha256=".  One
 * that is there no more: no "timestamp".
 */
void settings_diff_print(
    FILE *out, const struct preset *was, const struct preset *is);

/* Write a URL without a password: of its user, or in its query. */
void settings_diff_url(FILE *out, struct span url);

#endif
