/*
 * Preloaded: a machine with the faults that HOOKDIR_SHIM names, as words.
 *
 *	lying-files     fsync() of a file does nothing, and says that it did
 *	lying-folders   the same of a folder
 *	lying-ranges    the same of sync_file_range()
 *	slow-links      it takes 3 ms more until linkat() has returned
 *	early-unlinks   renameat2() takes the old name away, and makes the new one
 *	                20 ms later
 *	own-marks       no dedup mark is a link to another, so each has a time of
 *	                its own
 *	held-files      fsync() of a file waits while there is a file of the name
 *	                HOOKDIR_SHIM_HELD
 *	no-memory       one allocation in 200 of a worker thread fails, but for
 *	                those of json-c's strdup(), at whose result it does not
 *	                look
 *	polled-locks    no call waits for a lock: valgrind 3.19 does not know that
 *	                F_OFD_SETLKW does, and lets no other thread run meanwhile
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int
is_on(const char *word)
{
	const char *words = getenv("HOOKDIR_SHIM");

	return words != NULL && strstr(words, word) != NULL;
}

static int
is_from(void *caller, const char *library)
{
	Dl_info info;

	return dladdr(caller, &info) != 0 &&
	       strstr(info.dli_fname, library) != NULL;
}

static int
no_memory(void)
{
	static _Thread_local unsigned long turn;
	static int on = -1;

	if (on < 0)
		on = is_on("no-memory");
	if (!on || gettid() == getpid())
		return 0;
	turn = turn * 6364136223846793005UL + (unsigned long)gettid();
	if ((turn >> 33) % 200 != 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

/* The next definition of name: libc's. */
static void
find(void *dst, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(dst, &found, sizeof(found));
}

void *
malloc(size_t size)
{
	static void *(*next)(size_t);

	if (next == NULL)
		find(&next, "malloc");
	return no_memory() ? NULL : next(size);
}

void *
calloc(size_t n, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		find(&next, "calloc");
	return no_memory() ? NULL : next(n, size);
}

void *
realloc(void *old, size_t size)
{
	static void *(*next)(void *, size_t);

	if (next == NULL)
		find(&next, "realloc");
	return no_memory() ? NULL : next(old, size);
}

char *
strdup(const char *text)
{
	static void *(*next)(size_t);
	size_t size = strlen(text) + 1;
	void *caller = __builtin_return_address(0);
	char *copy;

	if (next == NULL)
		find(&next, "malloc");
	/* dladdr() itself needs no memory. */
	if (!is_from(caller, "libjson-c") && no_memory())
		return NULL;
	copy = next(size);
	return copy == NULL ? NULL : memcpy(copy, text, size);
}

int
fsync(int fd)
{
	struct stat st = {0};
	int is_dir = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);

	if (is_on(is_dir ? "lying-folders" : "lying-files"))
		return 0;
	while (!is_dir && is_on("held-files") &&
	       access(getenv("HOOKDIR_SHIM_HELD"), F_OK) == 0)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	return (int)syscall(SYS_fsync, fd);
}

int
linkat(int from, const char *old, int to, const char *new, int flags)
{
	int rc;

	if (is_on("own-marks") && strcmp(old, ".mark") == 0) {
		errno = EMLINK;
		return -1;
	}
	rc = (int)syscall(SYS_linkat, from, old, to, new, flags);
	if (is_on("slow-links"))
		nanosleep(&(struct timespec){0, 3000000}, NULL);
	return rc;
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	char between[512];

	if (!is_on("early-unlinks"))
		return (int)syscall(SYS_renameat2, from, old, to, new, flags);
	/* Where nobody looks for events. */
	snprintf(between, sizeof(between), "../between.%s", old);
	if (syscall(SYS_renameat2, from, old, from, between, flags) != 0)
		return -1;
	nanosleep(&(struct timespec){0, 20000000}, NULL);
	return (int)syscall(SYS_renameat2, from, between, to, new, flags);
}

int
sync_file_range(int fd, off_t from, off_t n, unsigned flags)
{
	if (is_on("lying-ranges"))
		return 0;
	return (int)syscall(SYS_sync_file_range, fd, from, n, flags);
}

int
fcntl(int fd, int cmd, ...)
{
	int polled = cmd == F_OFD_SETLKW && is_on("polled-locks");
	va_list ap;
	void *arg;
	int rc;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	do {
		rc = (int)syscall(
		    SYS_fcntl, fd, polled ? F_OFD_SETLK : cmd, arg);
	} while (polled && rc != 0 && (errno == EAGAIN || errno == EACCES) &&
		 nanosleep(&(struct timespec){0, 1000000}, NULL) == 0);
	return rc;
}
