/*
 * preset_facts.h - what a preset's signature shows and what it does not, in
 * plain words.
 *
 * The words are made from what the receiver decides by: the preset's row and
 * the coverage of its profile.  Only the commands use them, and the table
 * of hookdir-presets(7).
 */
#ifndef PRESET_FACTS_H
#define PRESET_FACTS_H

#include <stdio.h>

#include "preset/preset.h"
#include "profile/profile.h"

/*
 * Write to fp a line for each fact, as comments of the settings file:
 * "// NAME: TEXT".  profile is made of the preset and of what
 * preset_example() adds.
 */
void preset_facts(
    FILE *fp, const struct preset *preset, const struct profile *profile);

#endif
