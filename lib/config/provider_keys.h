/*
 * provider_keys.h - what an entry's signatures are checked with.
 *
 * The settings that name secrets and keys, and the reading of what they name.
 * For provider_config.c alone.
 */
#ifndef PROVIDER_KEYS_H
#define PROVIDER_KEYS_H

#include "config/config.h"

/* The settings as they are written; NULL where one is not there. */
struct source_words {
	const char *secret_file;
	const char *secret_env;
	const char *jwks_file;
	const char *public_key[SECRETS_MAX];
	const char *public_key_file;
	const char *jwks_url;
	const char *jwks_ca_file;
	long jwks_stale_days; /* -1 not said */
	const char *verify_token_file;
};

/* One entry being read. */
struct provider_config_reading {
	struct settings_file *file;
	struct config *cfg;
	struct span object;
	char prefix[PROVIDER_NAME_MAX + sizeof("providers..")];
};

/* Complain about the entry's setting key; false. */
bool provider_config_complain(
    const struct provider_config_reading *r, const char *key, const char *text);

/*
 * Read what words name into prov, whose profile is made.  False: something is
 * missing, at fault, or not for the scheme, and was complained about.
 */
bool provider_keys_read(const struct provider_config_reading *r,
    const struct source_words *words, char *const env[], struct provider *prov);

#endif
