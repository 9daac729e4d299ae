/* place.c - makes and mends folders and files by their descriptors. */
#define _GNU_SOURCE /* O_PATH, AT_EMPTY_PATH */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/lock.h"
#include "place.h"

#define OPEN_LOOK   (O_PATH | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
/* A FIFO must not block. */
#define OPEN_READ (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define OPEN_NEW  (O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

#define LINKS_MAX   16      /* links on one path */
#define LEVELS_MAX  32      /* folders that are made at once */
#define LOCK_NAME   ".lock" /* as no provider and no secret is called */
#define LOCK_STEP   50      /* ms */
#define BITS        07777
#define NAME_BUFFER 4096
/* A name that is too long remains one that is too long. */
#define NAME_ROOM (NAME_MAX + 2)

/* --- messages --- */

/* The path of name in folder. */
static bool
join(char dst[static PLACE_PATH_MAX], const char *folder, const char *name)
{
	const char *slash =
	    folder[0] != '\0' && folder[strlen(folder) - 1] == '/' ? "" : "/";

	if (strcmp(name, ".") == 0)
		name = slash = "";
	return (size_t)snprintf(dst, PLACE_PATH_MAX, "%s%s%s", folder, slash,
		   name) < PLACE_PATH_MAX;
}

/* Say what is wrong with name in folder; the text of errno after it. */
static void
fail(struct reason *why, const struct place *folder, const char *name,
    const char *what)
{
	char path[PLACE_PATH_MAX];
	int error = errno;

	join(path, folder->path, name);
	errno = error;
	reason_errno(why, "%s %s", path, what);
}

/* The same where errno says nothing. */
static void
refuse(struct reason *why, const struct place *folder, const char *name,
    const char *what)
{
	char path[PLACE_PATH_MAX];

	join(path, folder->path, name);
	reason_set(why, "%s %s", path, what);
}

/* --- opening --- */

struct place
place_none(void)
{
	return (struct place){.fd = -1};
}

void
place_close(struct place *place)
{
	if (place->fd >= 0)
		file_close(place->fd);
	place->fd = -1;
}

static const char *
type_of(mode_t mode)
{
	if (S_ISLNK(mode))
		return "is a symbolic link";
	return S_ISDIR(mode) ? "is a folder" : "is not a folder";
}

enum lookup
place_enter(struct place *place, const struct place *folder, const char *name,
    struct reason *why)
{
	struct place sub = place_none();
	struct stat st;
	int error;

