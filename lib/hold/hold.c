/* hold.c - held deliveries, and the limits on them. */
#define _GNU_SOURCE /* O_PATH */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "hold/hold.h"
#include "inbox/inbox_dir.h"

#define PART ".part"
#define LOCK ".lock"
/* The sender waits for its answer meanwhile, so do not wait long. */
#define LOCK_MS      200
#define PATH_FLAGS   (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
/* Of all files in the folder: nothing in it may block the receiver. */
#define FILE_FLAGS (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

static bool
fail(const struct hold *hold, const char *what, struct reason *why)
{
	reason_errno(why, "%s/%s/hold%s", hold->root, hold->provider, what);
	return false;
}

static bool
fail_file(const struct hold *hold, const char *name, const char *what,
    struct reason *why)
{
	reason_errno(
	    why, "%s/%s/hold/%s%s", hold->root, hold->provider, name, what);
	return false;
}

/* One level after the other: none may be a symbolic link. */
static int
look_at_folder(const struct hold *hold)
{
	int root = open(hold->root, PATH_FLAGS), provider = -1, dir = -1;

	if (root >= 0)
		provider = openat(root, hold->provider, PATH_FLAGS);
	if (provider >= 0)
		dir = openat(provider, "hold", FOLDER_FLAGS);
	if (provider >= 0)
		file_close(provider);
	if (root >= 0)
		file_close(root);
	return dir;
}

static bool
make_folder(const struct hold *hold, struct reason *why)
{
	const struct inbox inbox = {.root = hold->root,
	    .provider = hold->provider,
	    .group_access = hold->group_access};
	struct inbox_dir dir;
	bool ok = inbox_dir_open(&dir, &inbox, why) == ST_OK;

	if (ok && mkdirat(dir.fds.provider, "hold", 0700) != 0 &&
	    errno != EEXIST)
		ok = fail(hold, " cannot be created", why);
	inbox_dir_close(&dir);
	return ok;
}

static bool
is_ours(const struct hold *hold, int dir, struct reason *why)
{
	struct stat st;

	if (fstat(dir, &st) != 0)
		return fail(hold, "", why);
	if (st.st_uid == geteuid() && (st.st_mode & 077) == 0)
		return true;
	reason_set(why,
	    "%s/%s/hold must belong to uid %ld and have mode 0700: "
	    "it belongs to uid %ld and has mode %04o",
	    hold->root, hold->provider, (long)geteuid(), (long)st.st_uid,
	    (unsigned)(st.st_mode & 07777));
	return false;
}

static int
open_folder(const struct hold *hold, struct reason *why)
{
	int dir = look_at_folder(hold);

	if (dir < 0 && errno == ENOENT) {
		if (!make_folder(hold, why))
			return -1;
		dir = look_at_folder(hold);
	}
	if (dir < 0) {
		fail(hold, " cannot be opened", why);
		return -1;
	}
	if (is_ours(hold, dir, why))
		return dir;
	close(dir);
	return -1;
}

static int
lock_folder(const struct hold *hold, int dir, struct reason *why)
{
	int fd = openat(dir, LOCK, O_RDWR | O_CREAT | FILE_FLAGS, 0600);

	if (fd < 0) {
		fail(hold, "/" LOCK " cannot be opened", why);
		return -1;
	}
	switch (lock_file(fd, LOCK_MS)) {
	case LOCK_TAKEN:
		return fd;
	case LOCK_BUSY:
		reason_set(why,
		    "%s/%s/hold/" LOCK ": another process holds the lock",
		    hold->root, hold->provider);
		break;
	case LOCK_FAILED:
		fail(hold, "/" LOCK " cannot be locked", why);
		break;
	}
	close(fd);
	return -1;
}

/* Parse "MICROSECONDS-BYTES".  False: not the name of a held delivery. */
static bool
parse_name(struct hold_item *item, const char *name)
{
	struct span bytes = span_str(name);
	struct span stamp = span_cut(&bytes, '-');
	long long a = span_number(stamp), b = span_number(bytes);

	if (a < 0 || b < 0 || strlen(name) >= sizeof(item->name))
		return false;
	item->stamp = (unsigned long long)a;
	item->bytes = (unsigned long long)b;
	memcpy(item->name, name, strlen(name) + 1);
	return true;
}

bool
hold_name_ok(const char *name)
{
	struct hold_item item;

	return parse_name(&item, name);
}

