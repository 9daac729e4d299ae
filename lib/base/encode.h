/*
 * encode.h - bytes as text: hexadecimal, base64, base64url, percent-encoding.
 *
 * One writer and one reader of each.  The readers are strict, so that each
 * value has one spelling in each encoding: no white space, no mixed alphabets,
 * no stray bits behind the last byte.  Knows nothing of what the bytes mean.
 */
#ifndef ENCODE_H
#define ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

/* Characters of base64 for len bytes, padding and NUL counted. */
#define ENCODE_BASE64_ROOM(len) (4 * (((len) + 2) / 3) + 1)

/* Write 2 * src.len lower-case digits and a NUL to dst. */
void encode_hex(char *dst, struct span src);

/*
 * Write src and a NUL to dst, which has room for ENCODE_BASE64_ROOM(src.len)
 * characters: base64 with its padding (RFC 4648, section 4), base64url without
 * (section 5).
 */
void encode_base64(char *dst, struct span src);
void encode_base64url(char *dst, struct span src);

/*
 * Write src to f with every byte as %XX (RFC 3986, section 2.1) that is not
 * printable ASCII, or that stands in also.
 */
void encode_percent(FILE *f, struct span src, const char *also);

/*
 * Write src to f with everything but visible ASCII as \xNN; the characters in
 * also stand for themselves as well.  The result never moves a cursor.
 */
void encode_printable(FILE *f, struct span src, const char *also);

/* Decode exactly 2 * len hexadecimal digits, either case. */
bool decode_hex(unsigned char *dst, size_t len, struct span text);

/*
 * Decode base64 or base64url, padded or not, of any length into dst, which
 * has room for room bytes.  Returns the bytes written, or -1 if text is
 * malformed or does not fit.
 */
ptrdiff_t decode_base64(unsigned char *dst, size_t room, struct span text);

/*
 * Decode text that must stand for exactly len bytes, in hexadecimal or in
 * either base64.  Which one it is follows from the length, which for the 20,
 * 32, 48 and 64 bytes of digests is never ambiguous.  False otherwise, and dst
 * then holds nothing of use.
 */
bool decode_exactly(unsigned char *dst, size_t len, struct span text);

/*
 * Take one byte off the front of text, which is not empty: %XX decoded, any
 * other as it is.  False for a '%' without two digits; it is then the byte.
 */
bool decode_percent(struct span *text, unsigned char *byte);

/*
 * Decode every %XX of text in place; malformed ones stay as they are.  Returns
 * the new length.
 */
size_t decode_percent_all(unsigned char *text, size_t len);

#endif
