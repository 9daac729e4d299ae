/* json.c - values found by their bytes; what is ambiguous is not found. */
#include <stdlib.h>

#include "parse/json.h"

#include "../tap.h"

#define DEEP 4096

/* What json_find() gives, or the span "(none)". */
static struct span
find(struct span text, const char *path)
{
	struct json_member member;

	if (!json_find(text, path, &member))
		return span_str("(none)");
	return member.value;
}

static void
test_find(void)
{
	struct span text = span_str(
	    " {\"a\" : { \"b\":[1, {\"c\":2}] ,\"d\":{}}\n,\"n\":-1.50,"
	    "\"s\":\"x\\u00e9\\\"}\",\"t\":true,\"z\":null,"
	    "\"dot.ted\":1,\"\":7} ");
	struct json_member member;

	is_span(find(text, "a.b"), "[1, {\"c\":2}]", "exact bytes of a list");
	is_span(find(text, "a.d"), "{}", "an empty object");
	is_span(find(text, "a"), "{ \"b\":[1, {\"c\":2}] ,\"d\":{}}",
	    "white space inside is kept");
	is_span(find(text, "n"), "-1.50", "a number as it was written");
	is_span(find(text, "s"), "\"x\\u00e9\\\"}\"", "a string with quotes");
	is_span(find(text, "t"), "true", "true");
	is_span(find(text, "z"), "null", "null");
	is_span(find(text, ""), "7", "the empty name is a name");
	is_span(find(text, "a.x"), "(none)", "no such member below");
	is_span(find(text, "A"), "(none)", "names have a case");
	is_span(find(text, "n.x"), "(none)", "a number has no members");
	is_span(find(text, "a.b.c"), "(none)", "a list has no names");
	is_span(find(text, "dot.ted"), "(none)", "a dot always separates");
	is_span(find(text, "a."), "(none)", "a last dot asks for a name");
	ok(json_find(text, "a", &member) && member.kind == JSON_OBJECT,
	    "kind: object");
	ok(json_find(text, "a.b", &member) && member.kind == JSON_ARRAY,
	    "kind: array");
	ok(json_find(text, "n", &member) && member.kind == JSON_NUMBER,
	    "kind: number");
	ok(json_find(text, "s", &member) && member.kind == JSON_STRING,
	    "kind: string");
	ok(json_find(text, "t", &member) && member.kind == JSON_BOOL,
	    "kind: bool");
	ok(json_find(text, "z", &member) && member.kind == JSON_NULL,
	    "kind: null");
}

static void
test_refused(void)
{
	static const char *const text[] = {
	    "",
	    " ",
	    "1",
	    "\"id\"",
	    "null",
	    "[{\"id\":1}]",
	    "{\"id\":1",
	    "{\"id\":1,",
	    "{\"id\":1,}",
	    "{,\"id\":1}",
	    "{\"id\":1]",
	    "{\"id\":1}}",
	    "{\"id\":1} x",
	    "{\"id\":1}{}",
	    "{\"id\" 1}",
	    "{\"id\":}",
	    "{\"id\"}",
	    "{id:1}",
	    "{'id':1}",
	    "{\"id\":1 \"x\":2}",
	    "{\"id\":1,,\"x\":2}",
	    "{\"id\":1;\"x\":2}",
	    "{\"id\":1,\"x\":NaN}",
	    "{\"id\":1,\"x\":Infinity}",
	    "{\"id\":1,\"x\":\"}",
	    "{\"id\":1,\"x\":[}",
	    "{\"id\":1x}",
	    "{\"id\":1,\"id\":1}", /* twice, even the same */
	    "{\"id\":1,\"x\":2,\"id\":3}",
	    "{\"id\":1,\"\\u0069d\":2}", /* also by another spelling */
	    "{\"\\u0069\\u0064\":1,\"id\":2}",
	    "{\"id\":tru}",
	    "{\"id\":\"\\x\"}",
	    "{\"id\":\"\xff\"}",
	    "{\"id\":1 // comment\n}",
	    "{/* comment */\"id\":1}",
	    "\v{\"id\":1}",
	    "{\"id\":1}\f",
	};

	is_span(find(span_str("{\"id\":1}"), "id"), "1", "this is the field");
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		is_span(find(span_str(text[i]), "id"), "(none)",
		    "not in malformed text, %zu", i);
	is_span(find(span_mem("{\"id\":1}\0", 9), "id"), "(none)",
	    "a NUL behind it is malformed");
	is_span(find(span_mem("{\"id\":1\0}", 9), "id"), "(none)",
	    "a NUL between is malformed");
	/* These once never came to an end. */
	is_span(find(span_mem("{\"a\":{\0}}", 9), "id"), "(none)",
	    "a NUL in an inner object is malformed");
	is_span(find(span_mem("{\"id\":1,\"x\":[1\0,2]}", 19), "id"), "1",
	    "a NUL in a list is passed over");
	is_span(find(span_mem("{[d\0\0:\"", 7), "id"), "(none)",
	    "a NUL in a name is malformed");
	/* A string that is not closed is none, nor a name. */
	is_span(find(span_str("{\"id\":1,\"x\":\"y"), "id"), "(none)", "open");
	is_span(find(span_str("{\"x\":[\"y],\"id\":1}"), "id"), "(none)",
	    "open in a list");
	is_span(find(span_str("{\"id\":\"y\\\"}"), "id"), "(none)",
	    "closed by what is escaped");
	is_span(find(span_str("{\""), ""), "(none)", "an open name");
	is_span(find(span_mem(NULL, 0), "id"), "(none)", "no text");
	is_span(find(span_mem("{\"id\":123}", 7), "id"), "(none)",
	    "only len bytes are read");
	is_span(find(span_str("{\"a\":{\"id\":1,\"id\":2},\"id\":3}"), "id"),
	    "3", "twice somewhere else does not matter");
	is_span(find(span_str("{\"a\":{\"id\":1},\"a\":{\"x\":2}}"), "a.id"),
	    "(none)", "twice on the way does");
}

