/*
 * quote.h - bytes that others chose, made safe for a terminal and for JSON.
 */
#ifndef QUOTE_H
#define QUOTE_H

#include <stdio.h>

#include "base/span.h"

/*
 * Write text with everything but visible ASCII as \xNN; the characters in
 * also stand for themselves as well.  The result never moves a cursor.
 */
void quote_text(FILE *out, struct span text, const char *also);

/*
 * Write text as a column of a table that awk can read as well: no blanks in
 * it, "-" for none, filled up to width and two blanks after it.
 */
void quote_column(FILE *out, struct span text, size_t width);

/*
 * Undo %XX in place, as CloudEvents' HTTP binding says (3.1.3.2); malformed
 * escapes stay as they are.  Returns the new length.
 */
size_t quote_unpercent(unsigned char *text, size_t len);

#endif
