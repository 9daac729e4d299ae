/* inbox_dir.c - directories that are there after a power cut as well. */
#define _GNU_SOURCE /* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "inbox/fs_journal.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_dircache.h"

#define OPEN_PATH (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_DIR  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_LOCK (O_RDWR | O_NOFOLLOW | O_CLOEXEC)

static const char *const subdir[] = {"tmp", "new", "cur", "dedup"};

/*
 * The same where it may be there: of an attempt that came no further than to
 * make it.  What is somebody else's has the rights that he gave it.
 */
static bool
make_or_mend(int at, const char *name, bool group_access)
{
	struct stat st;

	if (file_make_folder(at, name, group_access))
		return true;
	if (errno != EEXIST || fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	if (!group_access || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return true;
	return file_share_folder(at, name);
}

/* Flush the directory name in at. */
static bool
flush(int at, const char *name)
{
	int fd = openat(at, name, OPEN_DIR & ~O_NOFOLLOW);
	bool ok;

	if (fd < 0)
		return false;
	ok = fsync(fd) == 0;
	file_close(fd);
	return ok;
}

/* The directory that path lies in. */
static void
parent_of(char dst[static PATH_MAX], const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	snprintf(dst, PATH_MAX, "%.*s", (int)len, path);
}

static enum status
make_root(const struct inbox *inbox, struct reason *why)
{
	char parent[PATH_MAX];
	bool made =
	    file_make_folder(AT_FDCWD, inbox->root, inbox->group_access);

	if (!made && errno != EEXIST)
		return reason_errno(why,
		    "the inbox %s is not there and cannot be made",
		    inbox->root);
	parent_of(parent, inbox->root);
	/* A root that somebody else made may lie where we cannot look. */
	if (flush(AT_FDCWD, parent) || (!made && errno == EACCES))
		return ST_OK;
	reason_errno(why, "%s cannot be flushed to disk", parent);
	/* The next try must not take it for somebody else's. */
	if (made)
		rmdir(inbox->root);
	return ST_TRY_LATER;
}

/* Who can write here can take events away, and put some that nobody sent. */
static enum status
check_mode(int fd, const char *root, const char *provider, struct reason *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return reason_errno(
		    why, "the inbox %s/%s cannot be looked at", root, provider);
	if ((st.st_mode & S_IWOTH) == 0)
		return ST_OK;
	reason_set(why,
	    "every user of this machine can write the inbox %s%s%s: chmod o-w",
	    root, provider[0] == '\0' ? "" : "/", provider);
	return ST_TRY_LATER;
}

static enum status
open_root(int *fd, const struct inbox *inbox, struct reason *why)
{
	*fd = open(inbox->root, OPEN_PATH);
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return reason_errno(why,
		    "the inbox %s must be a directory and no symbolic link",
		    inbox->root);
	if (*fd < 0)
		return reason_errno(
		    why, "the inbox %s cannot be opened", inbox->root);
	return check_mode(*fd, inbox->root, "", why);
}

static enum status
fail(const struct inbox *inbox, const char *what, struct reason *why)
{
	return reason_errno(why, "%s/%s%s", inbox->root, inbox->provider, what);
}

/* Make all that is missing below ROOT, flush it, and then say so. */
static enum status
make_all(const struct inbox *inbox, int root, struct reason *why)
{
	enum status st = ST_TRY_LATER;
	int fd = -1, lock = -1;

	if (!make_or_mend(root, inbox->provider, inbox->group_access)) {
		fail(inbox, " cannot be made", why);
		goto out;
	}
	if ((fd = openat(root, inbox->provider, OPEN_DIR)) < 0) {
		fail(inbox, " must be a directory that can be read", why);
		goto out;
	}
	for (size_t i = 0; i < sizeof(subdir) / sizeof(subdir[0]); i++) {
		if (!make_or_mend(fd, subdir[i], inbox->group_access)) {
			fail(inbox, ": its directories cannot be made", why);
			goto out;
		}
	}
	if (fsync(fd) != 0 || !flush(root, ".")) {
		fail(inbox, " cannot be flushed to disk", why);
		goto out;
	}
	/* Not flushed itself: whoever misses it does all of this again. */
	lock = openat(fd, "lock", OPEN_LOCK | O_CREAT, 0600);
	if (lock < 0)
		fail(inbox, "/lock cannot be made", why);
	else
		st = ST_OK;
out:
	if (fd >= 0)
		close(fd);
	if (lock >= 0)
		close(lock);
	return st;
}

/* Name of what could not be opened, or NULL. */
static const char *
open_all(struct inbox_dir *dir, const char *provider, bool need_lock)
{
	dir->fds.provider = openat(dir->fds.root, provider, OPEN_PATH);
	if (dir->fds.provider < 0)
		return "";
	dir->lock = openat(dir->fds.provider, "lock", OPEN_LOCK);
	if (dir->lock < 0 && (need_lock || errno == ENOENT))
		return "/lock";
	if ((dir->fds.tmp = openat(dir->fds.provider, "tmp", OPEN_PATH)) < 0)
		return "/tmp";
	if ((dir->fds.new = openat(dir->fds.provider, "new", OPEN_DIR)) < 0)
		return "/new";
	if ((dir->fds.dedup = openat(dir->fds.provider, "dedup", OPEN_PATH)) <
	    0)
		return "/dedup";
	return NULL;
}

static enum status
make_missing(const struct inbox *inbox, struct reason *why)
{
	enum status st = make_root(inbox, why);
	int root = -1;

	if (st == ST_OK)
		st = open_root(&root, inbox, why);
	if (st == ST_OK)
		st = make_all(inbox, root, why);
	if (root >= 0)
		close(root);
	return st;
}

static enum status
try_open(struct inbox_dir *dir, const struct inbox *inbox, bool need_lock,
    struct reason *why)
{
	enum status st = open_root(&dir->fds.root, inbox, why);
	const char *failed;

	if (st != ST_OK)
		return st;
	failed = open_all(dir, inbox->provider, need_lock);
	dir->fds.ordered = failed == NULL && fs_journal_ordered(dir->fds.new);
	if (failed == NULL)
		return check_mode(
		    dir->fds.provider, inbox->root, inbox->provider, why);
	return reason_errno(why, "%s/%s%s cannot be opened", inbox->root,
	    inbox->provider, failed);
}

enum status
inbox_dir_open(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why)
{
	enum status st;

	*dir = inbox_dir_none();
	if (inbox->dircache != NULL &&
	    inbox_dircache_find(inbox->dircache, inbox, dir))
		return ST_OK;
	errno = 0;
	st = try_open(dir, inbox, true, why);
	if (st == ST_TRY_LATER && errno == ENOENT) {
		inbox_dir_close(dir);
		st = make_missing(inbox, why);
		if (st == ST_OK)
			st = try_open(dir, inbox, true, why);
	}
	if (st == ST_OK && inbox->dircache != NULL)
		inbox_dircache_add(inbox->dircache, inbox, dir);
	return st;
}

enum status
inbox_dir_look(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why)
{
	enum status st;

	*dir = inbox_dir_none();
	errno = 0;
	st = try_open(dir, inbox, false, why);
	if (st == ST_TRY_LATER && errno == ENOENT) {
		inbox_dir_close(dir);
		st = ST_OK;
	}
	return st;
}

struct inbox_dir
inbox_dir_none(void)
{
	return (struct inbox_dir){.fds = inbox_fds_none(), .lock = -1};
}

void
inbox_dir_close(struct inbox_dir *dir)
{
	if (dir->lock >= 0)
		close(dir->lock);
	if (dir->cached != NULL)
		inbox_dircache_release(dir->dircache, dir->cached);
	else
		inbox_fds_close(&dir->fds);
	*dir = inbox_dir_none();
}
