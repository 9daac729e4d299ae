/* cmd_hold.c - hookdir hold: refused deliveries that are held. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "cli.h"
#include "hold/request_file.h"

#define TIME_WIDTH 27 /* 2026-11-21T20:30:00.123456Z */

static bool
complain(const struct hold *hold, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", hold->provider, text);
	return false;
}

/* One line; none for a delivery that is gone by now. */
static bool
print_item(const struct hold *hold, const struct hold_item *item)
{
	struct reason why = {""};
	char time[TIMESTAMP_TEXT_MAX], bytes[32];
	struct request_file saved;
	struct file_content content;

	switch (hold_read(
	    hold, item->name, REQUEST_FILE_HEAD_MAX + 1, &content, &why)) {
	case HOLD_READ:
		break;
	case HOLD_GONE:
		return true;
	case HOLD_FAILED:
		return complain(hold, why.text);
	}
	if (!request_file_read(
		&saved, span_mem(content.bytes, content.len), &why)) {
		log_line(&log_stderr, LVL_ERROR, "%s: %s: %s", hold->provider,
		    item->name, why.text);
		free(content.bytes);
		return false;
	}
	timestamp_format(time, &saved.arrived);
	snprintf(bytes, sizeof(bytes), "%lld", saved.length);
	cli_column(span_str(time), TIME_WIDTH);
	cli_column(span_str(hold->provider), 8);
	cli_column(span_str(bytes), 6);
	cli_column(span_str(item->name), 16);
	encode_printable(stdout, saved.reason, " ");
	if (saved.left_out.len > 0) {
		fputs("; left out: ", stdout);
		encode_printable(stdout, saved.left_out, " ");
	}
	putchar('\n');
	request_file_free(&saved);
	free(content.bytes);
	return true;
}

static bool
list(const struct config *cfg, const struct provider *prov)
{
	const struct hold hold = config_hold(cfg, prov);
	struct reason why = {""};
	struct hold_list items;
	bool ok = true;

	if (!hold_list(&hold, &items, &why))
		return complain(&hold, why.text);
	for (size_t i = 0; i < items.n; i++) {
		if (!print_item(&hold, &items.item[i]))
			ok = false;
	}
	hold_list_free(&items);
	return ok;
}

/* As it is in the file, but without escape sequences for a terminal. */
static bool
show(const struct config *cfg, const struct provider *prov, const char *id)
{
	const struct hold hold = config_hold(cfg, prov);
	struct reason why = {""};
	struct file_content content;

	switch (hold_read(&hold, id, HOLD_FILE_MAX, &content, &why)) {
	case HOLD_READ:
		break;
	case HOLD_GONE:
		return complain(&hold, "nothing is held by this id");
	case HOLD_FAILED:
		return complain(&hold, why.text);
	}
	if (isatty(STDOUT_FILENO))
		encode_printable(
		    stdout, span_mem(content.bytes, content.len), "\n\t ");
	else
		fwrite(content.bytes, 1, content.len, stdout);
	free(content.bytes);
	return true;
}

/* Providers whose settings are at fault have such deliveries as well. */
int
hold_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	const struct provider *prov;
	bool ok = false;

	if (cfg == NULL)
		return CLI_WRONG;
	if (operand[0] == NULL || operand[1] == NULL)
		ok = cli_each(cfg, operand[0], list);
	else if ((prov = cli_find(cfg, operand[0])) != NULL)
		ok = show(cfg, prov, operand[1]);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