	if (!join(sub.path, folder->path, name)) {
		refuse(why, folder, name, "has too long a path");
		return LOOKUP_INVALID;
	}
	sub.fd = openat(folder->fd, name, OPEN_FOLDER);
	if (sub.fd >= 0) {
		*place = sub;
		return LOOKUP_FOUND;
	}
	error = errno;
	if ((error == ELOOP || error == ENOTDIR) &&
	    fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		reason_set(why, "%s %s, and must be a folder", sub.path,
		    type_of(st.st_mode));
	else {
		errno = error;
		reason_errno(why, "%s cannot be opened", sub.path);
	}
	return error == ENOENT ? LOOKUP_NONE : LOOKUP_INVALID;
}

/* A walk along a path. */
struct walk {
	struct place at;
	char rest[PLACE_PATH_MAX]; /* what is still to be walked */
	int links;
};

/* Cut the first name off; false at the end. */
static bool
next_name(struct walk *walk, char name[static NAME_ROOM])
{
	char *from = walk->rest + strspn(walk->rest, "/");
	size_t len = strcspn(from, "/");

	if (len == 0)
		return false;
	snprintf(name, NAME_ROOM, "%.*s", (int)len, from);
	memmove(walk->rest, from + len, strlen(from + len) + 1);
	return true;
}

/* True if nobody but root can have made the link, or could change it. */
static bool
is_trusted(const struct walk *walk, const struct stat *link)
{
	struct stat folder;

	if (geteuid() != 0)
		return true;
	return link->st_uid == 0 && fstat(walk->at.fd, &folder) == 0 &&
	       folder.st_uid == 0 &&
	       ((folder.st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
		   (folder.st_mode & S_ISVTX) != 0);
}

/* Begin at the root, or at the working folder. */
static bool
start(struct walk *walk, const char *path, struct reason *why)
{
	const char *top = path[0] == '/' ? "/" : ".";

	place_close(&walk->at);
	walk->at.fd = open(top, OPEN_FOLDER);
	snprintf(walk->at.path, sizeof(walk->at.path), "%s", top);
	if (walk->at.fd < 0)
		reason_errno(why, "%s cannot be opened", top);
	return walk->at.fd >= 0;
}

/* Go on where the link called name leads.  False with why set. */
static bool
follow(struct walk *walk, const char *name, struct reason *why)
{
	char target[PLACE_PATH_MAX], rest[PLACE_PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fstatat(walk->at.fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISLNK(st.st_mode))
		return false; /* place_enter() has said what is wrong */
	if (!is_trusted(walk, &st)) {
		refuse(why, &walk->at, name,
		    "is a symbolic link that another user than root can "
		    "change: name the folder that it leads to");
		return false;
	}
	n = readlinkat(walk->at.fd, name, target, sizeof(target));
	if (n < 0 || (size_t)n >= sizeof(target) || ++walk->links > LINKS_MAX) {
		refuse(why, &walk->at, name,
		    "is a symbolic link that leads nowhere");
		return false;
	}
	target[n] = '\0';
	if (snprintf(rest, sizeof(rest), "%s%s", target, walk->rest) >=
	    (int)sizeof(rest)) {
		refuse(why, &walk->at, name, "has too long a path");
		return false;
	}
	memcpy(walk->rest, rest, sizeof(rest));
	return target[0] != '/' || start(walk, target, why);
}

/* Go down as far as there are folders. */
static enum lookup
descend(struct walk *walk, char name[static NAME_ROOM], struct reason *why)
{
	while (next_name(walk, name)) {
		struct place next = place_none();
		enum lookup found = place_enter(&next, &walk->at, name, why);

		if (found == LOOKUP_INVALID && follow(walk, name, why))
			continue;
		if (found != LOOKUP_FOUND)
			return found;
		place_close(&walk->at);
		walk->at = next;
	}
	return LOOKUP_FOUND;
}

/* Set up a walk along path; false with why set. */
static bool
set_out(struct walk *walk, const char *path, struct reason *why)
{
	*walk = (struct walk){.at = {.fd = -1}};
	if ((size_t)snprintf(walk->rest, sizeof(walk->rest), "%s", path) >=
	    sizeof(walk->rest)) {
		reason_set(why, "the path is too long");
		return false;
	}
	return start(walk, path, why);
}

enum lookup
place_open(struct place *place, const char *path, struct reason *why)
{
	enum lookup found = LOOKUP_INVALID;
	char name[NAME_ROOM];
	struct walk walk;

	if (set_out(&walk, path, why))
		found = descend(&walk, name, why);
	if (found == LOOKUP_FOUND)
		*place = walk.at;
	else
		place_close(&walk.at);
	return found;
}

enum lookup
place_open_parent(struct place *place, const char *path, const char **name,
    struct reason *why)
{
	const char *slash = strrchr(path, '/');
	char parent[PLACE_PATH_MAX];

	*name = slash == NULL ? path : slash + 1;
	snprintf(parent, sizeof(parent), "%.*s",
	    slash == NULL ? 1 : (int)(slash - path + 1),
	    slash == NULL ? "." : path);
	return place_open(place, parent, why);
}

DIR *
place_list(const struct place *folder)
{
	int fd = openat(folder->fd, ".", OPEN_FOLDER);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (stream == NULL && fd >= 0)
		file_close(fd);
	return stream;
}

/* --- making --- */

struct place_rights
place_rights_of(const struct stat *st)
{
	return (struct place_rights){
	    st->st_uid, st->st_gid, st->st_mode & BITS};
}

static bool
give(int fd, const struct place_rights *rights)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	if ((st.st_uid != rights->uid || st.st_gid != rights->gid) &&
	    fchown(fd, rights->uid, rights->gid) != 0)
		return false;
	return fchmod(fd, rights->mode) == 0;
}

static bool
is_empty(const struct place *place)
{
	DIR *stream = place_list(place);
	const struct dirent *entry = NULL;

	if (stream == NULL)
		return false;
	while ((entry = readdir(stream)) != NULL &&
	       (strcmp(entry->d_name, ".") == 0 ||
		   strcmp(entry->d_name, "..") == 0))
		continue;
	closedir(stream);
	errno = EBUSY;
	return entry == NULL;
}

/*
 * True if it is the folder that was made just now, and not one that another
 * user put in its place: one of this user's, from beside it, with something in
 * it.
 */
static bool
is_ours(const struct place *place)
{
	struct stat st;

	if (fstat(place->fd, &st) != 0)
		return false;
	errno = EBUSY;
	return st.st_uid == geteuid() && (st.st_mode & 0777) == 0700 &&
	       is_empty(place);
}

bool
place_make(struct place *place, const struct place *folder, const char *name,
    const struct place_rights *rights, struct reason *why)
{
	struct place sub = place_none();
	bool ours = mkdirat(folder->fd, name, 0700) == 0;

	if (!ours && errno != EEXIST) {
		fail(why, folder, name, "cannot be made");
		return false;
	}
	if (place_enter(&sub, folder, name, why) != LOOKUP_FOUND)
		goto out;
	if (ours && (!is_ours(&sub) || !give(sub.fd, rights) ||
			fsync(sub.fd) != 0 || fsync(folder->fd) != 0)) {
		fail(why, folder, name, "cannot be made");
		goto out;
	}
	sub.made = ours;
	*place = sub;
	return true;
out:
	place_close(&sub);
	if (ours)
		unlinkat(folder->fd, name, AT_REMOVEDIR);
	return false;
}

bool
place_is_users(
    const struct place *folder, const char *name, uid_t uid, struct reason *why)
{
	struct stat st;

	if (fstat(folder->fd, &st) == 0 && st.st_uid == uid)
		return true;
	refuse(why, folder, name,
	    "does not exist, and root does not make it, because the settings "
	    "are not root's: mkdir and chown it, if it is right");
	return false;
}

/* Make the folders of rest, the first of them in *at.  False: none is left. */
static bool
make_rest(struct place *at, char *rest, const struct place_rights *rights,
    struct reason *why)
{
	struct {
		int fd;
		const char *made; /* the folder in it that is new, or NULL */
	} level[LEVELS_MAX];
	struct place next = place_none();
	char *save, *name = strtok_r(rest, "/", &save);
	size_t n = 0;
	bool ok = true;

	for (; ok && name != NULL; name = strtok_r(NULL, "/", &save)) {
		if (n == LEVELS_MAX) {
			reason_set(
			    why, "%s: too many folders are missing", at->path);
			ok = false;
		} else if ((ok = place_make(&next, at, name, rights, why))) {
			level[n].fd = at->fd;
			level[n++].made = next.made ? name : NULL;
			*at = next;
		}
	}
	while (n-- > 0) {
		if (!ok && level[n].made != NULL)
			unlinkat(level[n].fd, level[n].made, AT_REMOVEDIR);
		file_close(level[n].fd);
	}
	return ok;
}

bool
place_make_all(struct place *place, const char *path,
    const struct place_rights *rights, struct reason *why)
{
	char name[NAME_ROOM], rest[PLACE_PATH_MAX];
	enum lookup found = LOOKUP_INVALID;
	struct walk walk;
	bool ok = false;

	if (set_out(&walk, path, why))
		found = descend(&walk, name, why);
	if (found == LOOKUP_NONE)
		ok = join(rest, name, walk.rest) &&
		     make_rest(&walk.at, rest, rights, why);
	if (ok || found == LOOKUP_FOUND) {
		*place = walk.at;
		return true;
	}
	place_close(&walk.at);
	return false;
}

/* --- files --- */

/* Is it a regular file with one name? */
static bool
is_plain(const struct stat *st, const struct place *folder, const char *name,
    struct reason *why)
{
	if (S_ISREG(st->st_mode) && st->st_nlink == 1)
		return true;
	refuse(why, folder, name,
	    S_ISLNK(st->st_mode)   ? "is a symbolic link"
	    : S_ISREG(st->st_mode) ? "has more than one name (hard links)"
				   : "is not a regular file");
	return false;
}

static bool
read_bytes(int fd, size_t max, struct file_content *content, struct reason *why)
{
	content->bytes =
	    (unsigned char *)file_read_all(fd, max + 1, &content->len, why);
	if (content->bytes == NULL || content->len <= max)
		return content->bytes != NULL;
	free(content->bytes);
	content->bytes = NULL;
	reason_set(why, "has more than %zu bytes", max);
	return false;
}

enum lookup
place_read(const struct place *folder, const char *name, size_t max,
    struct file_content *content, struct reason *why)
{
	enum lookup found = LOOKUP_INVALID;
	int fd = openat(folder->fd, name, OPEN_READ);
	struct reason cause;

	content->bytes = NULL;
	if (fd < 0) {
		if (errno == ENOENT)
			return LOOKUP_NONE;
		if (errno == ELOOP)
			refuse(why, folder, name, "is a symbolic link");
		else
			fail(why, folder, name, "cannot be opened");
		return LOOKUP_INVALID;
	}
	if (fstat(fd, &content->st) != 0)
		fail(why, folder, name, "cannot be read");
	else if (!is_plain(&content->st, folder, name, why))
		found = LOOKUP_INVALID;
	else if (!read_bytes(fd, max, content, &cause))
		refuse(why, folder, name, cause.text);
	else
		found = LOOKUP_FOUND;
	close(fd);
	return found;
}

/* The same at each try: what a crash leaves is replaced. */
static void
tmp_name(char dst[static NAME_MAX + 1], const char *name)
{
	snprintf(dst, NAME_MAX + 1, ".%.200s.tmp", name);
}

void
place_settle(const struct place *folder, const char *name)
{
	char tmp[NAME_MAX + 1];
	struct stat st, first;

	tmp_name(tmp, name);
	if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstatat(folder->fd, tmp, &first, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_dev == first.st_dev && st.st_ino == first.st_ino)
		unlinkat(folder->fd, tmp, 0);
}

/* Write a file that nobody else has a name for.  False: errno is set. */
static bool
fill(int fd, struct span bytes, const struct place_rights *rights)
{
	return file_put(fd, bytes, 0) && give(fd, rights) && fsync(fd) == 0;
}

/* True if name may become another file. */
static bool
is_replaceable(const struct place *folder, const char *name, struct reason *why)
{
	struct stat st;

	if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return is_plain(&st, folder, name, why);
	if (errno == ENOENT)
		return true;
	fail(why, folder, name, "cannot be looked at");
	return false;
}

/* Give the finished file its name.  False: it has none but tmp. */
static bool
publish(const struct place *folder, const char *tmp, const char *name,
    bool replace, struct reason *why)
{
	bool ok;

	if (replace) {
		ok = renameat(folder->fd, tmp, folder->fd, name) == 0;
		if (!ok)
			fail(why, folder, name, "cannot be replaced");
		else if (fsync(folder->fd) != 0)
			fail(why, folder, name,
			    "was replaced, but cannot be flushed to disk");
		else
			return true;
		return false;
	}
	ok = linkat(folder->fd, tmp, folder->fd, name, 0) == 0;
	if (!ok || unlinkat(folder->fd, tmp, 0) != 0 ||
	    fsync(folder->fd) != 0) {
		fail(why, folder, name, "cannot be written");
		if (ok)
			unlinkat(folder->fd, name, 0);
		return false;
	}
	return true;
}

/* What is to be in a file, and whether one that is there is replaced. */
struct writing {
	struct span bytes;
	const struct place_rights *rights;
	bool replace;
};

static bool
write_file(const struct place *folder, const char *name,
    const struct writing *writing, struct reason *why)
{
	char tmp[NAME_MAX + 1];
	bool ok = false;
	int fd;

	tmp_name(tmp, name);
	if (writing->replace && !is_replaceable(folder, name, why))
		return false;
	unlinkat(folder->fd, tmp, 0);
	fd = openat(folder->fd, tmp, OPEN_NEW, 0600);
	if (fd < 0) {
		fail(why, folder, name, "cannot be written");
		return false;
	}
	if (fill(fd, writing->bytes, writing->rights))
		ok = publish(folder, tmp, name, writing->replace, why);
	else
		fail(why, folder, name, "cannot be written");
	close(fd);
	if (!ok)
		unlinkat(folder->fd, tmp, 0);
	return ok;
}

bool
place_create(const struct place *folder, const char *name, struct span bytes,
    const struct place_rights *rights, struct reason *why)
{
	const struct writing writing = {bytes, rights, false};

	return write_file(folder, name, &writing, why);
}

bool
place_replace(const struct place *folder, const char *name, struct span bytes,
    const struct place_rights *rights, struct reason *why)
{
	const struct writing writing = {bytes, rights, true};

	return write_file(folder, name, &writing, why);
}

bool
place_remove(const struct place *folder, const char *name, struct reason *why)
{
	char tmp[NAME_MAX + 1];

	tmp_name(tmp, name);
	unlinkat(folder->fd, tmp, 0);
	if (unlinkat(folder->fd, name, 0) != 0) {
		if (errno == ENOENT)
			return true;
		fail(why, folder, name, "cannot be removed");
		return false;
	}
	if (fsync(folder->fd) == 0)
		return true;
	fail(why, folder, name,
	    "was removed, but that cannot be flushed to disk");
	return false;
}

bool
place_put_back(const struct place *folder, const char *name,
    const struct file_content *old, struct reason *why)
{
	const struct place_rights rights = place_rights_of(&old->st);

	if (old->bytes == NULL)
		return place_remove(folder, name, why);
	return place_replace(
	    folder, name, span_mem(old->bytes, old->len), &rights, why);
}

/* --- mending --- */

/* Root may change what is his, the old user's and the new one's. */
static bool
may_change(const struct stat *st, const struct place_wish *wish,
    const char *path, struct reason *what)
{
	char owner[ACCOUNT_SHOWN_MAX], group[ACCOUNT_SHOWN_MAX];
	const struct place_rights *to = &wish->rights;

	/* Root may be whom it is to belong to. */
	if (st->st_uid == to->uid && !(to->uid == 0 && wish->not_roots))
		return true;
	account_user(owner, st->st_uid);
	if (st->st_uid != 0 && st->st_uid != wish->from)
		reason_set(what,
		    "%s belongs to %s: it is not changed; chown it if it is "
		    "hookdir's",
		    path, owner);
	else if (st->st_uid == 0 && wish->not_roots)
		reason_set(what,
		    "%s belongs to root, and the settings do not: it is not "
		    "changed; chown it if it is hookdir's",
		    path);
	else if (!S_ISDIR(st->st_mode) && st->st_nlink != 1)
		reason_set(what,
		    "%s belongs to %s and has %lu names (hard links): it is "
		    "not changed",
		    path, owner, (unsigned long)st->st_nlink);
	else if (st->st_uid == 0 && st->st_gid != 0 && st->st_gid != to->gid)
		reason_set(what,
		    "%s belongs to root and to group %s: it is not changed; "
		    "chown it if it is hookdir's",
		    path, account_group(group, st->st_gid));
	else
		return true;
	return false;
}

/* "PATH: owner root -> carol, mode 0755 -> 0700" */
static void
describe(struct reason *what, const char *path, const struct stat *st,
    const struct place_rights *to)
{
	char owner[2][ACCOUNT_SHOWN_MAX] = {"", ""},
	     group[2][ACCOUNT_SHOWN_MAX];
	char part[3][3 * ACCOUNT_SHOWN_MAX] = {"", "", ""};

	if (st->st_uid != to->uid)
		snprintf(part[0], sizeof(part[0]), ", owner %s -> %s",
		    account_user(owner[0], st->st_uid),
		    account_user(owner[1], to->uid));
	if (st->st_gid != to->gid)
		snprintf(part[1], sizeof(part[1]), ", group %s -> %s",
		    account_group(group[0], st->st_gid),
		    account_group(group[1], to->gid));
	if ((st->st_mode & BITS) != to->mode)
		snprintf(part[2], sizeof(part[2]), ", mode %04o -> %04o",
		    (unsigned)(st->st_mode & BITS), (unsigned)to->mode);
	reason_set(what, "%s:%s%s%s", path,
	    part[0][0] != '\0'   ? part[0] + 1
	    : part[1][0] != '\0' ? part[1] + 1
				 : part[2] + 1,
	    part[0][0] != '\0' ? part[1] : "",
	    part[0][0] != '\0' || part[1][0] != '\0' ? part[2] : "");
}

/*
 * By a descriptor that gives no access, so that a file of mode 0 can be mended
 * too, and a device that was put there is not opened.  What /proc has for it is
 * not a link that could lead elsewhere.
 */
static bool
change(int fd, const struct stat *st, const struct place_rights *to)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if ((st->st_uid != to->uid || st->st_gid != to->gid) &&
	    fchownat(fd, "", to->uid, to->gid, AT_EMPTY_PATH) != 0)
		return false;
	return chmod(self, to->mode) == 0;
}

static bool
is_right(const struct stat *st, const struct place_wish *wish)
{
	return (st->st_mode & S_IFMT) == wish->type &&
	       st->st_uid == wish->rights.uid &&
	       (wish->keep_group || st->st_gid == wish->rights.gid) &&
	       (st->st_mode & BITS) == wish->rights.mode;
}

/* What is to become of it. */
static struct place_rights
rights_for(const struct stat *st, const struct place_wish *wish)
{
	struct place_rights to = wish->rights;

	if (wish->keep_group && st->st_uid == to.uid)
		to.gid = st->st_gid;
	return to;
}

/* Say what is in the place of a file or a folder. */
static void
refuse_type(
    struct reason *what, const char *path, const struct stat *st, mode_t wanted)
{
	const char *text =
	    wanted == S_IFDIR ? "is not a folder" : "is not a regular file";

