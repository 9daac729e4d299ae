/*
 * words.h - two descriptions of a provider, and what differs, in the words of
 * the settings file.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdio.h>

#include "preset.h"
#include "span.h"

/* How many settings of how it is signed differ between the two. */
unsigned words_count(const struct preset *was, const struct preset *is);

/*
 * Write those settings as the new words have them: "prefix": "sha256=".  One
 * that is there no more: no "timestamp".
 */
void words_print(FILE *out, const struct preset *was, const struct preset *is);

/* Write a URL, with its password left out. */
void words_url(FILE *out, struct span url);

#endif
