/*
 * calls.h - the system calls that the inbox makes, replaced in the program
 * that includes this: each notes that it was called, and fails when its turn
 * has come. Needs _GNU_SOURCE.
 */
#ifndef CALLS_H
#define CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "inbox/fs_journal.h"

enum call {
	OPENAT,
	WRITEV,
	COPY,
	FSYNC,
	LINKAT,
	MKDIRAT,
	FACCESSAT,
	FCNTL,
	UNLINKAT,
	MARK, /* linkat() within one folder */
	CALLS
};

static const char *const call_name[CALLS] = {"openat", "writev",
    "copy_file_range", "fsync", "linkat", "mkdirat", "faccessat", "fcntl",
    "unlinkat", "linkat of a mark"};

/* What is to go wrong. */
static struct {
	enum call call;
	int at;         /* the call that fails, from 1; 0: none */
	int error;      /* its errno; 0: it does nothing */
	size_t max;     /* most bytes that one writev() takes; 0: all */
	bool ordered;   /* the file system keeps the order of changes */
	bool no_unlink; /* no name can be removed */
} plan;

static int count[CALLS];
static char trace[4096];

static bool
fails(enum call call)
{
	if (++count[call] != plan.at || call != plan.call)
		return false;
	errno = plan.error;
	return true;
}

static void
note(const char *what)
{
	size_t used = strlen(trace);

	snprintf(trace + used, sizeof(trace) - used, "%s ", what);
}

int
openat(int at, const char *path, int flags, ...)
{
	int mode = 0;

	if ((flags & O_CREAT) != 0) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, int);
		va_end(ap);
	}
	if (fails(OPENAT))
		return -1;
	return (int)syscall(SYS_openat, at, path, flags, mode);
}

ssize_t
writev(int fd, const struct iovec *part, int n)
{
	struct iovec less;

	if (fails(WRITEV))
		return plan.error == 0 ? 0 : -1;
	note("write");
	if (plan.max == 0)
		return syscall(SYS_writev, fd, part, n);
	/* Short, and at times across the end of the first part. */
	less = part[0].iov_len > 0 ? part[0] : part[1];
	if (less.iov_len > plan.max)
		less.iov_len = plan.max;
	return syscall(SYS_writev, fd, &less, 1);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	note("put");
	return syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t
copy_file_range(
    int from, off_t *at, int to, off_t *to_at, size_t len, unsigned flags)
{
	if (fails(COPY))
		return plan.error == 0 ? 0 : -1;
	note("copy");
	if (plan.max > 0 && len > plan.max)
		len = plan.max;
	return syscall(SYS_copy_file_range, from, at, to, to_at, len, flags);
}

/* Nothing reaches the disk: no test cuts the power, and each flush would wait. */
int
fsync(int fd)
{
	struct stat st;
	char what[32];

	if (fstat(fd, &st) != 0 || fails(FSYNC))
		return -1;
	snprintf(what, sizeof(what), "fsync-%s",
	    S_ISDIR(st.st_mode) ? "folder" : "file");
	note(what);
	return 0;
}

int
linkat(int from, const char *old, int to, const char *new, int flags)
{
	if (fails(from == to ? MARK : LINKAT))
		return -1;
	if (from != to)
		note("link");
	return (int)syscall(SYS_linkat, from, old, to, new, flags);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
	if (fails(MKDIRAT))
		return -1;
	note("mkdir");
	return (int)syscall(SYS_mkdirat, at, path, mode);
}

int
faccessat(int at, const char *path, int mode, int flags)
{
	if (fails(FACCESSAT))
		return -1;
	return (int)syscall(SYS_faccessat2, at, path, mode, flags);
}

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fails(FCNTL))
		return -1;
	if (cmd == F_OFD_SETLKW)
		note("lock");
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

bool
fs_journal_ordered(int fd)
{
	(void)fd;
	errno = ENOENT; /* as where there is no /sys */
	return plan.ordered;
}

int
unlinkat(int at, const char *path, int flags)
{
	if (fails(UNLINKAT))
		return -1;
	if (plan.no_unlink) {
		errno = EIO;
		return -1;
	}
	if (strlen(path) > 64)
		note("unlink");
	return (int)syscall(SYS_unlinkat, at, path, flags);
}

#endif
