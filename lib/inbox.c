/* inbox.c - the order of commit. */
#define _GNU_SOURCE /* O_TMPFILE, open file description locks */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "inbox.h"
#include "inbox_dir.h"
#include "timestamp.h"

#define DAY 86400
/* Tries to find a name in tmp/ that nobody has. */
#define TMP_TRIES 16

/* One event on its way. */
struct filing {
	const struct inbox *inbox;
	const char *name;
	struct inbox_dir dir;
	struct inbox_dir other; /* all closed: there is none */
	int fd;                 /* the file being written, or -1 */
	char tmp_name[64];      /* its name in tmp/, or "" */
	bool nameless;          /* it cannot get a name: no /proc */
	struct reason *why;
};

static enum status
fail_in(const struct filing *f, const struct inbox *inbox, const char *what)
{
	return reason_errno(
	    f->why, "%s/%s/%s", inbox->root, inbox->provider, what);
}

static enum status
fail(const struct filing *f, const char *what)
{
	return fail_in(f, f->inbox, what);
}

/* FNV-1a, RFC 9923: any even spread will do, a collision only waits. */
static off_t
lock_byte(const char *name)
{
	unsigned long long h = 14695981039346656037ULL;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211ULL;
	return (off_t)(h >> 33);
}

/* Copies of one event wait for each other here; closing the file releases. */
static enum status
lock_in(const struct filing *f, const struct inbox *inbox, int fd)
{
	struct flock lock = {
	    .l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = lock_byte(f->name),
	    .l_len = 1,
	};

	while (fcntl(fd, F_OFD_SETLKW, &lock) != 0) {
		if (errno != EINTR)
			return fail_in(f, inbox, "lock: cannot be locked");
	}
	return ST_OK;
}

/* The other inbox is a help: without it we are blind, and go on. */
static void
lock_other(struct filing *f, struct inbox_result *result)
{
	if (f->other.lock < 0 ||
	    lock_in(f, f->inbox->other, f->other.lock) == ST_OK)
		return;
	result->blind = true;
	inbox_dir_close(&f->other);
}

/* In both inboxes always in the same order, lest two wait for each other. */
static enum status
lock_event(struct filing *f, struct inbox_result *result)
{
	bool after = f->other.lock >= 0 &&
		     strcmp(f->inbox->root, f->inbox->other->root) < 0;
	enum status st;

	if (!after)
		lock_other(f, result);
	st = lock_in(f, f->inbox, f->dir.lock);
	if (st == ST_OK && after)
		lock_other(f, result);
	return st;
}

static void
mark_path(char *dst, size_t room, time_t day, const char *name)
{
	char text[TIMESTAMP_TEXT_MAX];

	timestamp_day(text, day);
	snprintf(dst, room, "%s/%s", text, name);
}

/*
 * ST_REPEAT if there is a mark of any day that counts: tomorrow's too, for a
 * clock that was set back.
 */
static enum status
look_for_mark(
    const struct filing *f, const struct inbox *inbox, int seen, time_t now)
{
	char path[TIMESTAMP_TEXT_MAX + NAME_MAX];

	for (long day = -1; day <= inbox->seen_days; day++) {
		mark_path(path, sizeof(path), now - day * DAY, f->name);
		if (faccessat(seen, path, F_OK, 0) == 0)
			return ST_REPEAT;
		if (errno != ENOENT)
			return fail_in(f, inbox, "seen: marks cannot be read");
	}
	return ST_OK;
}

