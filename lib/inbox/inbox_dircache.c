/* inbox_dircache.c - a linked list: a process has few inboxes. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"
#include "inbox/inbox_dircache.h"
#include "inbox/inbox_fds.h"

/*
 * Seconds since the last change before a directory is cached.  The kernel's
 * ctime is coarse: a second change right after the first may not alter it.
 */
#define SETTLED_S 2
/*
 * Inboxes whose folders of marks are cached too.  Each has a few, and a process
 * must not run out of descriptors.
 */
#define MARKED_MAX 16
/* Descriptors of lock files that are not in use, of all inboxes together. */
#define SPARE_MAX 64

struct inbox_dircache_entry {
	struct inbox_dircache_entry *next;
	char *path; /* ROOT/P */
	struct inbox_fds fds;
	struct dedup_kept kept; /* or fds.dedup.kept is NULL */
	struct stat root, provider, dedup;
	int spare[SPARE_MAX]; /* the lock file, open and not locked */
	unsigned spares;
	unsigned users;
	bool gone; /* no longer in the list */
};

struct inbox_dircache {
	pthread_mutex_t mutex;
	struct inbox_dircache_entry *first;
	unsigned spares;
	atomic_uint marked; /* inboxes whose folders of marks are cached */
};

/* Cache the folders of marks, unless too many are. */
static void
keep(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached,
    time_t now)
{
	if (atomic_fetch_add(&dircache->marked, 1) < MARKED_MAX &&
	    dedup_keep(&cached->kept, cached->fds.dedup.fd, now))
		cached->fds.dedup.kept = &cached->kept;
	else
		atomic_fetch_sub(&dircache->marked, 1);
}

static void
unkeep(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached)
{
	if (cached->fds.dedup.kept == NULL)
		return;
	dedup_unkeep(&cached->kept);
	atomic_fetch_sub(&dircache->marked, 1);
}

static void
entry_free(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached)
{
	unkeep(dircache, cached);
	while (cached->spares > 0)
		close(cached->spare[--cached->spares]);
	inbox_fds_close(&cached->fds);
	free(cached->path);
	free(cached);
}

long
inbox_dircache_files(size_t inboxes)
{
	size_t marked = inboxes < MARKED_MAX ? inboxes : MARKED_MAX;

	/* Of each inbox all but the lock file, of which there are spare ones. */
	return (long)(inboxes * (INBOX_FILES - 1) + marked * DEDUP_KEPT) +
	       SPARE_MAX;
}

struct inbox_dircache *
inbox_dircache_new(void)
{
	struct inbox_dircache *dircache = calloc(1, sizeof(*dircache));

	if (dircache != NULL &&
	    pthread_mutex_init(&dircache->mutex, NULL) != 0) {
		free(dircache);
		dircache = NULL;
	}
	return dircache;
}

