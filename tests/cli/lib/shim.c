/*
 * shim.c - preloaded into hookdir check: a clock, a disk and a machine that
 * are as the test wants them.  What the environment does not name is real.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <time.h>

time_t
time(time_t *dst)
{
	const char *now = getenv("SHIM_NOW");
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (now != NULL)
		ts.tv_sec = (now[0] == '+' ? ts.tv_sec : 0) + atoll(now);
	if (dst != NULL)
		*dst = ts.tv_sec;
	return ts.tv_sec;
}

int
adjtimex(struct timex *tx)
{
	const char *state = getenv("SHIM_NTP");

	memset(tx, 0, sizeof(*tx));
	if (state != NULL && strcmp(state, "unsync") == 0)
		tx->status = STA_UNSYNC;
	return state != NULL && strcmp(state, "error") == 0 ? TIME_ERROR
							    : TIME_OK;
}

int
statfs(const char *path, struct statfs *fs)
{
	const char *type = getenv("SHIM_FS");

	(void)path;
	memset(fs, 0, sizeof(*fs));
	fs->f_type = (__typeof__(fs->f_type))strtoul(
	    type != NULL ? type : "ef53", NULL, 16);
	return 0;
}

static unsigned long
number(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

int
statvfs(const char *path, struct statvfs *fs)
{
	(void)path;
	memset(fs, 0, sizeof(*fs));
	fs->f_bsize = 1 << 20; /* not the unit of the numbers below */
	fs->f_frsize = 4096;
	fs->f_blocks = number("SHIM_BLOCKS", 1000000);
	fs->f_bfree = fs->f_blocks;
	fs->f_bavail = number("SHIM_BAVAIL", fs->f_blocks / 2);
	fs->f_files = number("SHIM_FILES", 1000000);
	fs->f_ffree = fs->f_files;
	fs->f_favail = number("SHIM_FAVAIL", fs->f_files / 2);
	fs->f_flag = getenv("SHIM_RDONLY") != NULL ? ST_RDONLY : 0;
	return 0;
}

int
lstat(const char *path, struct stat *st)
{
	int (*real)(const char *, struct stat *) =
	    (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "lstat");
	const char *name = getenv("SHIM_DEV");
	const char *slash = strrchr(path, '/');
	int rc = real(path, st);

	if (name != NULL && slash != NULL && strcmp(slash + 1, name) == 0)
		st->st_dev++;
	return rc;
}
