/* charset.c - a character at a time. */
#include "charset.h"
#include "base/utf8.h"

static void
put_utf8(FILE *f, unsigned long c)
{
	unsigned char bytes[UTF8_MAX] = {0};

	fwrite(bytes, 1, utf8_write(bytes, c), f);
}

bool
charset_utf8_to_latin1(FILE *f, struct span text)
{
	bool changed = false;
	unsigned long c = 0;

	while (text.len > 0) {
		size_t len = utf8_read(text, &c);

		if (len == 0 || c > 0xff)
			return false;
		changed = changed || len > 1;
		fputc((int)c, f);
		text = span_skip(text, len);
	}
	return changed;
}

bool
charset_latin1_to_utf8(FILE *f, struct span text)
{
	bool changed = false;

	for (size_t i = 0; i < text.len; i++) {
		changed = changed || text.ptr[i] >= 0x80;
		put_utf8(f, text.ptr[i]);
	}
	return changed;
}

/* Where the low byte of the first unit is: 0 or 1; -1: it is not UTF-16. */
static int
utf16_low(struct span text)
{
	if (text.len < 2 || text.len % 2 != 0)
		return -1;
	if (span_starts(text, span_str("\xff\xfe")))
		return 0;
	if (span_starts(text, span_str("\xfe\xff")))
		return 1;
	/* JSON and forms begin with ASCII. */
	if ((text.ptr[0] == 0) == (text.ptr[1] == 0) ||
	    (text.len >= 4 && ((text.ptr[2] == 0) != (text.ptr[0] == 0) ||
				  (text.ptr[3] == 0) != (text.ptr[1] == 0))))
		return -1;
	return text.ptr[0] == 0;
}

bool
charset_is_utf16(struct span text)
{
	return utf16_low(text) >= 0;
}

bool
charset_utf16_to_utf8(FILE *f, struct span text)
{
	int low = utf16_low(text);
	unsigned long high = 0;

	for (size_t i = 0; low >= 0 && i + 1 < text.len; i += 2) {
		unsigned long unit =
		    (unsigned long)text.ptr[i + 1 - (size_t)low] << 8 |
		    text.ptr[i + (size_t)low];

		if (i == 0 && unit == 0xfeff)
			continue;
		if ((high != 0) != (unit >= 0xdc00 && unit < 0xe000))
			return false;
		if (unit >= 0xd800 && unit < 0xdc00) {
			high = unit;
			continue;
		}
		if (high != 0)
			unit =
			    0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
		high = 0;
		put_utf8(f, unit);
	}
	return low >= 0 && high == 0;
}
