/* inbox_sweep.c - what is too old to be of use is removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_dir.h"

#define DEBRIS_AGE (36 * 3600) /* maildir(5)'s */
#define DAY_LEN    10          /* of "2026-11-21" */

/* Said of each entry of a directory; false if it could not be removed. */
typedef bool (*visit_fn)(int dirfd, const char *name, const void *arg);

/* Visit all that is in the directory name in at; false if any visit failed. */
static bool
visit_all(int at, const char *name, visit_fn visit, const void *arg)
{
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	bool ok = true;
	DIR *dir;

	if (fd < 0)
		return errno == ENOENT;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return false;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (!visit(fd, entry->d_name, arg))
			ok = false;
	}
	closedir(dir);
	return ok;
}

static bool
remove_mark(int dirfd, const char *name, const void *arg)
{
	(void)arg;
	return unlinkat(dirfd, name, 0) == 0 || errno == ENOENT;
}

/* Days as text compare like days; anything else in dedup/ is left alone. */
static bool
remove_day(int dirfd, const char *name, const void *oldest)
{
	if (strlen(name) != DAY_LEN || strspn(name, "0123456789-") != DAY_LEN ||
	    strcmp(name, oldest) >= 0)
		return true;
	if (!visit_all(dirfd, name, remove_mark, NULL))
		return false;
	return unlinkat(dirfd, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

static bool
remove_debris(int dirfd, const char *name, const void *arg)
{
	const time_t *before = arg;
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT;
	if (st.st_mtim.tv_sec >= *before)
		return true;
	return unlinkat(dirfd, name, 0) == 0 || errno == ENOENT;
}

bool
inbox_sweep(const struct inbox *inbox, time_t now, struct reason *why)
{
	time_t before = now - DEBRIS_AGE;
	char oldest[TIMESTAMP_TEXT_MAX];
	struct inbox_dir dir;
	bool ok = false;

	dedup_oldest(oldest, inbox->dedup_days, now);
	if (inbox_dir_look(&dir, inbox, why) != ST_OK)
		goto out;
	if (dir.fds.provider < 0) {
		ok = true;
		goto out;
	}
	ok = visit_all(dir.fds.provider, "dedup", remove_day, oldest);
	if (!ok)
		reason_errno(why, "%s/%s/dedup: old marks cannot be removed",
		    inbox->root, inbox->provider);
	else if (!visit_all(dir.fds.provider, "tmp", remove_debris, &before))
		ok =
		    reason_errno(why, "%s/%s/tmp: old debris cannot be removed",
			inbox->root, inbox->provider) == ST_OK;
out:
	inbox_dir_close(&dir);
	return ok;
}
