/* inbox_recover.c - finishes events that a crash left in tmp/. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_left.h"

/* One pass over tmp/. */
struct recovery {
	struct inbox_pass pass;
	struct inbox_dir dir;
	size_t n; /* events linked to new/ */
};

static bool
fail(const struct recovery *r, const char *path, const char *what)
{
	inbox_dir_fail(r->pass.inbox, path, what, r->pass.why);
	return false;
}

static bool
mark(const struct recovery *r, const struct dedup_names *names)
{
	struct dedup_folder folder = {.dedup = r->dir.fds.dedup,
	    .group_access = r->pass.inbox->group_access};
	char path[sizeof("/dedup/") + DEDUP_PATH_MAX];

	if (names->name == NULL || dedup_mark(&folder, names, r->pass.now))
		return true;
	snprintf(path, sizeof(path), "/dedup/%s", folder.path);
	return fail(r, path,
	    ": no mark can be written, so a duplicate may be stored again");
}

/*
 * A killed process may have written the file and not flushed it.  It is written
 * again, with what was read of it: after a flush that failed its pages count as
 * clean, so that the next flush would report success.  Its time stays: consumers
 * take the oldest event first.
 */
static bool
flush_file(const struct recovery *r, const struct inbox_left *left)
{
	int fd = openat(r->dir.fds.tmp, left->file,
	    O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat was, is;
	bool ok = false;

	if (fd < 0 || fstat(left->fd, &was) != 0 || fstat(fd, &is) != 0)
		goto out;
	/* Others may write to tmp/ with group_access. */
	if (!file_same(&was, &is)) {
		errno = ESTALE;
		goto out;
	}
	if (!file_put(fd, span_mem(left->bytes, left->len), 0))
		goto out;
	futimens(fd, (struct timespec[]){was.st_atim, was.st_mtim});
	ok = fsync(fd) == 0;
out:
	if (fd >= 0)
		file_close(fd);
	return ok || fail(r, "/tmp", ": an event cannot be flushed to disk");
}

static bool
flush_new(const struct recovery *r)
{
	return fsync(r->dir.fds.new) == 0 ||
	       fail(r, "/new", ": cannot be flushed to disk");
}

static bool
put(struct recovery *r, const struct inbox_left *left)
{
	const struct dedup_names names = {
	    left->name, left->also[0] == '\0' ? NULL : left->also};

	if (!flush_file(r, left))
		return false;
	if (linkat(r->dir.fds.tmp, left->file, r->dir.fds.new, left->name, 0) !=
	    0)
		return fail(r, "/new", ": an event cannot be linked there");
	if (!flush_new(r))
		return false;
	r->n++;
	return mark(r, &names);
}

/*
 * The process that linked the event to new/ may not have come to its flush.  A
 * mark without that would make the next copy a duplicate of what the next power
 * cut takes away.
 */
static bool
mark_known(const struct recovery *r, const struct inbox_left *left)
{
	return left->unmarked.name == NULL ||
	       (flush_new(r) && mark(r, &left->unmarked));
}

static bool
refuse_foreign(const struct recovery *r, const struct inbox_left *left)
{
	/* The text of this errno, and whose the file is, say it all. */
	errno = EPERM;
	return inbox_left_fail(
	    left, &r->pass, ": an event that a crash left is not of this user");
}

static bool
settle(struct recovery *r, const char *file)
{
	struct inbox_left left;
	bool ok = true, remove = true;

	switch (inbox_left_open(&left, &r->pass, file)) {
	case LEFT_NONE:
	case LEFT_OTHER:
		remove = false;
		break;
	case LEFT_TORN:
		break;
	case LEFT_KNOWN:
		ok = mark_known(r, &left);
		break;
	case LEFT_LOST:
		ok = put(r, &left);
		break;
	case LEFT_FOREIGN:
		ok = refuse_foreign(r, &left);
		break;
	case LEFT_FAILED:
		ok = false;
		break;
	}
	if (ok && remove && unlinkat(r->dir.fds.tmp, file, 0) != 0 &&
	    errno != ENOENT)
		ok = inbox_left_fail(
		    &left, &r->pass, ": what a crash left cannot be removed");
	inbox_left_close(&left);
	return ok;
}

static bool
settle_all(struct recovery *r)
{
	int fd = openat(r->dir.fds.tmp, ".",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	bool ok = true;
	DIR *dir;

	if (fd < 0 || (dir = fdopendir(fd)) == NULL) {
		fail(r, "/tmp", ": cannot be read");
		if (fd >= 0)
			close(fd);
		return false;
	}
	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (!settle(r, entry->d_name))
			ok = false;
	}
	if (errno != 0)
		ok = fail(r, "/tmp", ": cannot be read");
	closedir(dir);
	return ok;
}

/* Whether the folder at/name has entries; a link is not followed. */
static bool
has_entries(int at, const char *name)
{
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		return false;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return false;
	}
	while ((entry = readdir(dir)) != NULL && entry->d_name[0] == '.')
		continue;
	closedir(dir);
	return entry != NULL;
}

/*
 * An inbox that is not complete: a power cut can keep a file in tmp/ and lose
 * what was made before it.
 */
static bool
has_left(const struct inbox *inbox)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int root = open(inbox->root, flags), fd = -1;
	bool left = false;

	if (root >= 0)
		fd = openat(root, inbox->provider, flags);
	if (fd >= 0)
		left = has_entries(fd, "tmp");
	if (root >= 0)
		close(root);
	if (fd >= 0)
		close(fd);
	return left;
}

bool
inbox_recover(
    const struct inbox *inbox, time_t now, size_t *n, struct reason *why)
{
	struct recovery r = {.pass = {inbox, &r.dir, now, why}};
	bool ok = false;

	if (inbox_dir_look(&r.dir, inbox, why) != ST_OK)
		goto out;
	if (r.dir.fds.provider < 0 && has_left(inbox)) {
		inbox_dir_close(&r.dir);
		if (inbox_dir_open(&r.dir, inbox, why) != ST_OK)
			goto out;
	}
	if (r.dir.fds.provider < 0 || r.dir.lock_error == EROFS) {
		ok = true;
		goto out;
	}
	if (r.dir.lock < 0) {
		errno = r.dir.lock_error;
		fail(&r, "/lock", " cannot be opened");
		goto out;
	}
	ok = settle_all(&r);
	/*
	 * The lock file's new time ends result->recover_due, even after a
	 * failure: else every delivery would try, and fail, again.
	 */
	utimensat(r.dir.fds.provider, "lock", NULL, AT_SYMLINK_NOFOLLOW);
out:
	inbox_dir_close(&r.dir);
	*n += r.n;
	return ok;
}
