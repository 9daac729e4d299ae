/* group_commit.c - who is flushed with whom, and what of them lasts. */
#define _GNU_SOURCE /* for model.h */
#include "inbox/group_commit.h"
#include "model.h"

#include "../tap.h"

#define THREADS 12
#define ROUNDS  (FILES / THREADS)
#define CROWD   8

static struct group_commit group_commit;

/* --- alone --- */

static void
test_alone(void)
{
	reset();
	is_int(group_commit_sync(NULL, 0), 0, "nobody to do it together with");
	is_int(disk.count[FSYNC], 1, "one fsync");
	disk.error[FSYNC][1] = EIO;
	is_int(group_commit_sync(NULL, 1), -1, "that fails");
	is_int(errno, EIO, "as it does");

	reset();
	ok(group_commit_init(&group_commit), "a group_commit");
	for (int i = 0; i < 1000; i++)
		group_commit_sync(&group_commit, i);
	is_int(disk.count[FSYNC], 1000, "alone: each has its own fsync");
	is_int(disk.count[STAT] + disk.count[BEGIN] + disk.count[WRITE] +
		   disk.count[TOUCH],
	    0, "and nothing else");
	is_int((long)group_commit.groups, 1000, "each is a group");
	is_int((long)group_commit.crowd, 1, "and no crowd");
	disk.error[FSYNC][1] = ENOSPC;
	is_int(group_commit_sync(&group_commit, 1), -1, "a failure");
	is_int(errno, ENOSPC, "is told");
	is_int(group_commit_sync(&group_commit, 2), 0,
	    "and only to whom it concerns");
	group_commit_destroy(&group_commit);
}

/* --- one group --- */

struct one {
	pthread_t thread;
	int fd, rc, error;
};

static void *
sync_once(void *arg)
{
	struct one *one = arg;

	one->rc = group_commit_sync(&group_commit, one->fd);
	one->error = errno;
	return NULL;
}

/* Until so many are at a place; false if they never are. */
static bool
come(const unsigned *place, unsigned n)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	bool there = false;

	for (int i = 0; i < 5000 && !there; i++) {
		pthread_mutex_lock(&group_commit.lock);
		there = *place == n;
		pthread_mutex_unlock(&group_commit.lock);
		if (!there)
			nanosleep(&pause, NULL);
	}
	return there;
}

/* Files 0 to CROWD-1 as one group, which gathers while CROWD is flushed. */
static void
run_group(struct one one[static CROWD + 1])
{
	sem_init(&go, 0, 0);
	group_commit_init(&group_commit);
	disk.blocks = true;
	for (int i = CROWD; i >= 0; i--) {
		one[i] = (struct one){.fd = i};
		pthread_create(&one[i].thread, NULL, sync_once, &one[i]);
		if (i == CROWD)
			ok(come(&group_commit.inside, 1), "one is inside");
	}
	ok(come(&group_commit.waiting, CROWD),
	    "who comes while a group is inside waits");
	is_int((long)group_commit.groups, 1, "for that one to end");
	for (int i = 0; i <= CROWD; i++)
		sem_post(&go);
	for (int i = 0; i <= CROWD; i++)
		pthread_join(one[i].thread, NULL);
	is_int((long)group_commit.groups, 2, "and then goes as one");
	group_commit_destroy(&group_commit);
}

/* How many failed with this error; of 0, how many succeeded and last. */
static int
ended(const struct one one[static CROWD], int error)
{
	int n = 0;

	for (int i = 0; i < CROWD; i++) {
		n += error == 0 ? one[i].rc == 0 && disk.state[i] == DURABLE
				: one[i].rc == -1 && one[i].error == error;
	}
	return n;
}

static void
test_group(void)
{
	struct one one[CROWD + 1];

	reset();
	run_group(one);
	is_int(ended(one, 0), CROWD, "all of a group last");
	is_int(disk.count[BEGIN], CROWD, "each is written");
	is_int(disk.count[WRITE], CROWD, "and waited for");
	ok(disk.last_begun < disk.first_written, "all begin before one ends");
	is_int(disk.count[TOUCH], 1, "then one is touched");
	ok(disk.last_written < disk.first_touched, "after all were written");
	is_int(disk.count[FSYNC], 2, "and flushed: one fsync a group");
}

static void
test_own_failure(void)
{
	struct one one[CROWD + 1];

	reset();
	disk.error[WRITE][3] = ENOSPC;
	disk.error[STAT][5] = EIO;
	disk.error[BEGIN][6] = EBADMSG;
	run_group(one);
	is_int(ended(one, 0), CROWD - 3, "three that fail: the others last");
	is_int(one[6].rc, -1, "one that no block is found for");
	is_int(one[6].error, EBADMSG, "fails, though later all seems well");
	is_int(one[3].rc, -1, "one that could not be written");
	is_int(one[3].error, ENOSPC, "fails");
	is_int(one[5].rc, -1, "one that is of no known device");
	is_int(one[5].error, EIO, "fails");

	/* Whoever remains commits. */
	for (int good = 0; good < CROWD; good += CROWD - 1) {
		reset();
		for (int i = 0; i < CROWD; i++)
			disk.error[WRITE][i] = i == good ? 0 : EIO;
		run_group(one);
		is_int(one[good].rc, 0, "all but one fail: %d is fine", good);
		is_int((long)disk.state[good], DURABLE, "and lasts");
		is_int(ended(one, EIO), CROWD - 1, "the others fail");
	}
	reset();
	for (int i = 0; i < CROWD; i++)
		disk.error[WRITE][i] = EIO;
	run_group(one);
	is_int(ended(one, EIO), CROWD, "all fail");
	is_int(disk.count[FSYNC], 1, "and nothing is committed");
}

