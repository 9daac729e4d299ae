/*
 * values.h - JSON values that parsers choke on.
 */
#ifndef VALUES_H
#define VALUES_H

#include <stddef.h>

/* After JSONTestSuite's: one value each, good or not. */
static const struct {
	const char *text;
	size_t len;
} value[] = {
#define V(s)                     \
	{                        \
		s, sizeof(s) - 1 \
	}
    V("\"\xff\xfe\""),              /* not UTF-8 */
    V("\"\xed\xa0\x80\""),          /* a surrogate in UTF-8 */
    V("\"\xc0\xaf\""),              /* overlong */
    V("\"\xf4\xbf\xbf\xbf\""),      /* past Unicode */
    V("\"\xe2\x82\""),              /* cut short */
    V("\"\\ud800\""),               /* a lone surrogate */
    V("\"\\udc00\\ud800\""),        /* two the wrong way round */
    V("\"\\u0000\""),               /* a NUL */
    V("\"a\0b\""),                  /* one as it is */
    V("\"\\u00\""),                 /* half an escape */
    V("\"\\x41\""),                 /* no escape */
    V("\"a\nb\r\nX-Evil: 1\n\n\""), /* line ends */
    V("\"\x1b[2J\x7f\""),           /* for terminals */
    V("\"never closed"),            /* and all that follows */
    V("1e999"),
    V("-1e-999"),
    V("123456789012345678901234567890"),
    V("0.1000000000000000055511151231257827021181583404541015625"),
    V("-0"),
    V("01"),
    V("1."),
    V(".5"),
    V("0x1f"),
    V("NaN"),
    V("-Infinity"),
    V("1e"),
    V("--1"),
    V("tru"),
    V("nul"),
    V("True"),
    V("undefined"),
    V(""),
    V("'a'"),
    V("[1,]"),
    V("[,1]"),
    V("{\"a\":1,}"),
    V("{\"a\" 1}"),
    V("{1:1}"),
    V("{a:1}"),
    V("[\"a\",\n4\n,1,"),
    V("]"),
    V("}"),
    V("{\"id\":1,\"id\":2}"),
    V("/* a */1"),
    V("1 // b"),
    V("\xef\xbb\xbf"
      "1"),
    V("\"\\\""),
    V("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
#undef V
};

#define VALUES (sizeof(value) / sizeof(value[0]))

#endif