void
inbox_dircache_free(struct inbox_dircache *dircache)
{
	struct inbox_dircache_entry *cached, *next;

	if (dircache == NULL)
		return;
	for (cached = dircache->first; cached != NULL; cached = next) {
		next = cached->next;
		entry_free(dircache, cached);
	}
	pthread_mutex_destroy(&dircache->mutex);
	free(dircache);
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
static struct inbox_dircache_entry *
find(struct inbox_dircache *dircache, const struct inbox *inbox)
{
	struct inbox_dircache_entry *cached = dircache->first;

	while (cached != NULL && !is_of(cached->path, inbox))
		cached = cached->next;
	return cached;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* True if neither its mode nor a name in it has changed. */
static bool
is_unchanged(int fd, const struct stat *was)
{
	struct stat st;

	return fstat(fd, &st) == 0 && is_same(&st, was);
}

/* True if the path, too, still leads to the provider's directory. */
static bool
is_there(const struct inbox_dircache_entry *cached)
{
	const struct stat *was = &cached->provider;
	struct stat st;

	return lstat(cached->path, &st) == 0 && st.st_dev == was->st_dev &&
	       st.st_ino == was->st_ino && is_same(&st, was);
}

/*
 * Open the lock file again, unless a descriptor of it was to spare.  -1 if the
 * path now leads to another directory than when the entry was cached, or if the
 * directories have changed.  If ROOT/P has not, it still has the lock file that
 * was checked then.
 */
static int
open_same(const struct inbox_dircache_entry *cached, int spare)
{
	int fd = spare;

	if (fd < 0)
		fd = openat(cached->fds.provider, "lock",
		    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (is_there(cached) && is_unchanged(cached->fds.root, &cached->root))
		return fd;
	close(fd);
	return -1;
}

/* With the mutex held. */
static void
unlist(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached)
{
	struct inbox_dircache_entry **at = &dircache->first;

	if (cached->gone)
		return;
	while (*at != cached)
		at = &(*at)->next;
	*at = cached->next;
	cached->gone = true;
	dircache->spares -= cached->spares;
}

/* With the mutex held.  -1 if there is none. */
static int
take_spare(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached)
{
	if (cached->spares == 0)
		return -1;
	dircache->spares--;
	return cached->spare[--cached->spares];
}

/* With the mutex held.  False if there are enough. */
static bool
put_spare(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached,
    int lock)
{
	if (dircache->spares == SPARE_MAX || cached->gone)
		return false;
	dircache->spares++;
	cached->spare[cached->spares++] = lock;
	return true;
}

/* One user less, who had this lock; or -1. */
static void
let_go(struct inbox_dircache *dircache, struct inbox_dircache_entry *cached,
    int lock)
{
	bool last, kept;

	if (lock >= 0 && !lock_release(lock)) {
		close(lock);
		lock = -1;
	}
	pthread_mutex_lock(&dircache->mutex);
	kept = lock >= 0 && put_spare(dircache, cached, lock);
	last = --cached->users == 0 && cached->gone;
	pthread_mutex_unlock(&dircache->mutex);
	if (lock >= 0 && !kept)
		close(lock);
	if (last)
		entry_free(dircache, cached);
}

void
inbox_dircache_release(const struct inbox_dir *dir)
{
	let_go(dir->dircache, dir->cached, dir->lock);
}

void
inbox_dircache_look(struct inbox_dir *dir)
{
	struct inbox_dircache *dircache = dir->dircache;
	struct inbox_dircache_entry *cached = dir->cached;

	if (is_unchanged(cached->fds.dedup.fd, &cached->dedup))
		return;
	dir->fds.dedup.kept = NULL;
	pthread_mutex_lock(&dircache->mutex);
	unlist(dircache, cached);
	pthread_mutex_unlock(&dircache->mutex);
}

bool
inbox_dircache_find(struct inbox_dircache *dircache, const struct inbox *inbox,
    struct inbox_dir *dir)
{
	struct inbox_dircache_entry *cached;
	int lock = -1;

	pthread_mutex_lock(&dircache->mutex);
	cached = find(dircache, inbox);
	if (cached != NULL) {
		cached->users++;
		lock = take_spare(dircache, cached);
	}
	pthread_mutex_unlock(&dircache->mutex);
	if (cached == NULL)
		return false;
	lock = open_same(cached, lock);
	if (lock < 0) {
		pthread_mutex_lock(&dircache->mutex);
		unlist(dircache, cached);
		pthread_mutex_unlock(&dircache->mutex);
		let_go(dircache, cached, -1);
		return false;
	}
	dir->fds = cached->fds;
	dir->lock = lock;
	dir->found = true;
	dir->dircache = dircache;
	dir->cached = cached;
	return true;
}

static struct inbox_dircache_entry *
make(struct inbox_dircache *dircache, const struct inbox *inbox,
    const struct inbox_dir *dir)
{
	struct inbox_dircache_entry *cached = calloc(1, sizeof(*cached));
	size_t len = strlen(inbox->root) + strlen(inbox->provider) + 2;
	struct timespec now;
	time_t settled;

	if (cached == NULL)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	settled = now.tv_sec - SETTLED_S;
	if ((cached->path = malloc(len)) == NULL ||
	    fstat(dir->fds.root, &cached->root) != 0 ||
	    fstat(dir->fds.provider, &cached->provider) != 0 ||
	    fstat(dir->fds.dedup.fd, &cached->dedup) != 0 ||
	    cached->root.st_ctim.tv_sec >= settled ||
	    cached->provider.st_ctim.tv_sec >= settled ||
	    cached->dedup.st_ctim.tv_sec >= settled) {
		free(cached->path);
		free(cached);
		return NULL;
	}
	snprintf(cached->path, len, "%s/%s", inbox->root, inbox->provider);
	cached->fds = dir->fds;
	cached->users = 1;
	keep(dircache, cached, now.tv_sec);
	return cached;
}

void
inbox_dircache_add(struct inbox_dircache *dircache, const struct inbox *inbox,
    struct inbox_dir *dir)
{
	struct inbox_dircache_entry *cached = make(dircache, inbox, dir);

	if (cached == NULL)
		return;
	pthread_mutex_lock(&dircache->mutex);
	/* Another thread may have been faster. */
	if (find(dircache, inbox) == NULL) {
		cached->next = dircache->first;
		dircache->first = cached;
		dir->fds = cached->fds;
		dir->dircache = dircache;
		dir->cached = cached;
	}
	pthread_mutex_unlock(&dircache->mutex);
	if (dir->cached == NULL) {
		unkeep(dircache, cached);
		free(cached->path);
		free(cached);
	}
}
