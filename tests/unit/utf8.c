/* utf8.c - every character, and every kind of bytes that are none. */
#include "base/utf8.h"

#include "../tap.h"

static void
test_all(void)
{
	unsigned char bytes[UTF8_MAX];
	unsigned long wrong = 0, same = 0, c;

	for (unsigned long want = 0; want <= 0x10ffff; want++) {
		size_t len = utf8_write(bytes, want);
		bool surrogate = want >= 0xd800 && want < 0xe000;
		size_t got = utf8_read(span_mem(bytes, len), &c);

		if (surrogate ? got != 0 : got != len || c != want)
			wrong++;
		/* Cut off, it is none. */
		if (len > 1 && utf8_read(span_mem(bytes, len - 1), &c) != 0)
			wrong++;
		same += got == len;
	}
	is_int(wrong, 0, "each character is read as it was written");
	is_int(same, 0x110000 - 0x800, "all but surrogates are characters");
}

static void
test_malformed(void)
{
	static const char *const bytes[] = {"\x80", "\xbf", "\xc0\x80",
	    "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
	    "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2\x82(", "\xed\xa0\x80",
	    "\xed\xbf\xbf", "\xf8\x88\x80\x80\x80"};
	unsigned long c = 7;

	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		is_int(utf8_read(span_str(bytes[i]), &c), 0,
		    "no character: %zu", i);
	is_int(utf8_read(span_mem(NULL, 0), &c), 0, "nothing is none");
	is_int(c, 7, "what is none sets nothing");
}

static void
test_valid(void)
{
	ok(utf8_valid(span_mem(NULL, 0)), "nothing is valid");
	ok(utf8_valid(span_mem("a\0b\xc3\xa9", 5)), "a NUL is a character");
	ok(!utf8_valid(span_str("ab\xc3")), "the last byte counts");
	ok(!utf8_valid(span_str("\xe9t\xc3\xa9")), "and the first one");
}

int
main(void)
{
	test_all();
	test_malformed();
	test_valid();
	return done();
}
