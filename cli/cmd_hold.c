/* cmd_hold.c - hookdir hold: refused deliveries that are held. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "cli.h"
#include "held_visit.h"
#include "terminal.h"

static const struct table_column column[] = {{"TIME", TABLE_WORD, 0},
    {"PROVIDER", TABLE_WORD, 0}, {"SIZE", TABLE_NUMBER, 0},
    {"ID", TABLE_WORD, 0}, {"REASON", TABLE_PROSE, 0}};

static bool
complain(const struct hold *hold, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", hold->provider, text);
	return false;
}

/* "no signature fits; left out: Authorization" */
static void
add_reason(struct table *table, const struct request_file *saved)
{
	table_add(table, saved->reason);
	if (saved->left_out.len > 0) {
		table_extend(table, span_str("; left out: "));
		table_extend(table, saved->left_out);
	}
}

/* Where the rows go. */
struct held_rows {
	struct table *table;
	const char *provider;
};

static bool
add_item(
    void *arg, const struct hold_item *item, const struct request_file *saved)
{
	const struct held_rows *rows = arg;
	char time[TIMESTAMP_TEXT_MAX], bytes[32];

	timestamp_format(time, &saved->arrived);
	snprintf(bytes, sizeof(bytes), "%lld", saved->length);
	table_add(rows->table, span_str(time));
	table_add(rows->table, span_str(rows->provider));
	table_add(rows->table, span_str(bytes));
	table_add(rows->table, span_str(item->name));
	add_reason(rows->table, saved);
	return true;
}

static bool
list(const struct config *cfg, const struct provider *prov, void *table)
{
	const struct hold hold = config_hold(cfg, prov);
	struct held_rows rows = {table, prov->name};

	return held_visit(&hold, add_item, &rows);
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

static bool
list_all(
    const struct options *opt, const struct config *cfg, const char *provider)
{
	struct table table;
	bool ok;

	table_init(&table, column, sizeof(column) / sizeof(column[0]));
	ok = cli_each(cfg, provider, list, &table);
	if (!terminal_table(&table, opt))
		ok = false;
	table_free(&table);
	return ok;
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
		ok = list_all(opt, cfg, operand[0]);
	else if ((prov = cli_find(cfg, operand[0])) != NULL)
		ok = show(cfg, prov, operand[1]);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
