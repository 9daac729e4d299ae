/* inbox.c - the steps by which an event is stored. */
#define _GNU_SOURCE /* CLOCK_BOOTTIME, copy_file_range() */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "inbox/group_commit.h"
#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_lock.h"

/* A crash may have left a file of this name: remove it and try once more. */
#define TMP_TRIES 2

static enum status
fail(const struct inbox_commit *f, const char *path, const char *what)
{
	return inbox_dir_fail(f->inbox, path, what, f->why);
}

static struct dedup_names
names_of(const struct inbox_commit *f)
{
	return (struct dedup_names){f->file->name, f->file->also};
}

static enum status
lock_in(const struct inbox_commit *f, const struct inbox *inbox, int fd)
{
	const struct dedup_names names = names_of(f);

	if (inbox_lock(fd, &names, LOCK_FOREVER) == LOCK_TAKEN)
		return ST_OK;
	return inbox_dir_fail(inbox, "/lock", ": cannot be locked", f->why);
}

/*
 * The other inbox only helps to recognise duplicates: the event is stored even
 * if the other inbox cannot be locked.
 */
static void
lock_other(struct inbox_commit *f, struct inbox_result *result)
{
	if (f->other.lock < 0 ||
	    lock_in(f, f->inbox->other, f->other.lock) == ST_OK)
		return;
	result->blind = true;
	inbox_dir_close(&f->other);
}

/* Both inboxes are always locked in the same order, to avoid a deadlock. */
static enum status
lock_event(struct inbox_commit *f, struct inbox_result *result)
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

static enum dedup_found
look_for_marks(const struct inbox_commit *f, const struct inbox *inbox,
    const struct dedup_dir *dedup, time_t now)
{
	const struct dedup_names names = names_of(f);
	char path[sizeof("/dedup/") + DEDUP_PATH_MAX] = "/dedup/";
	enum dedup_found found = dedup_look(
	    dedup, &names, inbox->dedup_days, now, path + strlen(path));

	if (found == DEDUP_FAILED)
		inbox_dir_fail(
		    inbox, path, ": cannot be searched for marks", f->why);
	return found;
}

/* By the hash in the name, inbox_recover() knows whether a file is complete. */
static void
name_file(struct inbox_commit *f)
{
	const struct span part[] = {f->file->head, f->file->body};
	unsigned char hash[DIGEST_MAX];
	char text[DIGEST_TEXT_MAX];

	digest_hash(DIGEST_SHA256, part, 2, hash);
	encode_hex(text, span_mem(hash, DIGEST_SHA256_LEN));
	snprintf(
	    f->tmp_name, sizeof(f->tmp_name), "%s.%s", f->file->name, text);
}

static enum status
open_file(struct inbox_commit *f)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	f->fd = -1;
	for (int i = 0; i < TMP_TRIES; i++) {
		f->fd = openat(f->dir.fds.tmp, f->tmp_name, flags, 0600);
		if (f->fd >= 0 || errno != EEXIST)
			break;
		/*
		 * We hold the lock, so no other process is writing this file.
		 */
		unlinkat(f->dir.fds.tmp, f->tmp_name, 0);
	}
	if (f->fd >= 0 && (!f->inbox->group_access || fchmod(f->fd, 0660) == 0))
		return ST_OK;
	if (f->fd < 0)
		f->tmp_name[0] = '\0';
	return fail(f, "/tmp", ": a file cannot be created");
}

static enum status
fail_write(const struct inbox_commit *f)
{
	return fail(f, "/tmp", ": the event cannot be written");
}

static enum status
write_file(const struct inbox_commit *f, struct span head, struct span body)
{
	while (head.len + body.len > 0) {
		/* writev() does not take pointers to const. */
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
			return fail_write(f);
		done = (size_t)n;
		of_head = done < head.len ? done : head.len;
		head = span_skip(head, of_head);
		body = span_skip(body, done - of_head);
	}
	return ST_OK;
}

/* copy_file_range() does not work between these two files. */
static bool
cannot_copy(int error)
{
	return error == EXDEV || error == EINVAL || error == ENOSYS ||
	       error == EOPNOTSUPP || error == EPERM;
}

/* Let the kernel copy the body; write what it cannot copy. */
static enum status
copy_body(const struct inbox_commit *f)
{
	struct span rest = f->file->body;
	off_t from = 0;

	while (rest.len > 0) {
		ssize_t n = copy_file_range(
		    f->file->body_fd, &from, f->fd, NULL, rest.len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || (n < 0 && cannot_copy(errno)))
			return write_file(f, (struct span){NULL, 0}, rest);
		if (n < 0)
			return fail_write(f);
		rest = span_skip(rest, (size_t)n);
	}
	return ST_OK;
}

