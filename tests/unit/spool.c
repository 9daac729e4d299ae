/*
 * spool.c - bytes in a file: written whatever the calls do, moved on where one
 * place fails, and mapped as they were.
 */
#define _GNU_SOURCE /* O_TMPFILE, syscall() */
#include "http/spool.h"
#include "sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "../tap.h"

#define PLACES SPOOL_FOLDERS

/* What is to go wrong. */
static struct {
	int write_at; /* the pwrite() that fails, from 1 */
	int writes;   /* how many of them fail then */
	int error;    /* 0: it writes nothing */
	size_t max;   /* most bytes of one call; 0: all */
	int read_at;  /* the pread() that fails */
	int read_error;
	bool closed[PLACES]; /* a folder that cannot be opened */
	int no_tmpfile;      /* errno of an open with O_TMPFILE; 0: it works */
	int no_file;         /* errno of an open that makes a file */
	int no_unlink;       /* errno of unlinkat() */
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

static int named; /* files that had a name */
static char folder[PLACES][SANDBOX_PATH_MAX];

int
open(const char *path, int flags, ...)
{
	int mode = 0;

	if ((flags & O_CREAT) != 0) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, int);
		va_end(ap);
	}
	for (size_t i = 0; i < PLACES; i++) {
		if (strcmp(path, folder[i]) == 0 && plan.closed[i]) {
			errno = EACCES;
			return -1;
		}
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
openat(int at, const char *path, int flags, ...)
{
	bool tmpfile = (flags & O_TMPFILE) == O_TMPFILE;
	bool creates = (flags & O_CREAT) != 0;
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = tmpfile || creates ? va_arg(ap, int) : 0;
	va_end(ap);
	opened += tmpfile || creates;
	named += creates;
	if ((tmpfile && plan.no_tmpfile != 0) ||
	    (creates && plan.no_file != 0)) {
		opened--;
		errno = tmpfile ? plan.no_tmpfile : plan.no_file;
		return -1;
	}
	return (int)syscall(SYS_openat, at, path, flags, mode);
}

int
unlinkat(int at, const char *path, int flags)
{
	if (plan.no_unlink != 0) {
		errno = plan.no_unlink;
		return -1;
	}
	return (int)syscall(SYS_unlinkat, at, path, flags);
}

static unsigned char bytes[100000];

/* Add all of bytes in steps. */
static bool
fill(struct spool *s, size_t step, struct reason *why)
{
	*why = (struct reason){""};
	writes = reads = opened = 0;
	*s = spool_of(folder[0], folder[1], false);
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
	struct spool_map map = {.base = NULL};
	struct reason why;
	bool mapped = spool_map(s, &map, &why);

	spool_close(s);
	spool_close(s);
	ok(mapped && s->len == sizeof(bytes) &&
		memcmp(map.bytes, bytes, sizeof(bytes)) == 0,
	    "%s: every byte", name);
	if (mapped) {
		ok(map.bytes - map.base >= SPOOL_HEADROOM, "with room before");
		memset(map.base, 'x', (size_t)(map.bytes - map.base));
		ok(map.bytes[0] == bytes[0], "that can be written");
	}
	spool_unmap(&map);
	spool_unmap(&map);
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
	plan.error = ENOSPC;
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
	struct spool_map map;
	struct spool s;
	struct reason why;

	plan.write_at = 4;
	plan.writes = 100;
	plan.error = ENOSPC;
	ok(!fill(&s, 10000, &why), "no room anywhere");
	is_int(opened, PLACES, "both were tried");
	ok(strstr(why.text, "/spool.1: cannot move a large body here: No space "
			    "left on device") != NULL,
	    "why: %s", why.text);
	spool_close(&s);
	plan.error = 0;
	ok(!fill(&s, 10000, &why), "nothing is written, and no error told");
	ok(strstr(why.text, "cannot move a large body here: No space left") !=
		NULL,
	    "why");
	spool_close(&s);
	plan.closed[1] = true;
	ok(!fill(&s, 10000, &why), "no room, and nowhere else to go");
	ok(strstr(why.text, "/spool.1: cannot create a file for a large body: "
			    "Permission denied") != NULL,
	    "why: %s", why.text);
	spool_close(&s);
	plan.closed[0] = true;
	ok(!fill(&s, 10000, &why), "no place at all");
	is_int(s.fd, -1, "nothing is open");
	spool_close(&s);
	plan.closed[0] = plan.closed[1] = false;
	plan.writes = 1;
	for (int error = 0; error <= EIO; error += EIO) {
		plan.read_at = 2;
		plan.read_error = error;
		ok(!fill(&s, 10000, &why), "it cannot be read back");
		spool_close(&s);
	}
	plan.read_at = 0;
	plan.write_at = 0;

	ok(fill(&s, 10000, &why), "it is cut short by another");
	if (ftruncate(s.fd, 5000) != 0)
		sandbox_die("ftruncate");
	ok(!spool_map(&s, &map, &why), "which no reader has to find out");
	is_str(why.text, "cannot read a large body back from disk: Bad address",
	    "why");
	spool_close(&s);
	ok(!spool_map(&s, &map, &why), "no file");
	is_str(why.text,
	    "cannot map a large body into memory: Bad file descriptor", "why");
	ok(map.base == NULL, "and nothing to give back");
}

/* Entries of the first folder. */
static int
entries(void)
{
	DIR *dir = opendir(folder[0]);
	int n = 0;

	if (dir == NULL)
		sandbox_die("no folder");
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

/* A file that nobody ever sees, on whatever file system. */
static void
test_nameless(void)
{
	static const int error[] = {0, EOPNOTSUPP, EISDIR};
	struct reason why;
	struct spool s;
	struct stat st;
	char proc[32];

	for (size_t i = 0; i < 3; i++) {
		plan.no_tmpfile = error[i];
		named = 0;
		ok(fill(&s, 10000, &why), "a file: %s", why.text);
		is_int(named, i > 0, "with a name at first?");
		is_int(entries(), 0, "it has none");
		ok(fstat(s.fd, &st) == 0 && st.st_nlink == 0 &&
			(st.st_mode & 07777) == 0600,
		    "and is nobody else's");
		ok((fcntl(s.fd, F_GETFD) & FD_CLOEXEC) != 0,
		    "and no child gets it");
		snprintf(proc, sizeof(proc), "/proc/self/fd/%d", s.fd);
		ok(linkat(AT_FDCWD, proc, AT_FDCWD, sandbox_path("event"),
		       AT_SYMLINK_FOLLOW) != 0,
		    "it can get no name");
		spool_close(&s);
	}
	plan.no_unlink = EIO;
	plan.closed[1] = true;
	ok(!fill(&s, 10000, &why), "a name that stays");
	is_int(entries(), 1, "is left by that");
	plan.no_unlink = 0;
	ok(fill(&s, 10000, &why), "and taken away by the next");
	is_int(entries(), 0, "which leaves none");
	spool_close(&s);
	plan.no_file = EDQUOT;
	ok(!fill(&s, 10000, &why), "no room for one with a name");
	ok(strstr(why.text, "/spool.1: cannot create a file for a large") !=
		NULL,
	    "why");
	plan.no_file = plan.no_tmpfile = 0;
	plan.closed[1] = false;
}

/* Of the first delivery of all: the folder is made, and no link is followed. */
static void
test_folder(void)
{
	struct reason why;
	struct spool s;
	struct stat st;

	if (rmdir(folder[0]) != 0)
		sandbox_die("rmdir");
	ok(fill(&s, 10000, &why), "a folder that is not there");
	ok(stat(folder[0], &st) == 0 && (st.st_mode & 07777) == 0700,
	    "is made for this user alone");
	spool_close(&s);
	if (rmdir(folder[0]) != 0 || symlink(folder[1], folder[0]) != 0)
		sandbox_die("symlink");
	ok(fill(&s, 10000, &why), "a link is no folder");
	is_int((long long)s.tried, 2, "so the second is taken");
	spool_close(&s);
}

int
main(void)
{
	sandbox_make();
	for (size_t i = 0; i < PLACES; i++) {
		snprintf(folder[i], sizeof(folder[i]), "%s/spool.%zu",
		    sandbox_dir, i);
		if (mkdir(folder[i], 0700) != 0)
			sandbox_die("mkdir");
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 31 + i / 256);
	test_whole();
	test_move();
	test_failure();
	test_nameless();
	test_folder();
	sandbox_remove(sandbox_dir);
	return done();
}
