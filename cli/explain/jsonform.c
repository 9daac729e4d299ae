/* jsonform.c - tokens written with other space and other escapes. */
#include <string.h>

#include "base/encode.h"
#include "charset.h"
#include "jsonform.h"

/* Deeper JSON would become huge when it is indented. */
#define DEPTH_MAX 64

/* How each kind of space is written; what it is called. */
static const struct {
	const char *comma, *colon;
	const char *line, *indent; /* NULL: all on one line */
	const char *name;
} space[JSONFORM_SPACE__COUNT] = {
    [JSONFORM_SPACE_KEEP] = {"", "", NULL, NULL, "as JSON"},
    [JSONFORM_COMPACT] = {",", ":", NULL, NULL,
	"as compact JSON, without blanks"},
    [JSONFORM_SPACED] = {", ", ": ", NULL, NULL,
	"as JSON with a blank after each , and :"},
    [JSONFORM_INDENT_2] = {",", ": ", "\n", "  ", "as JSON indented by 2"},
    [JSONFORM_INDENT_4] = {",", ": ", "\n", "    ", "as JSON indented by 4"},
    [JSONFORM_INDENT_TAB] = {",", ": ", "\n", "\t",
	"as JSON indented by a tab"},
    [JSONFORM_INDENT_2_CRLF] = {",", ": ", "\r\n", "  ",
	"as JSON indented by 2, in lines that end in CR LF"},
};

static const char *const chars_name[JSONFORM_CHARS__COUNT] = {
    [JSONFORM_CHARS_KEEP] = "",
    [JSONFORM_CHARS_RAW] = ", with what is not ASCII as it is",
    [JSONFORM_CHARS_LOWER] = ", with what is not ASCII as \\u00ab",
    [JSONFORM_CHARS_UPPER] = ", with what is not ASCII as \\u00AB",
};

static const char *const marks_name[JSONFORM_MARKS__COUNT] = {
    [JSONFORM_MARKS_KEEP] = "",
    [JSONFORM_SLASH_RAW] = ", with / as it is",
    [JSONFORM_SLASH_ESCAPED] = ", with / as \\/",
    [JSONFORM_HTML_RAW] = ", with <, > and & as they are",
    [JSONFORM_HTML_ESCAPED] = ", with <, > and & as \\u003c and the like",
};

/* One body being written. */
struct writer {
	FILE *f;
	const struct jsonform *form;
	struct span rest;
	unsigned depth;
	bool chars, marks; /* something was changed by these */
};

static void
put_escape(struct writer *w, unsigned unit)
{
	fprintf(w->f,
	    w->form->chars == JSONFORM_CHARS_UPPER ? "\\u%04X" : "\\u%04x",
	    unit);
}

