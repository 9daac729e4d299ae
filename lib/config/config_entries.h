/*
 * config_entries.h - the entries of all providers: those in the settings file,
 * and those in providers.d (provider_files.h).
 *
 * Only config.c uses it.
 */
#ifndef CONFIG_ENTRIES_H
#define CONFIG_ENTRIES_H

#include "config/config.h"
#include "config/settings.h"

/* What is read. */
struct config_entries {
	struct settings_file *file; /* the settings file; counts complaints */
	struct span providers;      /* the setting; empty if it is missing */
	char *const *env;
	/* Read the entry of this name alone, wherever it is; or NULL. */
	const struct span *only;
};

/*
 * Read the entries into cfg->provider, and the states of their files into
 * cfg->stamp.  An entry with an error is a broken provider, and a file of
 * providers.d with an error is one too.  With only, invalid names of other
 * entries are reported as well: no delivery could ever select them.
 *
 * False after a complaint about something else than an entry.
 */
bool config_entries_read(
    const struct config_entries *entries, struct config *cfg);

/* config_has_file() of config.h. */
bool config_entries_alone(
    const struct config *cfg, const struct provider *prov);

/*
 * Break the providers whose challenge makes hookdir sign any text with a secret
 * that another provider has too: it would accept that signature on a forged
 * event.  Complaints go to log; returns their number.
 */
unsigned config_entries_oracles(struct config *cfg, const struct log *log);

#endif
