/* command.c - the list of commands, and a command by its name. */
#include <limits.h>
#include <string.h>

#include "base/log.h"
#include "base/shown.h"
#include "base/spelling.h"
#include "command.h"

static const struct command list[] = {
#define COMMAND(name, ...) {#name, __VA_ARGS__},
#include "command_list.h"
#undef COMMAND
};

const struct command *
command_at(size_t i)
{
	return i < sizeof(list) / sizeof(list[0]) ? &list[i] : NULL;
}

const struct command *
command_find(const char *name)
{
	struct spelling search = spelling_of(span_str(name));
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];
	const struct command *cmd;

	for (size_t i = 0; (cmd = command_at(i)) != NULL; i++) {
		if (strcmp(cmd->name, name) == 0)
			return cmd;
		if (cmd->group != NULL)
			spelling_try(&search, cmd->name);
	}
	log_line(&log_stderr, LVL_ERROR, "%s: no such command%s",
	    shown_name(shown, span_str(name)), spelling_hint(hint, &search));
	return NULL;
}

struct span
command_operand(const struct command *cmd, int i)
{
	struct span rest = span_str(cmd->operands);
	struct span word = span_cut(&rest, ' ');

	while (i-- > 0 && rest.ptr != NULL)
		word = span_cut(&rest, ' ');
	return word;
}
