/*
 * held_settings.h - what the settings say of refused deliveries: whether they
 * are held, how many, and in how many bytes.
 */
#ifndef HELD_SETTINGS_H
#define HELD_SETTINGS_H

#include <stdbool.h>

#include "held.h"
#include "provider.h"
#include "settings.h"
#include "span.h"

/*
 * Read object, whose dotted path is prefix, into *limit.  What it does not say
 * is as it was or, where nothing was held, 100 files of 10 MiB in all.  False
 * after a complaint.
 */
bool held_settings(struct settings_file *file, struct span object,
    const char *prefix, struct held_limit *limit);

/*
 * The same for an entry of prov, whose dotted path is prefix; its rule is made,
 * and prov->held is what the top of the file says.  object is empty where the
 * entry says nothing.
 *
 * A provider that sends a password is never held: stored with it, the delivery
 * would give the secret away, or what is one letter off it; without it, it
 * could not be judged again.  For its entry to ask for that is a mistake; that
 * the top of the file does is not.
 */
bool held_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov);

#endif
