/* inbox_forget.c - finds and removes the marks of one event. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_forget.h"
#include "inbox/inbox_left.h"
#include "inbox/inbox_lock.h"

#define LOCK_MS 3000
/* How often an event is locked before its second name is known for sure. */
#define TRIES 8
/* Bytes of an event's file that are searched for its second name. */
#define HEAD_MAX    (64UL * 1024)
#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_FILE   (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* One of the two inboxes. */
struct place {
	const struct inbox *inbox;
	struct inbox_dir dir; /* closed if there is none */
};

/* One event that is to be forgotten. */
struct oblivion {
	struct place place[2]; /* in the order in which they are locked */
	size_t n;
	const char *name;
	const char *known;             /* the second name, as the caller says */
	char also[INBOX_NAME_MAX + 1]; /* or "" */
	bool in_cur, waiting;
	size_t removed; /* marks */
	struct reason *why;
};

static bool
fail(const struct oblivion *o, const struct place *place, const char *path,
    const char *what)
{
	inbox_dir_fail(place->inbox, path, what, o->why);
	return false;
}

static void
close_all(struct oblivion *o)
{
	for (size_t i = 0; i < o->n; i++)
		inbox_dir_close(&o->place[i].dir);
}

static bool
open_all(struct oblivion *o)
{
	for (size_t i = 0; i < o->n; i++) {
		struct place *place = &o->place[i];

		if (inbox_dir_look(&place->dir, place->inbox, o->why) != ST_OK)
			return false;
		if (place->dir.fds.provider >= 0 && place->dir.lock < 0) {
			errno = place->dir.lock_error;
			return fail(o, place, "/lock", " cannot be opened");
		}
	}
	return true;
}

static bool
lock_all(struct oblivion *o)
{
	const struct dedup_names names = {
	    o->name, o->also[0] == '\0' ? NULL : o->also};

	for (size_t i = 0; i < o->n; i++) {
		const struct place *place = &o->place[i];

		if (place->dir.lock < 0)
			continue;
		switch (inbox_lock(place->dir.lock, &names, LOCK_MS)) {
		case LOCK_TAKEN:
			break;
		case LOCK_BUSY:
			reason_set(o->why,
			    "%s/%s/lock: another process holds the lock",
			    place->inbox->root, place->inbox->provider);
			return false;
		case LOCK_FAILED:
			return fail(o, place, "/lock", ": cannot be locked");
		}
	}
	return true;
}

/*
 * Read the second name from the event's file in cur/, if it is there.  Anything
 * else of that name, a link or a pipe, is not the event.
 */
static bool
read_file(struct oblivion *o, const struct place *place, int cur)
{
	int fd = openat(cur, o->name, OPEN_FILE);
	unsigned char *bytes = NULL;
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return errno == ENOENT || errno == ELOOP || errno == ENXIO ||
		       fail(o, place, "/cur", ": the event cannot be read");
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		file_close(fd);
		return true;
	}
	if ((bytes = malloc(HEAD_MAX)) != NULL)
		n = file_fill(fd, bytes, HEAD_MAX);
	if (n < 0)
		fail(o, place, "/cur", ": the event cannot be read");
	else
		inbox_left_also(o->also, span_mem(bytes, (size_t)n));
	o->in_cur = true;
	free(bytes);
	file_close(fd);
	return n >= 0;
}

static bool
look_in(struct oblivion *o, const struct place *place)
{
	int cur;
	bool ok;

	if (place->dir.fds.provider < 0)
		return true;
	if (faccessat(place->dir.fds.new, o->name, F_OK, 0) == 0)
		o->waiting = true;
	else if (errno != ENOENT)
		return fail(o, place, "/new", ": cannot be searched");
	cur = openat(place->dir.fds.provider, "cur", OPEN_FOLDER);
	if (cur < 0)
		return errno == ENOENT ||
		       fail(o, place, "/cur", " cannot be opened");
	ok = read_file(o, place, cur);
	file_close(cur);
	return ok;
}

