/*
 * utf8.h - characters of UTF-8 (RFC 3629): no overlong ones, no surrogates.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define UTF8_MAX         4        /* bytes of one character */
#define UTF8_REPLACEMENT 0xfffdUL /* for what is no character */

/*
 * The character that text begins with: returns how many bytes it has, and sets
 * *c.  Returns 0 if text is empty, or does not begin with one.
 */
size_t utf8_read(struct span text, unsigned long *c);

/* Write the character c to dst.  Returns how many bytes it has. */
size_t utf8_write(unsigned char dst[static UTF8_MAX], unsigned long c);

/* True if all of text is UTF-8. */
bool utf8_valid(struct span text);

#endif
