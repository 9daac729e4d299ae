/*
 * setting.c - the list of settings: each is parsed where it may stand, shown
 * if presets have it, and documented; its old name is an error.
 */
#include "preset/setting.h"
#include "config/config.h"
#include "config/run_config.h"
#include "preset/setting_meant.h"
#include "profile/preset_show.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

/*
 * Load settings that say text at the place, as the receiver does and as the
 * runner does; what is complained of is logged.
 */
static void
load(enum setting_place place, const char *text)
{
	static const struct {
		const char *before, *after;
	} around[] = {
	    [SETTING_TOP] = {",", ",\"providers\":{\"coral\":{}}}"},
	    [SETTING_ENTRY] = {",\"providers\":{\"coral\":{", "}}}"},
	    [SETTING_PRESET] = {",\"providers\":{\"coral\":{", "}}}"},
	    [SETTING_HOLD] = {",\"providers\":{},\"hold\":", "}"},
	    [SETTING_RUN] = {",\"providers\":{\"coral\":{\"run\":", "}}}"},
	};
	static char *const env[] = {NULL};
	const char *path;
	char full[512];

	snprintf(full, sizeof(full), "{\"inbox\":\"in\"%s%s%s",
	    around[place].before, text, around[place].after);
	path = sandbox_text("hookdir.json", full, 0600);
	sandbox_log_clear();
	config_free(config_load(path, env, &sandbox_log));
	run_config_free(run_config_load(path, &sandbox_log, &log_silent));
}

static bool
is_in_object(enum setting_place place)
{
	return place == SETTING_HOLD || place == SETTING_RUN;
}

/* The value that no setting can have, at the place that name has. */
static void
load_wrong(enum setting_place place, const char *name)
{
	char text[128];

	snprintf(text, sizeof(text),
	    is_in_object(place) ? "{\"%s\":[[]]}" : "\"%s\":[[]]", name);
	load(place, text);
}

static void
path(char dst[static 128], enum setting_place place, const char *name)
{
	static const char *const prefix[] = {[SETTING_TOP] = "",
	    [SETTING_ENTRY] = "providers.coral.",
	    [SETTING_PRESET] = "providers.coral.",
	    [SETTING_HOLD] = "hold.",
	    [SETTING_RUN] = "providers.coral.run."};

	snprintf(dst, 128, "hookdir.json:1: %s%s: ", prefix[place], name);
}

static void
test_parsed(const struct setting_text *row)
{
	char want[256];

	path(want, row->place, row->name);
	/* Of a list, its elements have names of their own. */
	if (row->place == SETTING_ENTRY && strcmp(row->name, "run") == 0)
		load(row->place, "\"run\":0");
	else
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
	is_default("count", SETTING_HOLD, prov->hold_terms.count);
	is_default("bytes", SETTING_HOLD, prov->hold_terms.bytes);
	config_free(cfg);
}

static const char *
default_of(const char *name, enum setting_place place)
{
	const struct setting_text *row;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (row->place == place && strcmp(row->name, name) == 0)
			return row->value;
	}
	return "";
}

static void
test_run_defaults(void)
{
	const struct run_entry *entry = &run_entry_default;
	char retry[128] = "`[";

	is_default("jobs", SETTING_RUN, entry->jobs);
	is_default("timeout", SETTING_RUN, entry->timeout);
	is_default("keep_hours", SETTING_RUN, entry->keep_hours);
	is_str(default_of("failed_days", SETTING_RUN), "for ever", "for ever");
	is_int(entry->failed_days, RUN_FOR_EVER, "in both");
	for (size_t i = 0; i < entry->nretry; i++) {
		size_t len = strlen(retry);

		snprintf(retry + len, sizeof(retry) - len, "%s%ld",
		    i == 0 ? "" : ", ", entry->retry[i]);
	}
	strcat(retry, "]`");
	is_str(default_of("retry", SETTING_RUN), retry, "retry");
	is_str(default_of("order", SETTING_RUN), "`none`", "no order");
	is_int(entry->order.kind, RUN_ORDER_NONE, "in both");
	is_str(default_of("directory", SETTING_RUN), "`/`", "the root");
	is_str(entry->directory, "/", "in both");
	ok(!entry->persistent && !entry->insecure, "what is false is false");
}

static void
test_meant(void)
{
	is_str(setting_meant(span_str("Signing_Secret")), "secret_file",
	    "another word, in any case");
	is_str(setting_meant(span_str("dedup_days")), NULL, "the right word");
	is_str(setting_meant(span_str("")), NULL, "no word");
	is_str(setting_belongs(span_str("dedup_days")),
	    "at the top of the file", "the top");
	is_str(setting_belongs(span_str("secret_file")),
	    "in the entry of a provider", "an entry");
	is_str(setting_belongs(span_str("prefix")),
	    "in the entry of a provider", "of presets too");
	is_str(
	    setting_belongs(span_str("count")), "in the object hold", "hold");
	is_str(setting_belongs(span_str("command")),
	    "in the object run of an entry", "run");
	is_str(setting_meant_in(&preset_settings, span_str("Max_Age")),
	    "tolerance", "a word for a setting of the table");
	is_str(setting_meant_in(&preset_settings, span_str("cmd")), NULL,
	    "and for one of another table");
	is_str(setting_belongs(span_str("Entries")), NULL, "a heading");
	is_str(setting_belongs(span_str("signature, prefix")), NULL, "a note");
}

/* Those of an entry are in one object, whether presets have them or not. */
static enum setting_place
object_of(enum setting_place place)
{
	return place == SETTING_PRESET ? SETTING_ENTRY : place;
}

/* What is advised against does not exist in the same object. */
static void
test_meant_of(const struct setting_text *row)
{
	const char *meant = setting_meant(span_str(row->name));
	const struct setting_text *other;
	bool same = false;

	for (size_t i = 0;
	     meant != NULL && (other = setting_text_at(i)) != NULL; i++)
		same = same ||
		       (strcmp(other->name, meant) == 0 &&
			   object_of(other->place) == object_of(row->place));
	ok(!same, "%s is not called otherwise", row->name);
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
	test_run_defaults();
	sandbox_remove(sandbox_dir);
	return done();
}
