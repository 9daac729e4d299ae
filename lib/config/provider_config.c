/* provider_config.c - the settings of one provider. */
#include <stdio.h>
#include <string.h>

#include "config/hold_settings.h"
#include "config/provider_config.h"
#include "config/provider_keys.h"
#include "verify/schemes.h"

#define DAYS_30 (30 * 86400L)

/* What an entry may say. */
struct entry {
	struct preset words;
	long tolerance; /* as written: 0 switches the check off, -1 not said */
	const char *preset;
	struct source_words source;
	struct span hold;
};

#define WORD(name, kind, field, min, max)                                 \
	{                                                                 \
		name, kind, offsetof(struct entry, words.field), min, max \
	}

#define SOURCE(name, kind, field, min, max)                                \
	{                                                                  \
		name, kind, offsetof(struct entry, source.field), min, max \
	}

static const struct setting table[] = {
    {"preset", SET_TEXT, offsetof(struct entry, preset), 0, 0},
    SOURCE("secret_file", SET_TEXT, secret_file, 0, 0),
    SOURCE("secret_env", SET_TEXT, secret_env, 0, 0),
    SOURCE("verify_token_file", SET_TEXT, verify_token_file, 0, 0),
    SOURCE("jwks_file", SET_TEXT, jwks_file, 0, 0),
    SOURCE("public_key", SET_TEXTS, public_key, 0, SECRETS_MAX),
    SOURCE("public_key_file", SET_TEXT, public_key_file, 0, 0),
    SOURCE("jwks_url", SET_TEXT, jwks_url, 0, 0),
    SOURCE("jwks_ca_file", SET_TEXT, jwks_ca_file, 0, 0),
    SOURCE("jwks_stale_days", SET_NUMBER, jwks_stale_days, 0, 366),
    WORD("required_components", SET_TEXTS, required_components, 0,
	PRESET_REQUIRED),
    WORD("algorithms", SET_TEXTS, algorithms, 0, PRESET_ALGORITHMS),
    WORD("scheme", SET_TEXT, scheme, 0, 0),
    WORD("digest", SET_TEXT, digest, 0, 0),
    WORD("secret_encoding", SET_TEXT, secret_encoding, 0, 0),
    WORD("signature", SET_TEXTS, signature, 0, PRESET_SIGNATURES),
    WORD("prefix", SET_TEXT, prefix, 0, 0),
    WORD("separator", SET_TEXT, separator, 0, 0),
    WORD("timestamp", SET_TEXT, timestamp, 0, 0),
    {"tolerance", SET_NUMBER, offsetof(struct entry, tolerance), 0, DAYS_30},
    WORD("signed_payload", SET_TEXTS, signed_payload, 0, PRESET_SIGNED),
    WORD("certificate_url", SET_TEXT, certificate_url, 0, 0),
    WORD("certificate_allowed_urls", SET_TEXTS, certificate_allowed_urls, 0,
	PRESET_CERTS),
    WORD("certificate_hosts", SET_TEXTS, certificate_hosts, 0, PRESET_CERTS),
    WORD("certificate_without_issuers", SET_BOOL, certificate_without_issuers,
	0, 0),
    WORD("claims", SET_TEXTS, claims, 0, PRESET_SIGNED),
    WORD("public_url", SET_TEXT, public_url, 0, 0),
    WORD("webhook_id", SET_TEXT, webhook_id, 0, 0),
    WORD("id", SET_TEXT, id, 0, 0),
    WORD("type", SET_TEXT, type, 0, 0),
    WORD("challenge", SET_TEXT, challenge, 0, 0),
    WORD("reject_status", SET_NUMBER, reject_status, 400, 499),
    WORD("accept_status", SET_NUMBER, accept_status, 200, 204),
    WORD("accept_body", SET_TEXT, accept_body, 0, 0),
    WORD("sender_retry_hours", SET_NUMBER, sender_retry_hours, 0, 24 * 366),
    WORD("unsafe_body", SET_BOOL, unsafe_body, 0, 0),
    WORD("signature_encoding", SET_TEXT, signature_encoding, 0, 0),
    {"hold", SET_OBJECT, offsetof(struct entry, hold), 0, 0},
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

_Static_assert(TABLE_N <= SETTINGS_TABLE_MAX, "settings_read() has room");

bool
provider_config_complain(
    const struct provider_config_reading *r, const char *key, const char *text)
{
	char path[2 * PROVIDER_NAME_MAX + sizeof(r->prefix)];

	snprintf(path, sizeof(path), "%s%s", r->prefix, key);
	settings_complain(r->file, LVL_ERROR, r->object.ptr, path, "%s", text);
	return false;
}

/* The preset that an entry starts from: its own, its name's, or none. */
static bool
find_words(const struct provider_config_reading *r, const char *name,
    const char *preset, struct preset *words)
{
	const struct preset *found =
	    preset_find(preset != NULL ? span_str(preset) : span_str(name));

	if (found == NULL && preset != NULL)
		return provider_config_complain(
		    r, "preset", "there is no preset of this name");
	*words = found != NULL ? *found : preset_default;
	return true;
}

static bool
read_entry(const struct provider_config_reading *r, char *const env[],
    struct provider *prov)
{
	struct entry entry = {.tolerance = -1, .source.jwks_stale_days = -1};
	struct profile_fault fault;

	/* Twice: the first time for the preset that the second overrides. */
	if (!settings_read(
		r->file, r->object, r->prefix, table, TABLE_N, &entry) ||
	    !find_words(r, prov->name, entry.preset, &entry.words) ||
	    !settings_read(
		r->file, r->object, r->prefix, table, TABLE_N, &entry))
		return false;
	if (entry.tolerance >= 0)
		entry.words.tolerance =
		    entry.tolerance == 0 ? -1 : entry.tolerance;
	prov->words = entry.words;
	if (!scheme_profile(
		&prov->profile, &prov->words, r->cfg->tolerance, &fault))
		return provider_config_complain(
		    r, fault.setting, fault.why.text);
	if (!provider_keys_read(r, &entry.source, env, prov))
		return false;
	prov->hold = r->cfg->hold;
	return hold_settings_of(r->file, entry.hold, r->prefix, prov);
}

void
provider_config_break(struct settings_file *file, struct provider *prov)
{
	prov->broken = true;
	prov->fault = pool_copy(file->pool, file->last, strlen(file->last));
	if (prov->fault == NULL)
		prov->fault = "its settings are at fault";
}

void
provider_config_read(struct settings_file *file, struct config *cfg,
    struct span object, char *const env[], struct provider *prov)
{
	struct provider_config_reading r = {
	    .file = file, .cfg = cfg, .object = object};

	snprintf(r.prefix, sizeof(r.prefix), "providers.%s.", prov->name);
	if (read_entry(&r, env, prov))
		return;
	provider_free(prov);
	prov->nabove = 0;
	provider_config_break(file, prov);
}
