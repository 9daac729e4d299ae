/* input.c - read a descriptor to its end. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "input.h"

#define GROW_FIRST 65536UL

char *
input_read(int fd, size_t max, size_t *len, struct reason *why)
{
	size_t room = 0, total = 0;
	char *dst = NULL;
	ssize_t n = 1;

	while (n > 0 && total < max) {
		if (total == room) {
			size_t want = room == 0 ? GROW_FIRST : 2 * room;
			char *grown = realloc(dst, want + 1);

			if (grown == NULL) {
				reason_set(why, "out of memory");
				goto fail;
			}
			dst = grown;
			room = want;
		}
		n = read(fd, dst + total,
		    room - total < max - total ? room - total : max - total);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0) {
			reason_errno(why, "read");
			goto fail;
		} else
			total += (size_t)n;
	}
	dst[total] = '\0';
	*len = total;
	return dst;
fail:
	free(dst);
	return NULL;
}
