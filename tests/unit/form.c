/* form.c - form bodies: escapes, repeats, order and limits. */
#include <stdlib.h>

#include "parse/form.h"

#include "../tap.h"

static void
check_field(struct span body, const char *name, struct span want)
{
	char *text = NULL;
	size_t len = 0;

	if (is_int(form_field(body, name, &text, &len), LOOKUP_FOUND,
		"%s in %.*s", name, (int)body.len, (const char *)body.ptr)) {
		is_mem(span_mem(text, len), want, "its value");
		is_int(text[len], 0, "and a NUL behind it");
	}
	free(text);
}

static void
no_field(struct span body, const char *name, const char *why)
{
	char *text = NULL;
	size_t len = 0;

	is_int(form_field(body, name, &text, &len), LOOKUP_NONE, "%s", why);
	ok(text == NULL, "and nothing to free");
}

static void
test_field(void)
{
	struct span body = span_str("a=1&data=%7B%22x%22%3a+1%7d&b=&c&=e&d==");

	check_field(body, "data", span_str("{\"x\": 1}"));
	check_field(body, "a", span_str("1"));
	check_field(body, "b", span_str(""));
	check_field(body, "c", span_str(""));
	check_field(body, "", span_str("e"));
	check_field(body, "d", span_str("="));
	check_field(span_str("d%61ta=%00%ff"), "data", span_mem("\0\xff", 2));
	check_field(span_mem("x=a\0b", 5), "x", span_mem("a\0b", 3));
	check_field(span_str("a=1&&b=2"), "b", span_str("2"));
	check_field(span_str("a"), "a", span_str(""));
	check_field(span_str("a+b=1"), "a b", span_str("1"));
	no_field(body, "dat", "a prefix of a name");
	no_field(body, "data2", "a longer name");
	no_field(body, "A", "names have a case");
	no_field(span_str(""), "a", "an empty body");
	no_field(span_mem(NULL, 0), "", "no body");
	no_field(span_str("a=1&b=2&a=1"), "a", "twice, even the same");
	no_field(span_str("a=1&%61=1"), "a", "twice, one escaped");
	no_field(span_str("a=1&a"), "a", "twice, one without a value");
	no_field(span_str("a=%"), "a", "a lone percent sign");
	no_field(span_str("a=%4"), "a", "half an escape");
	no_field(span_str("a=%4g"), "a", "no hexadecimal digit");
	no_field(span_str("a=%g4"), "a", "nor in the first place");
	no_field(span_str("a=1&b=%"), "a", "malformed anywhere");
	no_field(span_str("%=1&a=1"), "a", "malformed in a name");
	no_field(span_mem("a=%41", 4), "a", "only len bytes are read");
}

static void
check_sorted(const char *body, const char *want)
{
	char *text = NULL;
	size_t len = 0;

	if (is_int(form_sorted(span_str(body), &text, &len), LOOKUP_FOUND,
		"sorted: %s", body)) {
		is_span(span_mem(text, len), want, "names and values");
		is_int(text[len], 0, "and a NUL behind it");
	}
	free(text);
}

static void
test_sorted(void)
{
	char *text = NULL;
	size_t len;

	check_sorted("b=2&a=1&C=3", "C3a1b2");
	check_sorted("a=2&a=1", "a1a2");
	check_sorted("a=2&a=1&a=2&b=2&a=1", "a1a2b2"); /* twice is once */
	check_sorted("a&a=", "a");
	check_sorted("ab=1&a=2&abc=0", "a2ab1abc0");
	check_sorted("From=%2B1+2&Body=a%26b", "Bodya&bFrom+1 2");
	check_sorted("a=1&b", "a1b");
	check_sorted("%C3%A9=1&z=2", "z2\xc3\xa9"
				     "1"); /* unsigned bytes */
	check_sorted("", "");
	check_sorted("a=1&", "a1");
	check_sorted("a=x&a=", "aax");
	is_int(form_sorted(span_str("a=1&b=%zz"), &text, &len), LOOKUP_NONE,
	    "malformed anywhere");
}

static void
test_limit(void)
{
	char body[2 * FORM_FIELDS_MAX + 8] = "";
	char *text = NULL;
	size_t len = 0;

	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		strcat(body, i == 0 ? "b" : i == 1 ? "&a" : "&b");
	is_int(form_sorted(span_str(body), &text, &len), LOOKUP_FOUND,
	    "as many fields as there may be");
	is_int(len, 2, "all of them, each once");
	free(text);
	strcat(body, "&a");
	is_int(
	    form_sorted(span_str(body), &text, &len), LOOKUP_NONE, "one more");
}

int
main(void)
{
	test_field();
	test_sorted();
	test_limit();
	return done();
}