/* A character that is not ASCII, raw or not, as the form wants it. */
static void
put_char(struct writer *w, unsigned long c, bool raw)
{
	if (w->form->chars == JSONFORM_CHARS_RAW) {
		charset_put_utf8(w->f, c);
	} else if (c >= 0x10000) {
		put_escape(w, (unsigned)(0xd800 + ((c - 0x10000) >> 10)));
		put_escape(w, (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
	} else {
		put_escape(w, (unsigned)c);
	}
	if (!raw || w->form->chars != JSONFORM_CHARS_RAW)
		w->chars = true;
}

/* The code unit of "\uXXXX" that text begins with, or -1. */
static long
peek_escape(struct span text)
{
	unsigned char unit[2];

	if (text.len < 6 || text.ptr[0] != '\\' || text.ptr[1] != 'u' ||
	    !decode_hex(unit, 2, span_mem(text.ptr + 2, 4)))
		return -1;
	return (long)unit[0] << 8 | unit[1];
}

/* A mark as the form wants it; false if the form leaves it alone. */
static bool
put_mark(struct writer *w, unsigned char c)
{
	enum jsonform_marks marks = w->form->marks;

	if (c == '/' && marks == JSONFORM_SLASH_RAW)
		fputc('/', w->f);
	else if (c == '/' && marks == JSONFORM_SLASH_ESCAPED)
		fputs("\\/", w->f);
	else if (strchr("<>&", c) != NULL && marks == JSONFORM_HTML_RAW)
		fputc(c, w->f);
	else if (strchr("<>&", c) != NULL && marks == JSONFORM_HTML_ESCAPED)
		fprintf(w->f, "\\u%04x", c);
	else
		return false;
	w->marks = true;
	return true;
}

/* Take an escape off the rest; false if it is cut off. */
static bool
take_escape(struct writer *w)
{
	long unit = peek_escape(w->rest), low;
	size_t len = unit < 0 ? 2 : 6;
	unsigned long c = (unsigned long)unit;

	if (w->rest.len < len)
		return false;
	if (unit >= 0xd800 && unit < 0xdc00) {
		low = peek_escape(span_skip(w->rest, 6));
		if (low >= 0xdc00 && low < 0xe000) {
			len = 12;
			c = 0x10000 + (((unsigned long)unit - 0xd800) << 10) +
			    ((unsigned long)low - 0xdc00);
		}
	}
	if (unit >= 0x80 && w->form->chars != JSONFORM_CHARS_KEEP &&
	    (len == 12 || unit < 0xd800 || unit >= 0xe000))
		put_char(w, c, false);
	else if (!(unit > 0 && unit < 0x80 &&
		     put_mark(w, (unsigned char)unit)) &&
		 !(unit < 0 && w->rest.ptr[1] == '/' && put_mark(w, '/')))
		fwrite(w->rest.ptr, 1, len, w->f);
	w->rest = span_skip(w->rest, len);
	return true;
}

/* Take a string, whose quote is the next byte, off the rest. */
static bool
take_string(struct writer *w)
{
	enum jsonform_chars chars = w->form->chars;
	unsigned long c = 0;
	size_t len;

	fputc('"', w->f);
	w->rest = span_skip(w->rest, 1);
	while (w->rest.len > 0) {
		unsigned char b = w->rest.ptr[0];

		if (b == '\\') {
			if (!take_escape(w))
				return false;
			continue;
		}
		len = b >= 0x80 && chars != JSONFORM_CHARS_KEEP
			  ? charset_utf8(w->rest, &c)
			  : 0;
		if (len > 0)
			put_char(w, c, true);
		else if (b == '\0' || !put_mark(w, b))
			fputc(b, w->f);
		w->rest = span_skip(w->rest, len > 0 ? len : 1);
		if (b == '"')
			return true;
	}
	return false;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_blanks(struct writer *w)
{
	while (w->rest.len > 0 && is_blank(w->rest.ptr[0]))
		w->rest = span_skip(w->rest, 1);
}

static void
put_line(struct writer *w)
{
	if (space[w->form->space].line == NULL)
		return;
	fputs(space[w->form->space].line, w->f);
	for (unsigned i = 0; i < w->depth; i++)
		fputs(space[w->form->space].indent, w->f);
}

/* A bracket, a comma, a colon, or part of a number or a word. */
static bool
take_mark(struct writer *w, unsigned char c)
{
	w->rest = span_skip(w->rest, 1);
	skip_blanks(w);
	if (c == '{' || c == '[') {
		fputc(c, w->f);
		/* No program breaks lines in an empty one. */
		if (w->rest.len > 0 &&
		    (w->rest.ptr[0] == '}' || w->rest.ptr[0] == ']')) {
			fputc(w->rest.ptr[0], w->f);
			w->rest = span_skip(w->rest, 1);
			skip_blanks(w);
			return true;
		}
		if (++w->depth > DEPTH_MAX)
			return false;
		put_line(w);
	} else if (c == '}' || c == ']') {
		if (w->depth-- == 0)
			return false;
		put_line(w);
		fputc(c, w->f);
	} else if (c == ',') {
		fputs(space[w->form->space].comma, w->f);
		put_line(w);
	} else if (c == ':') {
		fputs(space[w->form->space].colon, w->f);
	} else {
		fputc(c, w->f);
	}
	return true;
}

bool
jsonform_write(FILE *f, struct span body, const struct jsonform *form)
{
	struct writer w = {.f = f, .form = form, .rest = body};
	bool keep = form->space == JSONFORM_SPACE_KEEP;

	if (!keep)
		skip_blanks(&w);
	if (w.rest.len == 0 || (w.rest.ptr[0] != '{' && w.rest.ptr[0] != '['))
		return false;
	while (w.rest.len > 0) {
		unsigned char c = w.rest.ptr[0];

		if (c == '"') {
			if (!take_string(&w))
				return false;
			if (!keep)
				skip_blanks(&w);
		} else if (keep) {
			fputc(c, f);
			w.rest = span_skip(w.rest, 1);
		} else if (!take_mark(&w, c)) {
			return false;
		}
	}
	return w.depth == 0 &&
	       (w.chars || form->chars == JSONFORM_CHARS_KEEP) &&
	       (w.marks || form->marks == JSONFORM_MARKS_KEEP);
}

void
jsonform_describe(FILE *out, const struct jsonform *form)
{
	fputs(space[form->space].name, out);
	fputs(chars_name[form->chars], out);
	fputs(marks_name[form->marks], out);
}