/* What is not asked for is not looked into, and not needed to be genuine. */
static void
test_passed_over(void)
{
	static const char *const text[] = {
	    "{\"id\":1,\"x\":tru}",
	    "{\"id\":1,\"x\":\"\\x\"}",
	    "{\"id\":1,\"x\":\"\\u12g4\"}",
	    "{\"id\":1,\"x\":[1,]}",
	    "{\"id\":1,\"x\":{\"y\":1,}}",
	    "{\"id\":1,\"x\":-}",
	    "{\"id\":1,\"x\":\"\xff\"}", /* not UTF-8 */
	    "{\"id\":1,\"x\":\"\xc3\"}",
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		is_span(find(span_str(text[i]), "id"), "1",
		    "found beside what is malformed, %zu", i);
		ok(!json_valid(span_str(text[i])), "which it is, %zu", i);
	}
	is_span(find(span_str("{\"\\u0069d\":1}"), "id"), "1",
	    "a name written with escapes");
	is_span(find(span_str("{\"\\u0069\\u0064x\":1}"), "id"), "(none)",
	    "another name");
	is_span(find(span_str("{\"\\x\":1,\"id\":2}"), "id"), "2",
	    "a name of no sense is not this one");
}

static void
test_valid(void)
{
	static const char *const good[] = {"{}", "[]", " {\"a\":[1,2]}\n", "1",
	    "-1.5e3", "\"\\u00e9\"", "true", "null", "\"a\"", "0", "-0", "0.0",
	    "10", "1e5", "1E-05", "1.25e+2", "[[],{}]", "[{\"a\":[]},[1]]",
	    "{\"a\":{\"b\":{}},\"c\":[[2],3]}"};
	static const char *const bad[] = {"", " ", "{", "{}x", "[1,]", "'a'",
	    "{\"a\":1,}", "tru", "\"\xff\"", "// x\n1", "1 2", "-", "01", "1.",
	    ".5", "1e", "+1", "1.e2", "0x1", "[1}", "{\"a\":1]", "[1 2]",
	    "[[1]2]", "{\"a\" 1}", "{\"a\"}", "{1:2}", "{\"a\":[1},2]", "]",
	    "[]]", "[,1]", "{\"\\x\":1}", "True", "nul"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(json_valid(span_str(good[i])), "valid: %zu", i);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!json_valid(span_str(bad[i])), "not valid: %zu", i);
	ok(!json_valid(span_mem("1\0", 2)), "nor with a NUL behind it");
}

static void
test_depth(void)
{
	static char text[2 * DEEP + 64];
	int deepest = 0;

	for (size_t n = 1; n <= DEEP; n++) {
		memset(text, '[', n);
		memset(text + n, ']', n);
		if (json_valid(span_mem(text, 2 * n)))
			deepest = (int)n;
	}
	is_int(deepest, JSON_DEPTH, "levels that are valid");
	memset(text, '[', sizeof(text) - 1);
	is_span(find(span_str(text), "id"), "(none)", "never closed");
	memcpy(text, "{\"x\":", 5);
	is_span(find(span_str(text), "x"), "(none)", "nor inside an object");
	memset(text + 5, '[', DEEP / 2);
	memset(text + 5 + DEEP / 2, ']', DEEP / 2);
	memcpy(text + 5 + DEEP / 2 * 2, ",\"id\":1}", 9);
	is_span(find(span_str(text), "id"), "1", "any depth is passed over");
}

