/*
 * hold_settings.h - reads the setting "hold": which deliveries are held.
 */
#ifndef HOLD_SETTINGS_H
#define HOLD_SETTINGS_H

#include <stdbool.h>

#include "base/span.h"
#include "config/settings.h"
#include "hold/hold.h"
#include "profile/provider.h"

/*
 * Read object, whose dotted path is prefix, into *terms.  What it does not set
 * keeps its value; but if *terms was off (count 0), the limits get their
 * defaults.  False after a complaint.
 */
bool hold_settings(struct settings_file *file, struct span object,
    const char *prefix, struct hold_terms *terms);

/*
 * Read the "hold" of the entry of prov into prov->hold_terms.  The entry's
 * dotted path is prefix; object is empty if the entry has no "hold".  Before
 * the call, prov->profile must be made, and prov->hold_terms must be those at
 * the top of the file.
 *
 * Deliveries of a provider that sends a password are never held.  A file would
 * reveal the password, or one that differs by a letter; and without it, the
 * delivery could not be verified later.  So it is an error if the entry turns
 * holding on.  If only the top of the file does, it is off for this provider.
 */
bool hold_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov);

#endif
