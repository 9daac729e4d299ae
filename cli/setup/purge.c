/* purge.c - removes a folder by descriptors, the lowest level first. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "purge.h"

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define DEPTH_MAX   16 /* folders in folders; hookdir makes two */
#define TRIES       3  /* somebody may be putting files into it */

/* Open the folder name in at to be listed; NULL with errno set. */
static DIR *
open_list(int at, const char *name)
{
	int fd = openat(at, name, OPEN_FOLDER);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && dir == NULL)
		file_close(fd);
	return dir;
}

static void
close_list(DIR *dir)
{
	int error = errno;

	closedir(dir);
	errno = error;
}

/* The next name but "." and ".."; NULL at the end, or with errno set. */
static const char *
next_name(DIR *dir)
{
	struct dirent *entry;

	errno = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			return entry->d_name;
	}
	return NULL;
}

/* Add the files of the folder name that are not hidden to *n. */
static bool
count_files(int at, const char *name, size_t *n)
{
	DIR *dir = open_list(at, name);
	const char *file;
	bool ok;

	if (dir == NULL)
		return errno == ENOENT;
	while ((file = next_name(dir)) != NULL)
		*n += file[0] != '.';
	ok = errno == 0;
	close_list(dir);
	return ok;
}

/* Open the inbox's folder.  -1 with errno set. */
static int
open_inbox(const char *root, const char *name)
{
	int at = open(root, OPEN_FOLDER), fd;

	if (at < 0)
		return -1;
	fd = openat(at, name, OPEN_FOLDER);
	file_close(at);
	return fd;
}

bool
purge_count(const char *root, const char *name, struct purge_left *left,
    struct reason *why)
{
	const struct {
		const char *name;
		size_t *n;
	} folder[] = {
	    {"new", &left->new_},
	    {"cur", &left->cur},
	    {"hold", &left->held},
	    {"busy", &left->busy},
	    {"later", &left->later},
	    {"failed", &left->failed},
	};
	int fd = open_inbox(root, name);
	bool ok = fd >= 0;

	if (fd < 0 && errno == ENOENT)
		return true;
	if (!ok)
		reason_errno(why, "%s/%s cannot be read", root, name);
	for (size_t i = 0; ok && i < sizeof(folder) / sizeof(folder[0]); i++) {
		ok = count_files(fd, folder[i].name, folder[i].n);
		if (!ok)
			reason_errno(why, "%s/%s/%s cannot be read", root, name,
			    folder[i].name);
	}
	if (fd >= 0)
		file_close(fd);
	left->exists = true;
	return ok;
}

/* The folders that are being emptied, each in the one before it. */
struct emptying {
	struct level {
		DIR *dir;
		int at; /* the folder that it is in */
		char name[NAME_MAX + 1];
		int tries;
	} level[DEPTH_MAX];
	size_t n;
};

/*
 * Remove whatever is called name in at; a folder becomes the next level.  False
 * with errno set.
 */
static bool
enter_or_remove(struct emptying *e, int at, const char *name)
{
	DIR *dir = open_list(at, name);
	struct level *level = &e->level[e->n];

	if (dir == NULL) {
		/* A file, a link, or nothing any more. */
		if (errno != ENOTDIR && errno != ELOOP)
			return errno == ENOENT;
		return unlinkat(at, name, 0) == 0 || errno == ENOENT;
	}
	if (e->n == DEPTH_MAX) {
		close_list(dir);
		errno = ELOOP;
		return false;
	}
	*level = (struct level){.dir = dir, .at = at};
	snprintf(level->name, sizeof(level->name), "%s", name);
	e->n++;
	return true;
}

/*
 * Remove the folder of the last level, which is empty.  If something has come
 * meanwhile, it stays the last level.  False with errno set.
 */
static bool
leave_and_remove(struct emptying *e)
{
	struct level *level = &e->level[e->n - 1];

	close_list(level->dir);
	e->n--;
	if (unlinkat(level->at, level->name, AT_REMOVEDIR) == 0 ||
	    errno == ENOENT)
		return true;
	if ((errno != ENOTEMPTY && errno != EEXIST) || ++level->tries == TRIES)
		return false;
	level->dir = open_list(level->at, level->name);
	if (level->dir == NULL)
		return false;
	e->n++;
	return true;
}

/* Remove whatever is called name in at.  False with errno set. */
static bool
remove_any(int at, const char *name)
{
	struct emptying e = {.n = 0};
	bool ok = enter_or_remove(&e, at, name);

	while (ok && e.n > 0) {
		DIR *dir = e.level[e.n - 1].dir;
		const char *inner = next_name(dir);

		if (inner == NULL)
			ok = errno == 0 && leave_and_remove(&e);
		else
			ok = unlinkat(dirfd(dir), inner, 0) == 0 ||
			     enter_or_remove(&e, dirfd(dir), inner);
	}
	while (e.n > 0)
		close_list(e.level[--e.n].dir);
	return ok;
}

bool
purge_remove(const char *root, const char *name, struct reason *why)
{
	int at = open(root, OPEN_FOLDER);
	bool ok = at >= 0 ? remove_any(at, name) : errno == ENOENT;

	if (!ok)
		reason_errno(
		    why, "%s/%s cannot be removed as a whole", root, name);
	if (at >= 0)
		file_close(at);
	return ok;
}