/* Where the event's file is, and its second name. */
static bool
look(struct oblivion *o)
{
	o->waiting = o->in_cur = false;
	o->also[0] = '\0';
	for (size_t i = 0; i < o->n; i++) {
		if (!look_in(o, &o->place[i]))
			return false;
	}
	if (o->also[0] == '\0' && o->known != NULL)
		snprintf(o->also, sizeof(o->also), "%s", o->known);
	return true;
}

/*
 * Lock the event under all its names.  They are locked in one go, so the second
 * one is looked up before, and looked at again when the file can no longer be
 * replaced by one that is being stored.
 */
static bool
lock_event(struct oblivion *o)
{
	char also[sizeof(o->also)];

	for (int i = 0; i < TRIES; i++) {
		if (!open_all(o) || !look(o))
			return false;
		memcpy(also, o->also, sizeof(also));
		if (!lock_all(o) || !look(o))
			return false;
		if (strcmp(also, o->also) == 0)
			return true;
		close_all(o);
	}
	reason_set(o->why, "its file in cur/ changes all the time");
	return false;
}

static bool
remove_mark(
    struct oblivion *o, const struct place *place, int day, const char *name)
{
	if (name[0] == '\0')
		return true;
	if (unlinkat(day, name, 0) != 0)
		return errno == ENOENT ||
		       fail(o, place, "/dedup", ": a mark cannot be removed");
	o->removed++;
	return true;
}

/* Anything in dedup/ that is no folder has no marks. */
static bool
clear_day(
    struct oblivion *o, const struct place *place, int dedup, const char *path)
{
	int day = openat(dedup, path, OPEN_FOLDER);
	size_t before = o->removed;
	bool ok;

	if (day < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
		       fail(o, place, "/dedup", ": a folder cannot be opened");
	ok = remove_mark(o, place, day, o->name) &&
	     remove_mark(o, place, day, o->also);
	if (ok && o->removed > before && fsync(day) != 0)
		ok = fail(o, place, "/dedup", ": cannot be flushed to disk");
	file_close(day);
	return ok;
}

/* Whatever its name: a mark counts by the day, but costs nothing to remove. */
static bool
clear_place(struct oblivion *o, const struct place *place)
{
	int fd = openat(place->dir.fds.provider, "dedup", OPEN_FOLDER);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool ok = true;

	if (stream == NULL) {
		fail(o, place, "/dedup", " cannot be read");
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (ok && (errno = 0, entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.')
			ok = clear_day(o, place, fd, entry->d_name);
	}
	if (ok && errno != 0)
		ok = fail(o, place, "/dedup", " cannot be read");
	closedir(stream);
	return ok;
}

static enum inbox_forgot
forget(struct oblivion *o)
{
	if (!lock_event(o))
		return FORGOT_FAILED;
	if (o->waiting)
		return FORGOT_WAITING;
	for (size_t i = 0; i < o->n; i++) {
		if (o->place[i].dir.fds.provider >= 0 &&
		    !clear_place(o, &o->place[i]))
			return FORGOT_FAILED;
	}
	return o->removed > 0 ? FORGOT_IT : FORGOT_UNKNOWN;
}

enum inbox_forgot
inbox_forget(const struct inbox *inbox, const char *name, const char *also,
    struct inbox_forgotten *result, struct reason *why)
{
	struct oblivion o = {.name = name, .known = also, .why = why};
	const struct inbox *other = inbox->other;
	enum inbox_forgot forgot;

	/* The order of inbox_store(). */
	if (other != NULL && strcmp(other->root, inbox->root) < 0)
		o.place[o.n++].inbox = other;
	o.place[o.n++].inbox = inbox;
	if (other != NULL && o.n == 1)
		o.place[o.n++].inbox = other;
	for (size_t i = 0; i < o.n; i++)
		o.place[i].dir = inbox_dir_none();
	forgot = forget(&o);
	close_all(&o);
	*result = (struct inbox_forgotten){
	    .in_cur = o.in_cur, .also = o.also[0] != '\0'};
	return forgot;
}