static bool
open_named(struct filing *f)
{
	struct timespec now;

	for (int i = 0; i < TMP_TRIES; i++) {
		clock_gettime(CLOCK_REALTIME, &now);
		snprintf(f->tmp_name, sizeof(f->tmp_name), "%lld.%09ld.%ld.%d",
		    (long long)now.tv_sec, now.tv_nsec, (long)getpid(), i);
		f->fd = openat(f->dir.tmp, f->tmp_name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (f->fd >= 0 || errno != EEXIST)
			break;
	}
	if (f->fd < 0)
		f->tmp_name[0] = '\0';
	return f->fd >= 0;
}

/* A file without a name cannot be left behind; not every file system can. */
static enum status
open_file(struct filing *f, bool unnamed)
{
	f->fd = -1;
	if (unnamed) {
		f->fd = openat(
		    f->dir.tmp, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
		unnamed =
		    f->fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR);
	}
	if (!unnamed)
		open_named(f);
	if (f->fd < 0 || (f->inbox->group_access && fchmod(f->fd, 0660) != 0))
		return fail(f, "tmp: a file cannot be made");
	return ST_OK;
}

static enum status
write_file(const struct filing *f, struct span head, struct span body)
{
	while (head.len + body.len > 0) {
		/* writev() takes no pointers to const. */
		struct iovec part[] = {
		    {(void *)(uintptr_t)head.ptr, head.len},
		    {(void *)(uintptr_t)body.ptr, body.len},
		};
		ssize_t n = writev(f->fd, part, 2);
		size_t done, of_head;

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return fail(f, "tmp: the event cannot be written");
		done = (size_t)n;
		of_head = done < head.len ? done : head.len;
		head = span_skip(head, of_head);
		body = span_skip(body, done - of_head);
	}
	/* Never tried twice: after a failure the pages count as clean. */
	if (fsync(f->fd) != 0)
		return fail(f, "tmp: the event cannot be flushed to disk");
	return ST_OK;
}

static int
link_file(const struct filing *f)
{
	char path[32];

	if (f->tmp_name[0] != '\0')
		return linkat(f->dir.tmp, f->tmp_name, f->dir.new, f->name, 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", f->fd);
	return linkat(AT_FDCWD, path, f->dir.new, f->name, AT_SYMLINK_FOLLOW);
}

static void
close_file(struct filing *f)
{
	if (f->fd >= 0)
		close(f->fd);
	if (f->tmp_name[0] != '\0')
		unlinkat(f->dir.tmp, f->tmp_name, 0);
	f->fd = -1;
	f->tmp_name[0] = '\0';
}

/* Steps 2 and 3. */
static enum status
deliver(struct filing *f, bool unnamed, struct span head, struct span body)
{
	enum status st = open_file(f, unnamed);

	if (st == ST_OK)
		st = write_file(f, head, body);
	if (st == ST_OK && link_file(f) != 0) {
		f->nameless = unnamed && errno == ENOENT;
		if (errno == EEXIST)
			st = ST_REPEAT;
		else
			st = fail(f, "new: the event cannot be put there");
	}
	close_file(f);
	return st;
}

/* Step 5. A mark has no content, and need not outlive a crash. */
static bool
mark(const struct filing *f, time_t now, struct inbox_result *result)
{
	char path[TIMESTAMP_TEXT_MAX + NAME_MAX], day[TIMESTAMP_TEXT_MAX];
	const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	mark_path(path, sizeof(path), now, f->name);
	fd = openat(f->dir.seen, path, flags, 0600);
	if (fd < 0 && errno == ENOENT) {
		timestamp_day(day, now);
		result->sweep_due =
		    inbox_dir_make(f->dir.seen, day, f->inbox->group_access);
		if (result->sweep_due || errno == EEXIST)
			fd = openat(f->dir.seen, path, flags, 0600);
	}
	if (fd < 0) {
		fail(f, "seen: no mark, so a repeat may be filed again");
		return false;
	}
	close(fd);
	return true;
}

/*
 * Whether the event was filed in the other inbox: ST_REPEAT then.  One that
 * lies there without a mark may not have come as far as the disk.
 */
static enum status
look_elsewhere(const struct filing *f, time_t now, struct inbox_result *result)
{
	const struct inbox *inbox = f->inbox->other;
	enum status st;

	if (f->other.seen < 0)
		return ST_OK;
	st = look_for_mark(f, inbox, f->other.seen, now);
	if (st != ST_OK || inbox->suspect)
		return st;
	if (faccessat(f->other.new, f->name, F_OK, 0) != 0)
		return errno == ENOENT
			   ? ST_OK
			   : fail_in(f, inbox, "new: cannot be looked into");
	if (fsync(f->other.new) != 0)
		return fail_in(f, inbox, "new: cannot be flushed to disk");
	/* A mark counts wherever it is. */
	result->unmarked = !mark(f, now, result);
	return ST_REPEAT;
}

/* Whether it is known, here or there. */
static enum status
look(const struct filing *f, time_t now, struct inbox_result *result)
{
	enum status st = look_for_mark(f, f->inbox, f->dir.seen, now);

	if (st != ST_OK)
		return st;
	st = look_elsewhere(f, now, result);
	if (st == ST_TRY_LATER) {
		result->blind = true;
		st = ST_OK;
	}
	return st;
}

/*
 * Step 4.  A repeat is flushed too: the first may not have come as far as
 * this.  What was linked now and may not last must not be taken for a repeat
 * by the next try, whose flush of a folder that failed once would prove
 * nothing.
 */
static enum status
flush_new(const struct filing *f, bool linked)
{
	enum status st;

	if (fsync(f->dir.new) == 0)
		return ST_OK;
	st = fail(f, "new: cannot be flushed to disk");
	if (linked)
		unlinkat(f->dir.new, f->name, 0);
	return st;
}

static enum status
store(struct filing *f, struct span head, struct span body, time_t now,
    struct inbox_result *result)
{
	enum status st = lock_event(f, result);

	if (st == ST_OK)
		st = look(f, now, result);
	if (st != ST_OK)
		return st;
	st = deliver(f, true, head, body);
	if (f->nameless)
		st = deliver(f, false, head, body);
	if (st == ST_TRY_LATER)
		return st;
	if (flush_new(f, st == ST_OK) != ST_OK)
		return ST_TRY_LATER;
	result->unmarked = !mark(f, now, result);
	return st;
}

enum status
inbox_store(const struct inbox *inbox, const char *name, struct span head,
    struct span body, time_t now, struct inbox_result *result,
    struct reason *why)
{
	struct filing f = {
	    .inbox = inbox,
	    .name = name,
	    .other = {-1, -1, -1, -1, -1, -1},
	    .fd = -1,
	    .why = why,
	};
	enum status st;

	*result = (struct inbox_result){.unmarked = false};
	if (inbox->other != NULL &&
	    inbox_dir_look(&f.other, inbox->other, why) != ST_OK) {
		result->blind = true;
		inbox_dir_close(&f.other);
	}
	st = inbox_dir_open(&f.dir, inbox, why);
	if (st == ST_OK)
		st = store(&f, head, body, now, result);
	inbox_dir_close(&f.dir);
	inbox_dir_close(&f.other);
	return st;
}
