#include "cli.h"
int
watch_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	return 1;
}
