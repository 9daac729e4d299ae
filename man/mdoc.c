/* mdoc.c - a little Markdown to mdoc(7). */
#include "mdoc.h"

#include <stdlib.h>

#include "base/span.h"
#include "base/stream.h"
#include "base/utf8.h"
#include "preset/setting.h"

/* A line of the source ends before this column, unless a word is longer. */
#define FILL 72

/* Code in a list of values has no more columns than this on a line. */
#define CODE 44

/* As the first byte of code: what follows is mdoc(7) already. */
#define RAW '\001'

/* Of these, each is an argument of its own, and mdoc(7) sets no blank. */
#define OPENING "("
#define CLOSING ".,:;)?!"

struct writer {
	FILE *out;
	bool arguments; /* all on one line, that of a macro */
	size_t column;  /* of a line of text; 0: a new line */
	bool words;     /* the arguments before this one are plain words */
};

/* Where a link leads. */
static const struct link {
	const char *words;
	const char *page;    /* NULL: the words are enough */
	const char *heading; /* of its section; NULL: the page is about that */
} links[] = {
    {"entry", NULL, NULL},
    {"preset", NULL, NULL},
    {"challenges", "hookdir.json.5", "CHALLENGES"},
    {"key sets by URL", "hookdir.json.5", "KEY SETS BY URL"},
    {"signed tokens", "hookdir.json.5", "SIGNED TOKENS"},
    {"HTTP signatures", "hookdir.json.5", "HTTP SIGNATURES"},
    {"when signatures do not match", "hookdir.json.5", "HOLD"},
    {"handlers", "hookdir.json.5", "RUN"},
    {"Standard Webhooks", "hookdir-signatures.7", "STANDARD WEBHOOKS"},
    {"the header of an event", "hookdir-inbox.5", NULL},
};

/* Write the link's words; with the page that they stand on, or as a heading. */
static bool
put_link(FILE *out, const char *page, struct span words)
{
	const struct link *link = links;
	const struct link *end = links + sizeof(links) / sizeof(links[0]);
	struct span name;

	while (link < end && !span_is(words, link->words))
		link++;
	if (link == end) {
		fprintf(stderr, "[%.*s] leads nowhere\n", SPAN_ARGS(words));
		return false;
	}
	if (link->page == NULL) {
		fputs(link->words, out);
		return true;
	}
	if (link->heading != NULL && strcmp(link->page, page) == 0) {
		fprintf(out, "`%cSx %s`", RAW, link->heading);
		return true;
	}
	name = span_mem(link->page, strlen(link->page) - strlen(".5"));
	if (link->heading != NULL)
		fprintf(out, "%s in ", link->words);
	fprintf(out, "`%cXr %.*s %s`", RAW, SPAN_ARGS(name),
	    link->page + name.len + 1);
	return true;
}

/* Write text with its links as words and code. */
static bool
put_expanded(FILE *out, const char *page, struct span text)
{
	bool code = false;

	while (text.len > 0) {
		unsigned char c = text.ptr[0];

		text = span_skip(text, 1);
		if (c == '`')
			code = !code;
		if (code || c != '[' || page == NULL)
			putc(c, out);
		else if (!put_link(out, page, span_cut(&text, ']')))
			return false;
	}
	return true;
}

/* Text with its links as words and code: to be freed, or NULL. */
static char *
expand(const char *page, struct span text)
{
	char *expanded = NULL;
	size_t size;
	FILE *out = open_memstream(&expanded, &size);
	bool good;

	if (out == NULL)
		return NULL;
	good = put_expanded(out, page, text);
	if (!stream_end(out, &expanded) || good)
		return expanded;
	free(expanded);
	return NULL;
}

static void
put_escaped(FILE *out, struct span text, bool code)
{
	static const struct {
		char byte;
		bool in_code; /* and only there */
		const char *escaped;
	} row[] = {{'\\', false, "\\e"}, {'"', false, "\\(dq"},
	    {'-', true, "\\-"}, {'\'', true, "\\(aq"}, {'`', false, "\\(ga"},
	    {'^', false, "\\(ha"}, {'~', false, "\\(ti"}};
	unsigned long c;

	for (size_t len; text.len > 0; text = span_skip(text, len)) {
		const char *escaped = NULL;

		len = utf8_read(text, &c);
		if (len == 0)
			return;
		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
			if (c == (unsigned char)row[i].byte &&
			    (code || !row[i].in_code))
				escaped = row[i].escaped;
		}
		if (escaped != NULL)
			fputs(escaped, out);
		else if (c > 0x7e)
			fprintf(out, "\\[u%04lX]", c);
		else
			putc((int)c, out);
	}
}

