/* outbox_errors.c - small files that are replaced as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "outbox/outbox_errors.h"

/* Begins with a dot, so it is no event's. */
#define PART       ".part"
#define OPEN_PART  (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_READ  (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
#define IDS_FIRST  1024
#define SHOWN_PATH (sizeof("/errors/") + INBOX_NAME_MAX)

static bool
fail(const struct outbox_root *root, const char *id, const char *what,
    struct reason *why)
{
	char path[SHOWN_PATH];

	snprintf(path, sizeof(path), "/errors/%s", id);
	return outbox_fail(root, path, what, why);
}

/* A LF within the line would end it too early. */
static bool
write_all(int fd, const struct outbox_errors *errors)
{
	struct span line = span_before(errors->line, '\n');
	struct span output = errors->output;

	if (line.len > OUTBOX_ERRORS_LINE - 1)
		line.len = OUTBOX_ERRORS_LINE - 1;
	if (output.len > OUTBOX_ERRORS_OUTPUT)
		output = span_skip(output, output.len - OUTBOX_ERRORS_OUTPUT);
	return file_put(fd, line, 0) &&
	       file_put(fd, span_str("\n"), line.len) &&
	       file_put(fd, output, line.len + 1);
}

bool
outbox_errors_write(const struct outbox_root *root, const char *id,
    const struct outbox_errors *errors, struct reason *why)
{
	bool ok = false;
	int fd;

	/* Another attempt may have been killed. */
	if (unlinkat(root->errors, PART, 0) != 0 && errno != ENOENT)
		return fail(root, PART, " cannot be removed", why);
	if ((fd = openat(root->errors, PART, OPEN_PART, 0600)) < 0)
		return fail(root, PART, " cannot be created", why);
	if (root->inbox.group_access && fchmod(fd, 0660) != 0)
		fail(root, PART, ": its mode cannot be set", why);
	else if (!write_all(fd, errors))
		fail(root, id, " cannot be written", why);
	else if (renameat(root->errors, PART, root->errors, id) != 0)
		fail(root, id, " cannot be replaced", why);
	else
		ok = true;
	close(fd);
	if (!ok)
		unlinkat(root->errors, PART, 0);
	return ok;
}

/* *fd is -1 if nothing is there. */
static bool
open_file(
    const struct outbox_root *root, const char *id, int *fd, struct reason *why)
{
	struct stat st;

	*fd = root->errors < 0 ? -1 : openat(root->errors, id, OPEN_READ);
	if (*fd < 0)
		return root->errors < 0 || errno == ENOENT ||
		       fail(root, id, " cannot be opened", why);
	if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return true;
	reason_set(why, "%s/%s/errors/%s is not a regular file: remove it",
	    root->inbox.root, root->inbox.provider, id);
	close(*fd);
	return false;
}

enum lookup
outbox_errors_read(const struct outbox_root *root, const char *id,
    char dst[static OUTBOX_ERRORS_MAX], struct outbox_errors *errors,
    struct reason *why)
{
	struct span rest;
	ssize_t n;
	int fd;

	if (!open_file(root, id, &fd, why))
		return LOOKUP_INVALID;
	if (fd < 0)
		return LOOKUP_NONE;
	n = file_fill(fd, (unsigned char *)dst, OUTBOX_ERRORS_MAX);
	if (n < 0)
		fail(root, id, " cannot be read", why);
	close(fd);
	if (n < 0)
		return LOOKUP_INVALID;
	rest = span_mem(dst, (size_t)n);
	errors->line = span_cut(&rest, '\n');
	errors->output = rest;
	return LOOKUP_FOUND;
}

bool
outbox_errors_remove(
    const struct outbox_root *root, const char *id, struct reason *why)
{
	return root->errors < 0 || unlinkat(root->errors, id, 0) == 0 ||
	       errno == ENOENT || fail(root, id, " cannot be removed", why);
}

/* The hashes of the ids of busy/ and later/, and what is swept by them. */
struct sweep {
	const struct outbox_root *root;
	enum outbox_state state; /* that is being read */
	uint64_t *hash;
	size_t n, room;
	time_t before; /* younger files stay */
	size_t removed;
	struct reason *why;
	bool ok;
};

static bool
add_hash(void *arg, const char *file)
{
	struct sweep *s = arg;
	struct outbox_name name;
	size_t room = s->room == 0 ? IDS_FIRST : 2 * s->room;
	uint64_t *grown;

	if (!outbox_name_read(&name, s->state, file))
		return true;
	if (s->n == s->room) {
		if ((grown = realloc(s->hash, room * sizeof(*grown))) == NULL) {
			reason_set(s->why, "out of memory");
			s->ok = false;
			return false;
		}
		s->hash = grown;
		s->room = room;
	}
	s->hash[s->n++] = outbox_name_hash(name.id);
	return true;
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* True if it is certain that no event has this id. */
static bool
is_alone(const struct sweep *s, const char *id)
{
	const uint64_t hash = outbox_name_hash(id);

	if (s->n > 0 &&
	    bsearch(&hash, s->hash, s->n, sizeof(hash), by_value) != NULL)
		return false;
	return s->root->folder[OUTBOX_FAILED] < 0 ||
	       (faccessat(s->root->folder[OUTBOX_FAILED], id, F_OK, 0) != 0 &&
		   errno == ENOENT);
}

static bool
sweep_file(void *arg, const char *file)
{
	struct sweep *s = arg;
	struct stat st;

	if (!outbox_name_is_id(file) ||
	    fstatat(s->root->errors, file, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    S_ISDIR(st.st_mode) || st.st_mtim.tv_sec >= s->before ||
	    !is_alone(s, file))
		return true;
	if (unlinkat(s->root->errors, file, 0) == 0)
		s->removed++;
	else if (errno != ENOENT)
		s->ok = fail(s->root, file, " cannot be removed", s->why);
	return true;
}

/*
 * later/ before busy/: an event that comes from the one to the other meanwhile
 * is seen twice.  One that comes back has failed again, and its file is young.
 */
static bool
sweep_root(struct sweep *s)
{
	const struct outbox_root *root = s->root;
	const struct outbox_names ids = {add_hash, s};
	const struct outbox_names files = {sweep_file, s};

	s->state = OUTBOX_LATER;
	if (!outbox_names(
		root, root->folder[OUTBOX_LATER], "/later", &ids, s->why))
		return false;
	s->state = OUTBOX_BUSY;
	if (!outbox_names(
		root, root->folder[OUTBOX_BUSY], "/busy", &ids, s->why) ||
	    !s->ok)
		return false;
	if (s->n > 0)
		qsort(s->hash, s->n, sizeof(*s->hash), by_value);
	return outbox_names(root, root->errors, "/errors", &files, s->why) &&
	       s->ok;
}

bool
outbox_errors_sweep(
    const struct outbox *outbox, time_t now, size_t *n, struct reason *why)
{
	bool ok = true;

	for (size_t i = 0; i < outbox->n; i++) {
		struct sweep s = {.root = &outbox->root[i],
		    .before = now - OUTBOX_ERRORS_AGE,
		    .why = why,
		    .ok = true};

		if (s.root->opened != OUTBOX_OPEN)
			continue;
		ok = sweep_root(&s) && ok;
		*n += s.removed;
		free(s.hash);
	}
	return ok;
}
