/* inbox_dedup.c - one folder for DEDUP_DAYS days, one file for each event. */
#define _GNU_SOURCE /* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "inbox/inbox_dedup.h"

#define DAY    86400
#define FOLDER (DEDUP_DAYS * DAY)

/* The file that marks are links to.  No event's name begins with a dot. */
#define MARK ".mark"

#define OPEN_FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* The first second of the folder that the time when belongs to. */
static time_t
begin(time_t when)
{
	time_t into = when % FOLDER;

	return when - (into < 0 ? into + FOLDER : into);
}

static bool
is_marked(int folder, const char *name)
{
	return name != NULL &&
	       faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static enum dedup_found
look_in(int folder, const struct dedup_names *names)
{
	if (is_marked(folder, names->name))
		return DEDUP_NAME;
	/* errno is still that of the first name if there is no second. */
	if (errno == ENOENT && is_marked(folder, names->also))
		return DEDUP_ALSO;
	return errno == ENOENT ? DEDUP_NO : DEDUP_FAILED;
}

static bool
is_kept(const struct dedup_dir *dir, time_t t)
{
	return dir->kept != NULL && t >= dir->kept->from &&
	       t < dir->kept->from + DEDUP_KEPT * FOLDER;
}

/*
 * The folder that begins at t, and is called path: its descriptor, or -1 with
 * errno set.
 */
static int
open_folder(const struct dedup_dir *dir, time_t t, const char *path)
{
	int folder;

	if (!is_kept(dir, t))
		return openat(dir->fd, path, OPEN_FOLDER);
	folder = dir->kept->folder[(t - dir->kept->from) / FOLDER];
	if (folder < 0)
		errno = ENOENT;
	return folder;
}

/* Does not change errno. */
static void
close_folder(const struct dedup_dir *dir, time_t t, int folder)
{
	if (!is_kept(dir, t))
		file_close(folder);
}

enum dedup_found
dedup_look(const struct dedup_dir *dir, const struct dedup_names *names,
    long dedup_days, time_t now, char path[static DEDUP_PATH_MAX])
{
	time_t oldest = begin(now - dedup_days * DAY);

	for (time_t t = begin(now + DAY); t >= oldest; t -= FOLDER) {
		enum dedup_found found = DEDUP_FAILED;
		int folder;

		timestamp_day(path, t);
		folder = open_folder(dir, t, path);
		if (folder >= 0) {
			found = look_in(folder, names);
			close_folder(dir, t, folder);
		} else if (errno == ENOENT) {
			found = DEDUP_NO;
		}
		if (found != DEDUP_NO)
			return found;
	}
	return DEDUP_NO;
}

/* Open the folder of the day, and make it first if it is missing. */
static int
open_day(struct dedup_folder *folder, time_t now)
{
	int fd;

	timestamp_day(folder->path, begin(now));
	fd = open_folder(&folder->dedup, begin(now), folder->path);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	folder->first = file_make_folder(
	    folder->dedup.fd, folder->path, folder->group_access);
	if (!folder->first && errno != EEXIST)
		return -1;
	/* If folders are kept, this one is not among them. */
	folder->dedup.kept = NULL;
	return open_folder(&folder->dedup, begin(now), folder->path);
}

/*
 * A link needs no inode of its own.  If the folder has no file for it yet, if
 * that one has as many links as the file system allows, or cannot be linked for
 * another reason, the mark becomes a file, and the next ones are links to it.
 */
static bool
write_mark(struct dedup_folder *folder, int day, const char *name)
{
	const int flags =
	    O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	size_t len = strlen(folder->path);
	int fd, failed;

	if (linkat(day, MARK, day, name, 0) == 0 || errno == EEXIST)
		return true;
	if (errno != ENOENT)
		unlinkat(day, MARK, 0);
	fd = openat(day, name, flags, 0600);
	if (fd >= 0) {
		close(fd);
		/* If this fails, the next mark is tried the same way. */
		failed = linkat(day, name, day, MARK, 0);
		(void)failed;
		return true;
	}
	snprintf(folder->path + len, sizeof(folder->path) - len, "/%s", name);
	return false;
}

static bool
mark(struct dedup_folder *folder, const struct dedup_names *names, time_t now)
{
	int day = open_day(folder, now);
	bool ok;

	if (day < 0)
		return false;
	ok = write_mark(folder, day, names->name) &&
	     (names->also == NULL || write_mark(folder, day, names->also));
	close_folder(&folder->dedup, begin(now), day);
	return ok;
}

bool
dedup_mark(
    struct dedup_folder *folder, const struct dedup_names *names, time_t now)
{
	if (mark(folder, names, now))
		return true;
	if (errno != ENOENT || folder->dedup.kept == NULL)
		return false;
	/* A folder that was kept was removed a moment ago. */
	folder->dedup.kept = NULL;
	return mark(folder, names, now);
}

bool
dedup_keep(struct dedup_kept *kept, int dedup, time_t now)
{
	const struct dedup_dir dir = {.fd = dedup};
	char path[TIMESTAMP_TEXT_MAX];

	kept->from = begin(now) - (DEDUP_KEPT - 2) * FOLDER;
	for (int i = 0; i < DEDUP_KEPT; i++)
		kept->folder[i] = -1;
	for (int i = 0; i < DEDUP_KEPT; i++) {
		timestamp_day(path, kept->from + i * FOLDER);
		kept->folder[i] =
		    open_folder(&dir, kept->from + i * FOLDER, path);
		if (kept->folder[i] < 0 && errno != ENOENT) {
			dedup_unkeep(kept);
			return false;
		}
	}
	return true;
}

void
dedup_unkeep(struct dedup_kept *kept)
{
	for (int i = 0; i < DEDUP_KEPT; i++) {
		if (kept->folder[i] >= 0)
			close(kept->folder[i]);
		kept->folder[i] = -1;
	}
}

void
dedup_oldest(char dst[static TIMESTAMP_TEXT_MAX], long dedup_days, time_t now)
{
	timestamp_day(dst, begin(now - dedup_days * DAY));
}
