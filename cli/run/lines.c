/* lines.c - whole lines, of bounded length. */
#include "lines.h"

static void
add(struct lines *lines, struct span bytes)
{
	size_t room = LINES_MAX - lines->used;
	size_t n = bytes.len < room ? bytes.len : room;

	if (n > 0)
		memcpy(lines->text + lines->used, bytes.ptr, n);
	lines->used += n;
	lines->over += bytes.len - n;
}

/* What was given out is needed no more. */
static void
begin(struct lines *lines)
{
	if (!lines->is_done)
		return;
	lines->used = lines->over = 0;
	lines->is_done = false;
}

static void
give(struct lines *lines, struct line *line)
{
	*line = (struct line){span_mem(lines->text, lines->used), lines->over};
	lines->is_done = true;
}

bool
lines_next(struct lines *lines, struct span *rest, struct line *line)
{
	begin(lines);
	add(lines, span_cut(rest, '\n'));
	/* With its end, the bytes after it were empty, but not NULL. */
	if (rest->ptr == NULL)
		return false;
	give(lines, line);
	return true;
}

bool
lines_last(struct lines *lines, struct line *line)
{
	begin(lines);
	if (lines->used == 0)
		return false;
	give(lines, line);
	return true;
}