static enum status
write_event(const struct inbox_commit *f)
{
	enum status st;

	if (f->file->body_fd <= 0)
		return write_file(f, f->file->head, f->file->body);
	st = write_file(f, f->file->head, (struct span){NULL, 0});
	return st == ST_OK ? copy_body(f) : st;
}

/*
 * A failed flush is not tried again: the kernel marks the pages clean after the
 * failure, and a second fsync() would report success.
 */
static enum status
fail_flush(const struct inbox_commit *f, int error)
{
	enum status st;

	errno = error;
	st = fail(f, "/tmp", ": the event cannot be flushed to disk");
	/* inbox_recover() must not take it for a complete event. */
	if (ftruncate(f->fd, 0) != 0)
		unlinkat(f->dir.fds.tmp, f->tmp_name, 0);
	return st;
}

/* False if the name in tmp/ could not be removed. */
static bool
close_file(struct inbox_commit *f)
{
	bool gone = f->tmp_name[0] == '\0' ||
		    unlinkat(f->dir.fds.tmp, f->tmp_name, 0) == 0;

	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->tmp_name[0] = '\0';
	return gone;
}

/*
 * On a file system that does not keep changes in order, a crash may lose both
 * the name in tmp/ and the one in new/.  new/ is flushed for a duplicate too:
 * the process that stored the first copy may not have come this far.  If the
 * flush fails, a link made just now is removed: the next try would take it for
 * a duplicate, and after a failed fsync() a successful one proves nothing.
 */
static enum status
flush_new(const struct inbox_commit *f, bool linked)
{
	enum status st;

	if (f->dir.fds.ordered || fsync(f->dir.fds.new) == 0)
		return ST_OK;
	st = fail(f, "/new", ": cannot be flushed to disk");
	if (linked)
		unlinkat(f->dir.fds.new, f->file->name, 0);
	return st;
}

/* Step 2 in inbox.h. */
static enum status
write_new(struct inbox_commit *f)
{
	enum status st;

	name_file(f);
	st = open_file(f);
	if (st == ST_OK)
		st = write_event(f);
	return st;
}

/* Step 4. */
static enum status
link_new(const struct inbox_commit *f)
{
	enum status st = ST_OK;

	if (linkat(f->dir.fds.tmp, f->tmp_name, f->dir.fds.new, f->file->name,
		0) != 0) {
		if (errno == EEXIST)
			st = ST_DUPLICATE;
		else
			st = fail(
			    f, "/new", ": the event cannot be linked there");
	}
	if (st != ST_TRY_LATER && flush_new(f, st == ST_OK) != ST_OK)
		st = ST_TRY_LATER;
	return st;
}

/* Not flushed: a lost mark only means that a duplicate may be stored again. */
static void
mark(const struct inbox_commit *f, const struct dedup_names *names, time_t now,
    struct inbox_result *result)
{
	struct dedup_folder folder = {
	    .dedup = f->dir.fds.dedup, .group_access = f->inbox->group_access};
	char path[sizeof("/dedup/") + DEDUP_PATH_MAX];

	result->unmarked = !dedup_mark(&folder, names, now);
	result->sweep_due = folder.first;
	if (!result->unmarked)
		return;
	snprintf(path, sizeof(path), "/dedup/%s", folder.path);
	fail(f, path,
	    ": no mark can be written, so a duplicate may be stored again");
}

/*
 * The event was stored before, and lacks a mark.  Its second name is not that of
 * this copy if the sender has signed anew.
 */
static void
mark_name(const struct inbox_commit *f, time_t now, struct inbox_result *result)
{
	const struct dedup_names name = {f->file->name, NULL};

	mark(f, &name, now, result);
}

/*
 * ST_DUPLICATE if the event was stored in the other inbox.  A file there
 * without a mark may not be on disk yet, so new/ is flushed first.
 */
static enum status
look_elsewhere(
    const struct inbox_commit *f, time_t now, struct inbox_result *result)
{
	const struct inbox *inbox = f->inbox->other;
	enum dedup_found found;

	if (f->other.fds.dedup.fd < 0)
		return ST_OK;
	found = look_for_marks(f, inbox, &f->other.fds.dedup, now);
	result->by_also = found == DEDUP_ALSO;
	if (found == DEDUP_FAILED)
		return ST_TRY_LATER;
	if (found != DEDUP_NO)
		return ST_DUPLICATE;
	if (inbox->suspect)
		return ST_OK;
	if (faccessat(f->other.fds.new, f->file->name, F_OK, 0) != 0)
		return errno == ENOENT ? ST_OK
				       : inbox_dir_fail(inbox, "/new",
					     ": cannot be searched", f->why);
	if (fsync(f->other.fds.new) != 0)
		return inbox_dir_fail(
		    inbox, "/new", ": cannot be flushed to disk", f->why);
	/* A mark in either inbox counts, so write it in this one. */
	mark_name(f, now, result);
	return ST_DUPLICATE;
}

