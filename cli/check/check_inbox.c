/* check_inbox.c - can events be filed here, and are they consumed? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "check_place.h"

#define HOUR       3600
#define EVENT_LEFT 300 /* seconds; no delivery takes so long to store */
#define HASH_TEXT  64  /* digits of a SHA-256 */

/* The folders of a provider, and when what lies in them is too old. */
static const struct folder {
	const char *name;
	bool ours;          /* the receiver writes here */
	bool debris;        /* what lies in it was left by a crash */
	bool since_renamed; /* age since the rename, not the writing */
	mode_t group;       /* what a consumer needs by group_access */
	time_t old;         /* seconds; 0 never */
	const char *what;
} folder[] = {
    {"tmp", true, true, false, 0, 36 * HOUR,
	"left by a crash: run `hookdir sweep`, which says what must stay"},
    {"new", true, false, false, S_IRWXG, 24 * HOUR, "is the consumer running?"},
    {"cur", false, false, true, S_IRWXG, 24 * HOUR,
	"did the consumer give up?"},
    {"dedup", true, false, false, 0, 0, ""},
};

#define FOLDER_N (sizeof(folder) / sizeof(folder[0]))

/*
 * Too many rights for others or for the group, or too few for a consumer that
 * has access by its group.
 */
static void
check_mode(
    struct check *check, const char *path, const struct stat *st, mode_t group)
{
	const bool shared = check->cfg->inbox.group_access;
	const unsigned before = check->errors + check->warnings;

	if ((st->st_mode & S_IWOTH) != 0)
		log_line(&check->log, LVL_ERROR,
		    "%s: every user of this machine can write it, and forge "
		    "events: chmod o-w",
		    path);
	if ((st->st_mode & S_IWGRP) != 0 && !shared)
		log_line(&check->log, LVL_WARNING,
		    "%s: its group can write it, but group_access is not set: "
		    "chmod g-w",
		    path);
	if ((st->st_mode & group) != group && shared)
		log_line(&check->log, LVL_WARNING,
		    "%s: group_access is set, but its group has no access: "
		    "chmod g+%s",
		    path, group == S_IXGRP ? "x" : "rwx");
	if (check->errors + check->warnings > before)
		check->setup = true;
}

/* What lies in a folder, counted; and the first of each kind. */
struct content {
	unsigned long old;     /* for too long */
	unsigned long events;  /* NAME.SHA256, left in tmp/ */
	unsigned long foreign; /* files of another user */
	unsigned long strange; /* neither files nor folders */
	char foreigner[NAME_MAX + 1], stranger[NAME_MAX + 1];
	uid_t owner; /* of the first foreign one */
};

/* "NAME.SHA256": an event that is being stored, or was. */
static bool
is_event(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name &&
	       strspn(dot + 1, "0123456789abcdef") == HASH_TEXT &&
	       dot[1 + HASH_TEXT] == '\0';
}

static void
count_file(struct content *content, const struct check *check,
    const struct folder *f, const char *name, const struct stat *st)
{
	time_t since = f->since_renamed ? st->st_ctime : st->st_mtime;

	if (!S_ISREG(st->st_mode)) {
		if (!S_ISDIR(st->st_mode) && content->strange++ == 0)
			snprintf(content->stranger, NAME_MAX + 1, "%s", name);
		return;
	}
	if (f->ours && st->st_uid != geteuid() && content->foreign++ == 0) {
		snprintf(content->foreigner, NAME_MAX + 1, "%s", name);
		content->owner = st->st_uid;
	}
	if (f->debris && is_event(name))
		content->events += check->now - since > EVENT_LEFT;
	else
		content->old += check->now - since > f->old;
}

