/* cmd_add.c - hookdir add. */
#include "cli.h"

int
add_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	log_line(&log_stderr, LVL_ERROR, "add: not built yet");
	return CLI_WRONG;
}
