/* group_commit.c - what of a group lasts. */
#define _GNU_SOURCE /* for model.h */
#include "inbox/group_commit.h"
#include "model.h"

#include "../tap.h"

#define CROWD 8

static struct group_commit_file file[CROWD];

/* Files 0 to n-1 as one group. */
static void
flush(int n)
{
	for (int i = 0; i < n; i++)
		file[i] = (struct group_commit_file){
		    .fd = i, .next = i + 1 < n ? &file[i + 1] : NULL};
	group_commit_flush(file);
}

/* How many failed with this error; of 0, how many succeeded and last. */
static int
ended(int error)
{
	int n = 0;

	for (int i = 0; i < CROWD; i++)
		n += file[i].error == error &&
		     (error != 0 || disk.state[i] == DURABLE);
	return n;
}

static void
test_alone(void)
{
	reset();
	flush(1);
	is_int(file[0].error, 0, "one file");
	is_int(disk.count[FSYNC], 1, "has its own fsync");
	is_int(disk.count[STAT] + disk.count[BEGIN] + disk.count[WRITE] +
		   disk.count[TOUCH],
	    0, "and nothing else");
	is_int((long)disk.state[0], DURABLE, "it lasts");
	disk.error[FSYNC][0] = ENOSPC;
	flush(1);
	is_int(file[0].error, ENOSPC, "a failure is told");
}

static void
test_group(void)
{
	reset();
	flush(CROWD);
	is_int(ended(0), CROWD, "all of a group last");
	is_int(disk.count[BEGIN], CROWD, "each is written");
	is_int(disk.count[WRITE], CROWD, "and waited for");
	ok(disk.last_begun < disk.first_written, "all begin before one ends");
	is_int(disk.count[TOUCH], 1, "then one is touched");
	ok(disk.last_written < disk.first_touched, "after all were written");
	is_int(disk.count[FSYNC], 1, "and flushed: one fsync a group");
}

static void
test_own_failure(void)
{
	reset();
	disk.error[WRITE][3] = ENOSPC;
	disk.error[STAT][5] = EIO;
	disk.error[BEGIN][6] = EBADMSG;
	flush(CROWD);
	is_int(ended(0), CROWD - 3, "three that fail: the others last");
	is_int(file[6].error, EBADMSG,
	    "one that no block is found for fails, though later all seems "
	    "well");
	is_int(file[3].error, ENOSPC, "one that could not be written fails");
	is_int(file[5].error, EIO, "one that is of no known device fails");

	/* Whichever remains is committed. */
	for (int good = 0; good < CROWD; good += CROWD - 1) {
		reset();
		for (int i = 0; i < CROWD; i++)
			disk.error[WRITE][i] = i == good ? 0 : EIO;
		flush(CROWD);
		is_int(
		    file[good].error, 0, "all but one fail: %d is fine", good);
		is_int((long)disk.state[good], DURABLE, "and lasts");
		is_int(ended(EIO), CROWD - 1, "the others fail");
	}
	reset();
	for (int i = 0; i < CROWD; i++)
		disk.error[WRITE][i] = EIO;
	flush(CROWD);
	is_int(ended(EIO), CROWD, "all fail");
	is_int(disk.count[FSYNC], 0, "and nothing is committed");
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
	reset();
	fail_all(FSYNC, EIO);
	flush(CROWD);
	is_int(ended(EIO), CROWD, "no commit: all fail");
	is_int(disk.count[FSYNC], 1, "and it is not tried again");
	reset();
	fail_all(TOUCH, EACCES);
	disk.error[TOUCH][CROWD - 1] = 0;
	flush(CROWD);
	is_int(file[CROWD - 1].error, 0, "one that can be touched is fine");
	is_int(ended(EACCES), CROWD - 1, "those before it fail");
	is_int(disk.count[FSYNC], 1, "one commit");
	reset();
	fail_all(TOUCH, EROFS);
	flush(CROWD);
	is_int(ended(EROFS), CROWD, "nothing to be touched: all fail");
	is_int(disk.count[FSYNC], 0, "and nothing is committed");
}

static void
test_devices(void)
{
	reset();
	disk.devices = 2;
	flush(CROWD);
	is_int(ended(0), CROWD, "of two devices: all last");
	is_int(disk.count[TOUCH], 2, "by a commit of each");
	reset();
	disk.devices = 2;
	for (int i = 1; i < CROWD; i += 2)
		disk.error[FSYNC][i] = EIO;
	flush(CROWD);
	is_int(ended(0), CROWD / 2, "one device fails: the other lasts");
	is_int(ended(EIO), CROWD / 2, "and all of the one fail");
}

int
main(void)
{
	test_alone();
	test_group();
	test_own_failure();
	test_commit_failure();
	test_devices();
	return done();
}
