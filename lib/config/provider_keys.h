/*
 * provider_keys.h - reads the secrets and keys that a provider's entry names.
 *
 * Only provider_config.c uses it.
 */
#ifndef PROVIDER_KEYS_H
#define PROVIDER_KEYS_H

#include "config/provider_reading.h"

/*
 * Read the secrets and keys that r->words name into r->prov, whose profile must
 * be made.  False after a complaint: something is missing, cannot be read, or
 * does not fit the scheme.
 */
bool provider_keys_read(const struct provider_reading *r);

#endif
