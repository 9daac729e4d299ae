/* cmd_setup.c - hookdir setup. */
#include "cli.h"

int
setup_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	log_line(&log_stderr, LVL_ERROR, "setup: not built yet");
	return CLI_WRONG;
}
