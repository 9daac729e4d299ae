/* encode.c - encoders, and strict decoders. */
#include "base/encode.h"

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
encode_hex(char *dst, struct span src)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < src.len; i++) {
		*dst++ = digit[src.ptr[i] >> 4];
		*dst++ = digit[src.ptr[i] & 15];
	}
	*dst = '\0';
}

/* Returns the end of what was written, where the NUL belongs. */
static char *
put_base64(char *dst, struct span src, const char *alphabet)
{
	for (size_t i = 0; i < src.len; i += 3) {
		const unsigned char *at = src.ptr + i;
		size_t left = src.len - i;
		unsigned long bits = (unsigned long)at[0] << 16;

		if (left > 1)
			bits |= (unsigned long)at[1] << 8;
		if (left > 2)
			bits |= at[2];
		for (size_t j = 0; j <= left && j <= 3; j++)
			*dst++ = alphabet[bits >> (18 - 6 * j) & 63];
	}
	return dst;
}

void
encode_base64(char *dst, struct span src)
{
	char *end = put_base64(dst, src, base64);

	while ((end - dst) % 4 != 0)
		*end++ = '=';
	*end = '\0';
}

void
encode_base64url(char *dst, struct span src)
{
	*put_base64(dst, src, base64url) = '\0';
}

/* The bytes from src[from] to src[to] as they are. */
static void
put_plain(FILE *f, struct span src, size_t from, size_t to)
{
	if (to > from)
		fwrite(src.ptr + from, 1, to - from, f);
}

void
encode_percent(FILE *f, struct span src, const char *also)
{
	size_t plain = 0;

	for (size_t i = 0; i < src.len; i++) {
		unsigned char c = src.ptr[i];

		if (c >= ' ' && c < 0x7f && strchr(also, c) == NULL)
			continue;
		put_plain(f, src, plain, i);
		fprintf(f, "%%%02X", c);
		plain = i + 1;
	}
	put_plain(f, src, plain, src.len);
}

void
encode_printable(FILE *f, struct span src, const char *also)
{
	size_t plain = 0;

	for (size_t i = 0; i < src.len; i++) {
		unsigned char c = src.ptr[i];

		if ((c > ' ' && c < 0x7f) ||
		    (c != '\0' && strchr(also, c) != NULL))
			continue;
		put_plain(f, src, plain, i);
		fprintf(f, "\\x%02x", c);
		plain = i + 1;
	}
	put_plain(f, src, plain, src.len);
}

static int
hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
decode_hex(unsigned char *dst, size_t len, struct span text)
{
	if (text.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(text.ptr[2 * i]);
		int low = hex_value(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		dst[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/*
 * The six bits that c stands for, or -1.  If c occurs in only one of the two
 * alphabets, *url becomes 1 (base64url) or 0 (base64).
 */
static int
base64_value(unsigned char c, int *url)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c != '+' && c != '/' && c != '-' && c != '_')
		return -1;
	if (*url == (c == '+' || c == '/'))
		return -1; /* text mixes the two alphabets */
	*url = c == '-' || c == '_';
	return c == '+' || c == '-' ? 62 : 63;
}

ptrdiff_t
decode_base64(unsigned char *dst, size_t room, struct span text)
{
	size_t n = 0, padding = 0;
	unsigned long bits = 0;
	unsigned nbits = 0;
	int url = -1;

	while (text.len > 0 && padding < 2 && text.ptr[text.len - 1] == '=') {
		text.len--;
		padding++;
	}
	if (text.len % 4 == 1 || (padding > 0 && (text.len + padding) % 4 != 0))
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		int six = base64_value(text.ptr[i], &url);

		if (six < 0)
			return -1;
		bits = (bits << 6 | (unsigned)six) & 0xffffff;
		nbits += 6;
		if (nbits < 8)
			continue;
		if (n == room)
			return -1;
		nbits -= 8;
		dst[n++] = (unsigned char)(bits >> nbits);
	}
	if ((bits & ((1UL << nbits) - 1)) != 0)
		return -1;
	return (ptrdiff_t)n;
}

bool
decode_exactly(unsigned char *dst, size_t len, struct span text)
{
	if (text.len == 2 * len)
		return decode_hex(dst, len, text);
	return decode_base64(dst, len, text) == (ptrdiff_t)len;
}

bool
decode_percent(struct span *text, unsigned char *byte)
{
	bool escaped = text->ptr[0] == '%';
	bool ok =
	    !escaped ||
	    (text->len > 2 && decode_hex(byte, 1, span_mem(text->ptr + 1, 2)));

	if (!escaped || !ok)
		*byte = text->ptr[0];
	*text = span_skip(*text, escaped && ok ? 3 : 1);
	return ok;
}

size_t
decode_percent_all(unsigned char *text, size_t len)
{
	struct span rest = span_mem(text, len);
	size_t n = 0;

	while (rest.len > 0)
		(void)decode_percent(&rest, &text[n++]);
	return n;
}
