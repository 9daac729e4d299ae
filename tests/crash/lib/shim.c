/*
 * Preloaded: a machine with the faults that HOOKDIR_SHIM names, as words.
 *
 *	lying-files     fsync() of a file does nothing, and says that it did
 *	lying-folders   the same of a folder
 *	slow-folders    fsync() of a folder takes 3 ms more, as disks do
 *	polled-locks    no call waits for a lock: valgrind 3.19 does not know that
 *	                F_OFD_SETLKW does, and lets no other thread run meanwhile
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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

int
fsync(int fd)
{
	struct stat st = {0};
	int is_dir = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);

	if (is_on(is_dir ? "lying-folders" : "lying-files"))
		return 0;
	if (is_dir && is_on("slow-folders"))
		nanosleep(&(struct timespec){0, 3000000}, NULL);
	return (int)syscall(SYS_fsync, fd);
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
