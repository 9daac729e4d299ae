/*
 * place.h - folders and files that root makes or mends for another user.
 *
 * That user is trusted less than root, and may rename, remove and link what is
 * his while root works on it.  So a path is opened level by level, and what is
 * opened is looked at and changed by its descriptor: a folder, or a regular
 * file; a symbolic link is never followed in a folder that is not root's.
 * Nothing that belongs to a third user is given away.
 *
 * A file is written whole or not at all: under another name, flushed, renamed,
 * and its folder flushed.
 *
 * All of it serves a user who is not root as well, with what is his own.
 */
#ifndef PLACE_H
#define PLACE_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/file.h"
#include "base/span.h"
#include "base/status.h"

#define PLACE_PATH_MAX 4096

/* An open folder. */
struct place {
	int fd;                    /* to be read; -1 if it is closed */
	bool made;                 /* by place_make(), which opened it */
	char path[PLACE_PATH_MAX]; /* for messages */
};

/* Whose something is to be, and its mode. */
struct place_rights {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* the twelve bits */
};

/* Those that a file has. */
struct place_rights place_rights_of(const struct stat *st);

/* The closed one.  place_close() may be called for it. */
struct place place_none(void);
void place_close(struct place *place);

/*
 * Open the folder at path; a relative path starts at the working folder.  Root
 * follows a symbolic link only where it is root's own, in a folder that only
 * root can change.
 *
 * LOOKUP_FOUND: the caller closes it.  LOOKUP_NONE: a part of the path does not
 * exist; why names it.  LOOKUP_INVALID with why set: a part of it is a link or a
 * file, or cannot be opened.
 */
enum lookup place_open(
    struct place *place, const char *path, struct reason *why);

/* The same of the folder called name in folder.  A link is never followed. */
enum lookup place_enter(struct place *place, const struct place *folder,
    const char *name, struct reason *why);

/*
 * Open the folder called name in folder; if there is none, make it with these
 * rights, flushed to disk, and set place->made.  One that exists stays as it is.
 * False with why set; a folder that this call made is removed again.
 */
bool place_make(struct place *place, const struct place *folder,
    const char *name, const struct place_rights *rights, struct reason *why);

/*
 * Root makes folders anywhere, but not for settings of a user: who owns a folder
 * in /etc may put settings of other programs into it.  Is folder that user's, so
 * that name may be made in it?  False with why set.
 */
bool place_is_users(const struct place *folder, const char *name, uid_t uid,
    struct reason *why);

/*
 * Open the folder at path, and make those of its last levels that are missing,
 * with these rights.  False with why set; what this call made is removed again.
 */
bool place_make_all(struct place *place, const char *path,
    const struct place_rights *rights, struct reason *why);

/*
 * The entries of the folder, from the first; NULL with errno set.  The caller
 * calls closedir().
 */
DIR *place_list(const struct place *folder);

/* What place_open() opens of path, and its last part: a borrowed name. */
enum lookup place_open_parent(struct place *place, const char *path,
    const char **name, struct reason *why);

/*
 * Read the file called name, which must be a regular file with one name and at
 * most max bytes.  LOOKUP_FOUND: the caller frees content->bytes, which end
 * with a NUL.  LOOKUP_NONE: there is no such file.  LOOKUP_INVALID with why
 * set.
 */
enum lookup place_read(const struct place *folder, const char *name, size_t max,
    struct file_content *content, struct reason *why);

/*
 * Write a file called name, of these bytes and with these rights.  A file that
 * is there stays, and is a failure.  False with why set: nothing has changed.
 */
bool place_create(const struct place *folder, const char *name,
    struct span bytes, const struct place_rights *rights, struct reason *why);

/*
 * The same, and a regular file that is there is replaced.  False with why set:
 * what was there before is there still.  The only exception is a disk that
 * cannot flush the folder afterwards: the new file is whole then, and why says
 * so.
 */
bool place_replace(const struct place *folder, const char *name,
    struct span bytes, const struct place_rights *rights, struct reason *why);

/*
 * A crash of place_create() can leave a file with both of its names, the one for
 * the writing and the one that it is for.  Remove the former, under the lock.
 */
void place_settle(const struct place *folder, const char *name);

/*
 * Write again what place_read() read from the file called name, with the rights
 * that it had; remove the file if nothing was read.  False with why set.
 */
bool place_put_back(const struct place *folder, const char *name,
    const struct file_content *old, struct reason *why);

/*
 * Remove the file called name, which is not a folder, and what a crash left of
 * writing it; a link is removed itself.  It is no failure if there is none.
 * False with why set.
 */
bool place_remove(
    const struct place *folder, const char *name, struct reason *why);

/* What place_mend() did. */
enum place_mended {
	PLACE_RIGHT,  /* nothing was to be done */
	PLACE_MENDED, /* what says what was, or would be, changed */
	PLACE_ABSENT, /* it does not exist */
	PLACE_REFUSED /* what says why it is as it was */
};

/* How something is to be mended. */
struct place_wish {
	mode_t type; /* S_IFREG or S_IFDIR */
	struct place_rights rights;
	uid_t from;      /* what is this user's may be changed; or rights.uid */
	bool not_roots;  /* what is root's may not be changed */
	bool keep_group; /* any group is right, but that of another owner */
	bool dry_run;    /* change nothing */
	bool brief;      /* do not say what is changed: names take time */
};

/*
 * Give what is called name in folder the owner, the group and the mode of the
 * wish.  Only what belongs to root, to wish->from or to the new owner is changed:
 * a file that the new owner renamed or linked to this place can be anybody's.
 * A file that gets another owner must have one name, and one of root's must be
 * of root's group or of the new one.  wish->not_roots is for settings that are
 * not root's either: their owner may have named any file in them.
 *
 * what begins with the path.
 */
enum place_mended place_mend(const struct place *folder, const char *name,
    const struct place_wish *wish, struct reason *what);

#define PLACE_WAIT_MS 10000

/*
 * Lock the settings in folder, for the whole work of a command that changes
 * them or what they name: two at once wait for each other.  The lock is a file
 * that only this user can open.
 *
 * Returns a descriptor, for place_unlock(); -1 with why set, also if another
 * process holds the lock for wait_ms.
 */
int place_lock(const struct place *folder, int wait_ms, struct reason *why);
void place_unlock(const struct place *folder, int lock);

#endif
