/* sfv.c - structured fields: what is one, and how it is written again. */
#include <stdlib.h>

#include "parse/sfv.h"

#include "../tap.h"

/* The first member's value, written; NULL if text is no dictionary. */
static char *
written(struct span text)
{
	struct sfv_walk walk = sfv_walk(text);
	struct sfv_member member;
	char *dst = NULL;
	size_t len = 0;
	FILE *f;

	if (!sfv_dict_ok(text) || !sfv_dict_next(&walk, &member) ||
	    (f = open_memstream(&dst, &len)) == NULL)
		return NULL;
	sfv_put(f, &member.value);
	fclose(f);
	return dst;
}

static void
test_written(void)
{
	static const struct {
		const char *text, *want;
	} row[] = {
	    {"a=1", "1"},
	    {"a=0", "0"},
	    {"a=-1", "-1"},
	    {"a=999999999999999", "999999999999999"},
	    {"a=1.5", "1.5"},
	    {"a=-0.0", "-0.0"},
	    {"a=123456789012.125", "123456789012.125"},
	    {"a=\"\"", "\"\""},
	    {"a=\"x \\\" \\\\ y\"", "\"x \\\" \\\\ y\""},
	    {"a=to/k:en*", "to/k:en*"},
	    {"a=*t", "*t"},
	    {"a=::", "::"},
	    {"a=:AAA=:", ":AAA=:"},
	    {"a=:+/==:", ":+/==:"},
	    {"a", "?1"},
	    {"a=?1", "?1"},
	    {"a=?0", "?0"},
	    {"a;x", "?1;x"},
	    {"a=1; x;  y=?1;z=?0;*q_.-*1=\"s\"", "1;x;y;z=?0;*q_.-*1=\"s\""},
	    {"a=()", "()"},
	    {"a=(  )", "()"},
	    {"a=( \"x\"   \"y\";p=1 t );q", "(\"x\" \"y\";p=1 t);q"},
	    {"a=(1 2), b=2,\tc=3 ", "(1 2)"},
	    {"  a=1  ,  b", "1"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = written(span_str(row[i].text));

		is_str(got, row[i].want, "%s", row[i].text);
		free(got);
	}
}

static void
test_refused(void)
{
	static const char *const text[] = {"a=", "a=1,", ",a=1", "a=1,,b=2",
	    "a=1 b=2", "A=1", "1=1", "=1", "a =1", "a= 1", "a=1;", "a=1;=2",
	    "a=1;B=2", "a=1;b=", "a=1;b= 2", "a=1 ;b", "a=(", "a=(1", "a=)",
	    "a=(1,2)", "a=(1)2", "a=(\"a\"\"b\")", "a=((1))", "a=(1\t2)",
	    "a=\"", "a=\"\\x\"", "a=\"\\", "a=\"\x7f\"", "a=\"\xc3\xa9\"",
	    "a=\"\t\"", "a=:A:", "a=:AA:", "a=:AAAA",
	    "a=:A A=:", "a=:A-_=:", "a=:====:", "a=:AA=A:", "a=?", "a=?2",
	    "a=?true", "a=-", "a=--1", "a=1.", "a=.5", "a=1.1234", "a=1.50",
	    "a=01", "a=-0", "a=00.5", "a=1000000000000000", "a=1234567890123.5",
	    "a=1e5", "a=+1", "a=@1700000000", "a=%\"x\"", "\ta=1", "a=1\n",
	    "a=\x01", "a=1, a=2", "a, a", "a=1;b;b", "a=(1;b;b=2)",
	    "a=(1 2;c=1;c=1)", "a=x\"", "a=\"x\"y", "a=[1]"};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		ok(!sfv_dict_ok(span_str(text[i])), "refused: %.30s",
		    i == 57 || i == 58 ? "control bytes" : text[i]);
	ok(!sfv_dict_ok(span_mem("a=\0", 3)), "refused: a NUL");
	ok(!sfv_dict_ok(span_mem("a=t\0", 4)), "refused: a NUL in a token");
	ok(!sfv_dict_ok(span_mem("a=1;x\0", 6)), "refused: a NUL in a key");
	ok(sfv_dict_ok(span_str("")), "nothing is an empty dictionary");
	ok(sfv_dict_ok(span_str("  ")), "and so are blanks");
}

static void
test_limits(void)
{
	static char text[4096];
	static const struct {
		const char *before, *again, *after;
	} row[] = {{"", "k%d,", "z"}, {"a=(", "%d ", ")"}, {"a", ";k%d", ""}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (int n = SFV_MEMBERS_MAX; n <= SFV_MEMBERS_MAX + 1; n++) {
			size_t len = (size_t)snprintf(
			    text, sizeof(text), "%s", row[i].before);

			/* The end of the first is a member itself. */
			for (int k = i == 0; k < n; k++) {
				char one[32];

				snprintf(one, sizeof(one), "%s", row[i].again);
				*strstr(one, "%d") = '\0';
				len += (size_t)snprintf(text + len,
				    sizeof(text) - len, "%s%d%s", one, 100 + k,
				    strstr(row[i].again, "%d") + 2);
			}
			snprintf(
			    text + len, sizeof(text) - len, "%s", row[i].after);
			is_int(sfv_dict_ok(span_str(text)),
			    n == SFV_MEMBERS_MAX, "%d in \"%s%s\"", n,
			    row[i].before, row[i].after);
		}
	}
}

static void
test_values(void)
{
	struct span text = span_str("a=5, b=(x y);p=1, c=-5, d=\"5\", e=5.5");
	struct sfv_value value;

	ok(sfv_dict_find(text, span_str("a"), &value) &&
		sfv_integer(&value) == 5,
	    "an integer");
	ok(sfv_dict_find(text, span_str("b"), &value) && value.kind == SFV_LIST,
	    "a list");
	is_span(value.text, "x y", "its text");
	is_span(value.params, ";p=1", "its parameters");
	is_int(sfv_integer(&value), -1, "it is no integer");
	for (const char *key = "cde"; *key != '\0'; key++)
		ok(sfv_dict_find(text, span_mem(key, 1), &value) &&
			sfv_integer(&value) == -1,
		    "nor is %c", *key);
	ok(!sfv_dict_find(text, span_str("x"), &value), "not there");
	ok(!sfv_dict_find(span_str("a=1,a=1"), span_str("a"), &value),
	    "not in what is malformed");
}

int
main(void)
{
	test_written();
	test_refused();
	test_limits();
	test_values();
	return done();
}
