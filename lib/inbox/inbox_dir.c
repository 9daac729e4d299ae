/* inbox_dir.c - makes directories that survive a power cut, and opens them. */
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
#define OPEN_LOCK (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

enum opened {
	OPENED,
	OPEN_MISSING, /* something does not exist; why is set */
	OPEN_FAILED   /* why is set */
};

static const char *const subdir[] = {"tmp", "new", "cur", "dedup"};

bool
inbox_dir_make(int at, const char *name, bool group_access)
{
	struct stat st;

	if (file_make_folder(at, name, group_access))
		return true;
	if (errno != EEXIST || fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	if (!group_access || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return true;
	/* Root may have set it for a group that this user is not in: a chmod()
	 * by this user would take the set-group-ID bit away. */
	if ((st.st_mode & 07777) == 02770)
		return true;
	return file_share_folder(at, name);
}

/* Write to dst the directory that contains path. */
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

static bool
make_root(const struct inbox *inbox, struct reason *why)
{
	char parent[PATH_MAX];
	bool made =
	    file_make_folder(AT_FDCWD, inbox->root, inbox->group_access);

	if (!made && errno != EEXIST) {
		reason_errno(why,
		    "the inbox %s does not exist and cannot be created",
		    inbox->root);
		return false;
	}
	parent_of(parent, inbox->root);
	/* If another user made the root, its parent may be closed to us. */
	if (file_flush_folder(AT_FDCWD, parent) || (!made && errno == EACCES))
		return true;
	reason_errno(why, "%s cannot be flushed to disk", parent);
	/* Else the next try would think that another user made it. */
	if (made)
		rmdir(inbox->root);
	return false;
}

/* Anyone who can write to the inbox can remove events and forge new ones. */
static bool
check_mode(int fd, const char *root, const char *provider, struct reason *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		reason_errno(
		    why, "the inbox %s/%s: fstat failed", root, provider);
		return false;
	}
	if ((st.st_mode & S_IWOTH) == 0)
		return true;
	reason_set(why,
	    "every user of this machine can write to the inbox %s%s%s: "
	    "chmod o-w",
	    root, provider[0] == '\0' ? "" : "/", provider);
	return false;
}

static enum opened
open_root(int *fd, const struct inbox *inbox, struct reason *why)
{
	enum opened opened;

	*fd = open(inbox->root, OPEN_PATH);
	if (*fd >= 0)
		return check_mode(*fd, inbox->root, "", why) ? OPENED
							     : OPEN_FAILED;
	opened = errno == ENOENT ? OPEN_MISSING : OPEN_FAILED;
	if (errno == ELOOP || errno == ENOTDIR)
		reason_errno(why,
		    "the inbox %s must be a directory, not a symbolic link",
		    inbox->root);
	else
		reason_errno(why, "the inbox %s cannot be opened", inbox->root);
	return opened;
}

/* The path, or the lowest directory above it, that is another user's. */
static bool
find_foreign(char path[static PATH_MAX], size_t top, uid_t *owner)
{
	struct stat st;

	while (strlen(path) >= top) {
		if (lstat(path, &st) == 0 && st.st_uid != geteuid()) {
			*owner = st.st_uid;
			return true;
		}
		*strrchr(path, '/') = '\0';
	}
	return false;
}

/* Whose the file is, and what to do. */
static void
add_owner(struct reason *why, const char *path, uid_t owner)
{
	size_t len = strlen(why->text);
	int n = snprintf(why->text + len, sizeof(why->text) - len,
	    ": %s belongs to %suid %ld: ", path, owner == 0 ? "root, " : "",
	    (long)owner);

	len += n > 0 ? (size_t)n : 0;
	if (len >= sizeof(why->text))
		return;
	/* What root makes there would be in that user's way. */
	if (geteuid() == 0)
		snprintf(why->text + len, sizeof(why->text) - len,
		    "run this as that user");
	else
		snprintf(why->text + len, sizeof(why->text) - len,
		    "chown it to uid %ld", (long)geteuid());
}

enum status
inbox_dir_fail(const struct inbox *inbox, const char *path, const char *what,
    struct reason *why)
{
	const int error = errno;
	const size_t top = strlen(inbox->root) + 1 + strlen(inbox->provider);
	char place[PATH_MAX];
	uid_t owner;

	reason_errno(
	    why, "%s/%s%s%s", inbox->root, inbox->provider, path, what);
	if ((error == EACCES || error == EPERM) &&
	    (size_t)snprintf(place, sizeof(place), "%s/%s%s", inbox->root,
		inbox->provider, path) < sizeof(place) &&
	    find_foreign(place, top, &owner))
		add_owner(why, place, owner);
	errno = error;
	return ST_TRY_LATER;
}

/*
 * Locks on a FIFO or a device might not work.  With group_access others can put
 * a lock file of their own there; who owns it could hold its locks for ever.
 */
static bool
check_lock(const struct inbox *inbox, int lock, struct reason *why)
{
	struct stat st;

	if (lock < 0)
		return true;
	if (fstat(lock, &st) != 0) {
		inbox_dir_fail(inbox, "/lock", ": fstat failed", why);
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		reason_set(why, "%s/%s/lock is not a regular file: remove it",
		    inbox->root, inbox->provider);
		return false;
	}
	if (!inbox->group_access || st.st_uid == geteuid())
		return true;
	errno = EPERM;
	inbox_dir_fail(inbox, "/lock", " cannot be used", why);
	return false;
}

static void
fail(const struct inbox *inbox, const char *what, struct reason *why)
{
	inbox_dir_fail(inbox, "", what, why);
}

/* Make what is missing below ROOT, flush it, and last make the lock file. */
static bool
make_all(const struct inbox *inbox, int root, struct reason *why)
{
	bool ok = false;
	int fd = -1, lock = -1;

	if (!inbox_dir_make(root, inbox->provider, inbox->group_access)) {
		fail(inbox, " cannot be created", why);
		goto out;
	}
	if ((fd = openat(root, inbox->provider, OPEN_DIR)) < 0) {
		fail(inbox, " must be a readable directory", why);
		goto out;
	}
	for (size_t i = 0; i < sizeof(subdir) / sizeof(subdir[0]); i++) {
		if (!inbox_dir_make(fd, subdir[i], inbox->group_access)) {
			fail(inbox, ": a subdirectory cannot be created", why);
			goto out;
		}
	}
	if (fsync(fd) != 0 || !file_flush_folder(root, ".")) {
		fail(inbox, " cannot be flushed to disk", why);
		goto out;
	}
	/* No flush: if the file is lost, the next process does this again. */
	lock = openat(fd, "lock", OPEN_LOCK | O_CREAT, 0600);
	if (lock < 0)
		inbox_dir_fail(inbox, "/lock", " cannot be created", why);
	ok = lock >= 0;
out:
	if (fd >= 0)
		close(fd);
	if (lock >= 0)
		close(lock);
	return ok;
}

/* NULL; or, with errno set, the name of what could not be opened. */
static const char *
open_all(struct inbox_dir *dir, const char *provider, bool need_lock)
{
	dir->fds.provider = openat(dir->fds.root, provider, OPEN_PATH);
	if (dir->fds.provider < 0)
		return "";
	dir->lock = openat(dir->fds.provider, "lock", OPEN_LOCK);
	if (dir->lock < 0) {
		dir->lock_error = errno;
		if (need_lock || errno == ENOENT)
			return "/lock";
	}
	if ((dir->fds.tmp = openat(dir->fds.provider, "tmp", OPEN_PATH)) < 0)
		return "/tmp";
	if ((dir->fds.new = openat(dir->fds.provider, "new", OPEN_DIR)) < 0)
		return "/new";
	dir->fds.dedup.fd = openat(dir->fds.provider, "dedup", OPEN_PATH);
	if (dir->fds.dedup.fd < 0)
		return "/dedup";
	return NULL;
}

static bool
make_missing(const struct inbox *inbox, struct reason *why)
{
	int root = -1;
	bool ok = make_root(inbox, why) &&
		  open_root(&root, inbox, why) == OPENED &&
		  make_all(inbox, root, why);

	if (root >= 0)
		close(root);
	return ok;
}

static enum opened
try_open(struct inbox_dir *dir, const struct inbox *inbox, bool need_lock,
    struct reason *why)
{
	enum opened opened = open_root(&dir->fds.root, inbox, why);
	const char *failed;

	if (opened != OPENED)
		return opened;
	failed = open_all(dir, inbox->provider, need_lock);
	if (failed != NULL) {
		opened = errno == ENOENT ? OPEN_MISSING : OPEN_FAILED;
		inbox_dir_fail(inbox, failed, " cannot be opened", why);
		return opened;
	}
	dir->fds.ordered = fs_journal_ordered(dir->fds.new);
	return check_mode(
		   dir->fds.provider, inbox->root, inbox->provider, why) &&
		       check_lock(inbox, dir->lock, why)
		   ? OPENED
		   : OPEN_FAILED;
}

enum status
inbox_dir_open(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why)
{
	enum opened opened;

	*dir = inbox_dir_none();
	if (inbox->dircache != NULL &&
	    inbox_dircache_find(inbox->dircache, inbox, dir))
		return ST_OK;
	opened = try_open(dir, inbox, true, why);
	if (opened == OPEN_MISSING) {
		inbox_dir_close(dir);
		if (!make_missing(inbox, why))
			return ST_TRY_LATER;
		opened = try_open(dir, inbox, true, why);
		dir->made = true;
	}
	if (opened != OPENED)
		return ST_TRY_LATER;
	if (inbox->dircache != NULL)
		inbox_dircache_add(inbox->dircache, inbox, dir);
	return ST_OK;
}

void
inbox_dir_locked(struct inbox_dir *dir)
{
	if (dir->cached != NULL)
		inbox_dircache_look(dir);
}

enum status
inbox_dir_look(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why)
{
	*dir = inbox_dir_none();
	switch (try_open(dir, inbox, false, why)) {
	case OPENED:
		return ST_OK;
	case OPEN_MISSING:
		inbox_dir_close(dir);
		return ST_OK;
	case OPEN_FAILED:
	default:
		return ST_TRY_LATER;
	}
}

struct inbox_dir
inbox_dir_none(void)
{
	return (struct inbox_dir){.fds = inbox_fds_none(), .lock = -1};
}

void
inbox_dir_close(struct inbox_dir *dir)
{
	if (dir->cached != NULL) {
		inbox_dircache_release(dir);
	} else {
		if (dir->lock >= 0)
			close(dir->lock);
		inbox_fds_close(&dir->fds);
	}
	*dir = inbox_dir_none();
}
