/*
 * provider_keys.h - what an entry's signatures are checked with.
 *
 * The settings that name secrets and keys, and the reading of what they name.
 * For provider_config.c alone.
 */
#ifndef PROVIDER_KEYS_H
#define PROVIDER_KEYS_H

#include "config/provider_reading.h"

/*
 * Read what r->words name into r->prov, whose profile is made.  False:
 * something is missing, at fault, or not for the scheme, and was complained
 * about.
 */
bool provider_keys_read(const struct provider_reading *r);

#endif
