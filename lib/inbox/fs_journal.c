/* fs_journal.c - recognises XFS on a device, and ext4 with a journal. */
#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "inbox/fs_journal.h"

/*
 * ext2, and ext4 without a journal, have the same magic number as ext4.  The
 * kernel's journal_task tells them apart: the process that writes the journal,
 * or "<none>".
 */
static bool
has_journal(int fd)
{
	char link[64], target[PATH_MAX], path[PATH_MAX], task;
	const char *name;
	struct stat st;
	ssize_t n;
	int file;

	if (fstat(fd, &st) != 0)
		return false;
	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", major(st.st_dev),
	    minor(st.st_dev));
	n = readlink(link, target, sizeof(target) - 1);
	if (n <= 0)
		return false;
	target[n] = '\0';
	if ((name = strrchr(target, '/')) == NULL)
		return false;
	snprintf(path, sizeof(path), "/sys/fs/ext4%.256s/journal_task", name);
	if ((file = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	n = read(file, &task, 1);
	close(file);
	return n == 1 && isdigit((unsigned char)task);
}

/* A 9p mount shows the magic number of the other machine's file system. */
static bool
has_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && major(st.st_dev) != 0;
}

bool
fs_journal_ordered(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) != 0)
		return false;
	switch ((unsigned long)fs.f_type) {
	case XFS_SUPER_MAGIC:
		return has_device(fd);
	case EXT4_SUPER_MAGIC:
		return has_journal(fd);
	default:
		return false;
	}
}
