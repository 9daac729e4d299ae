/*
 * outbox_fixture.h - an inbox with events, or two, and their outbox.
 */
#ifndef OUTBOX_FIXTURE_H
#define OUTBOX_FIXTURE_H

#include "inbox/inbox.h"
#include "outbox/outbox.h"
#include "sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>

/* 2023-11-14T22:13:20Z */
#define NOW   ((time_t)1700000000)
#define FIRST "in/p/"
#define OTHER "also/p/"

static struct reason why;
static struct inbox_failover inboxes;
static struct outbox outbox;

/* Anew, with so many roots, which do not exist yet. */
static inline void
fixture_begin(size_t roots, bool group_access)
{
	static char root[SANDBOX_PATH_MAX], other[SANDBOX_PATH_MAX];
	static struct inbox_settings settings;

	outbox_close(&outbox);
	sandbox_remove(sandbox_path("in"));
	sandbox_remove(sandbox_path("also"));
	snprintf(root, sizeof(root), "%s", sandbox_path("in"));
	snprintf(other, sizeof(other), "%s", sandbox_path("also"));
	settings = (struct inbox_settings){.root = root,
	    .fallback = roots > 1 ? other : NULL,
	    .group_access = group_access,
	    .dedup_days = 8};
	inbox_failover_of(&inboxes, &settings, "p", NULL);
}

/* The receiver stores an event in a root. */
static inline void
fixture_store(size_t root, const char *name)
{
	struct inbox_result result;

	if (inbox_store(&inboxes.inbox[root],
		&(struct event_file){
		    name, span_str("H: v\n\n"), span_str(name), 0, NULL},
		NOW, &result, &why) != ST_OK)
		sandbox_die(why.text);
}

static inline void
fixture_open(enum outbox_use use)
{
	outbox_close(&outbox);
	outbox = outbox_of(&inboxes, use);
	outbox_open(&outbox);
}

/* A file that is there, or is put there, by its path. */
static inline bool
there(const char *path)
{
	struct stat st;

	return lstat(sandbox_path(path), &st) == 0;
}

static inline mode_t
mode_of(const char *path)
{
	struct stat st;

	return lstat(sandbox_path(path), &st) == 0 ? st.st_mode & 07777 : 0;
}

static inline time_t
mtime_of(const char *path)
{
	struct stat st;

	return lstat(sandbox_path(path), &st) == 0 ? st.st_mtim.tv_sec : 0;
}

static inline void
put(const char *path, const char *text, time_t mtime)
{
	const struct timespec times[] = {{mtime, 0}, {mtime, 0}};

	sandbox_text(path, text, 0600);
	if (utimensat(AT_FDCWD, sandbox_path(path), times, 0) != 0)
		sandbox_die(path);
}

static inline void
link_to(const char *path, const char *new)
{
	if (link(sandbox_path(path), sandbox_path(new)) != 0)
		sandbox_die(new);
}

/* The event that has this name of a file in that state. */
static inline struct outbox_event
event_of(size_t root, enum outbox_state state, const char *file)
{
	struct outbox_name name;

	if (!outbox_name_read(&name, state, file))
		sandbox_die(file);
	return outbox_event_at(root, state, &name);
}

#endif
