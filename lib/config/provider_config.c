/* provider_config.c - the settings of one provider. */
#include <stdio.h>
#include <string.h>

#include "config/hold_settings.h"
#include "config/provider_config.h"
#include "config/provider_keys.h"
#include "verify/schemes.h"

/* All settings of an entry. */
struct entry {
	struct entry_words own;
	struct preset words; /* the preset's, some replaced by the entry's */
};

static const struct setting row[] = {
#define ENTRY_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct entry, own., name, kind, min, max, old),
#define PRESET_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct entry, words., name, kind, min, max, old),
#include "preset/setting_list.h"
};

static const struct setting_table table = SETTING_TABLE(row);

static const struct entry_words defaults = {
#define ENTRY_SETTING(name, kind, min, max, old, value, text) \
	SETTING_VALUE_##kind(name, value)
#include "preset/setting_list.h"
};

_Static_assert(sizeof(row) / sizeof(row[0]) <= SETTINGS_TABLE_MAX,
    "settings_read() has room");

/* The preset that the entry names, else the one with the provider's name. */
static const struct preset *
find_preset(const struct provider_reading *r)
{
	const char *name = r->words.preset;
	const struct preset *found =
	    preset_find(span_str(name != NULL ? name : r->prov->name));
	struct reason why = {""};

	if (found == NULL && name == NULL)
		return &preset_default;
	if (found == NULL) {
		preset_unknown(&why, span_str(name));
		provider_complain(r, "preset", why.text);
	}
	return found;
}

/* Read the entry's own settings, and lay them over those of its preset. */
static bool
read_settings(struct provider_reading *r)
{
	struct entry entry = {.own = defaults};
	struct settings_target target = {.dst = &entry};
	const struct preset *preset;
	struct entry whole;

	if (!settings_read(r->file, r->object, r->prefix, &table, &target))
		return false;
	r->words = entry.own;
	r->stale_days_said = settings_said(&target, &table, "jwks_stale_days");
	if ((preset = find_preset(r)) == NULL)
		return false;
	whole = (struct entry){.own = entry.own, .words = *preset};
	settings_override(&target, &table, &whole);
	/* In a preset, a tolerance of 0 means that it is not set. */
	if (settings_said(&target, &table, "tolerance") &&
	    whole.words.tolerance == 0)
		whole.words.tolerance = -1;
	r->prov->words = whole.words;
	return true;
}

static bool
read_entry(struct provider_reading *r)
{
	struct provider *prov = r->prov;
	struct profile_fault fault;

	if (!read_settings(r))
		return false;
	if (!scheme_profile(
		&prov->profile, &prov->words, r->cfg->tolerance, &fault))
		return provider_complain(r, fault.setting, fault.why.text);
	if (!provider_keys_read(r))
		return false;
	prov->hold_limit = r->cfg->hold;
	return hold_settings_of(r->file, r->words.hold, r->prefix, prov);
}

void
provider_config_break(struct settings_file *file, struct provider *prov)
{
	prov->broken = true;
	prov->fault = pool_copy(file->pool, file->last, strlen(file->last));
	if (prov->fault == NULL)
		prov->fault = "its settings have an error";
}

void
provider_config_read(struct settings_file *file, struct config *cfg,
    struct span object, char *const env[], struct provider *prov)
{
	struct provider_reading r = {.file = file,
	    .cfg = cfg,
	    .env = env,
	    .object = object,
	    .prov = prov};

	snprintf(r.prefix, sizeof(r.prefix), "providers.%s.", prov->name);
	if (read_entry(&r))
		return;
	provider_free(prov);
	prov->nabove = 0;
	provider_config_break(file, prov);
}
