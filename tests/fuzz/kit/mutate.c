/* mutate.c - changes by chance, each in a way that its kind of text has. */
#include "mutate.h"

#include <stdio.h>

#include "../fuzz.h"

#define TOKENS       512
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *
one_of(struct chance *chance, const char *const words[], size_t n)
{
	return words[chance_below(chance, n)];
}

void
mutate_bytes(struct bytes *b, struct chance *chance)
{
	static const char *const odd[] = {"\n", "\r\n", " ", "\t", "\x7f",
	    "\xff", "\xc3\xa9", "\xef\xbb\xbf", "%", "\"", "\\", ",", ".", "=",
	    "&", ";", ":", "0", "-", "/", "{", "}", "$SEC", ".$SEC.", "[", "]"};
	size_t at = chance_below(chance, b->len + 1), n;
	char c[1];

	switch (chance_below(chance, 7)) {
	case 0:
		if (at < b->len) {
			c[0] =
			    (char)(b->ptr[at] ^ (1 << chance_below(chance, 8)));
			bytes_splice(b, at, 1, span_mem(c, 1));
		}
		break;
	case 1:
		c[0] = (char)chance_below(chance, 256);
		bytes_splice(b, at, 0, span_mem(c, 1));
		break;
	case 2:
		bytes_splice(b, at, 1 + chance_below(chance, 4), span_str(""));
		break;
	case 3:
		bytes_splice(
		    b, at, 0, span_str(one_of(chance, odd, COUNT(odd))));
		break;
	case 4: /* a part again, somewhere */
		n = chance_below(chance, b->len - at + 1);
		if (n > 0 && b->len < 8192) {
			struct bytes part = {NULL, 0};

			bytes_add(&part, span_mem(b->ptr + at, n));
			bytes_splice(b, chance_below(chance, b->len + 1), 0,
			    bytes_span(&part));
			bytes_free(&part);
		}
		break;
	case 5:
		bytes_splice(b, at, b->len, span_str(""));
		break;
	default: /* the last byte, which a wrong bound forgets */
		if (b->len > 0) {
			c[0] = (char)(b->ptr[b->len - 1] ^ 1);
			bytes_splice(b, b->len - 1, 1, span_mem(c, 1));
		}
		break;
	}
}

/* --- JSON --- */

/* A string, a word or a mark of JSON, where it stands. */
struct token {
	size_t at, len;
	int depth;
};

static size_t
string_len(struct span rest)
{
	size_t i = 1;

	while (i < rest.len && rest.ptr[i] != '"')
		i += rest.ptr[i] == '\\' ? 2 : 1;
	return i + 1 < rest.len ? i + 1 : rest.len;
}

