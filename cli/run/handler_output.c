/* handler_output.c - lines for the log, bounded; the last bytes kept. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "handler_output.h"

#define READ_SIZE 16384
#define SECOND    1000

void
output_log_init(struct output_log *to, const struct log *log)
{
	*to = (struct output_log){.log = log, .second = -1};
}

void
output_log_flush(struct output_log *to, long long now)
{
	if (to->left_out == 0 || now / SECOND == to->second)
		return;
	log_line(to->log, LVL_WARNING,
	    "%llu lines of handlers are not shown: more than %d in a second",
	    to->left_out, OUTPUT_SECOND_MAX);
	to->left_out = 0;
}

/* Whether one more line may be logged now; it is counted. */
static bool
may_log(struct output_log *to, long long now)
{
	output_log_flush(to, now);
	if (now / SECOND != to->second) {
		to->second = now / SECOND;
		to->lines = 0;
	}
	if (to->lines >= OUTPUT_SECOND_MAX)
		return false;
	to->lines++;
	return true;
}

void
handler_output_begin(struct handler_output *out, struct output_log *to,
    const char *provider, const char *id)
{
	out->to = to;
	out->provider = provider;
	snprintf(out->id, sizeof(out->id), "%s", id);
	out->lines = (struct lines){.used = 0};
	out->logged = 0;
	out->lines_left_out = 0;
	out->total = 0;
}

/*
 * Copy the bytes of text of which the log shows at most OUTPUT_TEXT_MAX
 * characters.  A NUL, which would end the text, becomes what the log makes of
 * other such bytes.  Returns how many bytes were copied.
 */
static size_t
copy_shown(char dst[static OUTPUT_TEXT_MAX + 1], struct span text)
{
	static const char nul[] = "\\x00";
	const size_t escaped = sizeof(nul) - 1;
	size_t i, n = 0, shown = 0;

	for (i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		shown += c >= 0x20 && c < 0x7f ? 1 : escaped;
		if (shown > OUTPUT_TEXT_MAX)
			break;
		if (c != '\0') {
			dst[n++] = (char)c;
			continue;
		}
		memcpy(dst + n, nul, escaped);
		n += escaped;
	}
	dst[n] = '\0';
	return i;
}

static void
write_line(struct handler_output *out, enum log_level level, const char *text,
    size_t over)
{
	const char *space = out->id[0] == '\0' ? "" : " ";

	if (over > 0)
		log_line(out->to->log, level, "%s%s%s: %s [%zu bytes more]",
		    out->provider, space, out->id, text, over);
	else
		log_line(out->to->log, level, "%s%s%s: %s", out->provider,
		    space, out->id, text);
}

static void
log_one(struct handler_output *out, const struct line *line, long long now)
{
	char text[OUTPUT_TEXT_MAX + 1];
	size_t shown;

	if (out->logged >= OUTPUT_EVENT_MAX) {
		out->lines_left_out++;
		return;
	}
	out->logged++;
	if (!may_log(out->to, now)) {
		out->to->left_out++;
		return;
	}
	shown = copy_shown(text, line->text);
	write_line(out, LVL_INFO, text, line->text.len - shown + line->over);
}

void
handler_output_note(struct handler_output *out, const char *text, long long now)
{
	if (may_log(out->to, now))
		write_line(out, LVL_WARNING, text, 0);
	else
		out->to->left_out++;
}

/* The byte number n of the output is at n % OUTPUT_TAIL_MAX. */
static void
keep(struct handler_output *out, struct span bytes)
{
	if (bytes.len > OUTPUT_TAIL_MAX) {
		out->total += bytes.len - OUTPUT_TAIL_MAX;
		bytes = span_skip(bytes, bytes.len - OUTPUT_TAIL_MAX);
	}
	while (bytes.len > 0) {
		size_t at = (size_t)(out->total % OUTPUT_TAIL_MAX);
		size_t n = OUTPUT_TAIL_MAX - at;

		if (n > bytes.len)
			n = bytes.len;
		memcpy(out->tail + at, bytes.ptr, n);
		out->total += n;
		bytes = span_skip(bytes, n);
	}
}

void
handler_output_put(struct handler_output *out, struct span bytes, long long now)
{
	struct line line;

	keep(out, bytes);
	while (lines_next(&out->lines, &bytes, &line))
		log_one(out, &line, now);
}

void
handler_output_line(
    struct handler_output *out, const struct line *line, long long now)
{
	keep(out, line->text);
	keep(out, span_str("\n"));
	log_one(out, line, now);
}

bool
handler_output_read(
    struct handler_output *out, int fd, size_t max, long long now)
{
	unsigned char bytes[READ_SIZE];

	while (max > 0) {
		size_t room = max < sizeof(bytes) ? max : sizeof(bytes);
		ssize_t n = read(fd, bytes, room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			return false;
		handler_output_put(out, span_mem(bytes, (size_t)n), now);
		max -= (size_t)n;
	}
	return true;
}

void
handler_output_drain(struct handler_output *out, int fd, long long now)
{
	int n = 0;

	if (ioctl(fd, FIONREAD, &n) == 0 && n > 0)
		handler_output_read(out, fd, (size_t)n, now);
}

void
handler_output_end(struct handler_output *out, long long now)
{
	char text[80];
	struct line line;

	if (lines_last(&out->lines, &line))
		log_one(out, &line, now);
	if (out->lines_left_out == 0)
		return;
	snprintf(text, sizeof(text), "%llu more lines are not shown",
	    out->lines_left_out);
	handler_output_note(out, text, now);
	out->lines_left_out = 0;
}

size_t
handler_output_tail(
    const struct handler_output *out, char dst[static OUTPUT_TAIL_MAX])
{
	size_t at = (size_t)(out->total % OUTPUT_TAIL_MAX);

	if (out->total < OUTPUT_TAIL_MAX) {
		memcpy(dst, out->tail, at);
		return at;
	}
	memcpy(dst, out->tail + at, OUTPUT_TAIL_MAX - at);
	memcpy(dst + OUTPUT_TAIL_MAX - at, out->tail, at);
	return OUTPUT_TAIL_MAX;
}
