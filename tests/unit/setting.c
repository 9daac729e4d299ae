/*
 * setting.c - the list of settings: each is parsed where it may stand, shown
 * if presets have it, and documented; its old name is an error.
 */
#include "preset/setting.h"
#include "config/config.h"
#include "preset/setting_meant.h"
#include "profile/preset_show.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

/* Load settings that say text at the place; what is complained of is logged. */
static void
load(enum setting_place place, const char *text)
{
	static char *const env[] = {NULL};
	char full[512];

	snprintf(full, sizeof(full),
	    "{\"inbox\":\"in\"%s%s%s%s,\"providers\":{\"coral\":{%s}}}",
	    place == SETTING_TOP ? "," : "", place == SETTING_TOP ? text : "",
	    place == SETTING_HOLD ? ",\"hold\":" : "",
	    place == SETTING_HOLD ? text : "",
	    place == SETTING_ENTRY || place == SETTING_PRESET ? text : "");
	sandbox_log_clear();
	config_free(config_load(
	    sandbox_text("hookdir.json", full, 0600), env, &sandbox_log));
}

/* The value that no setting can have, at the place that name has. */
static void
load_wrong(enum setting_place place, const char *name)
{
	char text[128];

	snprintf(text, sizeof(text),
	    place == SETTING_HOLD ? "{\"%s\":[[]]}" : "\"%s\":[[]]", name);
	load(place, text);
}

static void
path(char dst[static 128], enum setting_place place, const char *name)
{
	static const char *const prefix[] = {[SETTING_TOP] = "",
	    [SETTING_ENTRY] = "providers.coral.",
	    [SETTING_PRESET] = "providers.coral.",
	    [SETTING_HOLD] = "hold."};

	snprintf(dst, 128, "hookdir.json:1: %s%s: ", prefix[place], name);
}

static void
test_parsed(const struct setting_text *row)
{
	char want[256];

	path(want, row->place, row->name);
	load_wrong(row->place, row->name);
	/* These two are there before. */
	if (row->place == SETTING_TOP &&
	    (strcmp(row->name, "inbox") == 0 ||
		strcmp(row->name, "providers") == 0)) {
		ok(sandbox_log_has("duplicate setting"), "%s", row->name);
		return;
	}
	ok(sandbox_log_has(want) && sandbox_log_has(": must be ") &&
		!sandbox_log_has("unknown"),
	    "%s has a type", row->name);
}

static void
test_old(const struct setting_text *row)
{
	char want[256];
	size_t len;

	path(want, row->place, row->old);
	len = strlen(want);
	snprintf(want + len, sizeof(want) - len, "is now called \"%s\"\n",
	    row->name);
	load_wrong(row->place, row->old);
	ok(sandbox_log_has(want), "%s is an old name", row->old);
}

/* A preset with nothing but the one setting. */
static void
test_shown(const struct setting *set)
{
	struct preset preset = {.name = "p", .scheme = "hmac"};
	void *field = (char *)&preset + set->offset;
	char shown[1024], want[64];
	FILE *fp = fmemopen(shown, sizeof(shown), "w");

	if (fp == NULL)
		sandbox_die("fmemopen");
	if (set->kind == SET_BOOL)
		*(bool *)field = true;
	else if (set->kind == SET_NUMBER)
		*(long *)field = 7;
	else if (set->offset != offsetof(struct preset, scheme))
		*(const char **)field = "x";
	preset_show(fp, &preset, scheme_of(&preset), "p");
	if (fclose(fp) != 0)
		sandbox_die("no room");
	snprintf(want, sizeof(want), "\n  \"%s\": %s", set->name,
	    set->kind == SET_BOOL     ? "true"
	    : set->kind == SET_NUMBER ? "7"
				      : "\"");
	ok(strstr(shown, want) != NULL, "%s is shown", set->name);
}

