/* quote.c - escapes. */
#include "quote.h"
#include "crypto/digest.h"

#define REPLACEMENT 0xfffdU

void
quote_text(FILE *out, struct span text, const char *also)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if ((c > 0x20 && c < 0x7f) ||
		    (c != '\0' && strchr(also, c) != NULL))
			fputc(c, out);
		else
			fprintf(out, "\\x%02x", c);
	}
}

/* Take one character of UTF-8 (RFC 3629) off text; a wrong byte is one. */
static unsigned long
take_char(struct span *text)
{
	static const struct {
		unsigned char mask, lead; /* of the first byte */
		unsigned long min;        /* below: overlong */
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

void
quote_column(FILE *out, struct span text, size_t width)
{
	struct span shown = text.len > 0 ? text : span_str("-");

	quote_text(out, shown, "");
	fprintf(out, "%*s",
	    (int)(width > shown.len ? width - shown.len : 0) + 2, "");
}

void
quote_json(FILE *out, struct span text)
{
	fputc('"', out);
	while (text.len > 0) {
		unsigned long c = take_char(&text);

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", (int)c);
		else if (c >= 0x20 && c < 0x7f)
			fputc((int)c, out);
		else if (c < 0x10000)
			fprintf(out, "\\u%04lx", c);
		else
			fprintf(out, "\\u%04lx\\u%04lx",
			    0xd800 + ((c - 0x10000) >> 10),
			    0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	fputc('"', out);
}

size_t
quote_unpercent(unsigned char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; n++) {
		if (text[i] == '%' && len - i > 2 &&
		    digest_unhex(&text[n], 1, span_mem(&text[i + 1], 2)))
			i += 3;
		else
			text[n] = text[i++];
	}
	return n;
}
