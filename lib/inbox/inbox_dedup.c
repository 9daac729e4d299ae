/* inbox_dedup.c - one folder for DEDUP_DAYS days, one file for each event. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "inbox/inbox_dedup.h"

#define DAY    86400
#define FOLDER (DEDUP_DAYS * DAY)

/* The first second of the folder that the time when belongs to. */
static time_t
begin(time_t when)
{
	time_t into = when % FOLDER;

	return when - (into < 0 ? into + FOLDER : into);
}

static void
path_of(char *dst, size_t room, time_t folder, const char *name)
{
	char text[TIMESTAMP_TEXT_MAX];

	timestamp_day(text, folder);
	snprintf(dst, room, "%s/%s", text, name);
}

enum dedup_found
dedup_look(int dedup, const char *name, long dedup_days, time_t now)
{
	char path[TIMESTAMP_TEXT_MAX + NAME_MAX];
	time_t oldest = begin(now - dedup_days * DAY);

	for (time_t t = begin(now + DAY); t >= oldest; t -= FOLDER) {
		path_of(path, sizeof(path), t, name);
		if (faccessat(dedup, path, F_OK, 0) == 0)
			return DEDUP_YES;
		if (errno != ENOENT)
			return DEDUP_FAILED;
	}
	return DEDUP_NO;
}

bool
dedup_mark(
    int dedup, const char *name, bool group_access, time_t now, bool *first)
{
	char path[TIMESTAMP_TEXT_MAX + NAME_MAX], folder[TIMESTAMP_TEXT_MAX];
	const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	path_of(path, sizeof(path), begin(now), name);
	fd = openat(dedup, path, flags, 0600);
	if (fd < 0 && errno == ENOENT) {
		timestamp_day(folder, begin(now));
		*first = file_make_folder(dedup, folder, group_access);
		if (*first || errno == EEXIST)
			fd = openat(dedup, path, flags, 0600);
	}
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

void
dedup_oldest(char dst[static TIMESTAMP_TEXT_MAX], long dedup_days, time_t now)
{
	timestamp_day(dst, begin(now - dedup_days * DAY));
}
