/* group_commit.c - while one group is being flushed, the next one gathers. */
#define _GNU_SOURCE /* sync_file_range() */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inbox/group_commit.h"

#define SECOND 1000000000L

/* One waiting thread and its file; lives on that thread's stack. */
struct group_commit_member {
	struct group_commit_member *next;
	int fd;
	dev_t dev;
	int error;      /* an errno, or 0 */
	bool committed; /* a commit was tried; error says how it went */
	sem_t done;     /* posted to each member but the first */
};

bool
group_commit_init(struct group_commit *group_commit)
{
	pthread_condattr_t attr;
	bool ok = false;

	*group_commit = (struct group_commit){.crowd = 1};
	if (pthread_condattr_init(&attr) != 0)
		return false;
	/* Setting the machine's clock must not make a group wait. */
	if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&group_commit->first, &attr) != 0)
		goto out;
	ok = pthread_mutex_init(&group_commit->lock, NULL) == 0;
	if (!ok)
		pthread_cond_destroy(&group_commit->first);
out:
	pthread_condattr_destroy(&attr);
	return ok;
}

void
group_commit_destroy(struct group_commit *group_commit)
{
	pthread_mutex_destroy(&group_commit->lock);
	pthread_cond_destroy(&group_commit->first);
}

/* --- flushing a group --- */

/*
 * Start writing.  Only this call reports that the disk has no free blocks: ext4
 * then drops the pages, and later calls find nothing left to write.
 */
static void
begin(struct group_commit_member *member)
{
	struct stat st;

	if (fstat(member->fd, &st) != 0 ||
	    sync_file_range(member->fd, 0, 0, SYNC_FILE_RANGE_WRITE) != 0)
		member->error = errno;
	else
		member->dev = st.st_dev;
}

/* Wait until all bytes of the file are on the device, perhaps in its cache. */
static void
write_out(struct group_commit_member *member)
{
	const unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE |
			     SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

	if (member->error == 0 && sync_file_range(member->fd, 0, 0, all) != 0)
		member->error = errno;
}

/*
 * Commit the journal once, for member and for every later member on the same
 * device.  member's own file is changed first: fsync() only waits for the
 * commit that has the last change of its own file.  If that change fails, the
 * caller tries the next member.
 */
static void
commit(struct group_commit_member *member)
{
	const struct timespec touch[] = {
	    {.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
	dev_t dev = member->dev;
	int error;

	if (futimens(member->fd, touch) != 0) {
		member->error = errno;
		return;
	}
	error = fsync(member->fd) == 0 ? 0 : errno;
	for (; member != NULL; member = member->next) {
		if (member->dev == dev && member->error == 0) {
			member->error = error;
			member->committed = true;
		}
	}
}

static void
flush_group(struct group_commit_member *group)
{
	struct group_commit_member *member;

	if (group->next == NULL) {
		if (fsync(group->fd) != 0)
			group->error = errno;
		return;
	}
	for (member = group; member != NULL; member = member->next)
		begin(member);
	for (member = group; member != NULL; member = member->next)
		write_out(member);
	for (member = group; member != NULL; member = member->next) {
		if (member->error == 0 && !member->committed)
			commit(member);
	}
}

/* --- gathering a group --- */

static long
between(const struct timespec *from, const struct timespec *to)
{
	/* Longer times do not matter, and might overflow. */
	if (to->tv_sec - from->tv_sec > 1)
		return SECOND;
	if (to->tv_sec - from->tv_sec < -1)
		return -SECOND;
	return (to->tv_sec - from->tv_sec) * SECOND + to->tv_nsec -
	       from->tv_nsec;
}

/* How long the first member of a group waits for others. */
static struct timespec
deadline(const struct group_commit *group_commit, const struct timespec *came)
{
	long linger = between(&group_commit->in, &group_commit->out);
	struct timespec until =
	    between(came, &group_commit->out) > 0 ? group_commit->out : *came;

	until.tv_nsec +=
	    linger < GROUP_COMMIT_LINGER_NS ? linger : GROUP_COMMIT_LINGER_NS;
	until.tv_sec += until.tv_nsec / SECOND;
	until.tv_nsec %= SECOND;
	return until;
}

/* Seven eighths of the crowd are enough: some threads are always late. */
static bool
is_large(const struct group_commit *group_commit)
{
	return group_commit->waiting >=
	       group_commit->crowd - group_commit->crowd / 8;
}

/* Only the first member of a group waits here; it then flushes the group. */
static struct group_commit_member *
wait_for_others(struct group_commit *group_commit)
{
	struct group_commit_member *group;
	struct timespec came, until;
	bool late = false;

	clock_gettime(CLOCK_MONOTONIC, &came);
	while (group_commit->inside > 0 || (!late && !is_large(group_commit))) {
		if (group_commit->inside > 0) {
			pthread_cond_wait(
			    &group_commit->first, &group_commit->lock);
			continue;
		}
		until = deadline(group_commit, &came);
		late = pthread_cond_timedwait(&group_commit->first,
			   &group_commit->lock, &until) != 0;
	}
	/* The threads that did not come may be gone: expect fewer next time. */
	if (late)
		group_commit->crowd -=
		    (group_commit->crowd - group_commit->waiting + 3) / 4;
	group = group_commit->group;
	group_commit->group = NULL;
	group_commit->inside = group_commit->waiting;
	group_commit->waiting = 0;
	group_commit->groups++;
	clock_gettime(CLOCK_MONOTONIC, &group_commit->in);
	return group;
}

/* Called by the first member of a group. */
static void
lead(struct group_commit *group_commit, struct group_commit_member *self)
{
	struct group_commit_member *member = wait_for_others(group_commit),
				   *next;

	pthread_mutex_unlock(&group_commit->lock);
	flush_group(member);
	pthread_mutex_lock(&group_commit->lock);
	group_commit->inside = 0;
	clock_gettime(CLOCK_MONOTONIC, &group_commit->out);
	pthread_cond_signal(&group_commit->first);
	pthread_mutex_unlock(&group_commit->lock);
	for (; member != NULL; member = next) {
		/* Read next first: after sem_post() the member may be gone. */
		next = member->next;
		if (member != self)
			sem_post(&member->done);
	}
}

static void
join(struct group_commit *group_commit, struct group_commit_member *member)
{
	bool first;

	pthread_mutex_lock(&group_commit->lock);
	first = group_commit->group == NULL;
	member->next = group_commit->group;
	group_commit->group = member;
	group_commit->waiting++;
	if (group_commit->crowd < group_commit->waiting + group_commit->inside)
		group_commit->crowd =
		    group_commit->waiting + group_commit->inside;
	if (first) {
		lead(group_commit, member);
		return;
	}
	if (group_commit->inside == 0 && is_large(group_commit))
		pthread_cond_signal(&group_commit->first);
	pthread_mutex_unlock(&group_commit->lock);
	while (sem_wait(&member->done) != 0)
		continue;
}

int
group_commit_sync(struct group_commit *group_commit, int fd)
{
	struct group_commit_member member = {.fd = fd};

	if (group_commit == NULL || sem_init(&member.done, 0, 0) != 0)
		return fsync(fd);
	join(group_commit, &member);
	sem_destroy(&member.done);
	if (member.error == 0)
		return 0;
	errno = member.error;
	return -1;
}
