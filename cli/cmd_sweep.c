/* cmd_sweep.c - hookdir sweep: what is old, and what crashes left. */
#include <stdio.h>
#include <time.h>

#include "cli.h"
#include "config/run_config.h"
#include "inbox/inbox_failover.h"
#include "provider_outbox.h"
#include "run/kept_sweep.h"

/* Pass ok on; if it is false, say why. */
static bool
report(const struct provider *prov, bool ok, const struct reason *why)
{
	if (!ok)
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", prov->name, why->text);
	return ok;
}

static void
print_swept(const char *provider, size_t n, const char *folder)
{
	if (n > 0)
		printf("%s: %zu event%s removed from %s: kept for long "
		       "enough\n",
		    provider, n, n == 1 ? "" : "s", folder);
}

/* What handlers have done with, as long as the settings say. */
static bool
sweep_kept(const struct run_config *run, const struct provider *prov,
    const struct inbox_failover *inboxes)
{
	const struct run_provider *terms =
	    run_config_provider(run, span_str(prov->name));
	struct kept_swept swept = {.done = 0};
	struct reason why = {""};
	struct outbox outbox;
	bool ok;

	if (terms == NULL)
		return true;
	ok = provider_outbox_of(&outbox, prov->name, inboxes, OUTBOX_LOOK);
	if (!report(prov, kept_sweep(&outbox, terms, time(NULL), &swept, &why),
		&why))
		ok = false;
	print_swept(prov->name, swept.done, "done/");
	print_swept(prov->name, swept.failed, "failed/");
	outbox_close(&outbox);
	return ok;
}

static bool
sweep(const struct config *cfg, const struct provider *prov, void *arg)
{
	const struct run_config *run = arg;
	const struct hold hold = config_hold(cfg, prov);
	struct reason why = {""};
	struct inbox_failover inboxes;
	bool ok;
	size_t n;

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
	if (run != NULL && !sweep_kept(run, prov, &inboxes))
		ok = false;
	return report(prov, hold_sweep(&hold, &why), &why) && ok;
}

/* Providers whose settings are at fault have an inbox as well. */
int
sweep_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	struct run_config *run;
	bool ok;

	if (cfg == NULL)
		return CLI_WRONG;
	/* What is wrong with the rest of the settings, other commands say. */
	run = run_config_load(cfg->path, &log_stderr, &log_silent);
	ok = cli_each(cfg, operand[0], sweep, run) && run != NULL;
	run_config_free(run);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
