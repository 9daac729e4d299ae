/* cmd_presets.c - hookdir presets: the providers that it knows by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "preset_show.h"

#define LINE_ROOM 256

static int
by_name(const void *a, const void *b)
{
	const struct preset *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void
list_one(const struct preset *preset)
{
	struct preset_needs needs = preset_needs(preset);
	char line[LINE_ROOM], what[64], span[24] = "-";
	size_t len;

	snprintf(what, sizeof(what), "%s%s%s%s",
	    preset->cert != NULL ? "cert"
	    : needs.keys         ? "key"
				 : "secret",
	    needs.verify_token ? ",verify_token" : "", needs.url ? ",url" : "",
	    needs.webhook_id ? ",webhook_id" : "");
	if (preset->retry_hours > 0)
		snprintf(span, sizeof(span), "%ldh", preset->retry_hours);
	snprintf(line, sizeof(line), "%-18s %-9s %-18s %-5s %s", preset->name,
	    preset_scheme(preset), what, span,
	    preset->note == NULL ? "" : preset->note);
	len = strlen(line);
	while (len > 0 && line[len - 1] == ' ')
		line[--len] = '\0';
	puts(line);
}

static int
list_all(void)
{
	const struct preset **row;
	size_t n = 0;

	while (preset_at(n) != NULL)
		n++;
	if ((row = malloc(n * sizeof(*row))) == NULL) {
		log_line(&log_stderr, LVL_ERROR, "out of memory");
		return CLI_WRONG;
	}
	for (size_t i = 0; i < n; i++)
		row[i] = preset_at(i);
	qsort(row, n, sizeof(*row), by_name);
	for (size_t i = 0; i < n; i++)
		list_one(row[i]);
	free(row);
	return CLI_OK;
}

int
presets_run(const struct options *opt, char *const operand[])
{
	const struct preset *preset;

	(void)opt;
	if (operand[0] == NULL)
		return list_all();
	if ((preset = preset_find(span_str(operand[0]))) == NULL) {
		log_line(&log_stderr, LVL_ERROR,
		    "%s: there is no preset of this name", operand[0]);
		return CLI_WRONG;
	}
	preset_show(stdout, preset, preset->name);
	return CLI_OK;
}
