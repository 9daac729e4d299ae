#include "cli.h"
int
complete_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	return 0;
}
