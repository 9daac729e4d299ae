/* event_find.c - looks for an event by its names, then in each of the files. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "event_find.h"
#include "event_folder.h"
#include "event_meant.h"
#include "eventfile.h"
#include "eventlist.h"
#include "outbox/outbox_name.h"

/* Where the name of a file is that of its event. */
static const char *const sub[] = {"new", "cur", "failed", "done"};

#define SUB_N (sizeof(sub) / sizeof(sub[0]))

/* Who looks for which, and what was in the way. */
struct search {
	const struct inbox_settings *inbox;
	const char *provider, *id;
	struct reason *why;
};

/* Open the file of this name in a folder of either inbox, or -1. */
static int
open_named(const struct search *s, const char *name)
{
	const char *root[] = {s->inbox->root, s->inbox->fallback};
	int dir, fd;

	if (name[0] == '.' || strchr(name, '/') != NULL)
		return -1;
	for (size_t i = 0; i < 2 * SUB_N; i++) {
		if (root[i / SUB_N] == NULL)
			continue;
		dir =
		    event_folder(root[i / SUB_N], s->provider, sub[i % SUB_N]);
		if (dir < 0 && errno != ENOENT)
			reason_errno(s->why, "%s/%s/%s", root[i / SUB_N],
			    s->provider, sub[i % SUB_N]);
		if (dir < 0)
			continue;
		if (eventfile_descriptor(&fd, dir, name, s->why) !=
		    EVENTFILE_OK)
			fd = -1;
		close(dir);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

/* Open the event of this name in busy/ or later/ of one inbox, or -1. */
static int
open_in_state(const struct search *s, const char *root, enum outbox_state state,
    const char *name)
{
	int dir = event_folder(root, s->provider, outbox_state_name(state));
	DIR *stream = dir < 0 ? NULL : fdopendir(dir);
	const struct dirent *entry;
	struct outbox_name read;
	int fd = -1;

	if (dir >= 0 && stream == NULL)
		close(dir);
	while (stream != NULL && fd < 0 && (entry = readdir(stream)) != NULL) {
		if (outbox_name_read(&read, state, entry->d_name) &&
		    strcmp(read.id, name) == 0 &&
		    eventfile_descriptor(&fd, dir, entry->d_name, s->why) !=
			EVENTFILE_OK)
			fd = -1;
	}
	if (stream != NULL)
		closedir(stream);
	return fd;
}

/* Open the event of this name that is with a handler, or will be, or -1. */
static int
open_handled(const struct search *s, const char *name)
{
	static const enum outbox_state state[] = {OUTBOX_BUSY, OUTBOX_LATER};
	const char *root[] = {s->inbox->root, s->inbox->fallback};
	int fd = -1;

	for (size_t i = 0; i < 4 && fd < 0; i++) {
		if (root[i / 2] != NULL)
			fd = open_in_state(s, root[i / 2], state[i % 2], name);
	}
	return fd;
}

/* Files that others named: consumers rename what they work on. */
static int
open_by_header(const struct search *s)
{
	int fd = -1;

	/* new/ and cur/. */
	for (size_t i = 0; i < 2 && fd < 0; i++) {
		struct event_list list = {.cur = i == 1, .quiet = true};

		event_list_read(&list, s->inbox, s->provider);
		for (size_t k = 0; k < list.n && fd < 0; k++) {
			if (span_is(list.row[k].file.id, s->id))
				fd = open_named(s, list.row[k].name);
		}
		event_list_free(&list);
	}
	return fd;
}

int
event_find(const struct inbox_settings *inbox, const char *provider,
    const char *id, struct reason *why)
{
	const struct search s = {inbox, provider, id, why};
	char name[EVENT_NAME_MAX + 1];
	int fd = -1;

	for (int i = 0; i < MEANT__COUNT && fd < 0; i++) {
		if (!event_meant(name, id, (enum event_meaning)i))
			continue;
		fd = open_named(&s, name);
		if (fd < 0)
			fd = open_handled(&s, name);
	}
	if (fd < 0)
		fd = open_named(&s, id);
	return fd < 0 && id[0] != '\0' ? open_by_header(&s) : fd;
}
