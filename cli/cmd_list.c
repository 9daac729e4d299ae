/* cmd_list.c - hookdir list: the events in the inbox, oldest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/shown.h"
#include "cli.h"
#include "eventlist.h"
#include "parse/json.h"

static void
print_json_value(const char *name, struct span value)
{
	printf("\"%s\":", name);
	if (value.len > 0)
		json_put_string(stdout, value, JSON_ASCII);
	else
		fputs("null", stdout);
}

/* CloudEvents' HTTP binding encodes attributes so (3.1.3.2). */
static void
print_json_attribute(const char *name, struct span value)
{
	unsigned char *copy = malloc(value.len + 1);
	size_t len = 0;

	if (copy != NULL && value.len > 0) {
		memcpy(copy, value.ptr, value.len);
		len = decode_percent_all(copy, value.len);
	}
	print_json_value(name, span_mem(copy, len));
	free(copy);
}

static void
print_json(const struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct event_row *row = &list->row[i];

		putchar('{');
		print_json_value("time", row->file.time);
		putchar(',');
		print_json_value("provider", span_str(row->provider));
		putchar(',');
		print_json_attribute("id", row->file.id);
		putchar(',');
		print_json_attribute("type", row->file.type);
		printf(",\"size\":%lld,", row->file.length);
		print_json_value("file", span_str(row->path));
		fputs("}\n", stdout);
	}
}

int
list_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	struct event_list list = {.cur = opt->cur};
	char shown[SHOWN_MAX];
	bool ok = true;

	if (cfg == NULL)
		return CLI_WRONG;
	if (operand[0] != NULL && !event_list_knows(cfg, operand[0])) {
		/* It is misspelt. */
		log_line(&log_stderr, LVL_ERROR, "%s: no provider of this name",
		    shown_name(shown, span_str(operand[0])));
		ok = false;
	} else {
		event_list_read(&list, &cfg->inbox, operand[0]);
	}
	if (opt->json)
		print_json(&list);
	else if (!event_list_print(&list, opt))
		ok = false;
	if (list.wrong)
		ok = false;
	event_list_free(&list);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
