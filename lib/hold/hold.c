/* hold.c - refused deliveries, few and in few bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hold/hold.h"
#include "hold/hold_dir.h"

#define PART ".part"

/* Remove the oldest until count files more, of bytes in all, are allowed. */
static bool
make_room(const struct hold *hold, int dir, const struct hold_list *list,
    size_t count, unsigned long long bytes, struct reason *why)
{
	unsigned long long max = (unsigned long long)hold->limit.bytes;
	size_t n = list->n + count, most = (size_t)hold->limit.count;

	for (size_t i = 0; i < list->n; i++)
		bytes += list->item[i].bytes;
	for (size_t i = 0; i < list->n && (n > most || bytes > max); i++) {
		if (unlinkat(dir, list->item[i].name, 0) != 0 &&
		    errno != ENOENT)
			return hold_dir_fail(
			    hold, ": the oldest cannot be removed", why);
		n--;
		bytes -= list->item[i].bytes;
	}
	return true;
}

/* Written beside, so that no other name ever stands for half a file. */
static bool
write_file(const struct hold *hold, int dir, const char *name, struct span head,
    struct span body, struct reason *why)
{
	int fd = openat(dir, PART,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok =
	    fd >= 0 && file_put(fd, head, 0) && file_put(fd, body, head.len);

	if (!ok)
		hold_dir_fail(hold, " cannot be written", why);
	if (fd >= 0 && close(fd) != 0 && ok)
		ok = hold_dir_fail(hold, " cannot be written", why);
	if (ok && renameat(dir, PART, dir, name) != 0)
		ok = hold_dir_fail(hold, " cannot be written", why);
	if (!ok)
		unlinkat(dir, PART, 0);
	return ok;
}

/* Later than all others, even where the clock was set back. */
static unsigned long long
new_stamp(const struct hold_list *list, const struct timespec *now)
{
	unsigned long long stamp = (unsigned long long)now->tv_sec * 1000000 +
				   (unsigned long long)now->tv_nsec / 1000;

	if (list->n > 0 && stamp <= list->item[list->n - 1].stamp)
		stamp = list->item[list->n - 1].stamp + 1;
	return stamp;
}

bool
hold_put(const struct hold *hold, struct span head, struct span body,
    const struct timespec *now, struct reason *why)
{
	unsigned long long bytes = head.len + body.len;
	struct hold_list list = {.n = 0};
	char name[HOLD_NAME_MAX];
	int dir, lock = -1;
	bool ok = false;

	if (bytes > (unsigned long long)hold->limit.bytes) {
		reason_set(why, "its %llu bytes are more than hold.bytes, %ld",
		    bytes, hold->limit.bytes);
		return false;
	}
	if ((dir = hold_dir_open(hold, why)) < 0)
		return false;
	if ((lock = hold_dir_lock(hold, dir, why)) < 0 ||
	    !hold_dir_list(hold, dir, &list, why) ||
	    !make_room(hold, dir, &list, 1, bytes, why))
		goto out;
	snprintf(
	    name, sizeof(name), "%016llu-%llu", new_stamp(&list, now), bytes);
	ok = write_file(hold, dir, name, head, body, why);
out:
	hold_list_free(&list);
	if (lock >= 0)
		close(lock);
	close(dir);
	return ok;
}

/* The folder, or -1 where there is none; false with why set. */
static bool
look(const struct hold *hold, int *dir, struct reason *why)
{
	*dir = hold_dir_look(hold);
	return *dir >= 0 || errno == ENOENT ||
	       hold_dir_fail(hold, " cannot be opened", why);
}

bool
hold_list(const struct hold *hold, struct hold_list *list, struct reason *why)
{
	int dir;
	bool ok;

	*list = (struct hold_list){.n = 0};
	ok = look(hold, &dir, why);
	if (dir < 0)
		return ok;
	ok = hold_dir_list(hold, dir, list, why);
	close(dir);
	return ok;
}

void
hold_list_free(struct hold_list *list)
{
	free(list->item);
	*list = (struct hold_list){.n = 0};
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
hold_read(const struct hold *hold, const char *name, size_t max, size_t *len,
    struct reason *why)
{
	int dir = hold_dir_look(hold), fd = -1;
	unsigned char *dst = NULL;

	why->text[0] = '\0';
	if (dir >= 0)
		fd = openat(
		    dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		dst = read_file(fd, max, len);
	if (dst == NULL && (fd >= 0 || errno != ENOENT))
		hold_dir_fail(hold, ": a file cannot be read", why);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return dst;
}

bool
hold_remove(const struct hold *hold, const char *name, struct reason *why)
{
	int dir = hold_dir_look(hold);
	bool ok = dir >= 0 && unlinkat(dir, name, 0) == 0;

	if (!ok && errno == ENOENT)
		ok = true;
	if (!ok)
		hold_dir_fail(hold, ": a file cannot be removed", why);
	if (dir >= 0)
		close(dir);
	return ok;
}

bool
hold_sweep(const struct hold *hold, struct reason *why)
{
	struct hold_list list = {.n = 0};
	int dir, lock = -1;
	bool ok = look(hold, &dir, why);

	if (dir < 0)
		return ok;
	ok = false;
	if (!hold_dir_is_ours(hold, dir, why) ||
	    (lock = hold_dir_lock(hold, dir, why)) < 0 ||
	    !hold_dir_list(hold, dir, &list, why))
		goto out;
	ok = hold->limit.count == 0 || make_room(hold, dir, &list, 0, 0, why);
	if (ok && unlinkat(dir, PART, 0) != 0 && errno != ENOENT)
		ok = hold_dir_fail(hold, "/" PART " cannot be removed", why);
out:
	hold_list_free(&list);
	if (lock >= 0)
		close(lock);
	close(dir);
	return ok;
}

bool
hold_is_ours(const struct hold *hold, struct reason *why)
{
	int dir;
	bool ok = look(hold, &dir, why);

	if (dir < 0)
		return ok;
	ok = hold_dir_is_ours(hold, dir, why);
	close(dir);
	return ok;
}
