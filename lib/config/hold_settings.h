/*
 * hold_settings.h - what the settings say of refused deliveries: whether they
 * are hold, how many, and in how many bytes.
 */
#ifndef HOLD_SETTINGS_H
#define HOLD_SETTINGS_H

#include <stdbool.h>

#include "base/span.h"
#include "config/settings.h"
#include "hold/hold.h"
#include "profile/provider.h"

/*
 * Read object, whose dotted path is prefix, into *limit.  What it does not say
 * is as it was or, where nothing was hold, 100 files of 10 MiB in all.  False
 * after a complaint.
 */
bool hold_settings(struct settings_file *file, struct span object,
    const char *prefix, struct hold_limit *limit);

/*
 * The same for an entry of prov, whose dotted path is prefix; its profile is made,
 * and prov->hold is what the top of the file says.  object is empty where the
 * entry says nothing.
 *
 * A provider that sends a password is never held: stored with it, the delivery
 * would give the secret away, or what is one letter off it; without it, it
 * could not be judged again.  For its entry to ask for that is a mistake; that
 * the top of the file does is not.
 */
bool hold_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov);

#endif
