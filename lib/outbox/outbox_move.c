/* outbox_move.c - renames files, or links and unlinks them. */
#define _GNU_SOURCE /* renameat2() */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "outbox/outbox_move.h"

#define OPEN_OLDER (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
/* How often the target of a move may change meanwhile. */
#define TRIES 8
/* The lock of an older file is tried for so often, with a pause between. */
#define LOCK_TRIES 50
#define PAUSE_NS   20000000L

enum outbox_moved
outbox_move_fail(const struct outbox_root *root,
    const struct outbox_place *place, const char *what, struct reason *why)
{
	char path[sizeof("/failed/") + OUTBOX_FILE_MAX];

	snprintf(path, sizeof(path), "/%s/%s", outbox_state_name(place->state),
	    place->file);
	outbox_fail(root, path, what, why);
	return MOVE_FAILED;
}

static enum outbox_moved
fail(const struct outbox_move *move, struct reason *why)
{
	char what[64];

	snprintf(what, sizeof(what), " cannot be moved to %s/",
	    outbox_state_name(move->to.state));
	return outbox_move_fail(move->root, &move->from, what, why);
}

static int
from(const struct outbox_move *move)
{
	return move->root->folder[move->from.state];
}

static int
to(const struct outbox_move *move)
{
	return move->root->folder[move->to.state];
}

bool
outbox_move_is_there(const struct outbox_root *root,
    const struct outbox_place *place, const struct stat *st)
{
	struct stat now;

	return fstatat(root->folder[place->state], place->file, &now,
		   AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

bool
outbox_move_flush(
    const struct outbox_root *root, enum outbox_state state, struct reason *why)
{
	char path[16];

	if (root->dir.fds.ordered || fsync(root->folder[state]) == 0)
		return true;
	snprintf(path, sizeof(path), "/%s", outbox_state_name(state));
	return outbox_fail(root, path, " cannot be flushed to disk", why);
}

/*
 * The target's name is taken.  If it is the same file, a crash left both names.
 * Its name there may not be on disk yet.
 */
static enum outbox_moved
is_taken(const struct outbox_move *move, struct reason *why)
{
	if (!outbox_move_is_there(move->root, &move->to, &move->st))
		return MOVE_EXISTS;
	if (!outbox_move_flush(move->root, move->to.state, why))
		return MOVE_FAILED;
	if (unlinkat(from(move), move->from.file, 0) == 0)
		return MOVE_SAME;
	return errno == ENOENT ? MOVE_GONE : fail(move, why);
}

/*
 * If the source cannot be unlinked, or if somebody without the lock was faster,
 * the target's name goes again: never two of them for good.
 */
static enum outbox_moved
by_link(const struct outbox_move *move, struct reason *why)
{
	enum outbox_moved moved = MOVE_MADE;

	if (linkat(from(move), move->from.file, to(move), move->to.file, 0) !=
	    0) {
		if (errno == EEXIST)
			return is_taken(move, why);
		return errno == ENOENT ? MOVE_GONE : fail(move, why);
	}
	if (!outbox_move_flush(move->root, move->to.state, why))
		moved = MOVE_FAILED;
	else if (unlinkat(from(move), move->from.file, 0) != 0)
		moved = errno == ENOENT ? MOVE_GONE : fail(move, why);
	if (moved != MOVE_MADE)
		unlinkat(to(move), move->to.file, 0);
	return moved;
}

enum outbox_moved
outbox_move(const struct outbox_move *move, struct reason *why)
{
	if (!move->root->dir.fds.ordered)
		return by_link(move, why);
	if (renameat2(from(move), move->from.file, to(move), move->to.file,
		RENAME_NOREPLACE) == 0)
		return MOVE_MADE;
	switch (errno) {
	case EEXIST:
		return is_taken(move, why);
	case ENOENT:
		return MOVE_GONE;
	case EINVAL:
	case ENOSYS:
		return by_link(move, why);
	default:
		return fail(move, why);
	}
}

/* An older file in the place of another. */
enum older {
	OLDER_READY, /* locked, if it can be: nobody moves it */
	OLDER_OTHER, /* it is gone, or another one */
	OLDER_LOCKED,
	OLDER_FAILED /* errno is set */
};

static enum lock
wait_for(int fd)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	enum lock lock = lock_flock(fd);

	for (int i = 1; lock == LOCK_BUSY && i < LOCK_TRIES; i++) {
		nanosleep(&pause, NULL);
		lock = lock_flock(fd);
	}
	return lock;
}

/*
 * Lock what is in the way; *fd holds the lock.  A link, a socket and what this
 * user may not read are no events, and nobody else moves them.
 */
static enum older
lock_older(const struct outbox_move *move, int *fd)
{
	struct stat st;

	*fd = openat(to(move), move->to.file, OPEN_OLDER);
	if (*fd < 0 && errno == ENOENT)
		return OLDER_OTHER;
	if (*fd < 0)
		return errno == ELOOP || errno == ENXIO || errno == EACCES
			   ? OLDER_READY
			   : OLDER_FAILED;
	if (fstat(*fd, &st) != 0)
		return OLDER_FAILED;
	switch (wait_for(*fd)) {
	case LOCK_BUSY:
		return OLDER_LOCKED;
	case LOCK_FAILED:
		return OLDER_FAILED;
	case LOCK_TAKEN:
		break;
	}
	return outbox_move_is_there(move->root, &move->to, &st) ? OLDER_READY
								: OLDER_OTHER;
}

/*
 * Where the order of changes is not kept, the older goes first: then a crash
 * leaves the newer at least under its old name.
 */
static enum outbox_moved
replace(const struct outbox_move *move, struct reason *why)
{
	if (move->root->dir.fds.ordered) {
		if (renameat(from(move), move->from.file, to(move),
			move->to.file) == 0)
			return MOVE_MADE;
		return errno == ENOENT ? MOVE_GONE : fail(move, why);
	}
	if (unlinkat(to(move), move->to.file, 0) != 0 && errno != ENOENT)
		return outbox_move_fail(
		    move->root, &move->to, " cannot be replaced", why);
	return by_link(move, why);
}

enum outbox_moved
outbox_move_over(
    const struct outbox_move *move, bool *replaced, struct reason *why)
{
	enum outbox_moved moved = MOVE_EXISTS;

	*replaced = false;
	for (int i = 0; moved == MOVE_EXISTS && i < TRIES; i++) {
		int fd = -1;

		if ((moved = outbox_move(move, why)) != MOVE_EXISTS)
			return moved;
		switch (lock_older(move, &fd)) {
		case OLDER_READY:
			moved = replace(move, why);
			*replaced = moved == MOVE_MADE;
			break;
		case OLDER_OTHER:
			break;
		case OLDER_LOCKED:
			moved = MOVE_LOCKED;
			break;
		case OLDER_FAILED:
			moved = fail(move, why);
			break;
		}
		if (fd >= 0)
			file_close(fd);
	}
	return moved;
}
