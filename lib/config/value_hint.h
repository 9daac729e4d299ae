/*
 * value_hint.h - what was probably meant by a value that a setting does not
 * take.
 *
 * Only provider_config.c uses it, to end a complaint.  No part of the value is
 * shown but names that exist.
 */
#ifndef VALUE_HINT_H
#define VALUE_HINT_H

#include "base/spelling.h"
#include "preset/preset.h"
#include "profile/profile.h"

#define VALUE_HINT_MAX 160

/*
 * Write the end of the complaint *fault to dst, ": did you mean \"sha256\"?" or
 * the like; or nothing.  words are the settings that were refused; own is false
 * if the entry does not have the setting itself.  Returns dst.
 */
const char *value_hint(char dst[static VALUE_HINT_MAX],
    const struct profile_fault *fault, const struct preset *words, bool own);

/*
 * The preset that the provider's name probably means, where the entry has the
 * settings of none: "github" for "mygithub" and "github-2"; or NULL.
 */
const struct preset *value_preset(struct span name);

#endif
