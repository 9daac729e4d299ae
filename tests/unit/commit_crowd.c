/* commit_crowd.c - how many are waited for, and until when. */
#include "inbox/commit_crowd.h"

#include "../tap.h"

/* They come one after the other; so many wait then. */
static void
come(struct commit_crowd *crowd, unsigned waiting)
{
	for (unsigned n = 1; n <= waiting; n++)
		commit_crowd_came(crowd, n);
}

static void
test_alone(void)
{
	struct commit_crowd crowd = COMMIT_CROWD_NONE;

	is_int(crowd.size, 1, "one is expected");
	ok(commit_crowd_is_here(&crowd, 1), "and enough");
	ok(!commit_crowd_is_here(&crowd, 0), "none is not");
	come(&crowd, 1);
	is_int(crowd.size, 1, "one that is alone is expected again");
}

static void
test_grows(void)
{
	const struct timespec zero = {0};
	struct commit_crowd crowd = COMMIT_CROWD_NONE;

	come(&crowd, 5);
	is_int(crowd.size, 5, "five wait");
	come(&crowd, 2);
	is_int(crowd.size, 5, "fewer the next time");
	commit_crowd_goes(&crowd, 5);
	come(&crowd, 4);
	is_int(crowd.size, 9, "five are being flushed, and four wait");
	commit_crowd_goes(&crowd, 4);
	commit_crowd_flushed(&crowd, 5, &zero, &zero);
	come(&crowd, 6);
	is_int(crowd.size, 10, "four are being flushed, and six wait");
	commit_crowd_flushed(&crowd, 4, &zero, &zero);
	come(&crowd, COMMIT_CROWD_MAX + 1);
	is_int(crowd.size, COMMIT_CROWD_MAX, "no more than a group has");
}

static void
test_enough(void)
{
	static const struct {
		unsigned size, enough;
	} row[] = {
	    {1, 1}, {2, 2}, {7, 7}, {8, 7}, {15, 14}, {16, 14}, {64, 56}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct commit_crowd crowd = {.size = row[i].size};

		ok(commit_crowd_is_here(&crowd, row[i].enough),
		    "%u of %u are enough", row[i].enough, row[i].size);
		ok(!commit_crowd_is_here(&crowd, row[i].enough - 1),
		    "%u are not", row[i].enough - 1);
	}
}

static void
test_late(void)
{
	static const struct {
		unsigned size, waiting, then;
	} row[] = {{16, 1, 12}, {12, 1, 9}, {5, 1, 4}, {4, 1, 3}, {3, 1, 2},
	    {2, 1, 1}, {64, 55, 61}, {1, 0, 1}, {2, 0, 1}, {64, 64, 64},
	    {64, 70, 64}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct commit_crowd crowd = {.size = row[i].size};

		commit_crowd_is_late(&crowd, row[i].waiting);
		is_int(crowd.size, row[i].then, "%u of %u came in time",
		    row[i].waiting, row[i].size);
	}
}

/* A flush from one time to another, and until when the crowd is waited for. */
static void
test_deadline(void)
{
	static const struct {
		struct timespec from, to;
		long ns;
		struct timespec until;
	} row[] = {
	    {{10, 1000}, {10, 4000}, 3000, {10, 7000}},
	    {{10, 999999000}, {11, 500}, 1500, {11, 2000}},
	    {{10, 0}, {10, 999999999}, 999999999, {11, 4999999}},
	    {{10, 0}, {10, 5000001}, 5000001, {10, 10000001}},
	    {{10, 0}, {11, 0}, 1000000000, {11, 5000000}},
	    {{10, 0}, {99, 5}, 1000000000, {99, 5000005}},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct commit_crowd crowd = COMMIT_CROWD_NONE;
		struct timespec until;

		commit_crowd_goes(&crowd, 3);
		commit_crowd_flushed(&crowd, 3, &row[i].from, &row[i].to);
		is_int(crowd.flush_ns, row[i].ns, "row %zu: a flush took", i);
		until = commit_crowd_deadline(&crowd);
		is_int(until.tv_sec, row[i].until.tv_sec, "seconds");
		is_int(until.tv_nsec, row[i].until.tv_nsec, "nanoseconds");
	}
}

int
main(void)
{
	test_alone();
	test_grows();
	test_enough();
	test_late();
	test_deadline();
	return done();
}
