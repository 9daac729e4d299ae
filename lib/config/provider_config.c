/* provider_config.c - the settings of one provider. */
#include <stdio.h>
#include <string.h>

#include "base/credential.h"
#include "base/url.h"
#include "config/hold_settings.h"
#include "config/provider_config.h"
#include "config/provider_keys.h"
#include "config/value_hint.h"
#include "parse/json.h"
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

/*
 * The preset that the entry names, else the one with the provider's name.  With
 * null it is none, whatever the entry is called.
 */
static const struct preset *
find_preset(const struct provider_reading *r)
{
	const char *name = r->words.preset;
	bool removed =
	    name == NULL && settings_at(&r->target, r->table, "preset") != NULL;
	const struct preset *found =
	    preset_find(span_str(name != NULL ? name : r->prov->name));
	struct reason why = {""};

	if (removed || (found == NULL && name == NULL))
		return &preset_default;
	if (found == NULL) {
		preset_unknown(&why, span_str(name));
		provider_complain(r, "preset", why.text);
	}
	return found;
}

/* Messages quote these, and no honest value of them is long and random. */
static bool
is_quoted(const char *name, struct span value)
{
	static const char *const quoted[] = {
	    "preset", "signature", "prefix", "timestamp", "signed_payload"};

	for (size_t i = 0; i < sizeof(quoted) / sizeof(quoted[0]); i++) {
		if (strcmp(quoted[i], name) == 0)
			return true;
	}
	/* A path in JSON can have random members. */
	return span_starts(value, span_str("header:"));
}

/* A URL is shown without what may be secret in it. */
static bool
is_url(struct span value)
{
	struct url url;

	return url_split(&url, value);
}

/*
 * A secret in place of another setting would be logged, or sent, sooner or
 * later.  known are the entry's secrets, as far as they were read.
 */
static bool
is_misplaced(const char *name, struct span value, const struct secrets *known)
{
	const struct credential *found =
	    is_url(value) ? NULL : credential_inside(value);
	size_t which;

	if (found != NULL && found->more > 0)
		return true;
	if (is_quoted(name, value) && credential_like(value))
		return true;
	return value.len >= SECRET_LONG && secrets_match(known, value, &which);
}

/*
 * The name of a file or a variable is shown only if there is one, and keys
 * never are.
 */
static bool
is_unquoted(const char *name)
{
	const char *last = strrchr(name, '_');

	return last != NULL &&
	       (strcmp(last, "_file") == 0 || strcmp(last, "_env") == 0 ||
		   strcmp(last, "_key") == 0);
}

static bool
check_misplaced(const struct provider_reading *r, const struct entry *entry)
{
	for (size_t i = 0; i < table.n; i++) {
		const struct setting *set = &table.row[i];
		const char *const *value =
		    (const void *)((const char *)entry + set->offset);
		size_t room = set->kind == SET_TEXTS ? (size_t)set->max : 1;

		if ((set->kind != SET_TEXT && set->kind != SET_TEXTS) ||
		    is_unquoted(set->name))
			continue;
		for (size_t k = 0; k < room && value[k] != NULL; k++) {
			if (!is_misplaced(set->name, span_str(value[k]),
				&r->prov->secrets))
				continue;
			return provider_complain(r, set->name,
			    "looks like a secret, and is not shown: put the "
			    "secret into a file, and name that file in "
			    "secret_file");
		}
	}
	return true;
}

/* The empty string names no file, no variable, no key and no preset. */
static bool
check_empty(const struct provider_reading *r, const struct entry *entry)
{
	for (size_t i = 0; i < table.n; i++) {
		const struct setting *set = &table.row[i];
		const char *value;

		if (set->offset >= offsetof(struct entry, words) ||
		    (set->kind != SET_TEXT && set->kind != SET_TEXTS))
			continue;
		memcpy(
		    &value, (const char *)entry + set->offset, sizeof(value));
		if (value != NULL && value[0] == '\0')
			return provider_complain(r, set->name,
			    "is empty: give it a value, or leave it out");
	}
	return true;
}

/* The URL that the sender was given, where the entry does not say it. */
static bool
set_public_url(const struct provider_reading *r, struct preset *words)
{
	if (words->public_url != NULL || r->cfg->base_url == NULL ||
	    settings_at(&r->target, r->table, "public_url") != NULL)
		return true;
	words->public_url =
	    pool_join(r->file->pool, r->cfg->base_url, r->prov->name);
	return words->public_url != NULL ||
	       provider_complain(r, "public_url", "out of memory");
}

