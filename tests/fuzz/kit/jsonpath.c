/* jsonpath.c - a reader that skips what it is not asked for. */
#include "jsonpath.h"

#include "../fuzz.h"

static void
skip_blanks(struct span *rest)
{
	while (rest->len > 0 && rest->ptr[0] != '\0' &&
	       strchr(" \t\r\n", rest->ptr[0]) != NULL)
		*rest = span_skip(*rest, 1);
}

static bool
take(struct span *rest, char c)
{
	skip_blanks(rest);
	if (rest->len == 0 || rest->ptr[0] != (unsigned char)c)
		return false;
	*rest = span_skip(*rest, 1);
	return true;
}

/* The bytes of a string with its quotes; 0 if it does not end. */
static size_t
string_len(struct span text)
{
	for (size_t i = 1; i < text.len; i++) {
		if (text.ptr[i] == '\\')
			i++;
		else if (text.ptr[i] == '"')
			return i + 1;
	}
	return 0;
}

/* The bytes of an object or array, by its brackets; 0 if it does not end. */
static size_t
container_len(struct span text)
{
	int depth = 0;
	size_t len;

	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '"':
			if ((len = string_len(span_skip(text, i))) == 0)
				return 0;
			i += len - 1;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return i + 1;
			break;
		default:
			break;
		}
	}
	return 0;
}

static size_t
value_len(struct span text)
{
	size_t len = 0;

	if (text.len == 0)
		return 0;
	if (text.ptr[0] == '"')
		return string_len(text);
	if (text.ptr[0] == '{' || text.ptr[0] == '[')
		return container_len(text);
	while (len < text.len &&
	       (text.ptr[len] == '\0' ||
		   strchr(" \t\r\n,:/[]{}\"", text.ptr[len]) == NULL))
		len++;
	return len;
}

/* One member of an object that is being walked over. */
struct member {
	struct span key, value; /* raw */
};

static bool
next_member(struct span *rest, struct member *member)
{
	size_t len;

	skip_blanks(rest);
	if (rest->len == 0 || rest->ptr[0] != '"' ||
	    (len = string_len(*rest)) == 0)
		return false;
	member->key = span_mem(rest->ptr, len);
	*rest = span_skip(*rest, len);
	if (!take(rest, ':'))
		return false;
	skip_blanks(rest);
	if ((len = value_len(*rest)) == 0)
		return false;
	member->value = span_mem(rest->ptr, len);
	*rest = span_skip(*rest, len);
	return true;
}

static bool
key_is(struct span raw, struct span name)
{
	struct bytes key = {NULL, 0};
	bool same = jsonpath_text(raw, &key) && span_eq(bytes_span(&key), name);

	bytes_free(&key);
	return same;
}

/* Walk over text; *n counts the members, and *found those called name. */
static bool
walk(struct span text, struct span name, int *n, int *found, struct span *raw)
{
	struct member member;

	if (!take(&text, '{'))
		return false;
	if (take(&text, '}')) {
		skip_blanks(&text);
		return text.len == 0;
	}
	do {
		if (!next_member(&text, &member))
			return false;
		++*n;
		if (key_is(member.key, name)) {
			*raw = member.value;
			++*found;
		}
	} while (take(&text, ','));
	if (!take(&text, '}'))
		return false;
	skip_blanks(&text);
	return text.len == 0;
}

