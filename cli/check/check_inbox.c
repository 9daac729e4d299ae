/* check_inbox.c - can events be filed here, and are they consumed? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define HOUR 3600

/* The folders of a provider, and when what lies in them is too old. */
static const struct folder {
	const char *name;
	bool ours;          /* the receiver writes here */
	bool since_renamed; /* age since the rename, not the writing */
	mode_t group;       /* what a consumer needs by group_access */
	time_t old;         /* seconds; 0 never */
	const char *what;
} folder[] = {
    {"tmp", true, false, 0, 36 * HOUR,
	"left by a crash: run `hookdir sweep`, which says what must stay"},
    {"new", true, false, S_IRWXG, 24 * HOUR, "is the consumer running?"},
    {"cur", false, true, S_IRWXG, 24 * HOUR, "did the consumer give up?"},
    {"dedup", true, false, 0, 0, ""},
};

#define FOLDER_N (sizeof(folder) / sizeof(folder[0]))

/* The user's name, or else its number. */
static const char *
user_name(char dst[static 64], uid_t uid)
{
	struct passwd pw, *found = NULL;
	char buf[4096];

	if (getpwuid_r(uid, &pw, buf, sizeof(buf), &found) == 0 &&
	    found != NULL)
		snprintf(dst, 64, "%s", found->pw_name);
	else
		snprintf(dst, 64, "uid %ld", (long)uid);
	return dst;
}

/* True if this user has the rights mode (of access()); reported otherwise. */
static bool
check_access(struct check *check, const char *path, int mode)
{
	char name[64];
	int error;

	if (faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0)
		return true;
	error = errno;
	log_line(&check->log, LVL_ERROR,
	    "%s: %s cannot read, write or enter it (%s): chown it, or run this "
	    "check as the user that the web server runs hookdir as",
	    path, user_name(name, geteuid()), strerror(error));
	return false;
}

/*
 * Too many rights for others or for the group, or too few for a consumer that
 * has access by its group.
 */
static void
check_mode(
    struct check *check, const char *path, const struct stat *st, mode_t group)
{
	if ((st->st_mode & S_IWOTH) != 0)
		log_line(&check->log, LVL_ERROR,
		    "%s: every user of this machine can write it, and forge "
		    "events: chmod o-w",
		    path);
	if ((st->st_mode & S_IWGRP) != 0 && !check->cfg->inbox.group_access)
		log_line(&check->log, LVL_WARNING,
		    "%s: its group can write it, but group_access is not set: "
		    "chmod g-w",
		    path);
	if ((st->st_mode & group) != group && check->cfg->inbox.group_access)
		log_line(&check->log, LVL_WARNING,
		    "%s: group_access is set, but its group has no access: "
		    "chmod g+%s",
		    path, group == S_IXGRP ? "x" : "rwx");
}

enum presence {
	PRESENCE_FOLDER,
	PRESENCE_NONE,
	PRESENCE_WRONG /* no folder, or out of reach: was reported */
};

static enum presence
check_presence(struct check *check, const char *path, struct stat *st)
{
	if (lstat(path, st) != 0) {
		if (errno == ENOENT)
			return PRESENCE_NONE;
		log_line(
		    &check->log, LVL_ERROR, "%s: %s", path, strerror(errno));
		return PRESENCE_WRONG;
	}
	if (S_ISDIR(st->st_mode))
		return PRESENCE_FOLDER;
	log_line(&check->log, LVL_ERROR, "%s: %s, and must be a folder", path,
	    S_ISLNK(st->st_mode) ? "is a symbolic link" : "is not a folder");
	return PRESENCE_WRONG;
}

