/* cmd_sweep.c - hookdir sweep: leftovers of crashes and old dedup marks. */
#include <stdio.h>
#include <time.h>

#include "cli.h"
#include "inbox/inbox_failover.h"

static bool
sweep(const struct config *cfg, const struct provider *prov)
{
	const struct hold hold = config_hold(cfg, prov);
	struct reason why = {""};
	struct inbox_failover inboxes;
	bool recovered, swept, ok;
	size_t n;

	inbox_failover_of(&inboxes, &cfg->inbox, prov->name, NULL);
	recovered = inbox_failover_recover(&inboxes, time(NULL), &n, &why);
	if (n > 0)
		printf("%s: %zu events that a crash had left in tmp/ are in "
		       "new/\n",
		    prov->name, n);
	swept = inbox_failover_sweep(&inboxes, time(NULL), &why);
	ok = hold_sweep(&hold, &why) && swept && recovered;
	if (!ok)
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", prov->name, why.text);
	return ok;
}

/* Providers whose settings are at fault have an inbox as well. */
int
sweep_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	bool ok;

	if (cfg == NULL)
		return CLI_WRONG;
	ok = cli_each(cfg, operand[0], sweep);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
