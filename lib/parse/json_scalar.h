/*
 * json_scalar.h - strings, numbers and words of JSON, read where they lie.
 *
 * Bodies are read before they are known to be genuine.  So these functions need
 * no memory, never fail for lack of it, and stop at the first byte that does
 * not fit.  They follow RFC 8259, but allow control characters in strings, as
 * some senders write them.
 */
#ifndef JSON_SCALAR_H
#define JSON_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * Decode the inside of a string to UTF-8 in dst, which has room for as many
 * bytes, or is NULL.  *len is the number of bytes.  A surrogate that is not one
 * of a pair becomes U+FFFD.  False if the string is malformed: an unknown
 * escape, or bytes that are not UTF-8.
 */
bool json_decode(struct span inside, char *dst, size_t *len);

/* True if the inside of a string stands for text. */
bool json_spells(struct span inside, struct span text);

/* True if text is exactly one number. */
bool json_is_number(struct span text);

/* True if text is true, false or null. */
bool json_is_word(struct span text);

#endif