/* Read the entry's own settings, and lay them over those of its preset. */
static bool
fill_entry(struct provider_reading *r, struct entry *entry)
{
	struct settings_target *target = &r->target;
	const struct preset *preset;
	struct entry whole;

	if (!settings_read(r->file, r->object, r->prefix, &table, target) ||
	    !check_misplaced(r, entry) || !check_empty(r, entry))
		return false;
	r->words = entry->own;
	r->stale_days_said = settings_said(target, &table, "jwks_stale_days");
	if ((preset = find_preset(r)) == NULL)
		return false;
	whole = (struct entry){.own = entry->own, .words = *preset};
	settings_override(target, &table, &whole);
	/* In a preset, a tolerance of 0 means that it is not set. */
	if (settings_said(target, &table, "tolerance") &&
	    whole.words.tolerance == 0)
		whole.words.tolerance = -1;
	r->prov->keep_query = settings_said(target, &table, "keep_query")
				  ? entry->own.keep_query
				  : r->cfg->keep_query;
	r->prov->keep_address = settings_said(target, &table, "keep_address")
				    ? entry->own.keep_address
				    : r->cfg->keep_address;
	r->prov->words = whole.words;
	return set_public_url(r, &r->prov->words);
}

static bool
read_settings(struct provider_reading *r)
{
	struct entry entry = {.own = defaults, .words = preset_default};
	bool ok;

	r->target.dst = &entry;
	ok = fill_entry(r, &entry);
	r->target.dst = NULL;
	return ok;
}

/* Report the fault, and what was probably meant. */
static bool
complain_fault(
    const struct provider_reading *r, const struct profile_fault *fault)
{
	bool own = settings_at(&r->target, r->table, fault->setting) != NULL;
	const struct preset *preset = NULL;
	char hint[VALUE_HINT_MAX];
	struct reason why = {""};

	if (strcmp(fault->setting, "signature") == 0 &&
	    settings_at(&r->target, r->table, "preset") == NULL &&
	    r->prov->words.signature[0] == NULL &&
	    preset_find(span_str(r->prov->name)) == NULL)
		preset = value_preset(span_str(r->prov->name));
	if (preset != NULL)
		reason_set(&why, "%s; or is it \"preset\": \"%s\"?",
		    fault->why.text, preset->name);
	else
		reason_set(&why, "%s%s", fault->why.text,
		    value_hint(hint, fault, &r->prov->words, own));
	return provider_complain(r, fault->setting, why.text);
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
		return complain_fault(r, &fault);
	if (!provider_keys_read(r) ||
	    !check_misplaced(
		r, &(struct entry){.own = r->words, .words = prov->words}))
		return false;
	prov->hold_terms = r->cfg->hold;
	return hold_settings_of(r->file, r->words.hold, r->prefix, prov);
}

/* The line of the setting, or that of the entry. */
static unsigned
line_of(const struct provider_reading *r, const char *key)
{
	const unsigned char *at = settings_at(&r->target, r->table, key);

	return json_line(r->file->text, at != NULL ? at : r->object.ptr);
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
	    .table = &table,
	    .prov = prov};

	/* In a file of its own, the entry is the whole. */
	if (object.ptr != file->text.ptr)
		snprintf(
		    r.prefix, sizeof(r.prefix), "providers.%s.", prov->name);
	if (read_entry(&r)) {
		if (challenge_word_signs(prov->profile.challenge.kind))
			prov->challenge_line = line_of(&r, "challenge");
		return;
	}
	provider_free(prov);
	prov->nabove = 0;
	/* What is in the file is a secret, whatever else is wrong. */
	if (prov->secret_path == NULL && r.words.secret_file != NULL)
		prov->secret_path =
		    pool_path(file->pool, cfg->dir, r.words.secret_file);
	if (prov->verify_token_path == NULL &&
	    r.words.verify_token_file != NULL)
		prov->verify_token_path =
		    pool_path(file->pool, cfg->dir, r.words.verify_token_file);
	if (prov->secret_env == NULL && r.words.secret_env != NULL)
		prov->secret_env = r.words.secret_env;
	provider_config_break(file, prov);
}