bool
jsonpath_find(struct span text, const char *path, struct span *raw)
{
	struct span rest = span_str(path);

	/* A byte order mark is no part of what follows it. */
	if (span_starts(text, span_str("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	*raw = text;
	while (rest.ptr != NULL) {
		struct span name = span_cut(&rest, '.');
		int n = 0, found = 0;

		if (!walk(*raw, name, &n, &found, raw) || found != 1)
			return false;
	}
	return true;
}

int
jsonpath_members(struct span text)
{
	int n = 0, found = 0;
	struct span raw;

	if (span_starts(text, span_str("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	return walk(text, span_str(""), &n, &found, &raw) ? n : -1;
}

/* Four digits at text, or -1. */
static long
take_hex(struct span *text)
{
	char digits[5] = {0}, *end;
	long n;

	if (text->len < 4)
		return -1;
	memcpy(digits, text->ptr, 4);
	*text = span_skip(*text, 4);
	if (strspn(digits, "0123456789abcdefABCDEF") != 4)
		return -1;
	n = strtol(digits, &end, 16);
	return n;
}

static void
put_utf8(struct bytes *dst, long c)
{
	unsigned char u[4];
	size_t n;

	if (c < 0x80) {
		u[0] = (unsigned char)c;
		n = 1;
	} else if (c < 0x800) {
		u[0] = (unsigned char)(0xc0 | (c >> 6));
		u[1] = (unsigned char)(0x80 | (c & 0x3f));
		n = 2;
	} else if (c < 0x10000) {
		u[0] = (unsigned char)(0xe0 | (c >> 12));
		u[1] = (unsigned char)(0x80 | ((c >> 6) & 0x3f));
		u[2] = (unsigned char)(0x80 | (c & 0x3f));
		n = 3;
	} else {
		u[0] = (unsigned char)(0xf0 | (c >> 18));
		u[1] = (unsigned char)(0x80 | ((c >> 12) & 0x3f));
		u[2] = (unsigned char)(0x80 | ((c >> 6) & 0x3f));
		u[3] = (unsigned char)(0x80 | (c & 0x3f));
		n = 4;
	}
	bytes_add(dst, span_mem(u, n));
}

/* Behind the backslash. */
static bool
take_escape(struct span *rest, struct bytes *dst)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	long c, low;

	if (rest->len == 0 || rest->ptr[0] == '\0')
		return false;
	if ((at = strchr(from, rest->ptr[0])) != NULL) {
		bytes_add(dst, span_mem(&to[at - from], 1));
		*rest = span_skip(*rest, 1);
		return true;
	}
	if (rest->ptr[0] != 'u')
		return false;
	*rest = span_skip(*rest, 1);
	if ((c = take_hex(rest)) < 0)
		return false;
	if (c >= 0xd800 && c < 0xdc00 && rest->len >= 6 &&
	    rest->ptr[0] == '\\' && rest->ptr[1] == 'u') {
		struct span ahead = span_skip(*rest, 2);

		low = take_hex(&ahead);
		if (low >= 0xdc00 && low < 0xe000) {
			*rest = ahead;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	if (c >= 0xd800 && c < 0xe000)
		c = 0xfffd;
	put_utf8(dst, c);
	return true;
}

static size_t
digits(struct span text)
{
	size_t n = 0;

	while (n < text.len && text.ptr[n] >= '0' && text.ptr[n] <= '9')
		n++;
	return n;
}

bool
jsonpath_is_number(struct span raw)
{
	size_t n;

	if (span_starts(raw, span_str("-")))
		raw = span_skip(raw, 1);
	n = digits(raw);
	if (n == 0 || (n > 1 && raw.ptr[0] == '0'))
		return false;
	raw = span_skip(raw, n);
	if (span_starts(raw, span_str("."))) {
		raw = span_skip(raw, 1);
		if ((n = digits(raw)) == 0)
			return false;
		raw = span_skip(raw, n);
	}
	if (raw.len == 0 || (raw.ptr[0] != 'e' && raw.ptr[0] != 'E'))
		return raw.len == 0;
	raw = span_skip(raw, 1);
	if (raw.len > 0 && (raw.ptr[0] == '+' || raw.ptr[0] == '-'))
		raw = span_skip(raw, 1);
	return raw.len > 0 && digits(raw) == raw.len;
}

/* A value that is no string, as it has to be. */
static bool
is_value(struct span raw)
{
	return raw.len > 0 &&
	       (raw.ptr[0] == '{' || raw.ptr[0] == '[' ||
		   span_is(raw, "true") || span_is(raw, "false") ||
		   span_is(raw, "null") || jsonpath_is_number(raw));
}

/* UTF-8 that is not longer than it has to be, and no surrogate. */
static size_t
utf8_len(struct span text)
{
	unsigned char c = text.ptr[0], low = 0x80, high = 0xbf;
	size_t n = c < 0x80    ? 1
		   : c < 0xc2  ? 0
		   : c < 0xe0  ? 2
		   : c < 0xf0  ? 3
		   : c <= 0xf4 ? 4
			       : 0;

	if (n == 0 || n > text.len)
		return 0;
	if (c == 0xe0)
		low = 0xa0;
	if (c == 0xf0)
		low = 0x90;
	if (c == 0xed)
		high = 0x9f;
	if (c == 0xf4)
		high = 0x8f;
	for (size_t i = 1; i < n; i++, low = 0x80, high = 0xbf) {
		if (text.ptr[i] < low || text.ptr[i] > high)
			return 0;
	}
	return n;
}

/* What a string may have as it stands. */
static bool
is_string_text(struct span text)
{
	size_t n;

	for (; text.len > 0; text = span_skip(text, n)) {
		n = utf8_len(text);
		if (n == 0 || text.ptr[0] < ' ')
			return false;
	}
	return true;
}

bool
jsonpath_text(struct span raw, struct bytes *dst)
{
	struct span rest = raw;

	if (raw.len == 0 || raw.ptr[0] != '"') {
		bytes_add(dst, raw);
		return is_value(raw);
	}
	if (raw.len < 2 || !is_string_text(raw))
		return false;
	rest = span_mem(raw.ptr + 1, raw.len - 2);
	while (rest.len > 0) {
		size_t n = 0;

		while (n < rest.len && rest.ptr[n] != '\\')
			n++;
		bytes_add(dst, span_mem(rest.ptr, n));
		rest = span_skip(rest, n);
		if (rest.len == 0)
			break;
		rest = span_skip(rest, 1);
		if (!take_escape(&rest, dst))
			return false;
	}
	return true;
}
