/*
 * json.c - finds members by their bytes, and lets json-c check the values.
 *
 * json-c does not say where a value begins and ends: when it stops reading a
 * value, it has also read the white space after it.  So this file finds the end
 * of each value by quotes and brackets, and json-c then checks the bytes in
 * between (strings, numbers, whole nested values) to the last byte.
 */
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>

#include "parse/json.h"

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
	size_t i = 1;

	while (i < rest->len && rest->ptr[i] != '"')
		i += rest->ptr[i] == '\\' ? 2 : 1;
	if (i >= rest->len)
		return false;
	*rest = span_skip(*rest, i + 1);
	return true;
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
 * Let json-c parse text.  Returns true if text is exactly one value; the caller
 * then releases *obj by json_object_put().  *obj is NULL for the value null.
 */
static bool
parse(struct span text, enum json_dialect dialect, struct json_object **obj)
{
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH);
	bool ok;

	*obj = NULL;
	if (tok == NULL || text.len > INT_MAX)
		goto bad;
	json_tokener_set_flags(
	    tok, JSON_TOKENER_VALIDATE_UTF8 |
		     (dialect == JSON_STRICT ? JSON_TOKENER_STRICT : 0));
	*obj =
	    json_tokener_parse_ex(tok, (const char *)text.ptr, (int)text.len);
	ok = json_tokener_get_parse_end(tok) == text.len;
	/* json-c waits for more digits of a number; a NUL ends it. */
	if (json_tokener_get_error(tok) == json_tokener_continue)
		*obj = json_tokener_parse_ex(tok, "", 1);
	if (ok && json_tokener_get_error(tok) == json_tokener_success) {
		json_tokener_free(tok);
		return true;
	}
	json_object_put(*obj);
	*obj = NULL;
bad:
	if (tok != NULL)
		json_tokener_free(tok);
	return false;
}

/*
 * True if text is a string of printable ASCII without escapes.  Such a string
 * needs no decoding, and json-c could not find anything wrong with it.
 */
static bool
is_plain_string(struct span text)
{
	if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"')
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

/* True if json-c accepts text as exactly one value. */
static bool
is_valid(struct span text, enum json_dialect dialect)
{
	struct json_object *obj;

	/* json-c takes a lock that all threads share.  Most strings do not need
	 * it. */
	if (is_plain_string(text))
		return true;
	if (!parse(text, dialect, &obj))
		return false;
	json_object_put(obj);
	return true;
}

/* Take one whole value off the front of rest. */
static bool
take_value(struct span *rest, enum json_dialect dialect, struct span *value,
    enum json_kind *kind)
{
	*value = *rest;
	if (rest->len == 0 || !kind_of(rest->ptr[0], kind))
		return false;
	if (!skip_value(rest, dialect))
		return false;
	value->len -= rest->len;
	return dialect == JSON_STRICT || is_valid(*value, dialect);
}

bool
json_walk(struct json_walk *walk, struct span text, enum json_dialect dialect)
{
	*walk =
	    (struct json_walk){.rest = text, .dialect = dialect, .first = true};
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
	const struct json_member quoted = {
	    .value = {key.ptr - 1, key.len + 2}, .kind = JSON_STRING};
	char *text;
	size_t len;
	bool same;

	if (span_eq(key, name))
		return true;
	/* An escape takes at most six characters for one byte. */
	if (key.len > 6 * name.len || memchr(key.ptr, '\\', key.len) == NULL ||
	    !json_text(&quoted, &text, &len))
		return false;
	same = span_eq(span_mem(text, len), name);
	free(text);
	return same;
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
	       json_too_long(member) || is_valid(member->value, JSON_STRICT);
}

bool
json_too_long(const struct json_member *member)
{
	return member->value.len > JSON_TEXT_MAX;
}

bool
json_valid(struct span text)
{
	return is_valid(text, JSON_STRICT);
}

bool
json_text(const struct json_member *member, char **dst, size_t *len)
{
	struct span raw = member->value;
	struct json_object *obj = NULL;

	if (json_too_long(member))
		return false;
	if (is_plain_string(raw)) {
		raw = span_mem(raw.ptr + 1, raw.len - 2);
	} else if (member->kind == JSON_STRING) {
		if (!parse(raw, JSON_STRICT, &obj))
			return false;
		raw = span_mem(json_object_get_string(obj),
		    (size_t)json_object_get_string_len(obj));
	}
	*dst = malloc(raw.len + 1);
	if (*dst != NULL) {
		if (raw.len > 0)
			memcpy(*dst, raw.ptr, raw.len);
		(*dst)[raw.len] = '\0';
		*len = raw.len;
	}
	json_object_put(obj);
	return *dst != NULL;
}

unsigned
json_line(struct span text, const unsigned char *at)
{
	unsigned line = 1;

	for (size_t i = 0; i < text.len && text.ptr + i < at; i++)
		line += text.ptr[i] == '\n';
	return line;
}

#define REPLACEMENT 0xfffdUL

/*
 * Take one character of UTF-8 (RFC 3629) off the front of text.  A byte that is
 * not UTF-8 counts as one character, REPLACEMENT.
 */
static unsigned long
take_char(struct span *text)
{
	static const struct {
		unsigned char mask, lead; /* of the first byte */
		unsigned long min;        /* below this: overlong */
	} row[] = {
	    {0x80, 0x00, 0},
	    {0xe0, 0xc0, 0x80},
	    {0xf0, 0xe0, 0x800},
	    {0xf8, 0xf0, 0x10000},
	};
	const unsigned char *p = text->ptr;
	unsigned long c = REPLACEMENT;
	size_t extra = 0, k = 1, used = 1;

	while (extra < 4 && (p[0] & row[extra].mask) != row[extra].lead)
		extra++;
	if (extra < 4 && extra < text->len) {
		c = p[0] & (unsigned char)~row[extra].mask;
		while (k <= extra && (p[k] & 0xc0) == 0x80)
			c = c << 6 | (p[k++] & 0x3f);
		if (k <= extra || c < row[extra].min || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			c = REPLACEMENT;
		else
			used = extra + 1;
	}
	*text = span_skip(*text, used);
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