static int
by_age(const void *a, const void *b)
{
	const struct hold_item *x = a, *y = b;

	if (x->stamp != y->stamp)
		return x->stamp < y->stamp ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Read all names of the folder into list, the oldest first. */
static bool
read_names(struct hold_list *list, DIR *stream)
{
	struct hold_item *grown, item;
	struct dirent *entry;
	size_t room = 0;

	while ((errno = 0, entry = readdir(stream)) != NULL) {
		if (!parse_name(&item, entry->d_name))
			continue;
		if (list->n == room) {
			room = room == 0 ? 128 : 2 * room;
			grown = realloc(list->item, room * sizeof(item));
			if (grown == NULL)
				return false;
			list->item = grown;
		}
		list->item[list->n++] = item;
	}
	if (errno != 0)
		return false;
	if (list->n > 0)
		qsort(list->item, list->n, sizeof(item), by_age);
	return true;
}

static bool
list_folder(const struct hold *hold, int dir, struct hold_list *list,
    struct reason *why)
{
	/* dup() would share the position in the folder with dir. */
	int own = openat(dir, ".", FOLDER_FLAGS);
	DIR *stream = own < 0 ? NULL : fdopendir(own);
	bool ok;

	*list = (struct hold_list){.n = 0};
	ok = stream != NULL && read_names(list, stream);
	if (!ok) {
		fail(hold, " cannot be read", why);
		hold_list_free(list);
	}
	if (stream != NULL)
		closedir(stream);
	else if (own >= 0)
		close(own);
	return ok;
}

/* What will be added to the folder. */
struct addition {
	size_t count; /* files */
	unsigned long long bytes;
};

/* Remove the oldest files until the limits allow the addition. */
static bool
make_room(const struct hold *hold, int dir, const struct hold_list *list,
    struct addition addition, struct reason *why)
{
	unsigned long long max = (unsigned long long)hold->terms.bytes;
	unsigned long long bytes = addition.bytes;
	size_t n = list->n + addition.count, most = (size_t)hold->terms.count;

	for (size_t i = 0; i < list->n; i++)
		bytes += list->item[i].bytes;
	for (size_t i = 0; i < list->n && (n > most || bytes > max); i++) {
		if (unlinkat(dir, list->item[i].name, 0) != 0 &&
		    errno != ENOENT)
			return fail_file(hold, list->item[i].name,
			    " cannot be removed", why);
		n--;
		bytes -= list->item[i].bytes;
	}
	return true;
}

/* Written as .part first, so that NAME is never an incomplete file. */
static bool
write_file(int dir, const char *name, struct span head, struct span body)
{
	int fd =
	    openat(dir, PART, O_WRONLY | O_CREAT | O_TRUNC | FILE_FLAGS, 0600);
	bool ok =
	    fd >= 0 && file_put(fd, head, 0) && file_put(fd, body, head.len);
	int error;

	if (fd >= 0 && !ok)
		file_close(fd);
	else if (fd >= 0)
		ok = close(fd) == 0;
	ok = ok && renameat(dir, PART, dir, name) == 0;
	if (!ok) {
		error = errno;
		unlinkat(dir, PART, 0);
		errno = error;
	}
	return ok;
}

/* Later than every stamp in list, even if the clock was set back. */
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

	if (bytes > (unsigned long long)hold->terms.bytes) {
		reason_set(why, "its %llu bytes are more than hold.bytes, %ld",
		    bytes, hold->terms.bytes);
		return false;
	}
	if ((dir = open_folder(hold, why)) < 0)
		return false;
	if ((lock = lock_folder(hold, dir, why)) < 0 ||
	    !list_folder(hold, dir, &list, why) ||
	    !make_room(hold, dir, &list, (struct addition){1, bytes}, why))
		goto out;
	snprintf(
	    name, sizeof(name), "%016llu-%llu", new_stamp(&list, now), bytes);
	ok = write_file(dir, name, head, body) ||
	     fail(hold, " cannot be written", why);
out:
	hold_list_free(&list);
	if (lock >= 0)
		close(lock);
	close(dir);
	return ok;
}

/*
 * Set *dir to the open folder, or -1 if it does not exist.  False: why is set.
 */
static bool
look(const struct hold *hold, int *dir, struct reason *why)
{
	*dir = look_at_folder(hold);
	return *dir >= 0 || errno == ENOENT ||
	       fail(hold, " cannot be opened", why);
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
	ok = list_folder(hold, dir, list, why);
	close(dir);
	return ok;
}

void
hold_list_free(struct hold_list *list)
{
	free(list->item);
	*list = (struct hold_list){.n = 0};
}

/* Read the first max bytes of a regular file.  False with errno set. */
static bool
read_file(int fd, size_t max, struct file_content *content)
{
	ssize_t n;

	if (fstat(fd, &content->st) != 0)
		return false;
	if (!S_ISREG(content->st.st_mode)) {
		errno = EINVAL;
		return false;
	}
	if ((unsigned long long)content->st.st_size < max)
		max = (size_t)content->st.st_size;
	if ((content->bytes = malloc(max + 1)) == NULL)
		return false;
	n = file_fill(fd, content->bytes, max);
	if (n < 0) {
		free(content->bytes);
		content->bytes = NULL;
		return false;
	}
	content->len = (size_t)n;
	return true;
}

enum hold_outcome
hold_read(const struct hold *hold, const char *name, size_t max,
    struct file_content *content, struct reason *why)
{
	enum hold_outcome outcome = HOLD_FAILED;
	int dir, fd = -1;

	*content = (struct file_content){.bytes = NULL};
	if (!hold_name_ok(name))
		return HOLD_GONE;
	dir = look_at_folder(hold);
	if (dir >= 0)
		fd = openat(dir, name, O_RDONLY | FILE_FLAGS);
	if (fd < 0 && errno == ENOENT)
		outcome = HOLD_GONE;
	else if (fd >= 0 && read_file(fd, max, content))
		outcome = HOLD_READ;
	else
		fail_file(hold, name, " cannot be read", why);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return outcome;
}

bool
hold_remove(const struct hold *hold, const char *name, struct reason *why)
{
	int dir = look_at_folder(hold);
	bool ok = dir >= 0 && unlinkat(dir, name, 0) == 0;

	if (!ok && errno == ENOENT)
		ok = true;
	if (!ok)
		fail_file(hold, name, " cannot be removed", why);
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
	if (!is_ours(hold, dir, why) ||
	    (lock = lock_folder(hold, dir, why)) < 0 ||
	    !list_folder(hold, dir, &list, why))
		goto out;
	ok = hold->terms.count == 0 ||
	     make_room(hold, dir, &list, (struct addition){0, 0}, why);
	if (ok && unlinkat(dir, PART, 0) != 0 && errno != ENOENT)
		ok = fail(hold, "/" PART " cannot be removed", why);
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
	ok = is_ours(hold, dir, why);
	close(dir);
	return ok;
}
