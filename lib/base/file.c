/* file.c - reads and writes whole files. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* Bytes of the first allocation of file_read_all(). */
#define GROW_FIRST 65536UL

ssize_t
file_fill(int fd, unsigned char *dst, size_t room)
{
	size_t total = 0;

	while (total < room) {
		ssize_t n = read(fd, dst + total, room - total);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		total += (size_t)n;
	}
	return (ssize_t)total;
}

bool
file_put(int fd, struct span bytes, size_t at)
{
	while (bytes.len > 0) {
		ssize_t n = pwrite(fd, bytes.ptr, bytes.len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return false;
		bytes = span_skip(bytes, (size_t)n);
		at += (size_t)n;
	}
	return true;
}

static bool
check_file(const struct stat *st, size_t max, struct reason *why)
{
	if (!S_ISREG(st->st_mode) || st->st_size > (off_t)max) {
		reason_set(
		    why, "not a regular file of at most %zu MiB", max >> 20);
		return false;
	}
	if ((st->st_mode & S_IWOTH) != 0) {
		reason_set(why, "every user of this machine can write it: "
				"chmod o-w");
		return false;
	}
	return true;
}

/* Fill dst with len bytes.  False if the file has more or fewer bytes. */
static bool
read_whole(int fd, unsigned char *dst, size_t len, struct reason *why)
{
	/* Asking for one byte more shows whether the file has grown. */
	ssize_t n = file_fill(fd, dst, len + 1);

	if (n < 0) {
		reason_errno(why, "cannot be read");
		return false;
	}
	if ((size_t)n != len)
		reason_set(why, "changed while it was read");
	return (size_t)n == len;
}

bool
file_read_open(
    int fd, size_t max, struct file_content *content, struct reason *why)
{
	bool ok = false;

	content->bytes = NULL;
	content->len = 0;
	if (fstat(fd, &content->st) != 0) {
		reason_errno(why, "cannot be opened");
		return false;
	}
	if (!check_file(&content->st, max, why))
		return false;
	content->len = (size_t)content->st.st_size;
	if (lseek(fd, 0, SEEK_SET) != 0 ||
	    (content->bytes = malloc(content->len + 1)) == NULL)
		reason_errno(why, "cannot be read");
	else
		ok = read_whole(fd, content->bytes, content->len, why);
	if (!ok) {
		free(content->bytes);
		content->bytes = NULL;
	}
	return ok;
}

bool
file_read(const char *path, size_t max, struct file_content *content,
    struct reason *why)
{
	/* O_NONBLOCK: opening a FIFO must not block the request. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool ok;

	if (fd < 0) {
		content->bytes = NULL;
		content->len = 0;
		reason_errno(why, "cannot be opened");
		return false;
	}
	ok = file_read_open(fd, max, content, why);
	close(fd);
	return ok;
}

/*
 * Double the room of *dst, up to max bytes.  False, with *dst unchanged, when
 * out of memory.
 */
static bool
grow(unsigned char **dst, size_t *room, size_t max)
{
	size_t want = *room == 0 ? GROW_FIRST : 2 * *room;
	unsigned char *grown;

	if (want > max)
		want = max;
	if ((grown = realloc(*dst, want + 1)) == NULL)
		return false;
	*dst = grown;
	*room = want;
	return true;
}

char *
file_read_all(int fd, size_t max, size_t *len, struct reason *why)
{
	unsigned char *dst = NULL;
	size_t room = 0, total = 0;
	ssize_t n;

	do {
		if (!grow(&dst, &room, max)) {
			reason_set(why, "out of memory");
			goto out;
		}
		n = file_fill(fd, dst + total, room - total);
		if (n < 0) {
			reason_errno(why, "cannot be read");
			goto out;
		}
		total += (size_t)n;
	} while (total == room && total < max);
	dst[total] = '\0';
	*len = total;
	return (char *)dst;
out:
	free(dst);
	return NULL;
}

bool
file_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && a->st_mode == b->st_mode &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

void
file_look(const char *path, struct stat *st)
{
	if (stat(path, st) != 0)
		*st = (struct stat){.st_size = 0};
}

bool
file_changed(const char *path, const struct stat *was)
{
	struct stat now;

	file_look(path, &now);
	return !file_same(&now, was);
}

void
file_close(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

bool
file_share_folder(int at, const char *name)
{
	/* O_NOFOLLOW: a group member may have replaced the folder by a link. */
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = fchmod(fd, 02770) == 0;
	file_close(fd);
	return ok;
}

bool
file_make_folder(int at, const char *name, bool group_access)
{
	if (mkdirat(at, name, 0700) != 0)
		return false;
	/* mkdir() ignores the set-group-ID bit, and the umask clears others. */
	return !group_access || file_share_folder(at, name);
}

bool
file_flush_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = fsync(fd) == 0;
	file_close(fd);
	return ok;
}
