/* fs_journal.c - which file systems are trusted with the order of changes. */
#define _GNU_SOURCE /* syscall() */
#include "inbox/fs_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../tap.h"

static unsigned long type;      /* what fstatfs() says */
static const char *device;      /* what the device's link says, or NULL */
static const char *task = NULL; /* what journal_task says, or NULL */
static bool remote, no_stat;    /* what fstat() says */

int
fstatfs(int fd, struct statfs *fs)
{
	(void)fd;
	*fs = (struct statfs){.f_type = (__typeof__(fs->f_type))type};
	return type == 0 ? -1 : 0;
}

int
fstat(int fd, struct stat *st)
{
	(void)fd;
	*st = (struct stat){.st_dev = makedev(remote ? 0 : 8, 1)};
	return no_stat ? -1 : 0;
}

ssize_t
readlink(const char *restrict path, char *restrict buf, size_t room)
{
	size_t len;

	(void)path;
	if (device == NULL)
		return -1;
	len = strlen(device) < room ? strlen(device) : room;
	memcpy(buf, device, len);
	return (ssize_t)len;
}

int
open(const char *path, int flags, ...)
{
	int fd[2];

	(void)flags;
	if (task == NULL ||
	    strcmp(path, "/sys/fs/ext4/sda1/journal_task") != 0 ||
	    pipe(fd) != 0) {
		errno = ENOENT;
		return -1;
	}
	if (write(fd[1], task, strlen(task)) < 0)
		task = NULL;
	close(fd[1]);
	return fd[0];
}

static bool
kept(unsigned long magic, const char *link, const char *said)
{
	type = magic;
	device = link;
	task = said;
	return fs_journal_ordered(0);
}

int
main(void)
{
	const char *sda1 = "../../devices/pci/block/sda/sda1";

	ok(kept(XFS_SUPER_MAGIC, NULL, NULL), "XFS");
	remote = true;
	ok(!kept(XFS_SUPER_MAGIC, NULL, NULL), "not one by 9p");
	remote = false;
	no_stat = true;
	ok(!kept(XFS_SUPER_MAGIC, NULL, NULL), "nor one that is not known");
	ok(!kept(EXT4_SUPER_MAGIC, sda1, "311\n"), "the same of ext4");
	no_stat = false;
	ok(kept(EXT4_SUPER_MAGIC, sda1, "311\n"), "ext4 with its journal");
	ok(!kept(EXT4_SUPER_MAGIC, sda1, "<none>\n"), "not without");
	ok(!kept(EXT4_SUPER_MAGIC, sda1, ""), "nor where nothing is said");
	ok(!kept(EXT4_SUPER_MAGIC, sda1, NULL), "nor ext2");
	ok(!kept(EXT4_SUPER_MAGIC, NULL, "311\n"), "nor without a device");
	ok(!kept(EXT4_SUPER_MAGIC, "sda1", "311\n"), "nor by an odd link");
	ok(!kept(BTRFS_SUPER_MAGIC, sda1, "311\n"), "not btrfs");
	ok(!kept(TMPFS_MAGIC, sda1, "311\n"), "not tmpfs");
	ok(!kept(NFS_SUPER_MAGIC, sda1, "311\n"), "not NFS");
	ok(!kept(0, sda1, "311\n"), "not what cannot be looked at");
	return done();
}
