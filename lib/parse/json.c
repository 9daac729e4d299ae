/*
 * json.c - finds members by their bytes, and checks the values.
 *
 * The end of each value is found by quotes and brackets.  Values of bodies are
 * then checked without memory (json_scalar.h): if memory runs out, a body must
 * not look malformed.  Values of the settings are checked by json-c, which
 * allows comments in them.
 */
#include <json-c/json.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "parse/json.h"
#include "parse/json_scalar.h"

static bool
is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_line(struct span *rest)
{
	while (rest->len > 0 && rest->ptr[0] != '\n')
		*rest = span_skip(*rest, 1);
}

static void
skip_block(struct span *rest)
{
	*rest = span_skip(*rest, 2);
	while (rest->len > 0 && !span_starts(*rest, span_str("*/")))
		*rest = span_skip(*rest, 1);
	if (rest->len > 0)
		*rest = span_skip(*rest, 2);
}

static void
skip_space(struct span *rest, enum json_dialect dialect)
{
	for (;;) {
		if (rest->len > 0 && is_space(rest->ptr[0]))
			*rest = span_skip(*rest, 1);
		else if (dialect == JSON_SETTINGS &&
			 span_starts(*rest, span_str("//")))
			skip_line(rest);
		else if (dialect == JSON_SETTINGS &&
			 span_starts(*rest, span_str("/*")))
			skip_block(rest);
		else
			return;
	}
}

static bool
take(struct span *rest, unsigned char c)
{
	if (rest->len == 0 || rest->ptr[0] != c)
		return false;
	*rest = span_skip(*rest, 1);
	return true;
}

/* Skip a string and its quotes.  False if the string is not closed. */
static bool
skip_string(struct span *rest)
{
	const unsigned char *at = rest->ptr + 1, *end = rest->ptr + rest->len;
	const unsigned char *quote = rest->ptr, *slash;

	while (at < end) {
		if (quote < at)
			quote = memchr(at, '"', (size_t)(end - at));
		if (quote == NULL)
			return false;
		slash = memchr(at, '\\', (size_t)(quote - at));
		if (slash == NULL) {
			*rest =
			    span_skip(*rest, (size_t)(quote + 1 - rest->ptr));
			return true;
		}
		at = slash + 2;
	}
	return false;
}

/* Skip a number or a word, up to the next byte that cannot be part of it. */
static void
skip_word(struct span *rest)
{
	size_t i = 0;

	while (i < rest->len && !is_space(rest->ptr[i]) &&
	       memchr(",:/[]{}\"", rest->ptr[i], 8) == NULL)
		i++;
	*rest = span_skip(*rest, i);
}

/*
 * Skip one value by its quotes and brackets, without checking that the brackets
 * match.  False if the value is not closed. json-c would not notice that if a
 * comment follows.
 */
static bool
skip_value(struct span *rest, enum json_dialect dialect)
{
	size_t depth = 0;

	do {
		unsigned char c = rest->ptr[0];

		if (c == '"') {
			if (!skip_string(rest))
				return false;
		} else if (c == '{' || c == '[') {
			depth++;
			*rest = span_skip(*rest, 1);
		} else if (depth > 0 && (c == '}' || c == ']')) {
			depth--;
			*rest = span_skip(*rest, 1);
		} else if (memchr(",:/]}", c, 5) != NULL) {
			*rest = span_skip(*rest, 1);
		} else {
			skip_word(rest);
		}
		if (depth > 0)
			skip_space(rest, dialect);
	} while (depth > 0 && rest->len > 0);
	return depth == 0;
}

/*
 * True if json-c accepts text, of the settings, as exactly one value.
 * Otherwise *bad is how many bytes it accepted.
 */
static bool
is_setting(struct span text, size_t *bad)
{
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *obj;
	bool ok;

	*bad = 0;
	if (tok == NULL || text.len > INT_MAX) {
		if (tok != NULL)
			json_tokener_free(tok);
		return false;
	}
	json_tokener_set_flags(tok, JSON_TOKENER_VALIDATE_UTF8);
	obj = json_tokener_parse_ex(tok, (const char *)text.ptr, (int)text.len);
	*bad = json_tokener_get_parse_end(tok);
	ok = *bad == text.len;
	/* json-c waits for more digits of a number; a NUL ends it. */
	if (json_tokener_get_error(tok) == json_tokener_continue)
		obj = json_tokener_parse_ex(tok, "", 1);
	ok = ok && json_tokener_get_error(tok) == json_tokener_success;
	json_tokener_free(tok);
	json_object_put(obj);
	return ok;
}

static bool
is_quoted(struct span text)
{
	return text.len >= 2 && text.ptr[0] == '"' &&
	       text.ptr[text.len - 1] == '"';
}

/*
 * True if text is a string of printable ASCII without escapes, which needs no
 * decoding.
 */
static bool
is_plain_string(struct span text)
{
	if (!is_quoted(text))
		return false;
	for (size_t i = 1; i < text.len - 1; i++) {
		unsigned char c = text.ptr[i];

		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			return false;
	}
	return true;
}

