/* jsonform.c - tokens written with other space and other escapes. */
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "jsonform.h"

/* Deeper JSON would become huge when it is indented. */
#define DEPTH_MAX 64
#define BUFFER    8192

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
	bool special[256]; /* bytes that a form may change, in a string */
	size_t n;          /* bytes that wait in buf for f: stdio is slow */
	unsigned char buf[BUFFER];
};

static void
flush(struct writer *w)
{
	fwrite(w->buf, 1, w->n, w->f);
	w->n = 0;
}

static inline void
put(struct writer *w, unsigned char c)
{
	if (w->n == BUFFER)
		flush(w);
	w->buf[w->n++] = c;
}

static inline void
put_bytes(struct writer *w, struct span bytes)
{
	if (bytes.len > BUFFER - w->n)
		flush(w);
	if (bytes.len > BUFFER) {
		fwrite(bytes.ptr, 1, bytes.len, w->f);
		return;
	}
	memcpy(w->buf + w->n, bytes.ptr, bytes.len);
	w->n += bytes.len;
}

static inline void
put_text(struct writer *w, const char *text)
{
	for (; *text != '\0'; text++)
		put(w, (unsigned char)*text);
}

static void
put_escape(struct writer *w, unsigned unit)
{
	static const char digits[2][17] = {
	    "0123456789abcdef", "0123456789ABCDEF"};
	const char *digit = digits[w->form->chars == JSONFORM_CHARS_UPPER];

	put_text(w, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		put(w, (unsigned char)digit[unit >> shift & 0xf]);
}

/* A character that is not ASCII, raw or not, as the form wants it. */
static void
put_char(struct writer *w, unsigned long c, bool raw)
{
	unsigned char bytes[4];

	if (w->form->chars == JSONFORM_CHARS_RAW) {
		put_bytes(w, span_mem(bytes, utf8_write(bytes, c)));
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

static inline bool
is_html(unsigned char c)
{
	return c == '<' || c == '>' || c == '&';
}

/* A mark as the form wants it; false if the form leaves it alone. */
static bool
put_mark(struct writer *w, unsigned char c)
{
	enum jsonform_marks marks = w->form->marks;

	if (c == '/' && marks == JSONFORM_SLASH_RAW)
		put(w, '/');
	else if (c == '/' && marks == JSONFORM_SLASH_ESCAPED)
		put_text(w, "\\/");
	else if (is_html(c) && marks == JSONFORM_HTML_RAW)
		put(w, c);
	else if (is_html(c) && marks == JSONFORM_HTML_ESCAPED)
		put_escape(w, c);
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
		put_bytes(w, span_mem(w->rest.ptr, len));
	w->rest = span_skip(w->rest, len);
	return true;
}

static bool
is_special(unsigned char c)
{
	return c >= 0x80 || c == '"' || c == '\\' || c == '/' || c == '<' ||
	       c == '>' || c == '&';
}

/* A part of a number or of a word. */
static inline bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' ||
	       c == '-' || c == '+' || c == 'E';
}

static inline void
take(struct writer *w, size_t n)
{
	put_bytes(w, span_mem(w->rest.ptr, n));
	w->rest = span_skip(w->rest, n);
}

/* Take what no form changes, in a string. */
static inline void
take_plain(struct writer *w)
{
	size_t n = 0;

	while (n < w->rest.len && !w->special[w->rest.ptr[n]])
		n++;
	take(w, n);
}

static inline void
take_word(struct writer *w)
{
	size_t n = 0;

	while (n < w->rest.len && is_word(w->rest.ptr[n]))
		n++;
	take(w, n);
}

/* Take a string, whose quote is the next byte, off the rest. */
static bool
take_string(struct writer *w)
{
	enum jsonform_chars chars = w->form->chars;
	unsigned long c = 0;
	size_t len;

	put(w, '"');
	w->rest = span_skip(w->rest, 1);
	for (take_plain(w); w->rest.len > 0; take_plain(w)) {
		unsigned char b = w->rest.ptr[0];

		if (b == '\\') {
			if (!take_escape(w))
				return false;
			continue;
		}
		len = b >= 0x80 && chars != JSONFORM_CHARS_KEEP
			  ? utf8_read(w->rest, &c)
			  : 0;
		if (len > 0)
			put_char(w, c, true);
		else if (b == '\0' || !put_mark(w, b))
			put(w, b);
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

/* Blanks are written anew, unless they are kept. */
static void
skip_blanks(struct writer *w)
{
	if (w->form->space == JSONFORM_SPACE_KEEP)
		return;
	while (w->rest.len > 0 && is_blank(w->rest.ptr[0]))
		w->rest = span_skip(w->rest, 1);
}

static void
put_line(struct writer *w)
{
	if (space[w->form->space].line == NULL)
		return;
	put_text(w, space[w->form->space].line);
	for (unsigned i = 0; i < w->depth; i++)
		put_text(w, space[w->form->space].indent);
}

/* A bracket, a comma, a colon, or part of a number or a word. */
static bool
take_mark(struct writer *w, unsigned char c)
{
	w->rest = span_skip(w->rest, 1);
	skip_blanks(w);
	if (c == '{' || c == '[') {
		put(w, c);
		/* No program breaks lines in an empty one. */
		if (w->rest.len > 0 &&
		    (w->rest.ptr[0] == '}' || w->rest.ptr[0] == ']')) {
			put(w, w->rest.ptr[0]);
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
		put(w, c);
	} else if (c == ',') {
		put_text(w, space[w->form->space].comma);
		put_line(w);
	} else if (c == ':') {
		put_text(w, space[w->form->space].colon);
	} else {
		put(w, c);
	}
	return true;
}

static bool
has_raw(struct span body)
{
	unsigned char all = 0;

	for (size_t i = 0; i < body.len; i++)
		all |= body.ptr[i];
	return (all & 0x80) != 0;
}

/* Is there an escape with one of these digits? */
static bool
has_digit(struct span body, const char *digits)
{
	const unsigned char *at;

	while (
	    body.len >= 6 && (at = span_find(body, span_str("\\u"))) != NULL) {
		body = span_skip(body, (size_t)(at - body.ptr) + 2);
		for (size_t i = 0; i < 4 && i < body.len; i++) {
			if (body.ptr[i] != '\0' &&
			    strchr(digits, body.ptr[i]) != NULL)
				return true;
		}
	}
	return false;
}

void
jsonform_look(struct jsonform_facts *facts, struct span body)
{
	bool raw = has_raw(body), two = span_has(body, "\\u002");

	*facts = (struct jsonform_facts){
	    .chars = {[JSONFORM_CHARS_KEEP] = true,
		[JSONFORM_CHARS_RAW] = span_has(body, "\\u"),
		[JSONFORM_CHARS_LOWER] = raw || has_digit(body, "ABCDEF"),
		[JSONFORM_CHARS_UPPER] = raw || has_digit(body, "abcdef")},
	    .marks = {[JSONFORM_MARKS_KEEP] = true,
		[JSONFORM_SLASH_RAW] = two || span_has(body, "\\/"),
		[JSONFORM_SLASH_ESCAPED] = two || span_has(body, "/"),
		[JSONFORM_HTML_RAW] = two || span_has(body, "\\u003"),
		[JSONFORM_HTML_ESCAPED] =
		    span_has(body, "<") || span_has(body, ">") ||
		    span_has(body, "&") || span_has(body, "\\u00")},
	};
}

/* Take one string, word or mark, and the blanks behind it. */
static bool
take_token(struct writer *w)
{
	unsigned char c = w->rest.ptr[0];

	if (c == '"') {
		if (!take_string(w))
			return false;
	} else if (is_word(c)) {
		take_word(w);
	} else if (w->form->space == JSONFORM_SPACE_KEEP) {
		take(w, 1);
	} else if (!take_mark(w, c)) {
		return false;
	}
	skip_blanks(w);
	return true;
}

bool
jsonform_write(FILE *f, struct span body, const struct jsonform *form,
    const struct jsonform_facts *facts)
{
	struct writer w = {.f = f, .form = form, .rest = body};

	for (unsigned c = 0; c < 256; c++)
		w.special[c] = is_special((unsigned char)c);
	skip_blanks(&w);
	if (w.rest.len == 0 || (w.rest.ptr[0] != '{' && w.rest.ptr[0] != '[') ||
	    !facts->chars[form->chars] || !facts->marks[form->marks])
		return false;
	while (w.rest.len > 0) {
		if (!take_token(&w))
			return false;
	}
	flush(&w);
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
