/* cmd_remove.c - hookdir remove. */
#include "cli.h"

int
remove_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	log_line(&log_stderr, LVL_ERROR, "remove: not built yet");
	return CLI_WRONG;
}
