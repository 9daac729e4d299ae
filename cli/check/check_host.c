/* check_host.c - disk, clock and limits. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>

#include "check.h"
#include "receive.h"

#define MIB           (1024ULL * 1024)
#define SPACE_LOW     (64 * MIB)
#define INODES_LOW    1000
#define EVENT_HEADER  (64 * 1024) /* bytes that a file has besides its body */
#define CLOCK_TOO_OLD 1704067200  /* 2024-01-01, before there was a hookdir */
#define CLOCK_TOO_NEW 4102444800  /* 2100-01-01 */

/* Of linux/magic.h and of the file systems' own headers. */
static const struct {
	unsigned long magic;
	const char *name, *why;
} unwise[] = {
    {0x01021994, "tmpfs", "it does not survive a reboot"},
    {0x858458f6, "ramfs", "it does not survive a reboot"},
    {0x794c7630, "overlayfs", "it is deleted with its container"},
    {0x00006969, "NFS", "another machine decides when data is on disk"},
    {0x0000517b, "SMB", "another machine decides when data is on disk"},
    {0xff534d42, "CIFS", "another machine decides when data is on disk"},
    {0xfe534d42, "SMB", "another machine decides when data is on disk"},
    {0x00c36400, "Ceph", "another machine decides when data is on disk"},
    {0x5346414f, "AFS", "another machine decides when data is on disk"},
    {0x01021997, "9P", "another machine decides when data is on disk"},
    {0x65735546, "FUSE", "a program decides when data is on disk"},
};

static void
check_type(struct check *check, const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return;
	for (size_t i = 0; i < sizeof(unwise) / sizeof(unwise[0]); i++) {
		/* f_type is signed on some machines. */
		if (((unsigned long)fs.f_type & 0xffffffff) == unwise[i].magic)
			log_line(&check->log, LVL_WARNING,
			    "%s: on a file system of type %s: %s", path,
			    unwise[i].name, unwise[i].why);
	}
}

static void
check_space(struct check *check, const char *path, const struct statvfs *fs)
{
	unsigned long long block = fs->f_frsize;
	unsigned long long left = fs->f_bavail * block;

	if (left == 0)
		log_line(&check->log, LVL_ERROR, "%s: the disk is full", path);
	else if (left < SPACE_LOW || fs->f_bavail < fs->f_blocks / 100)
		log_line(&check->log, LVL_WARNING,
		    "%s: the disk is nearly full: %llu MiB left", path,
		    left / MIB);
	/* Some file systems count no inodes. */
	if (fs->f_files == 0)
		return;
	if (fs->f_favail == 0)
		log_line(&check->log, LVL_ERROR,
		    "%s: the disk has no inode left", path);
	else if (fs->f_favail < INODES_LOW || fs->f_favail < fs->f_files / 100)
		log_line(&check->log, LVL_WARNING,
		    "%s: the disk has few inodes left: %llu", path,
		    (unsigned long long)fs->f_favail);
}

void
check_disk(struct check *check, const char *path)
{
	struct statvfs fs;

	if (statvfs(path, &fs) != 0) {
		log_line(
		    &check->log, LVL_ERROR, "%s: %s", path, strerror(errno));
		return;
	}
	if ((fs.f_flag & ST_RDONLY) != 0)
		log_line(&check->log, LVL_ERROR,
		    "%s: the file system is mounted read-only", path);
	check_space(check, path, &fs);
	check_type(check, path);
}

static void
check_clock(struct check *check)
{
	struct timex tx = {.modes = 0};

	if (check->now < CLOCK_TOO_OLD || check->now >= CLOCK_TOO_NEW)
		log_line(&check->log, LVL_ERROR,
		    "the clock of this machine is wrong: signed times will be "
		    "refused");
	else if (adjtimex(&tx) == TIME_ERROR || (tx.status & STA_UNSYNC) != 0)
		log_line(&check->log, LVL_WARNING,
		    "the clock of this machine is not synchronised (NTP): "
		    "signed times are refused when it is off by more than "
		    "their tolerance");
}

/* Without a limit: a number that is over all others. */
static long long
number(rlim_t limit)
{
	return limit == RLIM_INFINITY ? LLONG_MAX : (long long)limit;
}

/* A soft limit. */
static long long
limit(int resource)
{
	struct rlimit rl;

	return getrlimit(resource, &rl) != 0 ? LLONG_MAX : number(rl.rlim_cur);
}

/* The receiver raises its soft limit as far as it needs to. */
static long long
limit_of_files(void)
{
	struct rlimit rl;

	return getrlimit(RLIMIT_NOFILE, &rl) != 0 ? LLONG_MAX
						  : number(rl.rlim_max);
}

static void
check_limits(struct check *check)
{
	const struct config *cfg = check->cfg;
	long long file = cfg->max_body + EVENT_HEADER;
	long long files = receive_files(cfg, cfg->workers, 0);
	long long threads = cfg->workers + 16;
	long long is = limit(RLIMIT_FSIZE);

	if (is < file)
		log_line(&check->log, LVL_ERROR,
		    "ulimit -f: files of %lld bytes, but an event can have "
		    "%lld",
		    is, file);
	is = limit_of_files();
	if (is < files)
		log_line(&check->log, LVL_WARNING,
		    "ulimit -n: %lld open files, but %ld workers can need "
		    "%lld: more of them, or fewer workers",
		    is, cfg->workers, files);
	is = limit(RLIMIT_NPROC);
	if (is < threads)
		log_line(&check->log, LVL_WARNING,
		    "ulimit -u: %lld processes and threads, but %ld workers "
		    "need %lld",
		    is, cfg->workers, threads);
}

void
check_host(struct check *check)
{
	check_clock(check);
	check_limits(check);
}
