/* input.h - standard input, whole. */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>

#include "base/status.h"

#define INPUT_MAX (64UL << 20) /* bytes; the largest max_body there can be */

/*
 * Read descriptor fd to its end or to max bytes, whichever comes first.
 * malloc'd, NUL-terminated, *len bytes; NULL with why set.
 */
char *input_read(int fd, size_t max, size_t *len, struct reason *why);

#endif
