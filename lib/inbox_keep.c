/* inbox_keep.c - a list, for there are few. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "inbox_dir.h"
#include "inbox_keep.h"

/* A change just now may have left the time of change as it was. */
#define SETTLED_S 2

struct inbox_kept {
	struct inbox_kept *next;
	char *path;           /* ROOT/P */
	struct inbox_dir dir; /* its lock is closed */
	struct stat root, provider, lock;
	unsigned users;
	bool gone; /* not in the list any more */
};

struct inbox_keep {
	pthread_mutex_t mutex;
	struct inbox_kept *first;
};

static void
kept_free(struct inbox_kept *kept)
{
	kept->dir.kept = NULL;
	inbox_dir_close(&kept->dir);
	free(kept->path);
	free(kept);
}

struct inbox_keep *
inbox_keep_new(void)
{
	struct inbox_keep *keep = calloc(1, sizeof(*keep));

	if (keep != NULL && pthread_mutex_init(&keep->mutex, NULL) != 0) {
		free(keep);
		keep = NULL;
	}
	return keep;
}

void
inbox_keep_free(struct inbox_keep *keep)
{
	struct inbox_kept *kept, *next;

	if (keep == NULL)
		return;
	for (kept = keep->first; kept != NULL; kept = next) {
		next = kept->next;
		kept_free(kept);
	}
	pthread_mutex_destroy(&keep->mutex);
	free(keep);
}

/* Whether path is the root and provider of inbox. */
static bool
is_of(const char *path, const struct inbox *inbox)
{
	size_t len = strlen(inbox->root);

	return strncmp(path, inbox->root, len) == 0 && path[len] == '/' &&
	       strcmp(path + len + 1, inbox->provider) == 0;
}

/* With the mutex held. */
static struct inbox_kept *
find(struct inbox_keep *keep, const struct inbox *inbox)
{
	struct inbox_kept *kept = keep->first;

	while (kept != NULL && !is_of(kept->path, inbox))
		kept = kept->next;
	return kept;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Neither its rights nor a name in it have changed. */
static bool
is_unchanged(int fd, const struct stat *was)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       st.st_ctim.tv_sec == was->st_ctim.tv_sec &&
	       st.st_ctim.tv_nsec == was->st_ctim.tv_nsec;
}

/* The lock file that the path leads to now, if it is that of kept; or -1. */
static int
open_same(const struct inbox_kept *kept)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/lock", kept->path);
	fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && is_same(&st, &kept->lock) &&
	    is_unchanged(kept->dir.root, &kept->root) &&
	    is_unchanged(kept->dir.provider, &kept->provider))
		return fd;
	close(fd);
	return -1;
}

/* With the mutex held. */
static void
unlist(struct inbox_keep *keep, struct inbox_kept *kept)
{
	struct inbox_kept **at = &keep->first;

	if (kept->gone)
		return;
	while (*at != kept)
		at = &(*at)->next;
	*at = kept->next;
	kept->gone = true;
}

void
inbox_keep_release(struct inbox_keep *keep, struct inbox_kept *kept)
{
	bool last;

	pthread_mutex_lock(&keep->mutex);
	last = --kept->users == 0 && kept->gone;
	pthread_mutex_unlock(&keep->mutex);
	if (last)
		kept_free(kept);
}

bool
inbox_keep_find(
    struct inbox_keep *keep, const struct inbox *inbox, struct inbox_dir *dir)
{
	struct inbox_kept *kept;
	int lock;

	pthread_mutex_lock(&keep->mutex);
	kept = find(keep, inbox);
	if (kept != NULL)
		kept->users++;
	pthread_mutex_unlock(&keep->mutex);
	if (kept == NULL)
		return false;
	lock = open_same(kept);
	if (lock < 0) {
		pthread_mutex_lock(&keep->mutex);
		unlist(keep, kept);
		pthread_mutex_unlock(&keep->mutex);
		inbox_keep_release(keep, kept);
		return false;
	}
	*dir = kept->dir;
	dir->lock = lock;
	dir->keep = keep;
	dir->kept = kept;
	return true;
}

static struct inbox_kept *
make(const struct inbox *inbox, const struct inbox_dir *dir)
{
	struct inbox_kept *kept = calloc(1, sizeof(*kept));
	size_t len = strlen(inbox->root) + strlen(inbox->provider) + 2;
	struct timespec now;
	time_t settled;

	if (kept == NULL)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	settled = now.tv_sec - SETTLED_S;
	if ((kept->path = malloc(len)) == NULL ||
	    fstat(dir->root, &kept->root) != 0 ||
	    fstat(dir->provider, &kept->provider) != 0 ||
	    fstat(dir->lock, &kept->lock) != 0 ||
	    kept->root.st_ctim.tv_sec >= settled ||
	    kept->provider.st_ctim.tv_sec >= settled) {
		free(kept->path);
		free(kept);
		return NULL;
	}
	snprintf(kept->path, len, "%s/%s", inbox->root, inbox->provider);
	kept->dir = *dir;
	kept->dir.lock = -1;
	kept->users = 1;
	return kept;
}

void
inbox_keep_add(
    struct inbox_keep *keep, const struct inbox *inbox, struct inbox_dir *dir)
{
	struct inbox_kept *kept = make(inbox, dir);

	if (kept == NULL)
		return;
	pthread_mutex_lock(&keep->mutex);
	/* Another thread may have been faster. */
	if (find(keep, inbox) == NULL) {
		kept->next = keep->first;
		keep->first = kept;
		dir->keep = keep;
		dir->kept = kept;
	}
	pthread_mutex_unlock(&keep->mutex);
	if (dir->kept == NULL) {
		free(kept->path);
		free(kept);
	}
}
