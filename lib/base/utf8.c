/* utf8.c - a character at a time. */
#include "base/utf8.h"

size_t
utf8_read(struct span text, unsigned long *c)
{
	/* The least character of each length: a longer form is no UTF-8. */
	static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = text.len == 0 ? 0xff : text.ptr[0];
	size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
	unsigned long value = lead & (0xffUL >> (len + 1));

	if (lead < 0x80) {
		*c = lead;
		return 1;
	}
	if (len == 1 || lead > 0xf4 || text.len < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((text.ptr[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (text.ptr[i] & 0x3f);
	}
	if (value < least[len] || value > 0x10ffff ||
	    (value >= 0xd800 && value < 0xe000))
		return 0;
	*c = value;
	return len;
}

size_t
utf8_write(unsigned char dst[static UTF8_MAX], unsigned long c)
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; c >>= 6)
		dst[i] = (unsigned char)(0x80 | (c & 0x3f));
	dst[0] = (unsigned char)(lead[len] | c);
	return len;
}

bool
utf8_valid(struct span text)
{
	unsigned long c;

	while (text.len > 0) {
		size_t len = utf8_read(text, &c);

		if (len == 0)
			return false;
		text = span_skip(text, len);
	}
	return true;
}