/* A blank, and text as one argument that is no macro and no delimiter. */
static void
put_argument(FILE *out, struct span text, bool code)
{
	struct span trimmed = span_trim(text);
	bool quoted = memchr(trimmed.ptr, ' ', trimmed.len) != NULL;

	fputs(quoted ? " \"" : " ", out);
	/* Names of macros have up to three letters. */
	fputs(text.len <= 3 ? "\\&" : "", out);
	/* A blank at an end would be lost. */
	for (const unsigned char *c = text.ptr; c < trimmed.ptr; c++)
		fputs("\\ ", out);
	put_escaped(out, trimmed, code);
	for (const unsigned char *c = trimmed.ptr + trimmed.len;
	     c < text.ptr + text.len; c++)
		fputs("\\ ", out);
	fputs(quoted ? "\"" : "", out);
}

/* Each of the delimiters as an argument, for mdoc(7) to set without blanks. */
static void
put_delimiters(FILE *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		fprintf(out, " %c", text.ptr[i]);
}

static bool
all_of(struct span text, const char *set)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr(set, text.ptr[i]) == NULL)
			return false;
	}
	return true;
}

static bool
is_setting(struct span name)
{
	const struct setting_text *row;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (row->place != SETTING_SECTION && span_is(name, row->name))
			return true;
	}
	return false;
}

/*
 * Code, with the delimiters that stand before it.  Quotes of Ql end at the end
 * of the line; so where more is to follow, they are set one by one.
 */
static void
put_code(FILE *out, struct span opening, struct span code, bool alone)
{
	bool path = code.len > 1 &&
		    (code.ptr[0] == '/' || span_starts(code, span_str("~/")));
	bool plain = is_setting(code) || path;

	if (code.len > 0 && code.ptr[0] == RAW) {
		struct span raw = span_skip(code, 1);
		struct span macro = span_cut(&raw, ' ');

		fprintf(out, "%.*s", SPAN_ARGS(macro));
		put_delimiters(out, opening);
		fprintf(out, " %.*s", SPAN_ARGS(raw));
		return;
	}
	fputs(path ? "Pa" : plain ? "Cm" : alone ? "Ql" : "So", out);
	put_delimiters(out, opening);
	fputs(plain || alone ? "" : " Li", out);
	put_argument(out, code, true);
	fputs(plain || alone ? "" : " Sc", out);
}

/* What stands between two codes, or after the last, without a blank. */
static void
put_between(FILE *out, struct span text, bool last)
{
	size_t len = text.len;

	while (last && len > 0 && strchr(CLOSING, text.ptr[len - 1]) != NULL)
		len--;
	if (!last && all_of(text, CLOSING))
		len = 0;
	if (len > 0) {
		fputs(" Ns No", out);
		put_argument(out, span_mem(text.ptr, len), false);
	}
	put_delimiters(out, span_skip(text, len));
}

/* True if nothing but delimiters follows the code that rest begins with. */
static bool
is_alone(struct span rest)
{
	span_cut(&rest, '`');
	return all_of(rest, CLOSING);
}

/* A word with code in it: macros, on a line of their own or as arguments. */
static void
put_macros(struct writer *w, struct span word)
{
	struct span rest = word, opening = span_cut(&rest, '`');
	bool alone = !w->arguments && is_alone(rest);

	if (w->column > 0)
		putc('\n', w->out);
	putc(w->arguments ? ' ' : '.', w->out);
	if (!all_of(opening, OPENING)) {
		fputs("No", w->out);
		put_argument(w->out, opening, false);
		fputs(" Ns ", w->out);
		opening.len = 0;
	}
	while (rest.ptr != NULL) {
		struct span text;

		put_code(w->out, opening, span_cut(&rest, '`'), alone);
		opening.len = 0;
		text = span_cut(&rest, '`');
		put_between(w->out, text, rest.ptr == NULL);
		if (rest.ptr != NULL)
			fputs(" Ns ", w->out);
	}
	if (!w->arguments)
		putc('\n', w->out);
	w->column = 0;
	w->words = false;
}

