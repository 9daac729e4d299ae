/* cmd_sweep.c - hookdir sweep: leftovers of crashes and old dedup marks. */
#include <stdio.h>
#include <time.h>

#include "cli.h"
#include "inbox/inbox_failover.h"

/* Pass ok on; if it is false, say why. */
static bool
report(const struct provider *prov, bool ok, const struct reason *why)
{
	if (!ok)
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", prov->name, why->text);
	return ok;
}

static bool
sweep(const struct config *cfg, const struct provider *prov, void *arg)
{
	const struct hold hold = config_hold(cfg, prov);
	struct reason why = {""};
	struct inbox_failover inboxes;
	bool ok;
	size_t n;

	(void)arg;
	inbox_failover_of(&inboxes, &cfg->inbox, prov->name, NULL);
	ok = inbox_failover_recover(&inboxes, time(NULL), &n, &why);
	report(prov, ok, &why);
	if (n > 0)
		printf("%s: %zu event%s that a crash had left in tmp/ %s in "
		       "new/\n",
		    prov->name, n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
	if (!report(
		prov, inbox_failover_sweep(&inboxes, time(NULL), &why), &why))
		ok = false;
	return report(prov, hold_sweep(&hold, &why), &why) && ok;
}

/* Providers whose settings are at fault have an inbox as well. */
int
sweep_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	bool ok;

	if (cfg == NULL)
		return CLI_WRONG;
	ok = cli_each(cfg, operand[0], sweep, NULL);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
