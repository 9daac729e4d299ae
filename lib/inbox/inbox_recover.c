/* inbox_recover.c - finishes events that a crash left in tmp/. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/file.h"
#include "crypto/digest.h"
#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_lock.h"

#define HASH_TEXT (2 * DIGEST_SHA256_LEN)

/* One pass over tmp/. */
struct recovery {
	const struct inbox *inbox;
	struct inbox_dir dir;
	time_t now;
	size_t n; /* events linked to new/ */
	struct reason *why;
};

static bool
fail(const struct recovery *r, const char *what)
{
	reason_errno(
	    r->why, "%s/%s/%s", r->inbox->root, r->inbox->provider, what);
	return false;
}

/* Cut NAME out of "NAME.SHA256".  False: the file is not one of the inbox's. */
static bool
event_of(char name[static INBOX_NAME_MAX + 1], const char *file)
{
	size_t len = strlen(file);

	if (len < HASH_TEXT + 2 || len > INBOX_NAME_MAX + HASH_TEXT + 1 ||
	    file[len - HASH_TEXT - 1] != '.' || file[0] == '.' ||
	    strspn(file + len - HASH_TEXT, "0123456789abcdef") != HASH_TEXT)
		return false;
	len -= HASH_TEXT + 1;
	memcpy(name, file, len);
	name[len] = '\0';
	return true;
}

enum content {
	CONTENT_WHOLE,
	CONTENT_TORN,
	CONTENT_FAILED /* errno is set */
};

/* Compare the content of the file with the hash in its name. */
static enum content
check_content(int fd, const char *file)
{
	unsigned char hash[DIGEST_MAX];
	char text[DIGEST_TEXT_MAX];
	unsigned char *bytes;
	struct span all;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return CONTENT_FAILED;
	if (!S_ISREG(st.st_mode))
		return CONTENT_TORN;
	if ((bytes = malloc((size_t)st.st_size + 1)) == NULL)
		return CONTENT_FAILED;
	n = file_fill(fd, bytes, (size_t)st.st_size);
	if (n < 0) {
		free(bytes);
		return CONTENT_FAILED;
	}
	all = span_mem(bytes, (size_t)n);
	digest_hash(DIGEST_SHA256, &all, 1, hash);
	free(bytes);
	encode_hex(text, span_mem(hash, DIGEST_SHA256_LEN));
	return strcmp(text, file + strlen(file) - HASH_TEXT) == 0
		   ? CONTENT_WHOLE
		   : CONTENT_TORN;
}

/* A mark in the other inbox counts too. */
static enum dedup_found
look_elsewhere(const struct recovery *r, const char *name)
{
	const struct inbox *other = r->inbox->other;
	enum dedup_found found = DEDUP_NO;
	struct inbox_dir dir;

	if (other == NULL)
		return DEDUP_NO;
	if (inbox_dir_look(&dir, other, r->why) != ST_OK)
		found = DEDUP_FAILED;
	else if (dir.fds.dedup >= 0)
		found =
		    dedup_look(dir.fds.dedup, name, other->dedup_days, r->now);
	inbox_dir_close(&dir);
	return found;
}

/* What is known of an event apart from its file in tmp/. */
enum known { UNKNOWN, DELIVERED, MARKED, FAILED };

/*
 * A link count above 1 means that the file was linked to new/, even if a
 * consumer has since moved that name elsewhere.
 */
static enum known
look_for(const struct recovery *r, int fd, const char *name)
{
	enum dedup_found found =
	    dedup_look(r->dir.fds.dedup, name, r->inbox->dedup_days, r->now);
	struct stat st;

	if (found == DEDUP_NO)
		found = look_elsewhere(r, name);
	if (found != DEDUP_NO)
		return found == DEDUP_YES ? MARKED : FAILED;
	if (fstat(fd, &st) != 0)
		return FAILED;
	if (st.st_nlink > 1 || faccessat(r->dir.fds.new, name, F_OK, 0) == 0)
		return DELIVERED;
	return errno == ENOENT ? UNKNOWN : FAILED;
}

