/* held.c - refused deliveries, few and in few bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "held.h"
#include "held_dir.h"

#define PART ".part"

/* Remove the oldest until count files more, of bytes in all, are allowed. */
static bool
make_room(const struct held *held, int dir, const struct held_list *list,
    size_t count, unsigned long long bytes, struct reason *why)
{
	unsigned long long max = (unsigned long long)held->limit.bytes;
	size_t n = list->n + count, most = (size_t)held->limit.count;

	for (size_t i = 0; i < list->n; i++)
		bytes += list->item[i].bytes;
	for (size_t i = 0; i < list->n && (n > most || bytes > max); i++) {
		if (unlinkat(dir, list->item[i].name, 0) != 0 &&
		    errno != ENOENT)
			return held_dir_fail(
			    held, ": the oldest cannot be removed", why);
		n--;
		bytes -= list->item[i].bytes;
	}
	return true;
}

/* Written beside, so that no other name ever stands for half a file. */
static bool
write_file(const struct held *held, int dir, const char *name, struct span head,
    struct span body, struct reason *why)
{
	int fd = openat(dir, PART,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok =
	    fd >= 0 && file_put(fd, head, 0) && file_put(fd, body, head.len);

	if (!ok)
		held_dir_fail(held, " cannot be written", why);
	if (fd >= 0 && close(fd) != 0 && ok)
		ok = held_dir_fail(held, " cannot be written", why);
	if (ok && renameat(dir, PART, dir, name) != 0)
		ok = held_dir_fail(held, " cannot be written", why);
	if (!ok)
		unlinkat(dir, PART, 0);
	return ok;
}

/* Later than all others, even where the clock was set back. */
static unsigned long long
new_stamp(const struct held_list *list, const struct timespec *now)
{
	unsigned long long stamp = (unsigned long long)now->tv_sec * 1000000 +
				   (unsigned long long)now->tv_nsec / 1000;

	if (list->n > 0 && stamp <= list->item[list->n - 1].stamp)
		stamp = list->item[list->n - 1].stamp + 1;
	return stamp;
}

bool
held_put(const struct held *held, struct span head, struct span body,
    const struct timespec *now, struct reason *why)
{
	unsigned long long bytes = head.len + body.len;
	struct held_list list = {.n = 0};
	char name[HELD_NAME_MAX];
	int dir, lock = -1;
	bool ok = false;

	if (bytes > (unsigned long long)held->limit.bytes) {
		reason_set(why, "its %llu bytes are more than held.bytes, %ld",
		    bytes, held->limit.bytes);
		return false;
	}
	if ((dir = held_dir_open(held, why)) < 0)
		return false;
	if ((lock = held_dir_lock(held, dir, why)) < 0 ||
	    !held_dir_list(held, dir, &list, why) ||
	    !make_room(held, dir, &list, 1, bytes, why))
		goto out;
	snprintf(
	    name, sizeof(name), "%016llu-%llu", new_stamp(&list, now), bytes);
	ok = write_file(held, dir, name, head, body, why);
out:
	held_list_free(&list);
	if (lock >= 0)
		close(lock);
	close(dir);
	return ok;
}

/* The folder, or -1 where there is none; false with why set. */
static bool
look(const struct held *held, int *dir, struct reason *why)
{
	*dir = held_dir_look(held);
	return *dir >= 0 || errno == ENOENT ||
	       held_dir_fail(held, " cannot be opened", why);
}

bool
held_list(const struct held *held, struct held_list *list, struct reason *why)
{
	int dir;
	bool ok;

	*list = (struct held_list){.n = 0};
	ok = look(held, &dir, why);
	if (dir < 0)
		return ok;
	ok = held_dir_list(held, dir, list, why);
	close(dir);
	return ok;
}

void
held_list_free(struct held_list *list)
{
	free(list->item);
	*list = (struct held_list){.n = 0};
}

/* The first max bytes of a file; NULL with errno set. */
static unsigned char *
read_file(int fd, size_t max, size_t *len)
{
	unsigned char *dst;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return NULL;
	if ((unsigned long long)st.st_size < max)
		max = (size_t)st.st_size;
	if ((dst = malloc(max + 1)) == NULL)
		return NULL;
	n = file_fill(fd, dst, max);
	if (n < 0) {
		free(dst);
		return NULL;
	}
	*len = (size_t)n;
	return dst;
}

unsigned char *
held_read(const struct held *held, const char *name, size_t max, size_t *len,
    struct reason *why)
{
	int dir = held_dir_look(held), fd = -1;
	unsigned char *dst = NULL;

	why->text[0] = '\0';
	if (dir >= 0)
		fd = openat(
		    dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		dst = read_file(fd, max, len);
	if (dst == NULL && (fd >= 0 || errno != ENOENT))
		held_dir_fail(held, ": a file cannot be read", why);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return dst;
}

bool
held_remove(const struct held *held, const char *name, struct reason *why)
{
	int dir = held_dir_look(held);
	bool ok = dir >= 0 && unlinkat(dir, name, 0) == 0;

	if (!ok && errno == ENOENT)
		ok = true;
	if (!ok)
		held_dir_fail(held, ": a file cannot be removed", why);
	if (dir >= 0)
		close(dir);
	return ok;
}

bool
held_sweep(const struct held *held, struct reason *why)
{
	struct held_list list = {.n = 0};
	int dir, lock = -1;
	bool ok = look(held, &dir, why);

	if (dir < 0)
		return ok;
	ok = false;
	if (!held_dir_is_ours(held, dir, why) ||
	    (lock = held_dir_lock(held, dir, why)) < 0 ||
	    !held_dir_list(held, dir, &list, why))
		goto out;
	ok = held->limit.count == 0 || make_room(held, dir, &list, 0, 0, why);
	if (ok && unlinkat(dir, PART, 0) != 0 && errno != ENOENT)
		ok = held_dir_fail(held, "/" PART " cannot be removed", why);
out:
	held_list_free(&list);
	if (lock >= 0)
		close(lock);
	close(dir);
	return ok;
}

bool
held_is_ours(const struct held *held, struct reason *why)
{
	int dir;
	bool ok = look(held, &dir, why);

	if (dir < 0)
		return ok;
	ok = held_dir_is_ours(held, dir, why);
	close(dir);
	return ok;
}
