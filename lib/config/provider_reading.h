/*
 * provider_reading.h - a provider's entry that is being read, and complaints
 * about it.  Only provider_config.c and provider_keys.c use it.
 */
#ifndef PROVIDER_READING_H
#define PROVIDER_READING_H

#include "config/config.h"
#include "config/settings.h"

/* The settings of an entry that presets do not have, not yet checked. */
struct entry_words {
#define ENTRY_SETTING(name, kind, min, max, ...) SETTING_FIELD_##kind(name, max)
#include "preset/setting_list.h"
};

struct provider_reading {
	struct settings_file *file;
	struct config *cfg;
	char *const *env;                  /* for secret_env */
	struct span object;                /* the entry */
	const struct setting_table *table; /* of the entry's settings */
	struct settings_target target;     /* which of them are written */
	char prefix[PROVIDER_NAME_MAX + sizeof("providers..")];
	struct entry_words words;
	bool stale_days_said; /* the entry has jwks_stale_days */
	struct provider *prov;
};

/*
 * Report an error in the entry's setting key, with the line of the setting, or
 * that of the entry if the setting is not in it.  Returns false.
 */
bool provider_complain(
    const struct provider_reading *r, const char *key, const char *text);

/* Report a warning about the entry's setting key in the same way. */
void provider_warn(
    const struct provider_reading *r, const char *key, const char *text);

#endif