/* The kind of a value, by its first byte.  False if no value begins so. */
static bool
kind_of(unsigned char c, enum json_kind *kind)
{
	static const struct {
		const char *first;
		enum json_kind kind;
	} row[] = {
	    {"{", JSON_OBJECT},
	    {"[", JSON_ARRAY},
	    {"\"", JSON_STRING},
	    {"-0123456789", JSON_NUMBER},
	    {"tf", JSON_BOOL},
	    {"n", JSON_NULL},
	};

	for (size_t i = 0; c != '\0' && i < sizeof(row) / sizeof(row[0]); i++) {
		if (strchr(row[i].first, c) != NULL) {
			*kind = row[i].kind;
			return true;
		}
	}
	return false;
}

/* True if text is one string, number or word. */
static bool
is_scalar(struct span text, enum json_kind kind)
{
	size_t len;

	if (kind == JSON_NUMBER)
		return json_is_number(text);
	if (kind != JSON_STRING)
		return json_is_word(text);
	return is_plain_string(text) ||
	       (is_quoted(text) &&
		   json_decode(
		       span_mem(text.ptr + 1, text.len - 2), NULL, &len));
}

/* Take one whole value off the front of rest. */
static bool
take_value(struct span *rest, enum json_dialect dialect, struct span *value,
    enum json_kind *kind)
{
	size_t bad;

	*value = *rest;
	if (rest->len == 0 || !kind_of(rest->ptr[0], kind))
		return false;
	if (!skip_value(rest, dialect))
		return false;
	value->len -= rest->len;
	if (dialect == JSON_STRICT || is_setting(*value, &bad))
		return true;
	*rest = span_mem(value->ptr + bad, value->len - bad + rest->len);
	return false;
}

/*
 * RFC 8259, section 8.1: a byte order mark may be ignored.  Some senders write
 * one before a body, and sign it.
 */
static void
skip_mark(struct span *rest, enum json_dialect dialect)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (dialect == JSON_STRICT && span_starts(*rest, span_str(mark)))
		*rest = span_skip(*rest, strlen(mark));
}

bool
json_walk(struct json_walk *walk, struct span text, enum json_dialect dialect)
{
	*walk =
	    (struct json_walk){.rest = text, .dialect = dialect, .first = true};
	skip_mark(&walk->rest, dialect);
	skip_space(&walk->rest, dialect);
	if (take(&walk->rest, '{'))
		walk->object = true;
	else if (!take(&walk->rest, '['))
		return false;
	return true;
}

static bool
take_key(struct json_walk *walk, struct span *key)
{
	enum json_kind kind;

	*key = (struct span){NULL, 0};
	if (!walk->object)
		return true;
	if (!take_value(&walk->rest, walk->dialect, key, &kind) ||
	    kind != JSON_STRING)
		return false;
	*key = (struct span){key->ptr + 1, key->len - 2};
	skip_space(&walk->rest, walk->dialect);
	if (!take(&walk->rest, ':'))
		return false;
	skip_space(&walk->rest, walk->dialect);
	return true;
}

bool
json_next(struct json_walk *walk, struct json_member *member)
{
	skip_space(&walk->rest, walk->dialect);
	if (take(&walk->rest, walk->object ? '}' : ']')) {
		skip_space(&walk->rest, walk->dialect);
		walk->failed = walk->rest.len > 0;
		return false;
	}
	if (!walk->first) {
		if (!take(&walk->rest, ','))
			goto bad;
		skip_space(&walk->rest, walk->dialect);
	}
	walk->first = false;
	if (take_key(walk, &member->key) &&
	    take_value(
		&walk->rest, walk->dialect, &member->value, &member->kind))
		return true;
bad:
	walk->failed = true;
	return false;
}

/* True if key, which may be written with escapes, is name. */
static bool
key_is(struct span key, struct span name)
{
	/* An escape takes at most six bytes for one. */
	return key.len >= name.len && key.len <= 6 * name.len &&
	       json_spells(key, name);
}

bool
json_written(struct span text, const char *name, struct json_member *member)
{
	struct json_walk walk;

	if (!json_walk(&walk, text, JSON_SETTINGS) || !walk.object)
		return false;
	while (json_next(&walk, member)) {
		if (span_is(member->key, name))
			return true;
	}
	return false;
}

/* Find the only member called name of the object text. */
static bool
find_member(struct span text, struct span name, struct json_member *member)
{
	struct json_member found;
	struct json_walk walk;
	unsigned hits = 0;

	if (!json_walk(&walk, text, JSON_STRICT) || !walk.object)
		return false;
	while (hits < 2 && json_next(&walk, &found)) {
		if (!key_is(found.key, name))
			continue;
		*member = found;
		hits++;
	}
	return !walk.failed && hits == 1;
}

bool
json_find(struct span text, const char *path, struct json_member *member)
{
	struct span rest = span_str(path);

	while (rest.ptr != NULL) {
		if (!find_member(text, span_cut(&rest, '.'), member))
			return false;
		text = member->value;
	}
	return member->kind == JSON_OBJECT || member->kind == JSON_ARRAY ||
	       json_too_long(member) || is_scalar(member->value, member->kind);
}

