/* hold_dir.c - the folder of held deliveries: made, locked, listed. */
#define _GNU_SOURCE /* open file description locks */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hold/hold_dir.h"
#include "inbox/inbox_dir.h"

#define LOCK ".lock"
/* A delivery is answered before long, whatever others do with the lock. */
#define LOCK_TRIES    100
#define LOCK_PAUSE_NS 2000000L
#define FOLDER_FLAGS  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

bool
hold_dir_fail(const struct hold *hold, const char *what, struct reason *why)
{
	reason_errno(why, "%s/%s/hold%s", hold->root, hold->provider, what);
	return false;
}

int
hold_dir_look(const struct hold *hold)
{
	char path[PATH_MAX];
	int n = snprintf(
	    path, sizeof(path), "%s/%s/hold", hold->root, hold->provider);

	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, FOLDER_FLAGS);
}

static bool
make_folder(const struct hold *hold, struct reason *why)
{
	const struct inbox inbox = {.root = hold->root,
	    .provider = hold->provider,
	    .group_access = hold->group_access};
	struct inbox_dir dir;
	bool ok = inbox_dir_open(&dir, &inbox, why) == ST_OK;

	if (ok && mkdirat(dir.provider, "hold", 0700) != 0 && errno != EEXIST)
		ok = hold_dir_fail(hold, " cannot be made", why);
	inbox_dir_close(&dir);
	return ok;
}

bool
hold_dir_is_ours(const struct hold *hold, int dir, struct reason *why)
{
	struct stat st;

	if (fstat(dir, &st) != 0)
		return hold_dir_fail(hold, "", why);
	if (st.st_uid == geteuid() && (st.st_mode & 077) == 0)
		return true;
	reason_set(why,
	    "%s/%s/hold must belong to uid %ld, and be closed to others: "
	    "it is uid %ld's, mode %04o",
	    hold->root, hold->provider, (long)geteuid(), (long)st.st_uid,
	    (unsigned)(st.st_mode & 07777));
	return false;
}

int
hold_dir_open(const struct hold *hold, struct reason *why)
{
	int dir = hold_dir_look(hold);

	if (dir < 0 && errno == ENOENT) {
		if (!make_folder(hold, why))
			return -1;
		dir = hold_dir_look(hold);
	}
	if (dir < 0) {
		hold_dir_fail(hold, " cannot be opened", why);
		return -1;
	}
	if (hold_dir_is_ours(hold, dir, why))
		return dir;
	close(dir);
	return -1;
}

int
hold_dir_lock(const struct hold *hold, int dir, struct reason *why)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const struct timespec pause = {0, LOCK_PAUSE_NS};
	int fd =
	    openat(dir, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		hold_dir_fail(hold, "/" LOCK " cannot be opened", why);
		return -1;
	}
	for (int i = 0; fcntl(fd, F_OFD_SETLK, &lock) != 0; i++) {
		if ((errno != EAGAIN && errno != EACCES && errno != EINTR) ||
		    i == LOCK_TRIES) {
			hold_dir_fail(hold, "/" LOCK " cannot be had", why);
			close(fd);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

/* Read "MICROSECONDS-BYTES"; false for what is not one of ours. */
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

/* All names of dir into list, in order; stream is of its own. */
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

bool
hold_dir_list(const struct hold *hold, int dir, struct hold_list *list,
    struct reason *why)
{
	/* dup() would share the place in the folder with others. */
	int own = openat(dir, ".", FOLDER_FLAGS);
	DIR *stream = own < 0 ? NULL : fdopendir(own);
	bool ok;

	*list = (struct hold_list){.n = 0};
	ok = stream != NULL && read_names(list, stream);
	if (!ok) {
		hold_dir_fail(hold, " cannot be read", why);
		hold_list_free(list);
	}
	if (stream != NULL)
		closedir(stream);
	else if (own >= 0)
		close(own);
	return ok;
}
