/*
 * spool.c - bytes in a file: written whatever the calls do, moved on where one
 * place fails, and mapped as they were.
 */
#define _GNU_SOURCE /* syscall() */
#include "http/spool.h"
#include "sandbox.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../tap.h"

#define PLACES 3

/* What is to go wrong. */
static struct {
	int write_at; /* the pwrite() that fails, from 1 */
	int writes;   /* how many of them fail then */
	int error;    /* 0: it writes nothing */
	size_t max;   /* most bytes of one call; 0: all */
	int read_at;  /* the pread() that fails */
	int read_error;
	bool closed[PLACES]; /* a place that has no file */
} plan;

static int writes, reads, opened;

ssize_t
pwrite(int fd, const void *buf, size_t len, off_t at)
{
	if (++writes >= plan.write_at && writes < plan.write_at + plan.writes) {
		errno = plan.error;
		return plan.error == 0 ? 0 : -1;
	}
	if (plan.max > 0 && len > plan.max)
		len = plan.max;
	return syscall(SYS_pwrite64, fd, buf, len, at);
}

ssize_t
pread(int fd, void *buf, size_t len, off_t at)
{
	if (++reads == plan.read_at) {
		errno = plan.read_error;
		return plan.read_error == 0 ? 0 : -1;
	}
	if (plan.max > 0 && len > plan.max)
		len = plan.max;
	return syscall(SYS_pread64, fd, buf, len, at);
}

static int
open_place(void *arg, size_t place, struct reason *why)
{
	char name[32];
	int fd;

	ok(arg == &plan, "the opener's own");
	if (place >= PLACES)
		return SPOOL_NOWHERE;
	if (plan.closed[place]) {
		reason_set(why, "place %zu is closed", place);
		return -1;
	}
	opened++;
	snprintf(name, sizeof(name), "spool.%zu", place);
	fd = open(sandbox_path(name), O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		sandbox_die("a file");
	return fd;
}

static unsigned char bytes[100000];

/* Add all of bytes in steps. */
static bool
fill(struct spool *s, size_t step, struct reason *why)
{
	*why = (struct reason){""};
	writes = reads = opened = 0;
	*s = spool_of(open_place, &plan);
	for (size_t at = 0; at < sizeof(bytes); at += step) {
		size_t left = sizeof(bytes) - at;

		if (!spool_add(s,
			span_mem(bytes + at, left < step ? left : step), why))
			return false;
	}
	return true;
}

/* All is there, also once the file is closed. */
static void
is_whole(struct spool *s, const char *name)
{
	unsigned char *ptr = NULL;
	struct reason why;
	bool mapped = spool_map(s, &ptr, &why);

	spool_close(s);
	spool_close(s);
	ok(mapped && s->len == sizeof(bytes) &&
		memcmp(ptr, bytes, sizeof(bytes)) == 0,
	    "%s: every byte", name);
	if (mapped)
		munmap(ptr, s->len);
}

static void
test_whole(void)
{
	static const size_t step[] = {1000, 4096, 65536, sizeof(bytes)};
	struct spool s;
	struct reason why;

	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		ok(fill(&s, step[i], &why), "in steps of %zu", step[i]);
		is_int(opened, 1, "one file");
		is_whole(&s, "whole");
	}
	plan.max = 333;
	ok(fill(&s, 5000, &why), "short writes");
	is_whole(&s, "short writes");
	plan.max = 0;
	plan.write_at = 2;
	plan.writes = 3;
	plan.error = EINTR;
	ok(fill(&s, 5000, &why), "interrupted");
	is_int(opened, 1, "and no other place");
	is_whole(&s, "interrupted");
}

/* Each write of the first place fails in place, and all goes to the second. */
static void
test_move(void)
{
	static const int error[] = {ENOSPC, EIO, EDQUOT, EFBIG, 0};
	struct spool s;
	struct reason why;

	for (size_t i = 0; i < sizeof(error) / sizeof(error[0]); i++) {
		for (int at = 1; at <= 10; at += 3) {
			plan.write_at = at;
			plan.writes = 1;
			plan.error = error[i];
			ok(fill(&s, 10000, &why), "write %d, error %d", at,
			    error[i]);
			is_int(opened, 2, "the second place");
			is_whole(&s, "moved");
		}
	}
	plan.max = 777;
	plan.write_at = 50;
	ok(fill(&s, 10000, &why), "in the middle of a part");
	is_whole(&s, "moved");
	plan.max = 0;
	plan.write_at = 4;
	plan.writes = 2;
	plan.error = ENOSPC;
	ok(fill(&s, 10000, &why), "the second place fails as it moves");
	is_int(opened, 3, "the third");
	is_whole(&s, "moved twice");
	plan.writes = 1;
	plan.read_at = 1;
	plan.read_error = EINTR;
	ok(fill(&s, 10000, &why), "a read is interrupted");
	is_int(opened, 2, "which is no failure");
	is_whole(&s, "interrupted");
	plan.read_at = 0;
	plan.write_at = 0;
	plan.closed[0] = true;
	ok(fill(&s, 10000, &why), "no file in the first place");
	is_int(opened, 1, "but in the second");
	is_whole(&s, "elsewhere");
	plan.closed[0] = false;
}

static void
test_failure(void)
{
	unsigned char *ptr;
	struct spool s;
	struct reason why;

	plan.write_at = 4;
	plan.writes = 100;
	plan.error = ENOSPC;
	ok(!fill(&s, 10000, &why), "no room anywhere");
	is_int(opened, PLACES, "all were tried");
	is_str(why.text,
	    "a large body cannot be moved: No space left on device", "why");
	spool_close(&s);
	plan.error = 0;
	ok(!fill(&s, 10000, &why), "nothing is written, and no error told");
	is_str(why.text,
	    "a large body cannot be moved: No space left on device", "why");
	spool_close(&s);
	plan.closed[1] = plan.closed[2] = true;
	ok(!fill(&s, 10000, &why), "no room, and nowhere else to go");
	is_str(why.text, "place 2 is closed", "why");
	spool_close(&s);
	plan.closed[0] = true;
	ok(!fill(&s, 10000, &why), "no place at all");
	is_int(s.fd, -1, "nothing is open");
	spool_close(&s);
	plan.closed[0] = plan.closed[1] = plan.closed[2] = false;
	plan.writes = 1;
	for (int error = 0; error <= EIO; error += EIO) {
		plan.read_at = 2;
		plan.read_error = error;
		plan.closed[2] = true;
		ok(!fill(&s, 10000, &why), "it cannot be read back");
		spool_close(&s);
	}
	plan.read_at = 0;
	plan.write_at = 0;
	plan.closed[2] = false;

	ok(fill(&s, 10000, &why), "it is cut short by another");
	if (ftruncate(s.fd, 5000) != 0)
		sandbox_die("ftruncate");
	ok(!spool_map(&s, &ptr, &why), "which no reader has to find out");
	is_str(why.text, "tmp: a large body cannot be read back: Bad address",
	    "why");
	spool_close(&s);
	ok(!spool_map(&s, &ptr, &why), "no file");
	is_str(why.text,
	    "tmp: a large body cannot be mapped: Bad file "
	    "descriptor",
	    "why");
}

int
main(void)
{
	sandbox_make();
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 31 + i / 256);
	test_whole();
	test_move();
	test_failure();
	sandbox_remove(sandbox_dir);
	return done();
}