	reason_set(what, "%s %s: remove it", path,
	    S_ISLNK(st->st_mode) ? "is a symbolic link" : text);
}

enum place_mended
place_mend(const struct place *folder, const char *name,
    const struct place_wish *wish, struct reason *what)
{
	enum place_mended mended = PLACE_REFUSED;
	char path[PLACE_PATH_MAX];
	struct place_rights to;
	struct stat st;
	int fd = -1;

	if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_right(&st, wish))
		return PLACE_RIGHT;
	if (!join(path, folder->path, name) ||
	    (fd = openat(folder->fd, name, OPEN_LOOK)) < 0 ||
	    fstat(fd, &st) != 0) {
		if (errno == ENOENT)
			return PLACE_ABSENT;
		fail(what, folder, name, "cannot be opened");
	} else if ((st.st_mode & S_IFMT) != wish->type) {
		refuse_type(what, path, &st, wish->type);
	} else if (is_right(&st, wish)) {
		mended = PLACE_RIGHT;
	} else if (may_change(&st, wish, path, what)) {
		to = rights_for(&st, wish);
		if (wish->dry_run || change(fd, &st, &to)) {
			if (!wish->brief)
				describe(what, path, &st, &to);
			mended = PLACE_MENDED;
		} else {
			fail(what, folder, name, "cannot be changed");
		}
	}
	if (fd >= 0)
		close(fd);
	return mended;
}