static void
test_walk(void)
{
	struct span text = span_str("// one\n[1, /* two */ \"b\", [], {}]//");
	struct json_member member;
	struct json_walk walk;
	char kinds[8] = "";
	size_t n = 0;

	ok(json_walk(&walk, text, JSON_SETTINGS) && !walk.object, "a list");
	while (json_next(&walk, &member)) {
		ok(member.key.len == 0, "an element has no name");
		kinds[n++] = (char)('0' + (int)member.kind);
	}
	ok(!walk.failed, "read to its end, comments and all");
	is_str(kinds, "2354", "number, string, array, object in order");
	ok(json_walk(&walk, text, JSON_STRICT) == false,
	    "strictly, a comment is no JSON");

	ok(json_walk(&walk, span_str("{\"a\\u0062\":1}"), JSON_STRICT) &&
		json_next(&walk, &member),
	    "an escaped name");
	is_span(member.key, "a\\u0062", "is given raw");
	ok(json_walk(&walk, span_str("{}"), JSON_STRICT) &&
		!json_next(&walk, &member) && !walk.failed,
	    "nothing in it, properly closed");
	ok(json_walk(&walk, span_str("{"), JSON_STRICT) &&
		!json_next(&walk, &member) && walk.failed,
	    "nothing in it, never closed");
	ok(json_walk(&walk, span_str("{/*"), JSON_SETTINGS) &&
		!json_next(&walk, &member) && walk.failed,
	    "a comment that is never closed");
	ok(json_walk(&walk, span_str("[[[]/* ]"), JSON_SETTINGS) &&
		!json_next(&walk, &member) && walk.failed,
	    "nor is what stands before it");
	ok(json_walk(&walk, span_str("{/*/ }"), JSON_SETTINGS) &&
		!json_next(&walk, &member) && walk.failed,
	    "a comment's star is not its end");
	ok(json_walk(&walk, span_str("[1}"), JSON_STRICT) &&
		json_next(&walk, &member) && !json_next(&walk, &member) &&
		walk.failed,
	    "closed by the other bracket");
	ok(!json_walk(&walk, span_str("3"), JSON_STRICT), "a number is none");
}

/* Nothing around a value is part of it, and nothing around a name. */
static void
test_space(void)
{
	static const char *const value[] = {"1", "-2.5e3", "true", "false",
	    "null", "\"\"", "\" a\\\" \"", "\"\\\\\"", "[]", "[ 1 ]", "{}",
	    "{ \"y\" : 1 }", "\"a/b\"", "\"//\""};
	static const char *const around[] = {"", " ", "\n\t\r "};
	struct json_member member;
	struct json_walk walk;
	char text[128];

	for (size_t i = 0; i < sizeof(value) / sizeof(value[0]); i++) {
		for (size_t k = 0; k < 3; k++) {
			const char *s = around[k];

			snprintf(text, sizeof(text),
			    "{%s\"x\"%s:%s%s%s,\"y\":0}", s, s, s, value[i], s);
			is_span(find(span_str(text), "x"), value[i],
			    "%s before a comma, space %zu", value[i], k);
			snprintf(
			    text, sizeof(text), "{\"x\":%s%s}", value[i], s);
			is_span(find(span_str(text), "x"), value[i],
			    "%s before a brace, space %zu", value[i], k);
		}
		snprintf(
		    text, sizeof(text), "{\"x\"/*:*/:/**/%s// it\n}", value[i]);
		ok(json_walk(&walk, span_str(text), JSON_SETTINGS) &&
			json_next(&walk, &member),
		    "%s before a comment", value[i]);
		is_span(member.key, "x", "its name");
		if (member.kind != JSON_OBJECT && member.kind != JSON_ARRAY)
			is_span(member.value, value[i], "and it alone");
		ok(!json_next(&walk, &member) && !walk.failed, "then the end");
	}
}

/* Check what the string or value at x decodes to. */
static void
check_text(const char *json, struct span want)
{
	struct json_member member;
	char *text = NULL;
	size_t len = 0;

	if (!ok(json_find(span_str(json), "x", &member) &&
		    json_text(&member, &text, &len),
		"%s", json))
		return;
	is_mem(span_mem(text, len), want, "decoded");
	is_int(text[len], 0, "and ended by a NUL");
	free(text);
}

static void
test_text(void)
{
	check_text("{\"x\":\"\"}", span_str(""));
	check_text("{\"x\":\"a\\n\\\"\\\\\\/\\t\"}", span_str("a\n\"\\/\t"));
	check_text("{\"x\":\"\\u00e9\\ud83d\\ude00\"}",
	    span_str("\xc3\xa9\xf0\x9f\x98\x80"));
	check_text("{\"x\":\"a\\u0000b\"}", span_mem("a\0b", 3));
	check_text("{\"x\":1.50}", span_str("1.50"));
	check_text("{\"x\":123456789012345678901234567890}",
	    span_str("123456789012345678901234567890"));
	check_text("{\"x\":[1, 2]}", span_str("[1, 2]"));
	check_text("{\"x\":null}", span_str("null"));
}

