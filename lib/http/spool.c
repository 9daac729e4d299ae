/* spool.c - writes a body to a file, moves it to another disk, maps it. */
#define _GNU_SOURCE /* madvise(), O_TMPFILE, O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "http/spool.h"

/* Name of a file that cannot be made without a name. */
#define NAME ".body"

struct spool
spool_of(const char *first, const char *second, bool group_access)
{
	return (struct spool){
	    .folder = {first, second}, .group_access = group_access, .fd = -1};
}

/*
 * For file systems without O_TMPFILE: make a file and remove its name at once.
 * After a crash in between, an empty file may be left; the next call removes
 * it.
 */
static int
open_and_unlink(int folder)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(folder, NAME, flags, 0600);

	if (fd < 0 && errno == EEXIST) {
		unlinkat(folder, NAME, 0);
		fd = openat(folder, NAME, flags, 0600);
	}
	/* ENOENT: another process removed it, which is as good. */
	if (fd >= 0 && unlinkat(folder, NAME, 0) != 0 && errno != ENOENT) {
		file_close(fd);
		fd = -1;
	}
	return fd;
}

static int
open_folder(const struct spool *spool, const char *path)
{
	const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags);

	/* At the very first delivery the folder does not exist.  The inbox
	 * makes it durable. */
	if (fd < 0 && errno == ENOENT &&
	    (file_make_folder(AT_FDCWD, path, spool->group_access) ||
		errno == EEXIST))
		fd = open(path, flags);
	return fd;
}

/* Open an empty file in the folder path. -1 with errno set. */
static int
open_file(const struct spool *spool, const char *path)
{
	int folder = open_folder(spool, path), fd;

	if (folder < 0)
		return -1;
	/* O_EXCL: the file can never get a name. */
	fd = openat(folder, ".", O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = open_and_unlink(folder);
	file_close(folder);
	return fd;
}

/* Copy the first len bytes.  False with errno set. */
static bool
copy(int from, int to, size_t len)
{
	unsigned char buf[16384];
	size_t at = 0;

	while (at < len) {
		size_t want = len - at < sizeof(buf) ? len - at : sizeof(buf);
		ssize_t n = pread(from, buf, want, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0 || !file_put(to, span_mem(buf, (size_t)n), at))
			return false;
		at += (size_t)n;
	}
	return true;
}

/*
 * Move the file to the next folder that has room for it. why describes the last
 * attempt.
 */
static bool
move_on(struct spool *spool, struct reason *why)
{
	while (spool->tried < SPOOL_FOLDERS &&
	       spool->folder[spool->tried] != NULL) {
		const char *path = spool->folder[spool->tried++];
		int fd = open_file(spool, path);

		if (fd < 0) {
			reason_errno(why,
			    "%s: cannot create a file for a large body", path);
			continue;
		}
		if (copy(spool->fd, fd, spool->len)) {
			spool_close(spool);
			spool->fd = fd;
			return true;
		}
		reason_errno(why, "%s: cannot move a large body here", path);
		close(fd);
	}
	return false;
}

bool
spool_add(struct spool *spool, struct span bytes, struct reason *why)
{
	while (spool->fd < 0 || !file_put(spool->fd, bytes, spool->len)) {
		if (spool->fd >= 0)
			reason_errno(why, "%s: cannot write a large body",
			    spool->folder[spool->tried - 1]);
		if (!move_on(spool, why))
			return false;
	}
	spool->len += bytes.len;
	return true;
}

/* SPOOL_HEADROOM in whole pages. */
static size_t
headroom(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (SPOOL_HEADROOM + page - 1) / page * page;
}

bool
spool_map(const struct spool *spool, struct spool_map *map, struct reason *why)
{
	size_t room = headroom();
	/* PROT_NONE: such memory counts for no memory limit. */
	void *base = mmap(NULL, room + spool->len, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*map = (struct spool_map){.base = NULL};
	if (base == MAP_FAILED) {
		reason_errno(why, "cannot map a large body into memory");
		return false;
	}
	*map = (struct spool_map){.base = base, .size = room + spool->len};
	map->bytes = map->base + room;
	if (mprotect(base, room, PROT_READ | PROT_WRITE) != 0 ||
	    mmap(map->bytes, spool->len, PROT_READ, MAP_PRIVATE | MAP_FIXED,
		spool->fd, 0) == MAP_FAILED) {
		reason_errno(why, "cannot map a large body into memory");
		spool_unmap(map);
		return false;
	}
#ifdef MADV_POPULATE_READ
	/* Read all pages now: an I/O error is then an error of this call.
	 * Kernels before 5.14 cannot do this. */
	if (madvise(map->bytes, spool->len, MADV_POPULATE_READ) != 0 &&
	    errno != EINVAL) {
		reason_errno(why, "cannot read a large body back from disk");
		spool_unmap(map);
		return false;
	}
#endif
	return true;
}

void
spool_unmap(struct spool_map *map)
{
	if (map->base != NULL)
		munmap(map->base, map->size);
	*map = (struct spool_map){.base = NULL};
}

void
spool_close(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
}