/* Count what is older than it should be. */
static void
check_age(struct check *check, const struct folder *f, const char *path)
{
	DIR *stream = opendir(path);
	struct dirent *entry;
	unsigned long n = 0;
	struct stat st;

	if (stream == NULL)
		return; /* check_access() has reported it, or it is cur/ */
	while ((entry = readdir(stream)) != NULL) {
		if (fstatat(dirfd(stream), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		n += check->now -
			 (f->since_renamed ? st.st_ctime : st.st_mtime) >
		     f->old;
	}
	closedir(stream);
	if (n > 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: %lu file%s older than %ld hours: %s", path, n,
		    n == 1 ? "" : "s", (long)(f->old / HOUR), f->what);
}

/* link() and the consumer's rename() do not cross file systems. */
static void
check_devices(
    struct check *check, const char *name, const dev_t dev[static FOLDER_N])
{
	for (size_t i = 1; i < FOLDER_N; i++) {
		if (dev[0] != 0 && dev[i] != 0 && dev[i] != dev[0])
			log_line(&check->log, LVL_ERROR,
			    "%s/%s: tmp/ and %s/ are on different file "
			    "systems",
			    check->root, name, folder[i].name);
	}
}

static void
check_lock(struct check *check, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s/lock", check->root, name);
	if (lstat(path, &st) != 0)
		return;
	if (S_ISREG(st.st_mode))
		check_access(check, path, R_OK | W_OK);
	else
		log_line(
		    &check->log, LVL_ERROR, "%s: is not a regular file", path);
}

/* The folders in it; false if the receiver has yet to create some. */
static bool
check_folders(struct check *check, const char *name)
{
	char path[PATH_MAX];
	dev_t dev[FOLDER_N] = {0};
	bool complete = true;
	struct stat st;

	for (size_t i = 0; i < FOLDER_N; i++) {
		enum presence there;

		snprintf(path, sizeof(path), "%s/%s/%s", check->root, name,
		    folder[i].name);
		there = check_presence(check, path, &st);
		complete = complete && there != PRESENCE_NONE;
		if (there != PRESENCE_FOLDER)
			continue;
		dev[i] = st.st_dev;
		check_mode(check, path, &st, folder[i].group);
		if (folder[i].ours &&
		    !check_access(check, path, R_OK | W_OK | X_OK))
			continue;
		if (folder[i].old > 0)
			check_age(check, &folder[i], path);
	}
	check_devices(check, name, dev);
	return complete;
}

/* The folder of a provider; false if the receiver has yet to create it. */
static bool
check_provider(struct check *check, const char *name)
{
	char path[PATH_MAX];
	enum presence there;
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", check->root, name);
	there = check_presence(check, path, &st);
	if (there != PRESENCE_FOLDER)
		return there != PRESENCE_NONE;
	check_mode(check, path, &st, S_IXGRP);
	if (!check_access(check, path, X_OK))
		return true;
	check_lock(check, name);
	/* To create what is missing takes more rights than to use what an
	 * administrator created. */
	if (!check_folders(check, name))
		check_access(check, path, R_OK | W_OK | X_OK);
	return true;
}

/* The folder in which the receiver is going to create root. */
static void
check_parent(struct check *check, const char *root)
{
	char parent[PATH_MAX], user[64];
	struct stat st;
	char *slash;
	int error;

	snprintf(parent, sizeof(parent), "%s", root);
	if ((slash = strrchr(parent, '/')) == NULL)
		return;
	slash[slash == parent] = '\0';
	if (stat(parent, &st) != 0 || !S_ISDIR(st.st_mode)) {
		log_line(&check->log, LVL_ERROR,
		    "inbox %s: its parent folder does not exist: mkdir %s",
		    root, parent);
		return;
	}
	if (faccessat(AT_FDCWD, parent, W_OK | X_OK, AT_EACCESS) != 0) {
		error = errno;
		user_name(user, geteuid());
		log_line(&check->log, LVL_ERROR,
		    "inbox %s: does not exist, and %s cannot create it in %s "
		    "(%s): as root, install -d -m 0700 -o %s %s",
		    root, user, parent, strerror(error), user, root);
		return;
	}
	check_disk(check, parent);
	log_line(&check->log, LVL_INFO,
	    "inbox %s: does not exist yet; the receiver creates it", root);
}

static void
check_owner(struct check *check, const char *root, const struct stat *st)
{
	char owner[64], user[64];

	if (st->st_uid != geteuid())
		log_line(&check->log, LVL_WARNING,
		    "%s: belongs to %s, but this check runs as %s", root,
		    user_name(owner, st->st_uid), user_name(user, geteuid()));
	else if (geteuid() == 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: belongs to root, who can write everywhere: run this "
		    "check as the user that the web server runs hookdir as",
		    root);
}

static void
check_root(struct check *check)
{
	unsigned before = check->errors;
	char root[PATH_MAX];
	enum presence there;
	bool complete = true;
	struct stat st;
	size_t len;

	/* A slash at the end would follow a link. */
	snprintf(root, sizeof(root), "%s", check->root);
	for (len = strlen(root); len > 1 && root[len - 1] == '/'; len--)
		root[len - 1] = '\0';
	check_published(check, root);
	there = check_presence(check, root, &st);
	if (there == PRESENCE_NONE)
		check_parent(check, root);
	if (there != PRESENCE_FOLDER)
		return;
	check_folder(check, root);
	check_mode(check, root, &st, S_IXGRP);
	check_owner(check, root, &st);
	check_disk(check, root);
	if ((st.st_mode & S_IROTH) != 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: every user of this machine can list it: chmod o-rx",
		    root);
	if (!check_access(check, root, X_OK))
		return;
	for (size_t i = 0; i < check->cfg->nprovider; i++) {
		if (!check_provider(check, check->cfg->provider[i].name))
			complete = false;
	}
	if (!complete)
		check_access(check, root, R_OK | W_OK | X_OK);
	if (check->errors == before)
		log_line(&check->log, LVL_INFO, "inbox %s", root);
}

/* A fallback on the same disk fails with it. */
static void
check_same_disk(struct check *check)
{
	struct stat a, b;

	if (stat(check->cfg->inbox.root, &a) == 0 &&
	    stat(check->cfg->inbox.fallback, &b) == 0 && a.st_dev == b.st_dev)
		log_line(&check->log, LVL_WARNING,
		    "fallback_inbox %s: on the same file system as the inbox: "
		    "both fail together",
		    check->cfg->inbox.fallback);
}

void
check_inbox(struct check *check)
{
	check->root = check->cfg->inbox.root;
	check_root(check);
	if (check->cfg->inbox.fallback == NULL)
		return;
	check->root = check->cfg->inbox.fallback;
	check_root(check);
	check_same_disk(check);
}
