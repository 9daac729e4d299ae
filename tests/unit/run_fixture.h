/*
 * run_fixture.h - what jobs and queues work with: a poller, a log, entries of
 * "run" with a shell script each, and events in an inbox.
 */
#ifndef RUN_FIXTURE_H
#define RUN_FIXTURE_H

#include "../../cli/run/job.h"
#include "outbox_fixture.h"

#define PATIENCE 60 /* seconds, after which something hangs */

static struct poller poller;
static struct output_log output_log;
static const struct handler_base base;
static const struct job_world world = {&poller, &output_log, &base};

static inline void
run_begin(void)
{
	launch_prepare();
	output_log_init(&output_log, &sandbox_log);
	if (!poller_open(&poller))
		sandbox_die("epoll");
}

/* Both inboxes with all their folders, and no event. */
static inline void
run_inboxes(void)
{
	fixture_begin(2, false);
	fixture_store(0, "x");
	fixture_store(1, "x");
	fixture_open(OUTBOX_CHANGE);
	outbox_close(&outbox);
	unlink(sandbox_path(FIRST "new/x"));
	unlink(sandbox_path(OTHER "new/x"));
	sandbox_log_clear();
}

/* An entry whose handler is that script; its first argument is the folder. */
static inline struct run_entry
run_script(const char *script)
{
	struct run_entry entry = run_entry_default;

	entry.command[0] = "/bin/sh";
	entry.command[1] = "-c";
	entry.command[2] = script;
	entry.command[3] = "sh";
	entry.command[4] = sandbox_dir;
	return entry;
}

/* The event that is at that path; its id has no dot. */
static inline void
run_put(const char *path, const char *type, const char *body, time_t mtime)
{
	const char *id = strrchr(strrchr(path, '/'), '.');
	char text[1024];

	id = id == NULL ? strrchr(path, '/') : id;
	snprintf(text, sizeof(text),
	    "Ce-Id: %s\nCe-Type: %s\nCe-Time: 2026-11-21T20:30:00.000000Z\n"
	    "Content-Length: %zu\n\n%s",
	    id + 1, type, strlen(body), body);
	put(path, text, mtime);
}

/* Wait until something can be read, and call who waits for it. */
static inline void
run_wait(void)
{
	alarm(PATIENCE);
	if (!poller_wait(&poller, -1))
		sandbox_die("poller_wait");
	alarm(0);
}

/* Let the handler go on that waits for a file of that name. */
static inline void
run_open_gate(const char *name)
{
	sandbox_text(name, "", 0600);
}

#endif