/* ST_DUPLICATE if the event was stored in this inbox or the other. */
static enum status
look(const struct inbox_commit *f, time_t now, struct inbox_result *result)
{
	enum dedup_found found =
	    look_for_marks(f, f->inbox, &f->dir.fds.dedup, now);
	enum status st;

	result->by_also = found == DEDUP_ALSO;
	if (found == DEDUP_FAILED)
		return ST_TRY_LATER;
	if (found != DEDUP_NO)
		return ST_DUPLICATE;
	st = look_elsewhere(f, now, result);
	if (st == ST_TRY_LATER) {
		result->blind = true;
		st = ST_OK;
	}
	return st;
}

/* True if the file was last changed before the machine started. */
static bool
is_of_before(int fd)
{
	struct timespec now, up;
	struct stat st;

	if (fstat(fd, &st) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &up) != 0)
		return false;
	/* The two clocks may differ by up to a second. */
	return st.st_mtim.tv_sec + 1 < now.tv_sec - up.tv_sec;
}

static enum status
begin(struct inbox_commit *f)
{
	enum status st = lock_event(f, f->result);

	if (st != ST_OK)
		return st;
	inbox_dir_locked(&f->dir);
	st = look(f, f->now, f->result);
	if (st != ST_OK)
		return st;
	st = write_new(f);
	if (st != ST_OK && !close_file(f))
		f->result->recover_due = true;
	f->together =
	    f->dir.fds.ordered &&
	    f->file->head.len + f->file->body.len <= GROUP_COMMIT_FILE_MAX;
	return st;
}

static void
end(struct inbox_commit *f)
{
	inbox_dir_close(&f->dir);
	inbox_dir_close(&f->other);
}

enum status
inbox_begin(struct inbox_commit *commit)
{
	enum status st;

	commit->fd = -1;
	commit->tmp_name[0] = '\0';
	commit->other = inbox_dir_none();
	*commit->result = (struct inbox_result){.unmarked = false};
	if (commit->file->head.len + commit->file->body.len > INBOX_FILE_MAX) {
		reason_set(commit->why, "the event is larger than %lu MiB",
		    INBOX_FILE_MAX >> 20);
		return ST_TRY_LATER;
	}
	if (commit->inbox->other != NULL &&
	    inbox_dir_look(&commit->other, commit->inbox->other, commit->why) !=
		ST_OK) {
		commit->result->blind = true;
		inbox_dir_close(&commit->other);
	}
	st = inbox_dir_open(&commit->dir, commit->inbox, commit->why);
	if (st == ST_OK) {
		/*
		 * While a part of it was missing, nothing was recovered.  If
		 * the inbox was open already, this was looked at then.
		 */
		commit->result->recover_due =
		    commit->dir.made ||
		    (!commit->dir.found && is_of_before(commit->dir.lock));
		st = begin(commit);
	}
	if (st != ST_OK)
		end(commit);
	return st;
}

enum status
inbox_finish(struct inbox_commit *commit, int error)
{
	const struct dedup_names names = names_of(commit);
	enum status st =
	    error == 0 ? link_new(commit) : fail_flush(commit, error);

	if (st == ST_OK)
		mark(commit, &names, commit->now, commit->result);
	else if (st == ST_DUPLICATE)
		mark_name(commit, commit->now, commit->result);
	/*
	 * After the mark: inbox_recover() stores a complete file that has no
	 * mark, even if a consumer has taken the event.
	 */
	if (!close_file(commit))
		commit->result->recover_due = true;
	end(commit);
	return st;
}

enum status
inbox_store(const struct inbox *inbox, const struct event_file *file,
    time_t now, struct inbox_result *result, struct reason *why)
{
	struct inbox_commit f = {.inbox = inbox,
	    .file = file,
	    .now = now,
	    .result = result,
	    .why = why};
	struct group_commit_file alone = {.next = NULL};
	enum status st = inbox_begin(&f);

	if (st != ST_OK)
		return st;
	alone.fd = f.fd;
	group_commit_flush(&alone);
	return inbox_finish(&f, alone.error);
}
