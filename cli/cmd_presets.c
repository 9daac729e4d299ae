/* cmd_presets.c - hookdir presets: the providers known by name. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "profile/preset_facts.h"
#include "profile/preset_show.h"
#include "terminal.h"
#include "verify/schemes.h"

#define TOLERANCE 300 /* seconds: the default of the settings */

static const struct table_column column[] = {{"PRESET", TABLE_WORD, 0},
    {"SCHEME", TABLE_WORD, 0}, {"NEEDS", TABLE_WORD, 0},
    {"RETRY", TABLE_NUMBER, 0}, {"NOTE", TABLE_PROSE, 0}};

/* The next in alphabetical order after name, or NULL. */
static const struct preset *
next_after(const char *name)
{
	const struct preset *preset, *best = NULL;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		if (strcmp(preset->name, name) > 0 &&
		    (best == NULL || strcmp(preset->name, best->name) < 0))
			best = preset;
	}
	return best;
}

/* The settings that the entry needs, with commas between; "-" for none. */
static void
put_needs(char *dst, size_t room, const struct preset_needs *needs)
{
	const struct {
		bool needed;
		const char *name;
	} row[] = {{needs->secret, "secret"}, {needs->keys, "key"},
	    {needs->verify_token, "verify_token"},
	    {needs->public_url, "public_url"},
	    {needs->webhook_id, "webhook_id"}, {needs->topic_arn, "topic_arn"},
	    {needs->unsafe_body, "unsafe_body"}};
	size_t len = 0;

	snprintf(dst, room, "-");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (row[i].needed && len < room)
			len += (size_t)snprintf(dst + len, room - len, "%s%s",
			    len > 0 ? "," : "", row[i].name);
	}
}

static void
add_preset(struct table *table, const struct preset *preset)
{
	const struct scheme *scheme = scheme_of(preset);
	struct preset_needs needs = preset_needs(preset, scheme);
	char what[64], span[24] = "-";

	put_needs(what, sizeof(what), &needs);
	if (preset->sender_retry_hours > 0)
		snprintf(
		    span, sizeof(span), "%ldh", preset->sender_retry_hours);
	table_add(table, span_str(preset->name));
	table_add(table, span_str(scheme->name));
	table_add(table, span_str(what));
	table_add(table, span_str(span));
	table_add(table, span_str(preset->note));
}

static bool
list_all(const struct options *opt)
{
	const struct preset *preset;
	struct table table;
	bool ok;

	table_init(&table, column, sizeof(column) / sizeof(column[0]));
	for (preset = next_after(""); preset != NULL;
	     preset = next_after(preset->name))
		add_preset(&table, preset);
	ok = terminal_table(&table, opt);
	table_free(&table);
	return ok;
}

/* What its signature covers, as comments after the entry. */
static bool
put_facts(const struct preset *preset)
{
	struct preset_needs needs = preset_needs(preset, scheme_of(preset));
	struct preset words = *preset;
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	preset_example(&words, &needs);
	if (!scheme_profile(&profile, &words, TOLERANCE, &fault)) {
		log_line(&log_stderr, LVL_ERROR, "%s: %s", fault.setting,
		    fault.why.text);
		return false;
	}
	preset_facts(stdout, preset, &profile);
	profile_free(&profile);
	return true;
}

int
presets_run(const struct options *opt, char *const operand[])
{
	const struct preset *preset;
	struct reason why = {""};

	if (operand[0] == NULL)
		return list_all(opt) ? CLI_OK : CLI_WRONG;
	if ((preset = preset_find(span_str(operand[0]))) == NULL) {
		preset_unknown(&why, span_str(operand[0]));
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		return CLI_WRONG;
	}
	preset_show(stdout, preset, scheme_of(preset), preset->name);
	return put_facts(preset) ? CLI_OK : CLI_WRONG;
}
