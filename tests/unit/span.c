/* span.c - runs of bytes: both ends, NULs, and the ways a loop ends. */
#include "base/span.h"

#include "../tap.h"

static void
test_compare(void)
{
	struct span none = {NULL, 0};

	is_int(span_str(NULL).len, 0, "NULL is the empty span");
	ok(span_eq(none, span_str("")), "empty spans are equal, NULL or not");
	ok(!span_eq(span_str("a"), none), "a byte is not nothing");
	ok(!span_eq(span_str("ab"), span_str("ac")), "the last byte counts");
	ok(!span_eq(span_str("ab"), span_str("abc")), "a prefix is not equal");
	ok(!span_eq(span_mem("a\0b", 3), span_mem("a\0c", 3)),
	    "bytes behind a NUL count");
	ok(span_is(span_str("ab"), "ab") && !span_is(span_str("ab"), "a"),
	    "a span is a string only as a whole");
	ok(!span_is(span_mem("ab\0", 3), "ab"), "a NUL at the end counts");

	ok(span_starts(span_str("v1=x"), span_str("v1=")), "begins with");
	ok(span_starts(span_str("v1="), span_str("v1=")), "is all of it");
	ok(!span_starts(span_str("v1"), span_str("v1=")), "is too short");
	ok(!span_starts(span_str("v0=x"), span_str("v1=")), "begins not with");
	ok(span_starts(none, none) && span_starts(span_str("a"), none),
	    "everything begins with nothing");
}

static void
test_case(void)
{
	const struct span none = {NULL, 0};

	ok(span_is_nocase(span_str("x-SIG"), "X-Sig"), "in any case");
	ok(!span_is_nocase(span_str("x-sig2"), "x-sig"), "longer");
	ok(!span_is_nocase(span_str("x-si"), "x-sig"), "shorter");
	ok(!span_is_nocase(span_str("x@sig"), "x`sig"), "not a letter");
	ok(!span_is_nocase(span_str("x[sig"), "x{sig"), "nor this");
	ok(!span_is_nocase(span_str("\303\204"), "\303\244"), "ASCII alone");
	ok(!span_eq_nocase(span_mem("a\0b", 3), span_mem("a\0c", 3)),
	    "past a NUL too");
	ok(span_is_nocase(none, ""), "nothing");
	ok(span_starts_nocase(span_str("BEARER x"), "Bearer "), "begins with");
	ok(span_starts_nocase(span_str("bearer "), "Bearer "), "is all of it");
	ok(!span_starts_nocase(span_str("bearer"), "Bearer "), "cut short");
	ok(span_starts_nocase(none, ""), "an empty prefix");
}

static void
test_skip_and_trim(void)
{
	struct span none = {NULL, 0};

	is_span(span_skip(span_str("abc"), 1), "bc", "skip one");
	is_span(span_skip(span_str("abc"), 3), "", "skip all");
	is_span(span_skip(none, 0), "", "skip nothing of nothing");
	is_span(span_trim(span_str(" \ta b\t ")), "a b",
	    "spaces and tabs go at both ends, and stay inside");
	is_span(span_trim(span_str(" \t ")), "", "nothing but blanks");
	is_span(span_trim(none), "", "nothing");
	is_span(span_trim(span_str("\r\na\n")), "\r\na\n",
	    "line ends are no white space of a header");
	is_span(span_trim(span_str("\va\f")), "\va\f", "nor are \\v and \\f");
}

static void
test_cut(void)
{
	struct span rest = span_str("a,,b,");
	struct span none = {NULL, 0};

	is_span(span_cut(&rest, ','), "a", "first item");
	is_span(span_cut(&rest, ','), "", "empty item");
	is_span(span_cut(&rest, ','), "b", "third item");
	ok(rest.ptr != NULL && rest.len == 0, "a last empty item is to come");
	is_span(span_cut(&rest, ','), "", "last empty item");
	ok(rest.ptr == NULL, "and then the loop ends");
	is_span(span_cut(&none, ','), "", "cut nothing");
	ok(none.ptr == NULL, "nothing is left of nothing");
	rest = span_mem("a\0b,c", 5);
	is_mem(span_cut(&rest, ','), span_mem("a\0b", 3),
	    "a NUL does not end an item");
	is_span(rest, "c", "what is behind it is left");
	rest = span_str("abc");
	is_span(span_cut(&rest, ','), "abc", "no separator: the whole");
	ok(rest.ptr == NULL && rest.len == 0, "no separator: nothing left");
}

static void
test_number(void)
{
	static const struct {
		const char *text;
		long long want;
	} row[] = {
	    {"0", 0},
	    {"7", 7},
	    {"007", 7},
	    {"1048576", 1048576},
	    {"999999999999999999", 999999999999999999},
	    {"000000000000000000", 0},
	    {"1000000000000000000", -1}, /* 19 digits */
	    {"0000000000000000000", -1},
	    {"18446744073709551617", -1}, /* 1 if it wrapped */
	    {"", -1},
	    {"-1", -1},
	    {"+1", -1},
	    {" 1", -1},
	    {"1 ", -1},
	    {"1x", -1},
	    {"0x10", -1},
	    {"1e3", -1},
	    {"1.0", -1},
	    {"/", -1}, /* the neighbours of the digits */
	    {":", -1},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_int(span_number(span_str(row[i].text)), row[i].want,
		    "number \"%s\"", row[i].text);
	is_int(span_number(span_mem("1\0", 2)), -1, "a NUL is no digit");
	is_int(span_number(span_mem("12", 1)), 1, "only len bytes are read");
}

static void
test_control(void)
{
	static const struct {
		const char *text;
		bool want;
	} row[] = {{"", false}, {"a\tb c~", false}, {"caf\xc3\xa9", false},
	    {"\x01", true}, {"a\x1f", true}, {"a\nb", true}, {"a\x7f", true},
	    {"\x80\xff", false}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_int(span_has_control(span_str(row[i].text)), row[i].want,
		    "a control character, row %zu", i);
	ok(span_has_control(span_mem("a\0", 2)), "a NUL is one");
	ok(!span_has_control(span_mem("a\n", 1)), "only len bytes are read");
}

static void
test_find(void)
{
	struct span none = {NULL, 0}, text = span_mem("ab\0abc", 6);

	ok(span_find(text, span_str("ab")) == text.ptr, "the first of two");
	ok(span_find(text, span_str("abc")) == text.ptr + 3, "behind a NUL");
	ok(span_find(text, text) == text.ptr, "all of it");
	ok(span_find(text, span_str("abcd")) == NULL, "one byte too many");
	ok(span_find(text, none) == NULL && span_find(none, text) == NULL &&
		span_find(none, none) == NULL,
	    "nothing is nowhere");
	ok(span_has(text, "bc") && !span_has(text, "ca"), "has a string");
}

int
main(void)
{
	test_compare();
	test_find();
	test_case();
	test_skip_and_trim();
	test_cut();
	test_number();
	test_control();
	return done();
}