/* One finding for each kind. */
static void
report_content(struct check *check, const struct folder *f, const char *path,
    const struct content *content)
{
	char owner[ACCOUNT_SHOWN_MAX], user[ACCOUNT_SHOWN_MAX];

	if (content->old > 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: %lu file%s older than %ld hours: %s", path,
		    content->old, content->old == 1 ? "" : "s",
		    (long)(f->old / HOUR), f->what);
	if (content->events > 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: %lu file%s that a crash left, which may be whole "
		    "events: hookdir sweep puts those into new/",
		    path, content->events, content->events == 1 ? "" : "s");
	/* A consumer may put an event back. */
	if (content->foreign > 0 &&
	    (f->debris || !check->cfg->inbox.group_access))
		log_line(&check->log, LVL_WARNING,
		    "%s/%s: belongs to %s%s: chown %s %s/%s", path,
		    content->foreigner, account_user(owner, content->owner),
		    content->foreign > 1 ? ", and there are more such files"
					 : "",
		    account_user(user, geteuid()), path, content->foreigner);
	if (content->strange > 0)
		log_line(&check->log, LVL_WARNING,
		    "%s/%s: is not a regular file: remove it", path,
		    content->stranger);
}

static void
check_content(struct check *check, const struct folder *f, const char *path)
{
	DIR *stream = f->old == 0 ? NULL : opendir(path);
	struct content content = {.old = 0};
	struct dirent *entry;
	struct stat st;

	/* place_access() has reported it, or it is cur/ */
	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		if (fstatat(dirfd(stream), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0)
			count_file(&content, check, f, entry->d_name, &st);
	}
	closedir(stream);
	report_content(check, f, path, &content);
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
	if (place_look(check, path, S_IFREG, &st) == PLACE_OK)
		place_access(check, path, R_OK | W_OK);
}

/* What `hookdir run` and the commands beside it make there. */
static void
check_runners(struct check *check, const char *name)
{
	static const char *const made[] = {
	    "busy", "later", "failed", "done", "errors"};
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(
		    path, sizeof(path), "%s/%s/%s", check->root, name, made[i]);
		if (place_look(check, path, S_IFDIR, &st) == PLACE_OK)
			check_mode(check, path, &st, S_IRWXG);
	}
	snprintf(path, sizeof(path), "%s/%s/run.lock", check->root, name);
	place_look(check, path, S_IFREG, &st);
	snprintf(path, sizeof(path), "%s/%s/paused", check->root, name);
	if (lstat(path, &st) == 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: no handler of %s is started: `hookdir resume %s` ends "
		    "the pause",
		    path, name, name);
}

/* "2026-11-27" */
static bool
is_day(const char *name)
{
	return strlen(name) == 10 && name[4] == '-' && name[7] == '-' &&
	       strspn(name, "0123456789-") == 10;
}

/* The folders of dedup marks, each of which the receiver writes to. */
static void
check_days(struct check *check, const char *dedup)
{
	DIR *stream = opendir(dedup);
	char path[PATH_MAX + NAME_MAX];
	struct dirent *entry;
	struct stat st;

	if (stream == NULL)
		return; /* place_access() has reported it */
	while ((entry = readdir(stream)) != NULL) {
		if (!is_day(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%.10s", dedup, entry->d_name);
		if (place_look(check, path, S_IFDIR, &st) != PLACE_OK)
			continue;
		check_mode(check, path, &st, 0);
		place_access(check, path, R_OK | W_OK | X_OK);
	}
	closedir(stream);
}

/* Refused deliveries that are held. */
static void
check_held(struct check *check, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s/hold", check->root, name);
	/* check_hold() says whose the folder must be. */
	if (place_look(check, path, S_IFDIR, &st) == PLACE_OK &&
	    place_access(check, path, R_OK | W_OK | X_OK))
		place_files(check, path);
}

/* Key sets that were fetched. */
static void
check_fetched(struct check *check, const char *root)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/.keys", root);
	if (place_look(check, path, S_IFDIR, &st) == PLACE_OK &&
	    place_access(check, path, R_OK | W_OK | X_OK))
		place_files(check, path);
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
		enum place there;

		snprintf(path, sizeof(path), "%s/%s/%s", check->root, name,
		    folder[i].name);
		there = place_look(check, path, S_IFDIR, &st);
		complete = complete && there != PLACE_NONE;
		if (there != PLACE_OK)
			continue;
		dev[i] = st.st_dev;
		check_mode(check, path, &st, folder[i].group);
		if (folder[i].ours &&
		    !place_access(check, path, R_OK | W_OK | X_OK))
			continue;
		check_content(check, &folder[i], path);
		if (strcmp(folder[i].name, "dedup") == 0)
			check_days(check, path);
	}
	check_devices(check, name, dev);
	return complete;
}

