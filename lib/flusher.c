/* flusher.c - one group that is flushed, one that gathers. */
#define _GNU_SOURCE /* sync_file_range() */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flusher.h"

#define SECOND 1000000000L

/* One thread's file; on its stack. */
struct flusher_turn {
	struct flusher_turn *next;
	int fd;
	dev_t dev;
	int error;      /* an errno, or 0 */
	bool committed; /* or it failed to be */
	sem_t done;     /* to all of a group but its first */
};

bool
flusher_init(struct flusher *flusher)
{
	pthread_condattr_t attr;
	bool ok = false;

	*flusher = (struct flusher){.crowd = 1};
	if (pthread_condattr_init(&attr) != 0)
		return false;
	/* A clock that is set must not make a group wait. */
	if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&flusher->first, &attr) != 0)
		goto out;
	ok = pthread_mutex_init(&flusher->lock, NULL) == 0;
	if (!ok)
		pthread_cond_destroy(&flusher->first);
out:
	pthread_condattr_destroy(&attr);
	return ok;
}

void
flusher_destroy(struct flusher *flusher)
{
	pthread_mutex_destroy(&flusher->lock);
	pthread_cond_destroy(&flusher->first);
}

/* --- a group and the disk --- */

/*
 * Let the writing begin.  A failure to find blocks is told here and nowhere
 * else: ext4 drops the pages then, and finds nothing to be written later.
 */
static void
begin(struct flusher_turn *turn)
{
	struct stat st;

	if (fstat(turn->fd, &st) != 0 ||
	    sync_file_range(turn->fd, 0, 0, SYNC_FILE_RANGE_WRITE) != 0)
		turn->error = errno;
	else
		turn->dev = st.st_dev;
}

/* All bytes of the file are on the device, perhaps in its cache. */
static void
write_out(struct flusher_turn *turn)
{
	const unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE |
			     SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

	if (turn->error == 0 && sync_file_range(turn->fd, 0, 0, all) != 0)
		turn->error = errno;
}

/*
 * Commit for all of its device from turn on.  Its own file is changed first,
 * for fsync() only waits for the commit that has the last change of its file;
 * where that fails, another's may do.
 */
static void
commit(struct flusher_turn *turn)
{
	const struct timespec touch[] = {
	    {.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
	dev_t dev = turn->dev;
	int error;

	if (futimens(turn->fd, touch) != 0) {
		turn->error = errno;
		return;
	}
	error = fsync(turn->fd) == 0 ? 0 : errno;
	for (; turn != NULL; turn = turn->next) {
		if (turn->dev == dev && turn->error == 0) {
			turn->error = error;
			turn->committed = true;
		}
	}
}

static void
flush_group(struct flusher_turn *group)
{
	struct flusher_turn *turn;

	if (group->next == NULL) {
		if (fsync(group->fd) != 0)
			group->error = errno;
		return;
	}
	for (turn = group; turn != NULL; turn = turn->next)
		begin(turn);
	for (turn = group; turn != NULL; turn = turn->next)
		write_out(turn);
	for (turn = group; turn != NULL; turn = turn->next) {
		if (turn->error == 0 && !turn->committed)
			commit(turn);
	}
}

/* --- who is of a group --- */

static long
between(const struct timespec *from, const struct timespec *to)
{
	/* No more than that matters, and more might not fit. */
	if (to->tv_sec - from->tv_sec > 1)
		return SECOND;
	if (to->tv_sec - from->tv_sec < -1)
		return -SECOND;
	return (to->tv_sec - from->tv_sec) * SECOND + to->tv_nsec -
	       from->tv_nsec;
}

/* Until when the first of a group waits for others. */
static struct timespec
deadline(const struct flusher *flusher, const struct timespec *came)
{
	long linger = between(&flusher->in, &flusher->out);
	struct timespec until =
	    between(came, &flusher->out) > 0 ? flusher->out : *came;

	until.tv_nsec +=
	    linger < FLUSHER_LINGER_NS ? linger : FLUSHER_LINGER_NS;
	until.tv_sec += until.tv_nsec / SECOND;
	until.tv_nsec %= SECOND;
	return until;
}

/* All but an eighth: some are always late. */
static bool
is_large(const struct flusher *flusher)
{
	return flusher->waiting >= flusher->crowd - flusher->crowd / 8;
}

/* Of each group, the first alone watches the clock; then it has the group. */
static struct flusher_turn *
wait_for_others(struct flusher *flusher)
{
	struct flusher_turn *group;
	struct timespec came, until;
	bool late = false;

	clock_gettime(CLOCK_MONOTONIC, &came);
	while (flusher->inside > 0 || (!late && !is_large(flusher))) {
		if (flusher->inside > 0) {
			pthread_cond_wait(&flusher->first, &flusher->lock);
			continue;
		}
		until = deadline(flusher, &came);
		late = pthread_cond_timedwait(
			   &flusher->first, &flusher->lock, &until) != 0;
	}
	/* Some were waited for in vain, and may be gone. */
	if (late)
		flusher->crowd -= (flusher->crowd - flusher->waiting + 3) / 4;
	group = flusher->group;
	flusher->group = NULL;
	flusher->inside = flusher->waiting;
	flusher->waiting = 0;
	flusher->groups++;
	clock_gettime(CLOCK_MONOTONIC, &flusher->in);
	return group;
}

/* As the first of a group. */
static void
lead(struct flusher *flusher, struct flusher_turn *self)
{
	struct flusher_turn *turn = wait_for_others(flusher), *next;

	pthread_mutex_unlock(&flusher->lock);
	flush_group(turn);
	pthread_mutex_lock(&flusher->lock);
	flusher->inside = 0;
	clock_gettime(CLOCK_MONOTONIC, &flusher->out);
	pthread_cond_signal(&flusher->first);
	pthread_mutex_unlock(&flusher->lock);
	for (; turn != NULL; turn = next) {
		/* It is gone with its thread once that is told. */
		next = turn->next;
		if (turn != self)
			sem_post(&turn->done);
	}
}

static void
join(struct flusher *flusher, struct flusher_turn *turn)
{
	bool first;

	pthread_mutex_lock(&flusher->lock);
	first = flusher->group == NULL;
	turn->next = flusher->group;
	flusher->group = turn;
	flusher->waiting++;
	if (flusher->crowd < flusher->waiting + flusher->inside)
		flusher->crowd = flusher->waiting + flusher->inside;
	if (first) {
		lead(flusher, turn);
		return;
	}
	if (flusher->inside == 0 && is_large(flusher))
		pthread_cond_signal(&flusher->first);
	pthread_mutex_unlock(&flusher->lock);
	while (sem_wait(&turn->done) != 0)
		continue;
}

int
flusher_sync(struct flusher *flusher, int fd)
{
	struct flusher_turn turn = {.fd = fd};

	if (flusher == NULL || sem_init(&turn.done, 0, 0) != 0)
		return fsync(fd);
	join(flusher, &turn);
	sem_destroy(&turn.done);
	if (turn.error == 0)
		return 0;
	errno = turn.error;
	return -1;
}
