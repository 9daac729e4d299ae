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
 * Write what has to be changed in an entry whose settings, with those of its
 * preset, are was, so that they become what is says: settings to be written,
 * "prefix": "sha256=", in place of those that are there; one that must not have
 * the value of its preset, "timestamp": null; and settings of the entry that
 * stand in the way of a new preset's: remove "digest".
 */
void settings_diff_print(
    FILE *out, const struct preset *was, const struct preset *is);

/*
 * Take over into is what the entry was says of the user's side, as its public
 * URL and its answers; is then is the words of another preset.
 */
void settings_diff_carry(const struct preset *was, struct preset *is);

/*
 * If the entry was has a preset, and the words is another way of signing on top
 * of it: take out of them the preset's id and type, which are those of another
 * sender.
 */
void settings_diff_own_names(const struct preset *was, struct preset *is);

/* Write a URL without a password: of its user, or in its query. */
void settings_diff_url(FILE *out, struct span url);

#endif
