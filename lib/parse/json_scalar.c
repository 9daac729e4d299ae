/* json_scalar.c - decodes strings, and checks numbers and words. */
#include "parse/json_scalar.h"
#include "base/utf8.h"

#define BAD        0xffffffffUL /* no character */
#define ESCAPE_LEN 6            /* bytes of an escape with four digits */

/* The number in an escape such as \u00e9 at the front of text, or BAD. */
static unsigned long
hex_escape(struct span text)
{
	unsigned long c = 0;

	if (text.len < ESCAPE_LEN || text.ptr[0] != '\\' || text.ptr[1] != 'u')
		return BAD;
	for (size_t i = 2; i < ESCAPE_LEN; i++) {
		unsigned char d = text.ptr[i];

		if (d >= '0' && d <= '9')
			c = c << 4 | (unsigned long)(d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			c = c << 4 | (unsigned long)((d | 0x20) - 'a' + 10);
		else
			return BAD;
	}
	return c;
}

/* Take an escape off the front of text: its character, or BAD. */
static unsigned long
take_escape(struct span *text)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	unsigned long c = hex_escape(*text), low;
	const char *at;

	if (c == BAD) {
		if (text->len < 2 || text->ptr[1] == '\0' ||
		    (at = strchr(from, text->ptr[1])) == NULL)
			return BAD;
		*text = span_skip(*text, 2);
		return (unsigned char)to[at - from];
	}
	*text = span_skip(*text, ESCAPE_LEN);
	if (c < 0xd800 || c > 0xdfff)
		return c;
	low = hex_escape(*text);
	if (c > 0xdbff || low == BAD || low < 0xdc00 || low > 0xdfff)
		return UTF8_REPLACEMENT;
	*text = span_skip(*text, ESCAPE_LEN);
	return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

/*
 * Take a character off the inside of a string, and write it to dst.  Returns
 * the number of bytes, or 0 if it is malformed.
 */
static size_t
take_char(struct span *inside, unsigned char dst[static UTF8_MAX])
{
	unsigned long c;
	size_t len;

	if (inside->len == 0)
		return 0;
	if (inside->ptr[0] == '\\') {
		c = take_escape(inside);
		return c == BAD ? 0 : utf8_write(dst, c);
	}
	if (inside->ptr[0] == '"')
		return 0;
	len = utf8_read(*inside, &c);
	memcpy(dst, inside->ptr, len);
	*inside = span_skip(*inside, len);
	return len;
}

bool
json_decode(struct span inside, char *dst, size_t *len)
{
	unsigned char c[UTF8_MAX];

	*len = 0;
	while (inside.len > 0) {
		size_t n = take_char(&inside, c);

		if (n == 0)
			return false;
		if (dst != NULL)
			memcpy(dst + *len, c, n);
		*len += n;
	}
	return true;
}

bool
json_spells(struct span inside, struct span text)
{
	unsigned char c[UTF8_MAX];

	while (inside.len > 0) {
		size_t n = take_char(&inside, c);

		if (n == 0 || n > text.len || memcmp(c, text.ptr, n) != 0)
			return false;
		text = span_skip(text, n);
	}
	return text.len == 0;
}

/* Skip digits.  Returns how many there were. */
static size_t
skip_digits(struct span *text)
{
	size_t n = 0;

	while (n < text->len && text->ptr[n] >= '0' && text->ptr[n] <= '9')
		n++;
	*text = span_skip(*text, n);
	return n;
}

static bool
skip_one(struct span *text, const char *of)
{
	if (text->len == 0 || text->ptr[0] == '\0' ||
	    strchr(of, text->ptr[0]) == NULL)
		return false;
	*text = span_skip(*text, 1);
	return true;
}

bool
json_is_number(struct span text)
{
	skip_one(&text, "-");
	if (!skip_one(&text, "0") && skip_digits(&text) == 0)
		return false;
	if (skip_one(&text, ".") && skip_digits(&text) == 0)
		return false;
	if (skip_one(&text, "eE")) {
		skip_one(&text, "+-");
		if (skip_digits(&text) == 0)
			return false;
	}
	return text.len == 0;
}

bool
json_is_word(struct span text)
{
	return span_is(text, "true") || span_is(text, "false") ||
	       span_is(text, "null");
}