bool
json_too_long(const struct json_member *member)
{
	return member->value.len >
	       (member->kind == JSON_STRING ? JSON_TEXT_MAX : JSON_WORD_MAX);
}

/* Where a check of a whole text is, level by level. */
struct check {
	struct span rest;
	unsigned depth;
	uint64_t objects; /* a bit for each level: 1 is an object */
};

_Static_assert(JSON_DEPTH <= 64, "each level has its bit");

static bool
in_object(const struct check *check)
{
	return (check->objects & 1) != 0;
}

/* Take the name of a member and its colon, if this level has names. */
static bool
check_name(struct check *check)
{
	struct span name = check->rest;

	if (!in_object(check))
		return true;
	if (name.len == 0 || name.ptr[0] != '"' || !skip_string(&check->rest))
		return false;
	name.len -= check->rest.len;
	skip_space(&check->rest, JSON_STRICT);
	if (!is_scalar(name, JSON_STRING) || !take(&check->rest, ':'))
		return false;
	skip_space(&check->rest, JSON_STRICT);
	return true;
}

/* Take an opening bracket, or a scalar. */
static bool
check_value(struct check *check, bool *opened)
{
	struct span value = check->rest;
	enum json_kind kind;

	*opened = false;
	if (value.len == 0 || !kind_of(value.ptr[0], &kind))
		return false;
	if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
		if (check->depth == JSON_DEPTH)
			return false;
		check->depth++;
		check->objects = check->objects << 1 | (kind == JSON_OBJECT);
		check->rest = span_skip(value, 1);
		*opened = true;
		return true;
	}
	if (!skip_value(&check->rest, JSON_STRICT))
		return false;
	value.len -= check->rest.len;
	return is_scalar(value, kind);
}

/*
 * Take the brackets that close after a value, or at once after an opening one.
 * Then a comma, if there is more.  False if neither is there.
 */
static bool
check_end(struct check *check, bool opened)
{
	for (;;) {
		skip_space(&check->rest, JSON_STRICT);
		if (check->depth == 0)
			return true;
		if (!take(&check->rest, in_object(check) ? '}' : ']'))
			break;
		check->depth--;
		check->objects >>= 1;
		opened = false;
	}
	if (!opened && !take(&check->rest, ','))
		return false;
	skip_space(&check->rest, JSON_STRICT);
	return true;
}

bool
json_valid(struct span text)
{
	struct check check = {.rest = text};
	bool opened;

	skip_mark(&check.rest, JSON_STRICT);
	skip_space(&check.rest, JSON_STRICT);
	do {
		if ((check.depth > 0 && !check_name(&check)) ||
		    !check_value(&check, &opened) || !check_end(&check, opened))
			return false;
	} while (check.depth > 0);
	return check.rest.len == 0;
}

bool
json_text(const struct json_member *member, char **dst, size_t *len)
{
	struct span raw = member->value;
	bool plain = is_plain_string(raw);
	bool coded = member->kind == JSON_STRING && !plain;

	if (json_too_long(member) || (coded && !is_quoted(raw)) ||
	    (*dst = malloc(raw.len + 1)) == NULL)
		return false;
	if (plain)
		raw = span_mem(raw.ptr + 1, raw.len - 2);
	if (!coded) {
		memcpy(*dst, raw.ptr, raw.len);
		*len = raw.len;
	} else if (!json_decode(
		       span_mem(raw.ptr + 1, raw.len - 2), *dst, len)) {
		free(*dst);
		*dst = NULL;
		return false;
	}
	(*dst)[*len] = '\0';
	return true;
}

unsigned
json_line(struct span text, const unsigned char *at)
{
	unsigned line = 1;

	for (size_t i = 0; i < text.len && text.ptr + i < at; i++)
		line += text.ptr[i] == '\n';
	return line;
}

/* Take a character off text.  A byte that is not of UTF-8 counts as one. */
static unsigned long
take_char(struct span *text)
{
	unsigned long c = UTF8_REPLACEMENT;
	size_t len = utf8_read(*text, &c);

	*text = span_skip(*text, len == 0 ? 1 : len);
	return c;
}

static void
put_escaped(FILE *f, unsigned long c)
{
	if (c < 0x10000)
		fprintf(f, "\\u%04lx", c);
	else
		fprintf(f, "\\u%04lx\\u%04lx", 0xd800 + ((c - 0x10000) >> 10),
		    0xdc00 + ((c - 0x10000) & 0x3ff));
}

void
json_put_string(FILE *f, struct span text, enum json_charset charset)
{
	putc('"', f);
	while (text.len > 0) {
		unsigned long c = text.ptr[0];

		if (charset == JSON_ASCII)
			c = take_char(&text);
		else
			text = span_skip(text, 1);
		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", (int)c);
		else if (c < ' ' || (charset == JSON_ASCII && c >= 0x7f))
			put_escaped(f, c);
		else
			putc((int)c, f);
	}
	putc('"', f);
}
