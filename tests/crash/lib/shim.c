/*
 * Preloaded: a machine with the faults that HOOKDIR_SHIM names, as words.
 *
 *	lying-files     fsync() of a file does nothing, and says that it did
 *	lying-folders   the same of a folder
 *	slow-folders    fsync() of a folder takes 3 ms more, as disks do
 */
#define _GNU_SOURCE
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