/*
 * A long string is read in pieces: what stands for one character is not torn,
 * wherever it is, nor does what is malformed become well-formed.
 */
static void
test_pieces(void)
{
	static const struct {
		const char *coded, *want; /* NULL: refused */
	} row[] = {
	    {"\\u00e4", "\xc3\xa4"},
	    {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
	    {"\\uD83D\\ud83d\\uDE00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
	    {"\\ude00", "\xef\xbf\xbd"},
	    {"\\\\u00e4", "\\u00e4"},
	    {"\\\"", "\""},
	    {"\xc3\xa4", "\xc3\xa4"},
	    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	    {"\\u00g4", NULL},
	    {"\\x", NULL},
	    {"\xc3", NULL},
	    {"\xa4", NULL},
	    {"\xc0\x80", NULL}, /* too long for its character */
	    {"\xe0\x9f\x80", NULL},
	    {"\xf0\x8f\x80\x80", NULL},
	    {"\xed\xa0\x80", NULL},     /* a surrogate */
	    {"\xf4\x90\x80\x80", NULL}, /* beyond the last one */
	    {"\xed\x9f\xbf", "\xed\x9f\xbf"},
	    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
	    {"\\u07ff", "\xdf\xbf"},
	    {"\\u0800", "\xe0\xa0\x80"},
	    {"\\ud800\\udc00", "\xf0\x90\x80\x80"},
	    {"\\udbff\\udfff", "\xf4\x8f\xbf\xbf"},
	    {"\t", "\t"},
	};
	char x[4200], json[8600], want[8500];
	struct json_member member;

	memset(x, 'x', sizeof(x));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		unsigned wrong = 0;

		for (int n = 4080; n < 4100; n++) {
			char *text = NULL;
			size_t len = 0;
			bool got;

			snprintf(json, sizeof(json), "{\"x\":\"%.*s%s%.*s\"}",
			    n, x, row[i].coded, n, x);
			got = json_find(span_str(json), "x", &member) &&
			      json_text(&member, &text, &len);
			snprintf(want, sizeof(want), "%.*s%s%.*s", n, x,
			    row[i].want == NULL ? "" : row[i].want, n, x);
			wrong += got != (row[i].want != NULL) ||
				 (got && !span_is(span_mem(text, len), want));
			free(text);
		}
		is_int(wrong, 0, "%s, anywhere", row[i].coded);
	}
}

static void
test_line(void)
{
	struct span text = span_str("a\nb\n\nc");

	is_int(json_line(text, text.ptr), 1, "the first line is 1");
	is_int(json_line(text, text.ptr + 1), 1, "an LF ends its own line");
	is_int(json_line(text, text.ptr + 2), 2, "second line");
	is_int(json_line(text, text.ptr + 5), 4, "empty lines count");
	is_int(json_line(text, text.ptr + 6), 4, "the end");
}

/* A byte order mark before the text, and nowhere else. */
static void
test_mark(void)
{
#define MARK "\xef\xbb\xbf"
	static const struct {
		const char *text;
		bool valid;
	} row[] = {
	    {MARK "{\"a\":1}", true},
	    {MARK " \r\n{\"a\":1} ", true},
	    {MARK MARK "{\"a\":1}", false},
	    {" " MARK "{\"a\":1}", false},
	    {"{" MARK "\"a\":1}", false},
	    {"{\"a\":" MARK "1}", false},
	    {"\xef\xbb{\"a\":1}", false},
	    {"\xfe\xff{\"a\":1}", false},
	};
	struct json_member member;
	struct json_walk walk;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct span text = span_str(row[i].text);

		is_int(json_valid(text), row[i].valid, "valid, %zu", i);
		is_int(json_find(text, "a", &member), row[i].valid,
		    "found, %zu", i);
	}
	ok(json_valid(span_str(MARK "1")) && !json_valid(span_str(MARK)),
	    "a text, but not the mark alone");
	ok(json_walk(&walk, span_str(MARK "[1]"), JSON_STRICT) &&
		json_next(&walk, &member) && span_is(member.value, "1"),
	    "an array");
	ok(!json_walk(&walk, span_str(MARK "{}"), JSON_SETTINGS),
	    "not before settings, whose editor should know");
#undef MARK
}

int
main(void)
{
	test_find();
	test_refused();
	test_passed_over();
	test_valid();
	test_depth();
	test_walk();
	test_space();
	test_text();
	test_pieces();
	test_line();
	test_mark();
	return done();
}