static bool
mark(const struct recovery *r, const char *name)
{
	bool first;

	if (dedup_mark(
		r->dir.fds.dedup, name, r->inbox->group_access, r->now, &first))
		return true;
	return fail(r, "dedup: no mark can be written, so a duplicate may be "
		       "stored again");
}

/* Flushed first: a killed process may have written the file, not flushed it. */
static bool
put(struct recovery *r, int fd, const char *file, const char *name)
{
	if (fsync(fd) != 0)
		return fail(r, "tmp: an event cannot be flushed to disk");
	if (linkat(r->dir.fds.tmp, file, r->dir.fds.new, name, 0) != 0)
		return fail(r, "new: an event cannot be linked there");
	if (fsync(r->dir.fds.new) != 0)
		return fail(r, "new: cannot be flushed to disk");
	r->n++;
	return mark(r, name);
}

/* Called with the event locked. */
static bool
settle(struct recovery *r, const char *file, const char *name)
{
	bool ok = false;
	int fd =
	    openat(r->dir.fds.tmp, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	enum known known;
	enum content content = CONTENT_TORN;

	/* The process that held the lock before has finished this event. */
	if (fd < 0)
		return errno == ENOENT || fail(r, "tmp: cannot be read");
	known = look_for(r, fd, name);
	if (known == UNKNOWN)
		content = check_content(fd, file);
	if (known == FAILED || content == CONTENT_FAILED) {
		fail(r, "tmp: a file that a crash left cannot be examined");
		goto out;
	}
	if ((content == CONTENT_WHOLE && !put(r, fd, file, name)) ||
	    (known == DELIVERED && !mark(r, name)))
		goto out;
	ok = unlinkat(r->dir.fds.tmp, file, 0) == 0 || errno == ENOENT;
	if (!ok)
		fail(r, "tmp: a file that a crash left cannot be removed");
out:
	close(fd);
	return ok;
}

static bool
look_at(struct recovery *r, const char *file)
{
	char name[INBOX_NAME_MAX + 1];
	bool ok = true;
	int fd;

	if (!event_of(name, file))
		return true;
	fd = openat(
	    r->dir.fds.provider, "lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(r, "lock: cannot be opened");
	switch (inbox_lock(fd, name, LOCK_NO_WAIT)) {
	case LOCK_TAKEN:
		ok = settle(r, file, name);
		break;
	case LOCK_BUSY:
		break;
	case LOCK_FAILED:
		ok = fail(r, "lock: cannot be locked");
		break;
	}
	close(fd);
	return ok;
}

bool
inbox_recover(
    const struct inbox *inbox, time_t now, size_t *n, struct reason *why)
{
	struct recovery r = {.inbox = inbox, .now = now, .why = why};
	struct dirent *entry;
	DIR *dir = NULL;
	bool ok = false;
	int fd = -1;

	if (inbox_dir_look(&r.dir, inbox, why) != ST_OK)
		goto out;
	/* The inbox does not exist, or is on a read-only file system. */
	if (r.dir.fds.provider < 0 || r.dir.lock < 0) {
		ok = true;
		goto out;
	}
	fd = openat(r.dir.fds.tmp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (dir = fdopendir(fd)) == NULL) {
		fail(&r, "tmp: cannot be read");
		if (fd >= 0)
			close(fd);
		goto out;
	}
	ok = true;
	while ((entry = readdir(dir)) != NULL) {
		if (!look_at(&r, entry->d_name))
			ok = false;
	}
	closedir(dir);
	/*
	 * The lock file's new time ends result->recover_due, even after a
	 * failure: else every delivery would try, and fail, again.
	 */
	utimensat(r.dir.fds.provider, "lock", NULL, AT_SYMLINK_NOFOLLOW);
out:
	inbox_dir_close(&r.dir);
	*n += r.n;
	return ok;
}
