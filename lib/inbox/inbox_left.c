/* inbox_left.c - believes a file in tmp/ only as far as its hash goes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/file.h"
#include "crypto/digest.h"
#include "inbox/inbox_dir.h"
#include "inbox/inbox_left.h"
#include "inbox/inbox_lock.h"

#define HASH_TEXT  (2 * DIGEST_SHA256_LEN)
#define HEX_DIGITS "0123456789abcdef"
#define NAME_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
#define HASHED "sha256-"

/* O_NONBLOCK: a FIFO must not block the receiver. */
#define OPEN_LEFT (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
#define OPEN_LOCK (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

bool
inbox_left_fail(const struct inbox_left *left, const struct inbox_pass *pass,
    const char *what)
{
	char path[sizeof("/tmp/") + INBOX_TMP_MAX];

	snprintf(path, sizeof(path), "/tmp/%s", left->file);
	inbox_dir_fail(pass->inbox, path, what, pass->why);
	return false;
}

static enum inbox_left_kind
failed(const struct inbox_left *left, const struct inbox_pass *pass)
{
	inbox_left_fail(
	    left, pass, ": a file that a crash left cannot be examined");
	return LEFT_FAILED;
}

/* Cut NAME out of "NAME.SHA256".  False: the file is not one of the inbox's. */
static bool
take_name(struct inbox_left *left)
{
	const char *file = left->file;
	size_t len = strlen(file);

	if (len < HASH_TEXT + 2 || len > INBOX_NAME_MAX + HASH_TEXT + 1 ||
	    file[len - HASH_TEXT - 1] != '.' || file[0] == '.' ||
	    strspn(file, NAME_CHARS) != len ||
	    strspn(file + len - HASH_TEXT, HEX_DIGITS) != HASH_TEXT)
		return false;
	len -= HASH_TEXT + 1;
	memcpy(left->name, file, len);
	left->name[len] = '\0';
	return true;
}

static bool
is_second_name(struct span name)
{
	if (name.len != strlen(HASHED) + HASH_TEXT ||
	    !span_starts(name, span_str(HASHED)))
		return false;
	for (size_t i = strlen(HASHED); i < name.len; i++) {
		if (memchr(HEX_DIGITS, name.ptr[i], strlen(HEX_DIGITS)) == NULL)
			return false;
	}
	return true;
}

bool
inbox_left_also(char also[static INBOX_NAME_MAX + 1], struct span content)
{
	const struct span begin = span_str(INBOX_ALSO ": ");
	struct span line;

	do {
		line = span_cut(&content, '\n');
		if (!span_starts(line, begin))
			continue;
		line = span_skip(line, begin.len);
		if (!is_second_name(line))
			return false;
		memcpy(also, line.ptr, line.len);
		also[line.len] = '\0';
		return true;
	} while (line.len > 0);
	return false;
}

/* Read the file, and compare its content with the hash in its name. */
static enum inbox_left_kind
read_content(
    struct inbox_left *left, const struct inbox_pass *pass, size_t size)
{
	enum inbox_left_kind kind = LEFT_TORN;
	unsigned char hash[DIGEST_MAX];
	char text[DIGEST_TEXT_MAX];
	unsigned char *bytes = malloc(size + 1);
	ssize_t n = bytes == NULL ? -1 : file_fill(left->fd, bytes, size);
	struct span all;

	if (n < 0) {
		kind = failed(left, pass);
		free(bytes);
		return kind;
	}
	all = span_mem(bytes, (size_t)n);
	digest_hash(DIGEST_SHA256, &all, 1, hash);
	encode_hex(text, span_mem(hash, DIGEST_SHA256_LEN));
	if (strcmp(text, left->file + strlen(left->file) - HASH_TEXT) == 0) {
		kind = LEFT_LOST;
		if (!inbox_left_also(left->also, all))
			left->also[0] = '\0';
		left->bytes = bytes;
		left->len = all.len;
	} else {
		free(bytes);
	}
	return kind;
}

static enum dedup_found
look_in(const struct inbox_pass *pass, const struct inbox *inbox,
    const struct dedup_dir *dedup, const struct dedup_names *names)
{
	char path[sizeof("/dedup/") + DEDUP_PATH_MAX] = "/dedup/";
	enum dedup_found found = dedup_look(
	    dedup, names, inbox->dedup_days, pass->now, path + strlen(path));

	if (found == DEDUP_FAILED)
		inbox_dir_fail(
		    inbox, path, ": cannot be searched for marks", pass->why);
	return found;
}

