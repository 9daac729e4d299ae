/* wrap.c - words into lines. */
#include "wrap.h"
#include "base/stream.h"

size_t
wrap_columns(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += (text.ptr[i] & 0xc0) != 0x80;
	return n;
}

void
wrap_put(FILE *out, struct span text, const struct wrap *wrap)
{
	size_t column = wrap->indent;

	while (text.ptr != NULL) {
		struct span word = span_cut(&text, ' ');
		size_t width = wrap_columns(word);

		if (column == wrap->indent) {
			/* The first of its line. */
		} else if (wrap->width == 0 ||
			   column + 1 + width <= wrap->width) {
			fputc(' ', out);
			column++;
		} else {
			fprintf(out, "\n%*s", (int)wrap->indent, "");
			column = wrap->indent;
		}
		stream_put(out, word);
		column += width;
	}
}
