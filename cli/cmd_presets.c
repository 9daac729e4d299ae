/* cmd_presets.c - hookdir presets: the providers known by name. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "preset_list.h"
#include "profile/preset_show.h"
#include "verify/schemes.h"

#define LINE_ROOM 256

static void
list_one(const struct preset *preset)
{
	const struct scheme *scheme = scheme_of(preset);
	char line[LINE_ROOM], needs[PRESET_NEEDS_MAX], span[24] = "-";
	size_t len;

	preset_list_needs(needs, preset);
	if (preset->sender_retry_hours > 0)
		snprintf(
		    span, sizeof(span), "%ldh", preset->sender_retry_hours);
	snprintf(line, sizeof(line), "%-18s %-9s %-18s %-5s %s", preset->name,
	    scheme->name, needs, span,
	    preset->note == NULL ? "" : preset->note);
	len = strlen(line);
	while (len > 0 && line[len - 1] == ' ')
		line[--len] = '\0';
	puts(line);
}

int
presets_run(const struct options *opt, char *const operand[])
{
	const struct preset *preset;
	struct reason why = {""};

	(void)opt;
	if (operand[0] == NULL) {
		for (preset = preset_list_after(""); preset != NULL;
		     preset = preset_list_after(preset->name))
			list_one(preset);
		return CLI_OK;
	}
	if ((preset = preset_find(span_str(operand[0]))) == NULL) {
		preset_unknown(&why, span_str(operand[0]));
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		return CLI_WRONG;
	}
	preset_show(stdout, preset, scheme_of(preset), preset->name);
	return preset_list_facts(stdout, preset) ? CLI_OK : CLI_WRONG;
}
