/* cmd_run.c - hookdir run: events to their handlers. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "config/run_as.h"
#include "config/run_config.h"
#include "run/runner.h"

/* What the command line says, for load(). */
struct wanted {
	char path[CONFIG_PATH_MAX];
	/* With a COMMAND or a URL: the provider and its one entry; or NULL. */
	const char *provider;
	struct run_entry entry;
};

/* --- The entry of a command line --- */

static bool
wrong(const char *option, const char *what)
{
	log_line(&log_stderr, LVL_ERROR, "run: %s: %s", option, what);
	return false;
}

static bool
take_number(long *dst, const char *option, const char *text, long most)
{
	long long n;

	if (text == NULL)
		return true;
	n = span_number(span_str(text));
	if (n < 1 || n > most) {
		log_line(&log_stderr, LVL_ERROR,
		    "run: %s: not a number from 1 to %ld", option, most);
		return false;
	}
	*dst = (long)n;
	return true;
}

static bool
take_command(struct run_entry *entry, char *const *operand)
{
	size_t n = 0;

	for (; n < RUN_COMMAND_MAX && operand[n] != NULL; n++)
		entry->command[n] = operand[n];
	if (n == 0 && entry->forward == NULL)
		return wrong("--", "a command is missing");
	if (operand[n] != NULL)
		return wrong("--", "the command has too many arguments");
	return true;
}

static bool
make_entry(
    struct run_entry *entry, const struct options *opt, char *const operand[])
{
	struct run_fault fault;

	*entry = run_entry_default;
	entry->forward = opt->forward;
	if (!take_command(entry, operand) ||
	    !take_number(&entry->jobs, "--jobs", opt->jobs, RUN_JOBS_MAX) ||
	    !take_number(&entry->timeout, "--time", opt->time, RUN_TIMEOUT_MAX))
		return false;
	if (opt->retry != NULL && !run_retry_parse(entry, opt->retry))
		return wrong("--retry", RUN_RETRY_RULE);
	if (opt->order != NULL && !run_order_parse(&entry->order, opt->order))
		return wrong("--order", "none, all, json:PATH or header:NAME");
	entry->type[0] = opt->type;
	if (run_entry_ok(entry, &fault))
		return true;
	log_line(&log_stderr, LVL_ERROR, "run: %s: %s", fault.setting,
	    fault.why.text);
	return false;
}

/* --- The settings --- */

/* Put the entry of the command line in the place of the provider's own. */
static bool
put_entry(struct run_config *cfg, const struct wanted *wanted)
{
	switch (run_config_put(cfg, wanted->provider, &wanted->entry)) {
	case LOOKUP_FOUND:
		return true;
	case LOOKUP_NO_MEMORY:
		log_line(&log_stderr, LVL_ERROR, "run: out of memory");
		return false;
	case LOOKUP_NONE:
	case LOOKUP_INVALID:
	default:
		log_line(&log_stderr, LVL_ERROR,
		    "run: there is no provider of that name");
		return false;
	}
}

static struct run_config *
load(void *arg)
{
	const struct wanted *wanted = arg;
	struct run_config *cfg =
	    run_config_load(wanted->path, &log_stderr, &log_stderr);

	if (cfg != NULL && wanted->provider != NULL &&
	    !put_entry(cfg, wanted)) {
		run_config_free(cfg);
		return NULL;
	}
	return cfg;
}

/* Nothing has to be done, which may be a mistake. */
static void
warn_idle(const struct run_config *cfg)
{
	for (size_t i = 0; i < cfg->n; i++) {
		if (cfg->provider[i].n > 0 || cfg->provider[i].broken)
			return;
	}
	log_line(&log_stderr, LVL_WARNING,
	    "no provider has \"run\" in its entry: nothing is handled");
}

/* False after saying which of the names is no provider with a "run". */
static bool
are_providers(const struct wanted *wanted, char *const name[])
{
	struct run_config *cfg =
	    run_config_load(wanted->path, &log_silent, &log_silent);
	bool ok = true;

	if (cfg != NULL && *name == NULL)
		warn_idle(cfg);

	for (; cfg != NULL && *name != NULL; name++) {
		const struct run_provider *prov =
		    run_config_provider(cfg, span_str(*name));

		if (prov != NULL && (prov->n > 0 || prov->broken))
			continue;
		ok = false;
		log_line(&log_stderr, LVL_ERROR,
		    prov == NULL ? "%.64s: there is no such provider"
				 : "%.64s: its entry has no \"run\"; or name a "
				   "handler: hookdir run %.64s -- COMMAND",
		    *name, *name);
	}
	run_config_free(cfg);
	return ok;
}

int
run_run(const struct options *opt, char *const operand[])
{
	char *only[] = {NULL, NULL};
	struct wanted wanted = {.provider = NULL};
	struct runner_task task = {.load = load,
	    .arg = &wanted,
	    .provider = operand,
	    .once = opt->once,
	    .log = &log_stderr};

	cli_locate(wanted.path, opt);
	if (geteuid() == 0 &&
	    become_runner(wanted.path, &log_stderr) != BECOME_OK)
		return CLI_NO_USER;
	if (opt->forward != NULL && operand[0] == NULL) {
		wrong("--forward", "a PROVIDER is missing");
		return CLI_USAGE;
	}
	if ((opt->dashes || opt->forward != NULL) && operand[0] != NULL) {
		if (!make_entry(&wanted.entry, opt, operand + 1))
			return CLI_USAGE;
		wanted.provider = only[0] = operand[0];
		task.provider = only;
	} else if (opt->jobs != NULL || opt->order != NULL ||
		   opt->retry != NULL || opt->type != NULL ||
		   opt->time != NULL) {
		wrong("options", "without a COMMAND the settings say that");
		return CLI_USAGE;
	} else if (!are_providers(&wanted, operand)) {
		return CLI_USAGE;
	}
	return (int)runner_run(&task);
}
