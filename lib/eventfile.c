/* eventfile.c - header lines into fields. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timestamp.h"
#include "event_headers.h"
#include "eventfile.h"

/* Read at a time: a list of many events keeps little of each body. */
#define CHUNK 2048L

_Static_assert(EVENTFILE_HEAD_MAX % CHUNK == 0, "read_head() fills it up");

/* The fields that are looked at. */
enum { F_ID, F_TYPE, F_TIME, F_RECEIVED, F_MEDIA, F_LENGTH, F__COUNT };

static const enum event_line field_line[F__COUNT] = {
    [F_ID] = LINE_ID,
    [F_TYPE] = LINE_TYPE,
    [F_TIME] = LINE_TIME,
    [F_RECEIVED] = LINE_RECEIVED,
    [F_MEDIA] = LINE_CONTENT_TYPE,
    [F_LENGTH] = LINE_CONTENT_LENGTH,
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

/* Read until the empty line is there, or all; false with errno set. */
static bool
read_head(int fd, unsigned char *dst, size_t *len)
{
	ssize_t n;

	*len = 0;
	do {
		n = file_fill(fd, dst + *len, CHUNK);
		if (n < 0)
			return false;
		*len += (size_t)n;
	} while (n == CHUNK && *len < EVENTFILE_HEAD_MAX &&
		 body_offset(span_mem(dst, *len)) == 0);
	return true;
}

/* Take one line apart; what is wrong with it, or NULL. */
static const char *
take_line(struct span line, struct span field[static F__COUNT])
{
	struct span name;

	if (span_has_control(line))
		return "not an event: control bytes in the header";
	name = span_cut(&line, ':');
	if (line.ptr == NULL || name.len == 0 ||
	    memchr(name.ptr, ' ', name.len) != NULL)
		return "not an event: a header line without a name";
	for (int i = 0; i < F__COUNT; i++) {
		if (!span_is_nocase(name, event_line[field_line[i]]))
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
	const char *fault = NULL;
	int64_t seconds;

	while (head.len > 0 && fault == NULL)
		fault = take_line(span_cut(&head, '\n'), field);
	if (fault != NULL)
		return fault;
	file->id = field[F_ID];
	file->type = field[F_TYPE];
	file->time = field[F_TIME];
	file->media = field[F_MEDIA];
	file->length = span_number(field[F_LENGTH]);
	if (file->id.len == 0)
		return "not an event: no Ce-Id";
	if (!timestamp_parse(file->time, &seconds))
		return "not an event: no time in Ce-Time";
	/* The time of a CloudEvent is what its sender says. */
	if (field[F_RECEIVED].ptr != NULL)
		file->time = field[F_RECEIVED];
	if (!timestamp_parse(file->time, &seconds))
		return "not an event: no time in Hookdir-Received";
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
	const char *fault = "not an event: no empty line behind a header";
	unsigned char buf[EVENTFILE_HEAD_MAX];
	struct span all;
	struct stat st;
	size_t len, at;

	*file = (struct eventfile){.size = -1};
	if (fstat(fd, &st) != 0 || !read_head(fd, buf, &len) ||
	    (file->head = malloc(len + 1)) == NULL) {
		reason_errno(why, "cannot be read");
		return false;
	}
	memcpy(file->head, buf, len);
	all = span_mem(file->head, len);
	if ((at = body_offset(all)) > 0) {
		if (S_ISREG(st.st_mode))
			file->size = st.st_size - (long long)at;
		file->start = span_skip(all, at);
		file->body = (long long)at;
		file->lines = span_mem(all.ptr, at - 2);
		fault = take_head(file, file->lines);
	}
	if (fault == NULL)
		return true;
	reason_set(why, "%s", fault);
	eventfile_free(file);
	return false;
}

enum eventfile_outcome
eventfile_descriptor(int *fd, int dirfd, const char *name, struct reason *why)
{
	struct stat st;

	*fd = openat(dirfd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0 && errno == ENOENT)
		return EVENTFILE_GONE;
	if (*fd < 0 && errno == ELOOP)
		reason_set(why, "not an event: a symbolic link");
	else if (*fd < 0 || fstat(*fd, &st) != 0)
		reason_errno(why, "cannot be opened");
	else if (!S_ISREG(st.st_mode))
		reason_set(why, "not an event: not a regular file");
	else
		return EVENTFILE_OK;
	if (*fd >= 0)
		close(*fd);
	return EVENTFILE_BAD;
}

enum eventfile_outcome
eventfile_open(
    struct eventfile *file, int dirfd, const char *name, struct reason *why)
{
	enum eventfile_outcome outcome;
	int fd;

	outcome = eventfile_descriptor(&fd, dirfd, name, why);
	if (outcome != EVENTFILE_OK)
		return outcome;
	if (!eventfile_read(file, fd, why))
		outcome = EVENTFILE_BAD;
	close(fd);
	return outcome;
}

void
eventfile_free(struct eventfile *file)
{
	free(file->head);
	*file = (struct eventfile){.head = NULL};
}
