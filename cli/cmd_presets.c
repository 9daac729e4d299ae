/* cmd_presets.c - hookdir presets: the providers known by name. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "preset_list.h"
#include "profile/preset_show.h"
#include "terminal.h"
#include "verify/schemes.h"

static const struct table_column column[] = {{"PRESET", TABLE_WORD, 0},
    {"SCHEME", TABLE_WORD, 0}, {"NEEDS", TABLE_WORD, 0},
    {"RETRY", TABLE_NUMBER, 0}, {"NOTE", TABLE_PROSE, 0}};

static void
add_preset(struct table *table, const struct preset *preset)
{
	char needs[PRESET_NEEDS_MAX], span[24] = "-";

	preset_list_needs(needs, preset);
	if (preset->sender_retry_hours > 0)
		snprintf(
		    span, sizeof(span), "%ldh", preset->sender_retry_hours);
	table_add(table, span_str(preset->name));
	table_add(table, span_str(scheme_of(preset)->name));
	table_add(table, span_str(needs));
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
	for (preset = preset_list_after(""); preset != NULL;
	     preset = preset_list_after(preset->name))
		add_preset(&table, preset);
	ok = terminal_table(&table, opt);
	table_free(&table);
	return ok;
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
	return preset_list_facts(stdout, preset) ? CLI_OK : CLI_WRONG;
}