static void
test_documented(const struct setting_text *row)
{
	ok(row->name[0] != '\0' && row->text[0] != '\0' &&
		row->text[strlen(row->text) - 1] != '.',
	    "%s is documented", row->name);
	ok((row->value == NULL) == (row->place == SETTING_SECTION),
	    "a default, unless it is a heading");
	ok(strchr(row->text, '|') == NULL && strchr(row->text, '\n') == NULL &&
		strstr(row->text, "  ") == NULL,
	    "that fits in a table");
}

/* What a program without settings does is what is documented. */
static void
is_default(const char *name, enum setting_place place, long got)
{
	const struct setting_text *row;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (row->place == place && strcmp(row->name, name) == 0)
			is_int(got, strtol(row->value, NULL, 10), "%s", name);
	}
}

static void
test_defaults(void)
{
	static char *const env[] = {NULL};
	const struct provider *prov;
	struct config *cfg;

	sandbox_text("s", "secret\n", 0600);
	cfg = config_load(
	    sandbox_text("hookdir.json",
		"{\"inbox\":\"in\",\"hold\":{},\"providers\":{\"p\":"
		"{\"secret_file\":\"s\",\"signature\":\"X-S\"}}}",
		0600),
	    env, &sandbox_log);
	if (cfg == NULL || cfg->nprovider != 1 || cfg->provider[0].broken)
		sandbox_die("settings");
	prov = &cfg->provider[0];
	is_default("max_body", SETTING_TOP, cfg->max_body);
	is_default("tolerance", SETTING_TOP, cfg->tolerance);
	is_default("dedup_days", SETTING_TOP, cfg->inbox.dedup_days);
	is_default("workers", SETTING_TOP, cfg->workers);
	is_default(
	    "reject_status", SETTING_PRESET, prov->profile.reject_status);
	is_default(
	    "accept_status", SETTING_PRESET, prov->profile.accept_status);
	is_default("count", SETTING_HOLD, prov->hold_limit.count);
	is_default("bytes", SETTING_HOLD, prov->hold_limit.bytes);
	config_free(cfg);
}

static void
test_meant(void)
{
	is_str(setting_meant(span_str("Signing_Secret")), "secret_file",
	    "another word, in any case");
	is_str(setting_meant(span_str("secret_file")), NULL, "the right word");
	is_str(setting_meant(span_str("")), NULL, "no word");
	is_str(setting_belongs(span_str("dedup_days")),
	    "at the top of the file", "the top");
	is_str(setting_belongs(span_str("secret_file")),
	    "in the entry of a provider", "an entry");
	is_str(setting_belongs(span_str("prefix")),
	    "in the entry of a provider", "of presets too");
	is_str(
	    setting_belongs(span_str("count")), "in the object hold", "hold");
	is_str(setting_belongs(span_str("Entries")), NULL, "a heading");
	is_str(setting_belongs(span_str("signature, prefix")), NULL, "a note");
}

/* What is advised exists, and what is advised against does not. */
static void
test_meant_of(const struct setting_text *row)
{
	const char *meant = setting_meant(span_str(row->name));

	ok(meant == NULL, "%s is not called otherwise", row->name);
}

int
main(void)
{
	const struct setting_text *row;
	size_t presets = 0, old = 0;

	sandbox_make();
	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		test_documented(row);
		if (row->place == SETTING_SECTION || row->place == SETTING_NOTE)
			continue;
		test_parsed(row);
		test_meant_of(row);
		presets += row->place == SETTING_PRESET;
		if (row->old != NULL)
			test_old(row);
		old += row->old != NULL;
	}
	is_int(preset_settings.n, (long long)presets, "the same of presets");
	for (size_t i = 0; i < preset_settings.n; i++)
		test_shown(&preset_settings.row[i]);
	is_int(old, 17, "16 settings were renamed, one of them in two places");
	test_meant();
	test_defaults();
	sandbox_remove(sandbox_dir);
	return done();
}
