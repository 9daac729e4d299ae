/* inbox_sweep.c - removes old dedup marks and old files in tmp/. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_left.h"

#define DEBRIS_AGE (36 * 3600) /* seconds; maildir(5) has the same limit */
#define DAY_LEN    10          /* of "2026-11-21" */

/* One pass over an inbox. */
struct sweep {
	struct inbox_pass pass;
	time_t debris;                   /* remove older files in tmp/ */
	char oldest[TIMESTAMP_TEXT_MAX]; /* first day whose marks count */
};

/* Called for each entry of a directory; false if it failed. */
typedef bool (*visit_fn)(const struct sweep *sweep, int at, const char *name);

static bool
fail(const struct sweep *sweep, const char *path, const char *what)
{
	inbox_dir_fail(sweep->pass.inbox, path, what, sweep->pass.why);
	return false;
}

/* Visit each entry of the directory at/name; false if anything failed. */
static bool
visit_all(const struct sweep *sweep, int at, const char *name, visit_fn visit)
{
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	bool ok = true;
	DIR *dir;

	if (fd < 0)
		return errno == ENOENT ||
		       fail(sweep, "", ": a directory in it cannot be read");
	if ((dir = fdopendir(fd)) == NULL) {
		fail(sweep, "", ": a directory in it cannot be read");
		close(fd);
		return false;
	}
	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (!visit(sweep, fd, entry->d_name))
			ok = false;
	}
	if (errno != 0)
		ok = fail(sweep, "", ": a directory in it cannot be read");
	closedir(dir);
	return ok;
}

static bool
remove_mark(const struct sweep *sweep, int at, const char *name)
{
	return unlinkat(at, name, 0) == 0 || errno == ENOENT ||
	       fail(sweep, "/dedup", ": old marks cannot be removed");
}

/*
 * The names of days sort in the order of the days.  Anything in dedup/ that is
 * not named after a day is left alone.
 */
static bool
remove_day(const struct sweep *sweep, int at, const char *name)
{
	if (strlen(name) != DAY_LEN || strspn(name, "0123456789-") != DAY_LEN ||
	    strcmp(name, sweep->oldest) >= 0)
		return true;
	/* Someone may have put a file or a link there; it has no marks. */
	if (unlinkat(at, name, 0) == 0)
		return true;
	if (!visit_all(sweep, at, name, remove_mark))
		return false;
	return unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT ||
	       fail(sweep, "/dedup", ": old marks cannot be removed");
}

static bool
keep(const struct sweep *sweep, const char *name)
{
	const struct inbox *inbox = sweep->pass.inbox;

	reason_set(sweep->pass.why,
	    "%s/%s/tmp/%s is a complete event that recovery could not put into "
	    "new/, and so it stays: solve that, and run `hookdir sweep`",
	    inbox->root, inbox->provider, name);
	return false;
}

/*
 * A complete file that is not known is an acknowledged event, as far as anyone
 * can tell, and the file is all that is left of it.
 */
static bool
is_debris(const struct sweep *sweep, const char *name, bool *debris)
{
	struct inbox_left left;
	bool ok = true;

	*debris = false;
	switch (inbox_left_open(&left, &sweep->pass, name)) {
	case LEFT_NONE:
		break;
	case LEFT_OTHER:
	case LEFT_TORN:
	case LEFT_KNOWN:
		*debris = true;
		break;
	case LEFT_LOST:
	case LEFT_FOREIGN:
		ok = keep(sweep, name);
		break;
	case LEFT_FAILED:
		ok = false;
		break;
	}
	inbox_left_close(&left);
	return ok;
}

static bool
remove_debris(const struct sweep *sweep, int at, const char *name)
{
	struct stat st;
	bool debris;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ||
		       fail(sweep, "/tmp", ": a file cannot be examined");
	if (st.st_mtim.tv_sec >= sweep->debris)
		return true;
	if (!is_debris(sweep, name, &debris))
		return false;
	return !debris || unlinkat(at, name, 0) == 0 || errno == ENOENT ||
	       fail(sweep, "/tmp", ": an old file cannot be removed");
}

bool
inbox_sweep(const struct inbox *inbox, time_t now, struct reason *why)
{
	struct inbox_dir dir;
	struct sweep sweep = {
	    .pass = {inbox, &dir, now, why},
	    .debris = now - DEBRIS_AGE,
	};
	bool ok = false;

	dedup_oldest(sweep.oldest, inbox->dedup_days, now);
	if (inbox_dir_look(&dir, inbox, why) != ST_OK)
		goto out;
	ok = true;
	if (dir.fds.provider < 0)
		goto out;
	ok = visit_all(&sweep, dir.fds.provider, "dedup", remove_day);
	/* What cannot be removed there must not keep debris here. */
	if (!visit_all(&sweep, dir.fds.provider, "tmp", remove_debris))
		ok = false;
out:
	inbox_dir_close(&dir);
	return ok;
}