/* A mark in the other inbox counts too. */
static enum dedup_found
look_elsewhere(const struct inbox_pass *pass, const struct dedup_names *names)
{
	const struct inbox *other = pass->inbox->other;
	enum dedup_found found = DEDUP_NO;
	struct inbox_dir dir;

	if (other == NULL)
		return DEDUP_NO;
	if (inbox_dir_look(&dir, other, pass->why) != ST_OK)
		found = DEDUP_FAILED;
	else if (dir.fds.dedup.fd >= 0)
		found = look_in(pass, other, &dir.fds.dedup, names);
	inbox_dir_close(&dir);
	return found;
}

/*
 * What is known of an event apart from its file in tmp/.  A link count above 1
 * means that the file was linked to new/, even if a consumer has since moved
 * that name elsewhere.
 */
static enum inbox_left_kind
look_for(struct inbox_left *left, const struct inbox_pass *pass,
    const struct stat *st, enum inbox_left_kind content)
{
	const struct inbox_fds *fds = &pass->dir->fds;
	const char *also = left->also[0] == '\0' ? NULL : left->also;
	const struct dedup_names names = {left->name, also};
	enum dedup_found found =
	    look_in(pass, pass->inbox, &fds->dedup, &names);

	if (found == DEDUP_NO)
		found = look_elsewhere(pass, &names);
	if (found == DEDUP_FAILED)
		return LEFT_FAILED;
	if (found == DEDUP_NAME) {
		left->unmarked.name = also;
		return LEFT_KNOWN;
	}
	if (st->st_nlink > 1 || faccessat(fds->new, left->name, F_OK, 0) == 0) {
		left->unmarked = names;
		return LEFT_KNOWN;
	}
	if (errno != ENOENT)
		return failed(left, pass);
	return found == DEDUP_ALSO ? LEFT_KNOWN : content;
}

/* Called with the name of the event locked. */
static enum inbox_left_kind
examine(struct inbox_left *left, const struct inbox_pass *pass)
{
	enum inbox_left_kind content = LEFT_TORN, kind;
	struct dedup_names second = {left->also, NULL};
	struct stat st;

	left->fd = openat(pass->dir->fds.tmp, left->file, OPEN_LEFT);
	/* Who held the lock before has finished this event. */
	if (left->fd < 0 && errno == ENOENT)
		return LEFT_NONE;
	/* A symbolic link, or a socket. */
	if (left->fd < 0 && (errno == ELOOP || errno == ENXIO))
		return LEFT_TORN;
	if (left->fd < 0 || fstat(left->fd, &st) != 0)
		return failed(left, pass);
	if (!S_ISREG(st.st_mode))
		return LEFT_TORN;
	if (st.st_size <= (off_t)INBOX_FILE_MAX)
		content = read_content(left, pass, (size_t)st.st_size);
	if (content == LEFT_FAILED)
		return LEFT_FAILED;
	if (left->also[0] != '\0' &&
	    inbox_lock(left->lock, &second, LOCK_NO_WAIT) != LOCK_TAKEN)
		return LEFT_NONE;
	kind = look_for(left, pass, &st, content);
	if (kind == LEFT_LOST && st.st_uid != geteuid())
		return LEFT_FOREIGN;
	return kind;
}

enum inbox_left_kind
inbox_left_open(
    struct inbox_left *left, const struct inbox_pass *pass, const char *file)
{
	struct dedup_names names = {left->name, NULL};

	*left = (struct inbox_left){.file = file, .fd = -1, .lock = -1};
	if (!take_name(left))
		return LEFT_OTHER;
	/* Opened anew for each event: closing it releases the lock. */
	left->lock = openat(pass->dir->fds.provider, "lock", OPEN_LOCK);
	if (left->lock < 0) {
		inbox_dir_fail(
		    pass->inbox, "/lock", " cannot be opened", pass->why);
		return LEFT_FAILED;
	}
	switch (inbox_lock(left->lock, &names, LOCK_NO_WAIT)) {
	case LOCK_TAKEN:
		return examine(left, pass);
	case LOCK_BUSY:
		return LEFT_NONE;
	case LOCK_FAILED:
		break;
	}
	inbox_dir_fail(pass->inbox, "/lock", ": cannot be locked", pass->why);
	return LEFT_FAILED;
}

void
inbox_left_close(struct inbox_left *left)
{
	if (left->fd >= 0)
		close(left->fd);
	if (left->lock >= 0)
		close(left->lock);
	free(left->bytes);
	left->bytes = NULL;
	left->fd = left->lock = -1;
}
