/* input.c - read a descriptor to its end. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "input.h"

#define GROW_FIRST 65536UL

/* Twice as much room; false, and dst as it was, when out of memory. */
static bool
grow(char **dst, size_t *room)
{
	size_t want = *room == 0 ? GROW_FIRST : 2 * *room;
	char *grown = realloc(*dst, want + 1);

	if (grown == NULL)
		return false;
	*dst = grown;
	*room = want;
	return true;
}

char *
input_read(int fd, size_t max, size_t *len, struct reason *why)
{
	size_t room = 0, total = 0;
	char *dst = NULL;
	ssize_t n;

	do {
		if (total == room && !grow(&dst, &room)) {
			reason_set(why, "out of memory");
			goto fail;
		}
		do
			n = read(fd, dst + total,
			    room < max ? room - total : max - total);
		while (n < 0 && errno == EINTR);
		if (n < 0) {
			reason_errno(why, "read");
			goto fail;
		}
		total += (size_t)n;
	} while (n > 0 && total < max);
	dst[total] = '\0';
	*len = total;
	return dst;
fail:
	free(dst);
	return NULL;
}
