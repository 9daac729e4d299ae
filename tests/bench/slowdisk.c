/*
 * slowdisk.c - a file system with one file, whose fsync takes its time.
 *
 *	slowdisk FILE FOLDER MICROSECONDS
 *
 * Mounts it at FOLDER, as root, and serves it until it is unmounted.  FOLDER/
 * disk has the bytes of FILE.  A loop device on it is a disk whose every flush
 * takes so long, one after another and nothing else meanwhile, as on disks
 * that are made of one spindle; how many there are and which of them are shared
 * is up to the file system on that, as it is there.  Speaks to /dev/fuse
 * itself, for all of libfuse would be for one file.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NAME      "disk"
#define NODE      2 /* of it; the folder's is FUSE_ROOT_ID */
#define WRITE_MAX (128U << 10)
/* The last that has everything used here. */
#define MINOR 31
/* Seconds for which the kernel need not ask again. */
#define VALID 3600

static union {
	struct fuse_in_header head;
	char bytes[WRITE_MAX + 8192];
} in;
static const void *const arg = in.bytes + sizeof(struct fuse_in_header);

static int dev, file;
static struct timespec pause_for;

static void
reply(int error, const void *data, size_t len)
{
	struct fuse_out_header head = {
	    .len = (uint32_t)(sizeof(head) + len),
	    .error = -error,
	    .unique = in.head.unique,
	};
	/* writev() takes no pointers to const. */
	struct iovec part[] = {
	    {&head, sizeof(head)},
	    {(void *)(uintptr_t)data, len},
	};

	/* ENOENT: nobody waits for it any more. */
	if (writev(dev, part, 2) < 0 && errno != ENOENT)
		err(1, "/dev/fuse");
}

static struct fuse_attr
attributes(uint64_t node)
{
	struct fuse_attr a = {
	    .ino = node,
	    .mode = S_IFDIR | 0700,
	    .nlink = 1,
	    .blksize = 4096,
	};
	struct stat st;

	if (node != NODE)
		return a;
	if (fstat(file, &st) != 0)
		err(1, "fstat");
	a.mode = S_IFREG | 0600;
	a.size = (uint64_t)st.st_size;
	a.blocks = a.size / 512;
	return a;
}

static void
init(void)
{
	struct fuse_init_out out = {
	    .major = FUSE_KERNEL_VERSION,
	    .minor = MINOR,
	    .max_readahead = WRITE_MAX,
	    .flags = FUSE_BIG_WRITES | FUSE_MAX_PAGES,
	    .max_background = 64,
	    .congestion_threshold = 48,
	    .max_write = WRITE_MAX,
	    .time_gran = 1,
	    .max_pages = WRITE_MAX / 4096,
	};

	reply(0, &out, sizeof(out));
}

static void
lookup(void)
{
	struct fuse_entry_out out = {
	    .nodeid = NODE,
	    .entry_valid = VALID,
	    .attr_valid = VALID,
	    .attr = attributes(NODE),
	};

	if (strcmp(arg, NAME) != 0)
		reply(ENOENT, NULL, 0);
	else
		reply(0, &out, sizeof(out));
}

static void
get_attributes(void)
{
	struct fuse_attr_out out = {
	    .attr_valid = VALID,
	    .attr = attributes(in.head.nodeid),
	};

	reply(0, &out, sizeof(out));
}

static void
open_node(void)
{
	struct fuse_open_out out = {.open_flags = FOPEN_KEEP_CACHE};

	reply(0, &out, sizeof(out));
}

static void
read_file(void)
{
	static char data[WRITE_MAX];
	const struct fuse_read_in *r = arg;
	size_t len = r->size < sizeof(data) ? r->size : sizeof(data);
	ssize_t n = pread(file, data, len, (off_t)r->offset);

	if (n < 0)
		reply(errno, NULL, 0);
	else
		reply(0, data, (size_t)n);
}

static void
write_file(void)
{
	const struct fuse_write_in *w = arg;
	ssize_t n = pwrite(file, w + 1, w->size, (off_t)w->offset);
	struct fuse_write_out out = {.size = (uint32_t)n};

	if (n < 0)
		reply(errno, NULL, 0);
	else
		reply(0, &out, sizeof(out));
}

static void
serve(void)
{
	switch (in.head.opcode) {
	case FUSE_INIT:
		init();
		break;
	case FUSE_LOOKUP:
		lookup();
		break;
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		get_attributes();
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		open_node();
		break;
	case FUSE_READ:
		read_file();
		break;
	case FUSE_WRITE:
		write_file();
		break;
	case FUSE_FSYNC:
		nanosleep(&pause_for, NULL);
		reply(0, NULL, 0);
		break;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_READDIR:
	case FUSE_DESTROY:
		reply(0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		reply(ENOSYS, NULL, 0);
	}
}

int
main(int argc, char *argv[])
{
	char options[128];
	long us;

	if (argc != 4)
		errx(2, "usage: slowdisk FILE FOLDER MICROSECONDS");
	us = strtol(argv[3], NULL, 10);
	pause_for.tv_sec = us / 1000000;
	pause_for.tv_nsec = us % 1000000 * 1000;
	if ((file = open(argv[1], O_RDWR | O_CLOEXEC)) < 0)
		err(1, "%s", argv[1]);
	if ((dev = open("/dev/fuse", O_RDWR | O_CLOEXEC)) < 0)
		err(1, "/dev/fuse");
	snprintf(options, sizeof(options),
	    "fd=%d,rootmode=40000,user_id=0,group_id=0", dev);
	if (mount("slowdisk", argv[2], "fuse.slowdisk", MS_NOSUID | MS_NODEV,
		options) != 0)
		err(1, "%s", argv[2]);
	for (;;) {
		if (read(dev, in.bytes, sizeof(in.bytes)) >= 0)
			serve();
		else if (errno == ENODEV)
			return 0;
		else if (errno != EINTR && errno != ENOENT && errno != EAGAIN)
			err(1, "/dev/fuse");
	}
}
