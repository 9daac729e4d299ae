/* cmd_held.c - hookdir held: what was refused and is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "quote.h"
#include "saved.h"
#include "timestamp.h"

#define TIME_WIDTH 27 /* 2026-11-21T20:30:00.123456Z */

static bool
complain(const struct held *held, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", held->provider, text);
	return false;
}

/* One line; nothing for what others have removed by now. */
static bool
print_item(const struct held *held, const struct held_item *item)
{
	struct reason why = {""};
	char time[TIMESTAMP_TEXT_MAX], bytes[32];
	struct saved saved;
	size_t len = 0;
	unsigned char *text =
	    held_read(held, item->name, SAVED_HEAD_MAX + 1, &len, &why);

	if (text == NULL)
		return why.text[0] == '\0' || complain(held, why.text);
	if (!saved_read(&saved, span_mem(text, len), &why)) {
		log_line(&log_stderr, LVL_ERROR, "%s: %s: %s", held->provider,
		    item->name, why.text);
		free(text);
		return false;
	}
	timestamp_format(time, &saved.arrived);
	snprintf(bytes, sizeof(bytes), "%lld", saved.length);
	quote_column(stdout, span_str(time), TIME_WIDTH);
	quote_column(stdout, span_str(held->provider), 8);
	quote_column(stdout, span_str(bytes), 6);
	quote_column(stdout, span_str(item->name), 16);
	quote_text(stdout, saved.reason, " ");
	putchar('\n');
	saved_free(&saved);
	free(text);
	return true;
}

static bool
list(const struct config *cfg, const struct provider *prov)
{
	const struct held held = cli_held(cfg, prov);
	struct reason why = {""};
	struct held_list items;
	bool ok = true;

	if (!held_list(&held, &items, &why))
		return complain(&held, why.text);
	for (size_t i = 0; i < items.n; i++) {
		if (!print_item(&held, &items.item[i]))
			ok = false;
	}
	held_list_free(&items);
	return ok;
}

/* As it is in the file; a terminal gets nothing that it might obey. */
static bool
show(const struct config *cfg, const struct provider *prov, const char *id)
{
	const struct held held = cli_held(cfg, prov);
	struct reason why = {""};
	unsigned char *text = NULL;
	size_t len = 0;

	if (held_name_ok(id))
		text = held_read(&held, id, HELD_FILE_MAX, &len, &why);
	if (text == NULL)
		return complain(&held, why.text[0] != '\0'
					   ? why.text
					   : "nothing is held by this id");
	if (isatty(STDOUT_FILENO))
		quote_text(stdout, span_mem(text, len), "\n\t ");
	else
		fwrite(text, 1, len, stdout);
	free(text);
	return true;
}

/* A provider at fault has such deliveries all the same. */
int
held_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	const struct provider *prov;
	bool ok = true;

	if (cfg == NULL)
		return CLI_WRONG;
	if (operand[0] == NULL) {
		for (size_t i = 0; i < cfg->nprovider; i++) {
			if (!list(cfg, &cfg->provider[i]))
				ok = false;
		}
		goto out;
	}
	prov = config_provider(cfg, span_str(operand[0]));
	if (prov == NULL) {
		log_line(&log_stderr, LVL_ERROR,
		    "%s: no provider of this name in %s", operand[0],
		    cfg->path);
		ok = false;
	} else if (operand[1] == NULL) {
		ok = list(cfg, prov);
	} else {
		ok = show(cfg, prov, operand[1]);
	}
out:
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
