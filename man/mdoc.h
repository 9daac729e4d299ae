/*
 * mdoc.h - texts of the code's tables as mdoc(7).
 *
 * The tables have their texts in a little Markdown: words, `code`, and links
 * [WORDS] to what another part of the manual says.  A text is of this program:
 * it is trusted to be UTF-8, and a link that leads nowhere is a mistake.
 */
#ifndef MDOC_H
#define MDOC_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Write text as lines of mdoc(7): it gets a capital letter at its start, a full
 * stop at its end, and each of its sentences begins a line.  page is the page
 * that the text is for, such as "hookdir.json.5": a link to another page names
 * that page.  It is NULL if the text has no links, so that [ is itself.  Returns
 * false if a link leads nowhere or memory is short.
 */
bool mdoc_sentences(FILE *out, const char *page, const char *text);

/*
 * Write text as it is, as arguments that can follow a macro such as .It, each
 * with a blank before it.  Returns false as above.
 */
bool mdoc_arguments(FILE *out, const char *page, const char *text);

/* Write text, which has no Markdown in it, as it is, as lines of mdoc(7). */
void mdoc_plain(FILE *out, const char *text);

/*
 * Write text as mdoc(7) that shows it byte for byte, with after, which is a
 * delimiter or "", behind it.  A long text is broken after : or =.
 */
void mdoc_code(FILE *out, const char *text, const char *after);

/* Write line, which ends in a newline, for a display that is literal. */
void mdoc_literal(FILE *out, const char *line);

#endif