static void
fail_all(enum call call, int error)
{
	for (int i = 0; i < CROWD; i++)
		disk.error[call][i] = error;
}

static void
test_commit_failure(void)
{
	struct one one[CROWD + 1];

	reset();
	fail_all(FSYNC, EIO);
	run_group(one);
	is_int(ended(one, EIO), CROWD, "no commit: all fail");
	is_int(disk.count[FSYNC], 2, "and it is not tried again");
	reset();
	for (int i = 1; i < CROWD; i++)
		disk.error[TOUCH][i] = EACCES;
	run_group(one);
	is_int(one[0].rc, 0, "one that can be touched is fine");
	is_int(ended(one, EACCES) + ended(one, 0), CROWD, "and others fail");
	is_int(disk.count[FSYNC], 2, "one commit");
	reset();
	fail_all(TOUCH, EROFS);
	run_group(one);
	is_int(ended(one, EROFS), CROWD, "nothing to be touched: all fail");
	is_int(disk.count[FSYNC], 1, "and nothing is committed");
}

static void
test_devices(void)
{
	struct one one[CROWD + 1];

	reset();
	disk.devices = 2;
	run_group(one);
	is_int(ended(one, 0), CROWD, "of two devices: all last");
	is_int(disk.count[TOUCH], 2, "by a commit of each");
	reset();
	disk.devices = 2;
	for (int i = 1; i < CROWD; i += 2)
		disk.error[FSYNC][i] = EIO;
	run_group(one);
	is_int(ended(one, 0), CROWD / 2, "one device fails: the other lasts");
	is_int(ended(one, EIO), CROWD / 2, "and all of the one fail");
}

/* --- many --- */

static int lost[THREADS];

static void *
sync_often(void *arg)
{
	int self = (int)((int *)arg - lost);

	for (int i = 0; i < ROUNDS; i++) {
		int fd = self * ROUNDS + i;

		if (group_commit_sync(&group_commit, fd) != 0)
			lost[self]++;
		pthread_mutex_lock(&disk.lock);
		lost[self] += disk.state[fd] != DURABLE;
		pthread_mutex_unlock(&disk.lock);
		if (i % 7 == 0)
			nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
	}
	return NULL;
}

static void
test_many(void)
{
	pthread_t thread[THREADS];
	int sum = 0;

	reset();
	group_commit_init(&group_commit);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, sync_often, &lost[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		sum += lost[i];
	}
	is_int(sum, 0, "each lasts when its thread goes on");
	ok(disk.count[FSYNC] < FILES, "with fewer commits: %d of %d",
	    disk.count[FSYNC], FILES);
	ok(group_commit.crowd <= THREADS,
	    "no more are expected than there were");
	/* When it has gone, it is forgotten. */
	group_commit.crowd = THREADS;
	for (int i = 0; i < 40; i++)
		group_commit_sync(&group_commit, i);
	is_int((long)group_commit.crowd, 1, "and forgotten");
	group_commit_destroy(&group_commit);
}

/* The first of a group waits for others, but not for ever. */
static void
test_linger(void)
{
	struct one one[CROWD];
	struct timespec from, to;
	long ns;

	reset();
	group_commit_init(&group_commit);
	group_commit.crowd = 4;
	clock_gettime(CLOCK_MONOTONIC, &group_commit.out);
	group_commit.in = group_commit.out;
	group_commit.in.tv_sec -= 10;
	clock_gettime(CLOCK_MONOTONIC, &from);
	group_commit_sync(&group_commit, 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ns = (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
	ok(ns >= GROUP_COMMIT_LINGER_NS / 2, "it waited for others");
	is_int((long)group_commit.crowd, 3, "and expects fewer");
	group_commit_destroy(&group_commit);

	/* Until this moment, which does not come. */
	group_commit_init(&group_commit);
	group_commit.crowd = CROWD;
	clock_gettime(CLOCK_MONOTONIC, &group_commit.out);
	group_commit.in = group_commit.out;
	group_commit.out.tv_sec += 10;
	for (int i = 0; i < CROWD - 1; i++) {
		one[i] = (struct one){.fd = i};
		pthread_create(&one[i].thread, NULL, sync_once, &one[i]);
	}
	for (int i = 0; i < CROWD - 1; i++)
		pthread_join(one[i].thread, NULL);
	is_int(
	    (long)group_commit.groups, 1, "most of them are enough: a group");
	is_int((long)group_commit.crowd, CROWD, "in time");
	group_commit_destroy(&group_commit);
}

int
main(void)
{
	test_alone();
	test_group();
	test_own_failure();
	test_commit_failure();
	test_devices();
	test_many();
	test_linger();
	return done();
}