/* A word without code. */
static void
put_plain(struct writer *w, struct span word)
{
	if (w->arguments) {
		fputs(w->words ? "" : " No", w->out);
		put_argument(w->out, word, false);
		w->words = true;
		return;
	}
	if (w->column > 0 && w->column + 1 + word.len > FILL) {
		putc('\n', w->out);
		w->column = 0;
	}
	if (w->column > 0)
		putc(' ', w->out);
	else if (word.ptr[0] == '.' || word.ptr[0] == '\'')
		fputs("\\&", w->out);
	put_escaped(w->out, word, false);
	w->column += 1 + word.len;
}

/* Bytes of the first word of text: a blank within code does not end it. */
static size_t
word_len(struct span text)
{
	bool code = false;
	size_t len = 0;

	while (len < text.len && (code || text.ptr[len] != ' ')) {
		if (text.ptr[len] == '`')
			code = !code;
		len++;
	}
	return len;
}

/* True if a sentence ends with word, and the next one begins with next. */
static bool
ends_sentence(struct span word, struct span next)
{
	return word.ptr[word.len - 1] == '.' && next.len > 0 &&
	       (strchr("`ABCDEFGHIJKLMNOPQRSTUVWXYZ", next.ptr[0]) != NULL ||
		   span_starts(next, span_str("hookdir")));
}

static void
put_words(struct writer *w, struct span text)
{
	while (text.len > 0) {
		size_t len = word_len(text);
		struct span word = span_mem(text.ptr, len);

		text = span_skip(text, len < text.len ? len + 1 : len);
		if (word.len == 0)
			continue;
		if (memchr(word.ptr, '`', word.len) != NULL)
			put_macros(w, word);
		else
			put_plain(w, word);
		if (w->column > 0 &&
		    (text.len == 0 || ends_sentence(word, text))) {
			putc('\n', w->out);
			w->column = 0;
		}
	}
}

/* Make a sentence of text, which is to be freed: NULL without memory. */
static char *
make_sentence(char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);
	char *longer = len == 0 ? NULL : realloc(text, len + 2);

	if (longer == NULL) {
		free(text);
		return NULL;
	}
	if (longer[0] >= 'a' && longer[0] <= 'z' &&
	    !span_starts(span_str(longer), span_str("hookdir")))
		longer[0] = (char)(longer[0] - 'a' + 'A');
	if (longer[len - 1] != '.')
		longer[len++] = '.';
	longer[len] = '\0';
	return longer;
}

bool
mdoc_sentences(FILE *out, const char *page, const char *text)
{
	struct writer w = {out, false, 0, false};
	char *expanded = make_sentence(expand(page, span_str(text)));

	if (expanded == NULL)
		return false;
	put_words(&w, span_str(expanded));
	free(expanded);
	return true;
}

bool
mdoc_arguments(FILE *out, const char *page, const char *text)
{
	struct writer w = {out, true, 0, false};
	char *expanded = expand(page, span_str(text));

	if (expanded == NULL)
		return false;
	put_words(&w, span_str(expanded));
	free(expanded);
	return true;
}

void
mdoc_plain(FILE *out, const char *text)
{
	struct writer w = {out, false, 0, false};

	put_words(&w, span_str(text));
}

/* Bytes of the part of text that is to be on one line. */
static size_t
part_len(struct span text)
{
	size_t len = text.len <= CODE ? text.len : CODE;

	while (len > 0 && len < text.len &&
	       strchr(":=", text.ptr[len - 1]) == NULL)
		len--;
	return len == 0 ? text.len : len;
}

void
mdoc_code(FILE *out, const char *text, const char *after)
{
	struct span rest = span_str(text);
	size_t len = part_len(rest);

	fputs(".So Li", out);
	put_argument(out, span_mem(rest.ptr, len), true);
	for (rest = span_skip(rest, len); rest.len > 0;
	     rest = span_skip(rest, len)) {
		len = part_len(rest);
		fputs("\n.br\n.Li", out);
		put_argument(out, span_mem(rest.ptr, len), true);
	}
	fputs(" Sc", out);
	put_delimiters(out, span_str(after));
	putc('\n', out);
}

void
mdoc_literal(FILE *out, const char *line)
{
	if (line[0] == '.' || line[0] == '\'')
		fputs("\\&", out);
	put_escaped(out, span_str(line), true);
}
