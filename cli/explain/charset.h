/*
 * charset.h - characters as bytes: UTF-8, Latin-1 and UTF-16.
 *
 * For texts that something read in one of these and wrote in another.
 */
#ifndef CHARSET_H
#define CHARSET_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

/* Write one character in UTF-8. */
void charset_put_utf8(FILE *f, unsigned long c);

/* True if text looks like UTF-16, by its first bytes. */
bool charset_is_utf16(struct span text);

/*
 * Write text in another encoding.  False, with a part of it written, if text is
 * not in the encoding that the name of the function says, if a character does
 * not exist in the other one, or if nothing changed.
 */
bool charset_utf8_to_latin1(FILE *f, struct span text);
bool charset_latin1_to_utf8(FILE *f, struct span text);
bool charset_utf16_to_utf8(FILE *f, struct span text);

#endif
