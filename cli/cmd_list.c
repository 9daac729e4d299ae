/* cmd_list.c - hookdir list: the events in the inbox, oldest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/shown.h"
#include "base/spelling.h"
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

/* What a list of states says besides. */
static void
print_json_state(const struct event_row *row)
{
	char next[TIMESTAMP_TEXT_MAX];

	event_row_next(next, row);
	putchar(',');
	print_json_value("state", span_str(row->state));
	printf(",\"attempts\":%u,", row->attempts);
	print_json_value("next", span_str(next));
	putchar(',');
	print_json_value("reason", span_str(row->note));
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
		if (row->state != NULL)
			print_json_state(row);
		fputs("}\n", stdout);
	}
}

/* --- --state --- */

/* The name of a state of a list. */
static const char *
state_name(unsigned state)
{
	return state == EVENT_LIST_HOLD
		   ? "hold"
		   : outbox_state_name((enum outbox_state)state);
}

/* Add the state of this name; false after saying that there is none. */
static bool
add_state(struct event_list *list, struct span name)
{
	struct spelling search = spelling_of(name);
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];

	for (unsigned s = OUTBOX_NEW; s <= EVENT_LIST_HOLD; s++) {
		spelling_try(&search, state_name(s));
		if (!span_is(name, state_name(s)))
			continue;
		list->states |= EVENT_LIST_BIT(s);
		return true;
	}
	log_line(&log_stderr, LVL_ERROR,
	    "list: --state: there is no state \"%s\"%s%s",
	    shown_name(shown, name), spelling_hint(hint, &search),
	    search.nearest != NULL
		? ""
		: ": they are new, busy, later, failed, done and hold");
	return false;
}

/* "later,failed" */
static bool
read_states(struct event_list *list, const struct options *opt)
{
	struct span rest = span_str(opt->state);

	if (opt->state != NULL && opt->cur) {
		log_line(&log_stderr, LVL_ERROR,
		    "list: --state and --cur: use only one of the two");
		return false;
	}
	while (rest.ptr != NULL) {
		if (!add_state(list, span_trim(span_cut(&rest, ','))))
			return false;
	}
	return true;
}

static bool
add_held(const struct config *cfg, const struct provider *prov, void *list)
{
	const struct hold hold = config_hold(cfg, prov);

	event_list_hold(list, &hold);
	return true;
}

/* Held deliveries are only of providers in the settings. */
static void
read_all(struct event_list *list, const struct config *cfg, const char *name)
{
	event_list_read(list, &cfg->inbox, name);
	if ((list->states & EVENT_LIST_BIT(EVENT_LIST_HOLD)) != 0 &&
	    (name == NULL || config_provider(cfg, span_str(name)) != NULL))
		cli_each(cfg, name, add_held, list);
}

int
list_run(const struct options *opt, char *const operand[])
{
	struct event_list list = {.cur = opt->cur};
	struct config *cfg;
	bool ok = true;

	if (!read_states(&list, opt))
		return CLI_USAGE;
	if ((cfg = cli_config(opt)) == NULL)
		return CLI_WRONG;
	if (operand[0] != NULL && !event_list_knows(cfg, operand[0])) {
		/* It is misspelt. */
		cli_unknown(cfg, operand[0]);
		ok = false;
	} else {
		read_all(&list, cfg, operand[0]);
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
