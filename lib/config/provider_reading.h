/*
 * provider_reading.h - one provider's entry while it is being read, and
 * complaints about it.  For provider_config.c and provider_keys.c.
 */
#ifndef PROVIDER_READING_H
#define PROVIDER_READING_H

#include "config/config.h"
#include "preset/setting.h"

/* The settings of an entry that presets do not have, as they are written. */
struct entry_words {
#define ENTRY_SETTING(name, kind, min, max, ...) SETTING_FIELD_##kind(name, max)
#include "preset/setting_list.h"
};

struct provider_reading {
	struct settings_file *file;
	struct config *cfg;
	char *const *env;   /* for secret_env */
	struct span object; /* the entry */
	char prefix[PROVIDER_NAME_MAX + sizeof("providers..")];
	struct entry_words words;
	bool stale_days_said; /* words.jwks_stale_days is not the default */
	struct provider *prov;
};

/* Complain about the entry's setting key; false. */
bool provider_complain(
    const struct provider_reading *r, const char *key, const char *text);

/* The same for something that works all the same. */
void provider_warn(
    const struct provider_reading *r, const char *key, const char *text);

#endif
