/*
 * runner.h - hookdir run: the loop that hands events to their handlers.
 *
 * One thread for all providers.  New files are told by inotify, which only
 * wakes: what there is, a scan says.  Every few seconds the folders are looked
 * at as well, for file systems that tell nothing.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "config/run_config.h"

/* What it ends with; the numbers are exit statuses. */
enum runner_end {
	RUNNER_OK = 0,
	RUNNER_FAILED = 1, /* once: an event failed or was put off */
	RUNNER_LOCKED = 75,
	RUNNER_SETTINGS = 78 /* none can be used; once: not all */
};

/* What it is to do; all borrowed. */
struct runner_task {
	/*
	 * Load the settings; at the start, and when they have changed.  NULL
	 * after saying what is wrong.
	 */
	struct run_config *(*load)(void *arg);
	void *arg;
	char *const *provider; /* up to a NULL; none: all that have a "run" */
	bool once;             /* what is there and due now, and then the end */
	const struct log *log;
};

/*
 * Run until SIGTERM, SIGINT or, with once, until nothing is left to do.  Blocks
 * these signals, and SIGCHLD, for good.
 */
enum runner_end runner_run(const struct runner_task *task);

#endif