/* The folder of a provider; false if the receiver has yet to create it. */
static bool
check_provider(struct check *check, const char *name)
{
	char path[PATH_MAX];
	enum place there;
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", check->root, name);
	there = place_look(check, path, S_IFDIR, &st);
	if (there != PLACE_OK)
		return there != PLACE_NONE;
	check_mode(check, path, &st, S_IXGRP);
	if (!place_access(check, path, X_OK))
		return true;
	check_lock(check, name);
	check_held(check, name);
	check_runners(check, name);
	/* To create what is missing takes more rights than to use what an
	 * administrator created. */
	if (!check_folders(check, name))
		place_access(check, path, R_OK | W_OK | X_OK);
	return true;
}

/* The folder in which the receiver is going to create root. */
static void
check_parent(struct check *check, const char *root)
{
	char parent[PATH_MAX], user[ACCOUNT_SHOWN_MAX];
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
		account_user(user, geteuid());
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
	char owner[ACCOUNT_SHOWN_MAX], user[ACCOUNT_SHOWN_MAX];

	if (st->st_uid != geteuid())
		log_line(&check->log, LVL_WARNING,
		    "%s: belongs to %s, but this check runs as %s", root,
		    account_user(owner, st->st_uid),
		    account_user(user, geteuid()));
}

/* New files get the group of the folder. */
static void
check_group(struct check *check, const char *root, const struct stat *st)
{
	const struct config *cfg = check->cfg;
	const struct group *want =
	    cfg->group == NULL ? NULL : getgrnam(cfg->group);

	if (want != NULL && cfg->inbox.group_access &&
	    st->st_gid != want->gr_gid)
		log_line(&check->log, LVL_WARNING,
		    "%s: does not belong to the group %s of the settings: run "
		    "hookdir setup, or chgrp -R %s %s",
		    root, cfg->group, cfg->group, root);
}

static void
check_root(struct check *check)
{
	unsigned before = check->errors;
	char root[PATH_MAX];
	enum place there;
	bool complete = true;
	struct stat st;
	size_t len;

	/* A slash at the end would follow a link. */
	snprintf(root, sizeof(root), "%s", check->root);
	for (len = strlen(root); len > 1 && root[len - 1] == '/'; len--)
		root[len - 1] = '\0';
	check_published(check, root);
	there = place_look(check, root, S_IFDIR, &st);
	if (there == PLACE_NONE)
		check_parent(check, root);
	if (there != PLACE_OK)
		return;
	check_folder(check, root);
	check_mode(check, root, &st, S_IXGRP);
	check_owner(check, root, &st);
	check_group(check, root, &st);
	check_disk(check, root);
	if ((st.st_mode & S_IROTH) != 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: every user of this machine can list it: chmod o-rx",
		    root);
	if (!place_access(check, root, X_OK))
		return;
	check_fetched(check, root);
	for (size_t i = 0; i < check->cfg->nprovider; i++) {
		if (!check_provider(check, check->cfg->provider[i].name))
			complete = false;
	}
	if (!complete)
		place_access(check, root, R_OK | W_OK | X_OK);
	if (check->errors == before)
		log_line(&check->log, LVL_INFO, "inbox %s", root);
}

/* A fallback on the same disk fails with it. */
static void
check_same_disk(struct check *check)
{
	struct stat a, b;

	if (stat(check->cfg->inbox.root, &a) != 0 ||
	    stat(check->cfg->inbox.fallback, &b) != 0 || a.st_dev != b.st_dev)
		return;
	if (a.st_ino == b.st_ino)
		log_line(&check->log, LVL_ERROR,
		    "fallback_inbox %s: is the inbox itself: use another file "
		    "system",
		    check->cfg->inbox.fallback);
	else
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
