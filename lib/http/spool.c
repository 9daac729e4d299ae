/* spool.c - write on at the end, move to another disk, map. */
#define _GNU_SOURCE /* madvise(), O_TMPFILE, O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "http/spool.h"

/* Of a file that has a name for a moment. */
#define NAME ".body"

struct spool
spool_of(const char *first, const char *second, bool group_access)
{
	return (struct spool){
	    .folder = {first, second}, .group_access = group_access, .fd = -1};
}

/*
 * Where no file begins without a name, it loses the one that it had at once.  A
 * crash can leave an empty one, which the next takes away.
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
	/* Gone is gone, whoever took it. */
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

	/* The first delivery of all; the inbox makes it durable. */
	if (fd < 0 && errno == ENOENT &&
	    (file_make_folder(AT_FDCWD, path, spool->group_access) ||
		errno == EEXIST))
		fd = open(path, flags);
	return fd;
}

/* An empty file in that folder, or -1 with errno set. */
static int
open_file(const struct spool *spool, const char *path)
{
	int folder = open_folder(spool, path), fd;

	if (folder < 0)
		return -1;
	/* O_EXCL: it can never get a name. */
	fd = openat(folder, ".", O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = open_and_unlink(folder);
	file_close(folder);
	return fd;
}

/* Copy the first len bytes; false with errno set. */
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

/* To the next folder that takes what there is; why tells of the last try. */
static bool
move_on(struct spool *spool, struct reason *why)
{
	while (spool->tried < SPOOL_FOLDERS &&
	       spool->folder[spool->tried] != NULL) {
		const char *path = spool->folder[spool->tried++];
		int fd = open_file(spool, path);

		if (fd < 0) {
			reason_errno(why,
			    "%s: a file for a large body cannot be made", path);
			continue;
		}
		if (copy(spool->fd, fd, spool->len)) {
			spool_close(spool);
			spool->fd = fd;
			return true;
		}
		reason_errno(why, "%s: a large body cannot be moved", path);
		close(fd);
	}
	return false;
}

bool
spool_add(struct spool *spool, struct span bytes, struct reason *why)
{
	while (spool->fd < 0 || !file_put(spool->fd, bytes, spool->len)) {
		if (spool->fd >= 0)
			reason_errno(why, "%s: a large body cannot be kept",
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
	/* What cannot be written counts for no limit of memory. */
	void *base = mmap(NULL, room + spool->len, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*map = (struct spool_map){.base = NULL};
	if (base == MAP_FAILED) {
		reason_errno(why, "a large body cannot be mapped");
		return false;
	}
	*map = (struct spool_map){.base = base, .size = room + spool->len};
	map->bytes = map->base + room;
	if (mprotect(base, room, PROT_READ | PROT_WRITE) != 0 ||
	    mmap(map->bytes, spool->len, PROT_READ, MAP_PRIVATE | MAP_FIXED,
		spool->fd, 0) == MAP_FAILED) {
		reason_errno(why, "a large body cannot be mapped");
		spool_unmap(map);
		return false;
	}
#ifdef MADV_POPULATE_READ
	/* All at once, and an error of it as one; older kernels: as it comes. */
	if (madvise(map->bytes, spool->len, MADV_POPULATE_READ) != 0 &&
	    errno != EINVAL) {
		reason_errno(why, "a large body cannot be read back");
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
