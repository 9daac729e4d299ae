/* cmd_pause.c - hookdir pause, hookdir resume: runners wait, or go on. */
#include <stdio.h>

#include "cli.h"
#include "provider_outbox.h"

/* False after saying what is in the way. */
static bool
change(const struct provider_outbox *p, bool pause)
{
	const bool was = outbox_is_paused(&p->outbox);
	struct reason why = {""};

	if (!(pause ? outbox_pause : outbox_resume)(&p->outbox, &why))
		return provider_outbox_fail(p->name, &why);
	if (pause)
		printf("%s: %s: no handler is started; events are filed as "
		       "before\n",
		    p->name, was ? "was paused already" : "paused");
	else
		printf("%s: %s\n", p->name,
		    was ? "resumed: handlers are started again"
			: "was not paused");
	return !p->unusable;
}

static int
run(const struct options *opt, const char *provider, bool pause)
{
	struct provider_outbox p;
	int rc = provider_outbox_open(&p, opt, provider, OUTBOX_LOOK);
	size_t open = 0;

	for (size_t i = 0; i < p.outbox.n; i++)
		open += p.outbox.root[i].opened == OUTBOX_OPEN;
	if (rc == CLI_OK && open == 0 && !p.unusable)
		log_line(&log_stderr, LVL_ERROR,
		    "%s: it has no inbox yet: `hookdir setup` makes it",
		    p.name);
	if (rc == CLI_OK && (open == 0 || !change(&p, pause)))
		rc = CLI_WRONG;
	provider_outbox_close(&p);
	return rc;
}

int
pause_run(const struct options *opt, char *const operand[])
{
	return run(opt, operand[0], true);
}

int
resume_run(const struct options *opt, char *const operand[])
{
	return run(opt, operand[0], false);
}