static bool
is_mark(unsigned char c)
{
	return c != '\0' && strchr("{}[]:,", c) != NULL;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static size_t
find_tokens(struct span text, struct token token[static TOKENS])
{
	size_t n = 0, i = 0;
	int depth = 0;

	while (i < text.len && n < TOKENS) {
		unsigned char c = text.ptr[i];
		size_t len = 1;

		if (c == '"')
			len = string_len(span_skip(text, i));
		else if (!is_mark(c) && !is_blank(c))
			while (i + len < text.len && text.ptr[i + len] != '"' &&
			       !is_mark(text.ptr[i + len]) &&
			       !is_blank(text.ptr[i + len]))
				len++;
		if (c == '}' || c == ']')
			depth--;
		if (!is_blank(c))
			token[n++] = (struct token){i, len, depth};
		if (c == '{' || c == '[')
			depth++;
		i += len;
	}
	return n;
}

/* The bytes of the member or element that begins with token i. */
static size_t
member_len(const struct token token[], size_t n, size_t i, struct span text)
{
	size_t k = i;

	while (k + 1 < n && token[k + 1].depth >= token[i].depth &&
	       !(token[k + 1].depth == token[i].depth &&
		   text.ptr[token[k + 1].at] == ','))
		k++;
	return token[k].at + token[k].len - token[i].at;
}

static void
escape_one(struct bytes *b, size_t at, struct chance *chance)
{
	char text[16];
	unsigned char c = (unsigned char)b->ptr[at];

	if (c >= 0x80 || c == '\\' || c == '"')
		return;
	snprintf(text, sizeof(text),
	    chance_one_in(chance, 2) ? "\\u%04x" : "\\u%04X", c);
	bytes_splice(b, at, 1, span_str(text));
}

/* Nested deeper, but closed again. */
static void
nest(struct bytes *b, const struct token *token, struct chance *chance)
{
	static const size_t depth[] = {1, 2, 31, 32, 33, 64, 600};
	size_t n = depth[chance_below(chance, COUNT(depth))];
	bool object = chance_one_in(chance, 2);
	struct bytes text = {NULL, 0};

	for (size_t i = 0; i < n; i++)
		bytes_put(&text, object ? "{\"a\":" : "[");
	bytes_add(&text, span_mem(b->ptr + token->at, token->len));
	for (size_t i = 0; i < n; i++)
		bytes_put(&text, object ? "}" : "]");
	bytes_splice(b, token->at, token->len, bytes_span(&text));
	bytes_free(&text);
}

static void
swap(struct bytes *b, const struct token *x, const struct token *y)
{
	struct bytes first = {NULL, 0}, second = {NULL, 0};

	if (x->at + x->len > y->at)
		return;
	bytes_add(&first, span_mem(b->ptr + x->at, x->len));
	bytes_add(&second, span_mem(b->ptr + y->at, y->len));
	bytes_splice(b, y->at, y->len, bytes_span(&first));
	bytes_splice(b, x->at, x->len, bytes_span(&second));
	bytes_free(&first);
	bytes_free(&second);
}

/* A member once more, with its comma, before or after itself. */
static void
repeat(struct bytes *b, struct token member, struct chance *chance)
{
	struct bytes text = {NULL, 0};

	bytes_add(&text, span_mem(b->ptr + member.at, member.len));
	if (chance_one_in(chance, 2)) {
		bytes_put(&text, ",");
		bytes_splice(b, member.at, 0, bytes_span(&text));
	} else {
		bytes_splice(&text, 0, 0, span_str(","));
		bytes_splice(b, member.at + member.len, 0, bytes_span(&text));
	}
	bytes_free(&text);
}

static const char *const json_values[] = {"0", "-0", "-1", "1e999", "1E+2",
    "0.1", "9223372036854775807", "9223372036854775808", "18446744073709551616",
    "01", "true", "null", "\"\"", "{}", "[]", "\"\\u0000\"", "\"\\ud800\"",
    "\"sha256-\"", "\"..\"", "\"a/b\"", "NaN", "\"undefined\"", "1700000000",
    "1700000000000"};

static const char *const json_names[] = {"\"id\"", "\"type\"", "\"event\"",
    "\"event_id\"", "\"\"", "\"\\u0069d\"", "\"id\\u0000\"", "\"data\"",
    "\"timestamp\"", "\"token\"", "\"signature\"", "\"challenge\"",
    "\"Message\"", "\"Subject\"", "\"SubscribeURL\"", "\"Token\"",
    "\"TopicArn\""};

void
mutate_json(struct bytes *b, struct chance *chance)
{
	struct token token[TOKENS], *t, *u;
	size_t n = find_tokens(bytes_span(b), token), i;

	if (n == 0) {
		bytes_put(b, "{}");
		return;
	}
	t = &token[i = chance_below(chance, n)];
	u = &token[i + chance_below(chance, n - i)];
	switch (chance_below(chance, 8)) {
	case 0:
		swap(b, t, u);
		break;
	case 1:
		t->len = member_len(token, n, i, bytes_span(b));
		repeat(b, *t, chance);
		break;
	case 2:
		if (t->len > 2)
			escape_one(b,
			    t->at + 1 + chance_below(chance, t->len - 2),
			    chance);
		break;
	case 3:
		nest(b, t, chance);
		break;
	case 4:
		bytes_splice(b, t->at, t->len,
		    span_str(one_of(chance, json_values, COUNT(json_values))));
		break;
	case 5:
		bytes_splice(b, t->at, t->len,
		    span_str(one_of(chance, json_names, COUNT(json_names))));
		break;
	case 6: /* gone, with the rest of its member */
		bytes_splice(b, t->at, member_len(token, n, i, bytes_span(b)),
		    span_str(""));
		break;
	default:
		bytes_splice(b, t->at, 0,
		    span_str(chance_one_in(chance, 2) ? " \r\n\t" : "\n"));
		break;
	}
}

/* --- forms, lists, numbers --- */

/* The start and length of one of the items that separator is between. */
static struct token
pick_item(struct span text, char separator, struct chance *chance)
{
	struct token item = {0, 0, 0};
	size_t n = 1, which;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == (unsigned char)separator;
	which = chance_below(chance, n);
	while (which > 0) {
		if (text.ptr[item.at] == (unsigned char)separator)
			which--;
		item.at++;
	}
	while (item.at + item.len < text.len &&
	       text.ptr[item.at + item.len] != (unsigned char)separator)
		item.len++;
	return item;
}

void
mutate_list(struct bytes *b, char separator, struct chance *chance)
{
	const char sep[1] = {separator};
	struct span mark = span_mem(sep, 1);
	struct token t = pick_item(bytes_span(b), separator, chance);
	struct token u = pick_item(bytes_span(b), separator, chance);
	struct bytes item = {NULL, 0};

	switch (chance_below(chance, 6)) {
	case 0:
		swap(b, t.at < u.at ? &t : &u, t.at < u.at ? &u : &t);
		break;
	case 1: /* once more, at the end */
		bytes_add(&item, span_mem(b->ptr + t.at, t.len));
		bytes_add(b, mark);
		bytes_add(b, bytes_span(&item));
		break;
	case 2:
		bytes_splice(b, t.at, t.len, span_str(""));
		break;
	case 3: /* empty ones around it */
		bytes_splice(b, t.at, 0, mark);
		break;
	case 4: /* in two */
		bytes_splice(
		    b, t.at + chance_below(chance, t.len + 1), 0, mark);
		break;
	default: /* blanks, or another separator */
		bytes_splice(
		    b, t.at, 0, span_str(chance_one_in(chance, 2) ? " " : ";"));
		break;
	}
	bytes_free(&item);
}

void
mutate_form(struct bytes *b, struct chance *chance)
{
	struct token t = pick_item(bytes_span(b), '&', chance);
	size_t at = t.at + chance_below(chance, t.len + 1);
	char text[8];

	switch (chance_below(chance, 5)) {
	case 0:
		if (at < b->len) {
			snprintf(text, sizeof(text),
			    chance_one_in(chance, 2) ? "%%%02x" : "%%%02X",
			    (unsigned char)b->ptr[at]);
			bytes_splice(b, at, 1, span_str(text));
		}
		break;
	case 1: /* cut elsewhere */
		bytes_splice(
		    b, at, 0, span_str(chance_one_in(chance, 2) ? "=" : "&"));
		break;
	case 2:
		bytes_splice(
		    b, at, 0, span_str(chance_one_in(chance, 2) ? "+" : "%"));
		break;
	default:
		mutate_list(b, '&', chance);
		break;
	}
}

void
mutate_number(struct bytes *b, struct chance *chance)
{
	static const char *const times[] = {"0", "-1", "1", "00000000000",
	    "99999999999", "9999999999999", "9223372036854775807",
	    "9223372036854775808", "18446744073709551616", "1e9", "+1700000000",
	    " 1700000000", "1700000000.5", "0x6553f100", "2023-11-14T22:13:20Z",
	    "2023-11-14t22:13:20.000z", "2023-11-14 22:13:20+00:00",
	    "2023-11-14T24:00:00Z", "Tue, 14 Nov 2023 22:13:20 GMT",
	    "1700000000000", "1700000000000000", "1700000000", "1699999700",
	    "1700000300", "17000000000"};

	if (chance_one_in(chance, 2))
		mutate_bytes(b, chance);
	else
		bytes_splice(b, 0, b->len,
		    span_str(one_of(chance, times, COUNT(times))));
}

void
mutate_body(struct bytes *b, struct chance *chance)
{
	unsigned char first = b->len == 0 ? 0 : (unsigned char)b->ptr[0];

	if (chance_one_in(chance, 4))
		mutate_bytes(b, chance);
	else if (first == '{' || first == '[' || first == '"')
		mutate_json(b, chance);
	else if (memchr(bytes_span(b).ptr, '=', b->len) != NULL)
		mutate_form(b, chance);
	else
		mutate_bytes(b, chance);
}
