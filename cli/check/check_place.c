/* check_place.c - type, owner and mode of what the receiver uses. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/account.h"
#include "check_place.h"

enum place
place_look(struct check *check, const char *path, mode_t type, struct stat *st)
{
	if (lstat(path, st) != 0) {
		if (errno == ENOENT)
			return PLACE_NONE;
		log_line(
		    &check->log, LVL_ERROR, "%s: %s", path, strerror(errno));
		return PLACE_WRONG;
	}
	if ((st->st_mode & S_IFMT) == type)
		return PLACE_OK;
	if (S_ISREG(type))
		log_line(&check->log, LVL_ERROR,
		    "%s: is not a regular file%s: remove it", path,
		    S_ISLNK(st->st_mode) ? ", but a symbolic link" : "");
	else
		log_line(&check->log, LVL_ERROR,
		    "%s: %s, and must be a folder: remove it", path,
		    S_ISLNK(st->st_mode) ? "is a symbolic link"
					 : "is not a folder");
	return PLACE_WRONG;
}

bool
place_access(struct check *check, const char *path, int mode)
{
	char user[ACCOUNT_SHOWN_MAX], owner[ACCOUNT_SHOWN_MAX];
	struct stat st;
	int error;

	if (faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0)
		return true;
	error = errno;
	account_user(user, geteuid());
	if (lstat(path, &st) != 0 || st.st_uid == geteuid()) {
		log_line(&check->log, LVL_ERROR,
		    "%s: %s cannot read, write or enter it (%s): chmod u+%s %s",
		    path, user, strerror(error),
		    (mode & X_OK) != 0 ? "rwx" : "rw", path);
		check->setup = true;
		return false;
	}
	account_user(owner, st.st_uid);
	if (check->cfg->user != NULL && strcmp(check->cfg->user, user) != 0) {
		/* The check runs as the wrong user, as it says. */
		log_line(&check->log, LVL_ERROR,
		    "%s: %s cannot read, write or enter it (%s): it belongs to "
		    "%s",
		    path, user, strerror(error), owner);
		return false;
	}
	log_line(&check->log, LVL_ERROR,
	    "%s: %s cannot read, write or enter it (%s): it belongs to %s: "
	    "chown %s %s, or run this check as the user that the web server "
	    "runs hookdir as",
	    path, user, strerror(error), owner, user, path);
	check->setup = check->setup || st.st_uid == 0;
	return false;
}

static bool
is_usable(int dir, const char *name, const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	       faccessat(dir, name, R_OK | W_OK, AT_EACCESS) == 0;
}

/* How to mend it. */
static void
report_file(struct check *check, const char *path, const char *name,
    const struct stat *st, unsigned long n)
{
	char user[ACCOUNT_SHOWN_MAX], owner[ACCOUNT_SHOWN_MAX], more[64] = "";

	account_user(user, geteuid());
	account_user(owner, st->st_uid);
	if (S_ISREG(st->st_mode) &&
	    (st->st_uid == 0 || st->st_uid == geteuid()))
		check->setup = true;
	if (n > 1)
		snprintf(more, sizeof(more), ", as %lu other file%s in it",
		    n - 1, n == 2 ? "" : "s");
	if (!S_ISREG(st->st_mode))
		log_line(&check->log, LVL_ERROR,
		    "%s/%s: is not a regular file: remove it%s", path, name,
		    more);
	else if (st->st_uid != geteuid())
		log_line(&check->log, LVL_ERROR,
		    "%s/%s: belongs to %s, and the receiver cannot use it%s: "
		    "chown %s %s/%s",
		    path, name, owner, more, user, path, name);
	else
		log_line(&check->log, LVL_ERROR,
		    "%s/%s: %s cannot read or write it%s: chmod u+rw %s/%s",
		    path, name, user, more, path, name);
}

void
place_files(struct check *check, const char *path)
{
	DIR *stream = opendir(path);
	char first[NAME_MAX + 1] = "";
	struct stat st, wrong = {.st_size = 0};
	struct dirent *entry;
	unsigned long n = 0;

	if (stream == NULL)
		return; /* place_access() has reported it */
	while ((entry = readdir(stream)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(dirfd(stream), entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) != 0 ||
		    is_usable(dirfd(stream), entry->d_name, &st))
			continue;
		if (n++ > 0)
			continue;
		snprintf(first, sizeof(first), "%s", entry->d_name);
		wrong = st;
	}
	closedir(stream);
	if (n > 0)
		report_file(check, path, first, &wrong, n);
}
