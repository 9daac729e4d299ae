/* eventfile.c - header lines into fields. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "eventfile.h"

/* Read at a time: a list of many events keeps little of each body. */
#define CHUNK 2048UL

_Static_assert(EVENTFILE_HEAD_MAX % CHUNK == 0, "read_head() fills it up");

/* The fields that are looked at. */
enum { F_ID, F_TYPE, F_TIME, F_LENGTH, F__COUNT };

static const char *const field_name[F__COUNT] = {
    [F_ID] = "Ce-Id",
    [F_TYPE] = "Ce-Type",
    [F_TIME] = "Ce-Time",
    [F_LENGTH] = "Content-Length",
};

/* Where the body begins in text, or 0 if the empty line is not there. */
static size_t
body_offset(struct span text)
{
	for (size_t i = 1; i < text.len; i++) {
		if (text.ptr[i] == '\n' && text.ptr[i - 1] == '\n')
			return i + 1;
	}
	return 0;
}

/* Read until the empty line is there; the bytes read, or -1. */
static ssize_t
read_head(int fd, char *dst)
{
	size_t total = 0;

	while (total < EVENTFILE_HEAD_MAX) {
		ssize_t n = read(fd, dst + total, CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		total += (size_t)n;
		if (body_offset(span_mem(dst, total)) > 0)
			break;
	}
	return (ssize_t)total;
}

static bool
has_control(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		if ((line.ptr[i] < 0x20 && line.ptr[i] != '\t') ||
		    line.ptr[i] == 0x7f)
			return true;
	}
	return false;
}

static bool
name_is(struct span name, const char *want)
{
	return name.len == strlen(want) &&
	       strncasecmp((const char *)name.ptr, want, name.len) == 0;
}

/* Take one line apart; what is wrong with it, or NULL. */
static const char *
take_line(struct span line, struct span field[static F__COUNT])
{
	struct span name;

	if (has_control(line))
		return "not an event: control bytes in the header";
	name = span_cut(&line, ':');
	if (line.ptr == NULL || name.len == 0 ||
	    memchr(name.ptr, ' ', name.len) != NULL)
		return "not an event: a header line without a name";
	for (int i = 0; i < F__COUNT; i++) {
		if (!name_is(name, field_name[i]))
			continue;
		if (field[i].ptr != NULL)
			return "not an event: a header that comes twice";
		field[i] = span_trim(line);
	}
	return NULL;
}

static const char *
take_head(struct eventfile *file, struct span head)
{
	struct span field[F__COUNT] = {{NULL, 0}};
	const char *wrong = NULL;
	int64_t seconds;

	while (head.len > 0 && wrong == NULL)
		wrong = take_line(span_cut(&head, '\n'), field);
	if (wrong != NULL)
		return wrong;
	file->id = field[F_ID];
	file->type = field[F_TYPE];
	file->time = field[F_TIME];
	file->length = span_number(field[F_LENGTH]);
	if (file->id.len == 0)
		return "not an event: no Ce-Id";
	if (!timestamp_parse(file->time, &seconds))
		return "not an event: no time in Ce-Time";
	if (file->length < 0)
		return "not an event: no number in Content-Length";
	if (file->size >= 0 && file->size != file->length)
		return "damaged: the body is not as long as Content-Length "
		       "says";
	return NULL;
}

bool
eventfile_read(struct eventfile *file, int fd, struct reason *why)
{
	const char *wrong = "not an event: no empty line behind a header";
	char buf[EVENTFILE_HEAD_MAX];
	struct span all;
	struct stat st;
	ssize_t n = -1;
	size_t at;

	*file = (struct eventfile){.size = -1};
	if (fstat(fd, &st) != 0 || (n = read_head(fd, buf)) < 0 ||
	    (file->head = malloc((size_t)n + 1)) == NULL) {
		reason_errno(why, "cannot be read");
		goto fail;
	}
	memcpy(file->head, buf, (size_t)n);
	all = span_mem(file->head, (size_t)n);
	if ((at = body_offset(all)) > 0) {
		if (S_ISREG(st.st_mode))
			file->size = st.st_size - (long long)at;
		file->begun = span_skip(all, at);
		/* Without the empty line. */
		wrong = take_head(file, span_mem(all.ptr, at - 2));
	}
	if (wrong == NULL)
		return true;
	reason_set(why, "%s", wrong);
fail:
	eventfile_free(file);
	return false;
}

bool
eventfile_peek(
    struct eventfile *file, int dirfd, const char *name, struct reason *why)
{
	struct stat st;
	bool ok = false;
	int fd = openat(dirfd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	*why = (struct reason){""};
	*file = (struct eventfile){.head = NULL};
	if (fd < 0 && errno == ENOENT)
		return false;
	if (fd < 0 && errno == ELOOP)
		reason_set(why, "not an event: a symbolic link");
	else if (fd < 0 || fstat(fd, &st) != 0)
		reason_errno(why, "cannot be opened");
	else if (!S_ISREG(st.st_mode))
		reason_set(why, "not an event: not a regular file");
	else
		ok = eventfile_read(file, fd, why);
	if (fd >= 0)
		close(fd);
	return ok;
}

void
eventfile_free(struct eventfile *file)
{
	free(file->head);
	*file = (struct eventfile){.head = NULL};
}
