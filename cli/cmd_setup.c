/* cmd_setup.c - hookdir setup. */
#include "installation.h"

int
setup_run(const struct options *opt, char *const operand[])
{
	struct installation inst;
	int rc = installation_open(&inst, opt);

	(void)operand;
	if (rc == CLI_OK && !inst.absent)
		rc = installation_mend(&inst, NULL, opt->dry_run);
	installation_close(&inst);
	return rc;
}
