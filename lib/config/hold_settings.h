/*
 * hold_settings.h - the setting "hold": how many refused deliveries are kept,
 * and in how many bytes.
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
 * is as it was, or as the list of settings has it if nothing was held.  False
 * after a complaint.
 */
bool hold_settings(struct settings_file *file, struct span object,
    const char *prefix, struct hold_limit *limit);

/*
 * The same for the entry of prov, whose dotted path is prefix.  Its profile is
 * made, and prov->hold_limit is what the top of the file says.  object is empty if
 * the entry does not say anything.
 *
 * Deliveries of a provider that sends a password are never held: a file with
 * the password would give it away, as would one that is a letter off; without
 * it the delivery could not be verified later.  It is an error if the entry
 * asks for that, but not if the top of the file does.
 */
bool hold_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov);

#endif
