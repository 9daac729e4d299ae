/* cmd_help.c - hookdir help: the commands, or one of them. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "cmd_help.h"
#include "command.h"
#include "option.h"
#include "table.h"
#include "terminal.h"
#include "usage.h"
#include "wrap.h"

/* What else there is to know of all commands. */
static void
put_more(void)
{
#define WORDS(name, number, words, text) " " #number " " words ","
	static const char more[] = "`hookdir help COMMAND` explains a command; "
				   "exit status:" EXIT_STATUSES(WORDS);
#undef WORDS
	const struct wrap wrap = {0, WRAP_USUAL};

	/* A full stop in place of the last comma. */
	wrap_put(stdout, span_mem(more, sizeof(more) - 2), &wrap);
	fputs(".\n\n", stdout);
}

void
help_overview(void)
{
	const struct command *cmd;
	const char *group = "";

	fputs(
	    "usage: hookdir [-c SETTINGS] COMMAND [OPTION...] [ARGUMENT...]\n",
	    stdout);
	put_more();
	for (size_t i = 0; (cmd = command_at(i)) != NULL; i++) {
		if (cmd->group == NULL)
			continue;
		printf("%-8s %-9s %s\n",
		    strcmp(cmd->group, group) == 0 ? "" : cmd->group, cmd->name,
		    cmd->summary);
		group = cmd->group;
	}
}

/* "-c, --config SETTINGS" */
static void
put_option(char *dst, size_t room, const struct option_text *o)
{
	char letter[] = {'-', o->letter, ',', ' ', '\0'};

	snprintf(dst, room, "%s--%s%s%s", o->is_short ? letter : "", o->name,
	    o->argument == NULL ? "" : " ",
	    o->argument == NULL ? "" : o->argument);
}

/* Its options, each with its meaning. */
static bool
list_options(const struct command *cmd, size_t width)
{
	static const struct table_column column[] = {
	    {"OPTION", TABLE_TEXT, 0}, {"MEANING", TABLE_PROSE, 0}};
	const struct table_look look = {
	    .width = width, .mark = "", .indent = 2};
	const struct option_text *o;
	struct table table;
	char text[64];
	bool ok;

	table_init(&table, column, sizeof(column) / sizeof(column[0]));
	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		const char *meaning = option_meaning(o->letter, cmd->name);

		if (meaning == NULL)
			continue;
		put_option(text, sizeof(text), o);
		table_add(&table, span_str(text));
		table_add(&table, span_str(meaning));
	}
	ok = table_print(&table, stdout, &look);
	table_free(&table);
	return ok;
}

bool
help_command(const struct command *cmd)
{
	const struct wrap wrap = {0, terminal_text_width()};

	usage_put(stdout, cmd);
	fputs("\n\n", stdout);
	if (cmd->detail != NULL)
		wrap_put(stdout, span_str(cmd->detail), &wrap);
	else
		printf("hookdir %s: %s", cmd->name, cmd->summary);
	fputs("\n\n", stdout);
	return list_options(cmd, wrap.width);
}

int
help_run(const struct options *opt, char *const operand[])
{
	const struct command *cmd;

	(void)opt;
	if (operand[0] == NULL) {
		help_overview();
		return CLI_OK;
	}
	cmd = command_find(operand[0]);
	if (cmd == NULL) {
		usage_hint(NULL);
		return CLI_USAGE;
	}
	return help_command(cmd) ? CLI_OK : CLI_WRONG;
}
