/* spool.c - write on at the end, move to another disk, map. */
#define _GNU_SOURCE /* madvise() */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "http/spool.h"

struct spool
spool_of(spool_open_fn open, void *arg)
{
	return (struct spool){.open = open, .arg = arg, .fd = -1};
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

/* To the next place that takes what there is; why tells of the last try. */
static bool
move_on(struct spool *spool, struct reason *why)
{
	int fd;

	while ((fd = spool->open(spool->arg, spool->place, why)) !=
	       SPOOL_NOWHERE) {
		spool->place++;
		if (fd < 0)
			continue;
		if (copy(spool->fd, fd, spool->len)) {
			spool_close(spool);
			spool->fd = fd;
			return true;
		}
		reason_errno(why, "a large body cannot be moved");
		close(fd);
	}
	return false;
}

bool
spool_add(struct spool *spool, struct span bytes, struct reason *why)
{
	while (spool->fd < 0 || !file_put(spool->fd, bytes, spool->len)) {
		if (spool->fd >= 0)
			reason_errno(why, "tmp: a large body cannot be kept");
		if (!move_on(spool, why))
			return false;
	}
	spool->len += bytes.len;
	return true;
}

bool
spool_map(const struct spool *spool, unsigned char **ptr, struct reason *why)
{
	void *at = mmap(NULL, spool->len, PROT_READ, MAP_PRIVATE, spool->fd, 0);

	if (at == MAP_FAILED) {
		reason_errno(why, "tmp: a large body cannot be mapped");
		return false;
	}
#ifdef MADV_POPULATE_READ
	/* All at once, and an error of it as one; older kernels: as it comes. */
	if (madvise(at, spool->len, MADV_POPULATE_READ) != 0 &&
	    errno != EINVAL) {
		reason_errno(why, "tmp: a large body cannot be read back");
		munmap(at, spool->len);
		return false;
	}
#endif
	*ptr = at;
	return true;
}

void
spool_close(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
}
