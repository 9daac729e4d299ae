/*
 * encode.h - bytes as text: hexadecimal, base64, base64url, percent-encoding.
 *
 * There is one writer and one reader for each encoding.  The readers are
 * strict: each value has exactly one spelling in each encoding.  They accept no
 * white space, no mixed alphabets, and no stray bits after the last byte.  This
 * module does not know what the bytes mean.
 */
#ifndef ENCODE_H
#define ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

/* Characters that len bytes take in base64, including padding and NUL. */
#define ENCODE_BASE64_ROOM(len) (4 * (((len) + 2) / 3) + 1)

/* Write 2 * src.len lower-case digits and a NUL to dst. */
void encode_hex(char *dst, struct span src);

/*
 * Write src and a NUL to dst, which must have room for
 * ENCODE_BASE64_ROOM(src.len) characters. base64 is written with padding (RFC
 * 4648, section 4), base64url without padding (section 5).
 */
void encode_base64(char *dst, struct span src);
void encode_base64url(char *dst, struct span src);

/*
 * Write src to f.  A byte is written as %XX (RFC 3986, section 2.1) if it is
 * not printable ASCII, or if it occurs in also.
 */
void encode_percent(FILE *f, struct span src, const char *also);

/*
 * Write src to f.  Every byte that is not visible ASCII is written as \xNN,
 * except for the characters in also.  The result cannot move a terminal's
 * cursor.
 */
void encode_printable(FILE *f, struct span src, const char *also);

/*
 * Decode exactly 2 * len hexadecimal digits, in upper or lower case, into dst.
 */
bool decode_hex(unsigned char *dst, size_t len, struct span text);

/*
 * Decode base64 or base64url text, with or without padding, into dst, which has
 * room for room bytes.  Returns the number of bytes written, or -1 if text is
 * malformed or does not fit.
 */
ptrdiff_t decode_base64(unsigned char *dst, size_t room, struct span text);

/*
 * Decode text that must encode exactly len bytes, in hexadecimal, base64 or
 * base64url.  The length of text tells which: for digests of 20, 32, 48 and 64
 * bytes it is never ambiguous.  Returns false for any other text; the contents
 * of dst are then undefined.
 */
bool decode_exactly(unsigned char *dst, size_t len, struct span text);

/*
 * Take one byte off the front of text, which must not be empty.  %XX is
 * decoded; any other byte is taken as it is.  Returns false for a '%' that two
 * hexadecimal digits do not follow; *byte is then the '%'.
 */
bool decode_percent(struct span *text, unsigned char *byte);

/*
 * Decode every %XX of text in place; malformed ones stay as they are.  Returns
 * the new length.
 */
size_t decode_percent_all(unsigned char *text, size_t len);

#endif