/* --- the lock --- */

/* True if the file that is locked is the one that others find. */
static bool
is_current(const struct place *folder, int lock)
{
	struct stat held, there;

	return fstat(lock, &held) == 0 &&
	       fstatat(folder->fd, LOCK_NAME, &there, AT_SYMLINK_NOFOLLOW) ==
		   0 &&
	       held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

int
place_lock(const struct place *folder, int wait_ms, struct reason *why)
{
	for (;; wait_ms -= LOCK_STEP) {
		int lock = openat(folder->fd, LOCK_NAME,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		    0600);
		enum lock taken;

		if (lock < 0) {
			fail(why, folder, LOCK_NAME, "cannot be made");
			return -1;
		}
		taken = lock_file(lock, LOCK_STEP);
		if (taken == LOCK_TAKEN && is_current(folder, lock))
			return lock;
		if (taken == LOCK_FAILED) {
			fail(why, folder, LOCK_NAME, "cannot be locked");
			file_close(lock);
			return -1;
		}
		close(lock);
		/* Its folder's owner can replace it again and again. */
		if (wait_ms <= (taken == LOCK_BUSY ? 0 : -PLACE_WAIT_MS)) {
			refuse(why, folder, LOCK_NAME,
			    "is locked: another hookdir add, setup or remove "
			    "is running");
			return -1;
		}
	}
}

void
place_unlock(const struct place *folder, int lock)
{
	/* Nothing is to be left behind; who waits for it sees that. */
	unlinkat(folder->fd, LOCK_NAME, 0);
	close(lock);
}
