/* cmd_check.c - hookdir check: to come. */
#include "cli.h"

int
check_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	log_line(&log_stderr, LVL_ERROR, "check is not there yet");
	return CLI_WRONG;
}
