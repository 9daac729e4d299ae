/* quote.c - escapes. */
#include "quote.h"
#include "base/encode.h"

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

void
quote_column(FILE *out, struct span text, size_t width)
{
	struct span shown = text.len > 0 ? text : span_str("-");

	quote_text(out, shown, "");
	fprintf(out, "%*s",
	    (int)(width > shown.len ? width - shown.len : 0) + 2, "");
}

size_t
quote_unpercent(unsigned char *text, size_t len)
{
	struct span rest = span_mem(text, len);
	size_t n = 0;

	while (rest.len > 0)
		(void)decode_percent(&rest, &text[n++]);
	return n;
}
