/* settings.c - one struct filled by a table; every mistake has its words. */
#include "config/settings.h"
#include "sandbox.h"

#include "../tap.h"

#define PLACE "file.json"

struct sample {
	const char *text;
	const char *texts[3];
	long number;
	bool flag;
	struct span object;
};

static const struct setting setting[] = {
    SETTING_ROW(struct sample, , text, TEXT, 0, 0, "words"),
    SETTING_ROW(struct sample, , texts, TEXTS, 0, 3, NULL),
    SETTING_ROW(struct sample, , number, NUMBER, -5, 100, NULL),
    SETTING_ROW(struct sample, , flag, BOOL, 0, 0, NULL),
    SETTING_ROW(struct sample, , object, OBJECT, 0, 0, "thing"),
};

static const struct setting_table table = SETTING_TABLE(setting);

static struct pool pool;

static bool
read_sample(const char *text, const char *prefix, struct sample *sample)
{
	struct settings_file file = {.path = PLACE,
	    .text = span_str(text),
	    .pool = &pool,
	    .log = &sandbox_log};
	struct settings_target target = {.dst = sample};
	bool good;

	sandbox_log_clear();
	good = settings_read(&file, file.text, prefix, &table, &target);
	ok(good == (file.errors == 0) && good == (sandbox_logged[0] == '\0'),
	    "a complaint, or none");
	return good;
}

static void
check_wrong(const char *text, const char *want)
{
	struct sample sample = {.number = 7};
	char full[512];

	snprintf(full, sizeof(full), "hookdir: error: " PLACE ":%s\n", want);
	ok(!read_sample(text, "", &sample), "an error: %.60s", text);
	is_str(sandbox_logged, full, "and why");
}

static void
test_right(void)
{
	struct sample s = {.number = 7, .text = "default"};

	ok(read_sample("{}", "", &s), "nothing said");
	is_str(s.text, "default", "nothing changed");
	is_int(s.number, 7, "no number either");
	ok(read_sample("/* a */ { // b\n"
		       "\"text\" /**/ : /* c */ \"x\\u0041\\n\" // d\n,\n"
		       "\"number\": 100 /* e */, \"flag\" : true // f\n,"
		       "\"object\" : { \"any\": [1, 2] } , "
		       "\"texts\": [ \"a\" , \"b\" /* g */ ] } // h",
	       "", &s),
	    "with comments everywhere");
	is_str(s.text, "xA\n", "a string, decoded");
	is_int(s.number, 100, "the largest number");
	ok(s.flag, "true");
	ok(span_starts(s.object, span_str("{ \"any\": [1, 2] }")), "object");
	is_str(s.texts[0], "a", "the first of a list");
	is_str(s.texts[1], "b", "the second");
	is_str(s.texts[2], NULL, "and no third");
	ok(read_sample("{\"texts\":\"alone\",\"flag\":false,\"number\":-5,"
		       "\"text\":\"\"}",
	       "", &s),
	    "other values");
	is_str(s.texts[0], "alone", "one string is a list of one");
	is_str(s.texts[1], NULL, "what was there before is gone");
	ok(!s.flag, "false");
	is_int(s.number, -5, "the smallest number");
	is_str(s.text, "", "the empty string");
	ok(read_sample("{\"texts\":[\"1\",\"2\",\"3\"]}", "", &s), "a full "
								   "list");
	is_str(s.texts[2], "3", "to its end");
}

static void
test_types(void)
{
	check_wrong("{\"text\":1}", "1: text: must be a string");
	check_wrong("{\"text\":nULL}", "1: text: must be a string");
	check_wrong("{\"text\":[\"a\"]}", "1: text: must be a string");
	check_wrong("{\"text\":\"a\\u0000b\"}", "1: text: must be a string");
	check_wrong(
	    "{\"texts\":1}", "1: texts: must be a string or a list of strings");
	check_wrong("{\"texts\":{}}",
	    "1: texts: must be a string or a list of strings");
	check_wrong("{\"texts\":[]}", "1: texts: must be a list of strings");
	check_wrong(
	    "{\"texts\":[\"a\",1]}", "1: texts: must be a list of strings");
	check_wrong("{\"texts\":[\"a\",\"b\",\"c\",\"d\"]}",
	    "1: texts: has too many values");
	check_wrong("{\"texts\":\"a\\u0000\"}",
	    "1: texts: must be a string without a NUL");
	check_wrong("{\"flag\":1}", "1: flag: must be true or false");
	check_wrong("{\"flag\":\"true\"}", "1: flag: must be true or false");
	check_wrong(
	    "{\"texts\":[null]}", "1: texts: must be a list of strings");
	check_wrong(
	    "{\"text\":null,\n\"text\":null}", "2: text: duplicate setting");
	check_wrong(
	    "{\"text\":null,\n\"text\":\"a\"}", "2: text: duplicate setting");
	check_wrong("{\"flag\":tRUE}", "1: flag: must be true or false");
	check_wrong("{\"flag\":fALSE}", "1: flag: must be true or false");
	check_wrong("{\"object\":[]}", "1: object: must be an object, {...}");
	check_wrong(
	    "{\"object\":\"{}\"}", "1: object: must be an object, {...}");
}

static void
test_numbers(void)
{
	check_wrong("{\"number\":101}", "1: number: out of range: -5 to 100");
	check_wrong("{\"number\":-6}", "1: number: out of range: -5 to 100");
	check_wrong("{\"number\":999999999999999999}",
	    "1: number: out of range: -5 to 100");
	check_wrong("{\"number\":18446744073709551617}",
	    "1: number: must be a whole number: -5 to 100");
	check_wrong(
	    "{\"number\":1.0}", "1: number: must be a whole number: -5 to 100");
	check_wrong(
	    "{\"number\":1e1}", "1: number: must be a whole number: -5 to 100");
	check_wrong("{\"number\":\"1\"}",
	    "1: number: must be a whole number: -5 to 100");
	check_wrong("{\"number\":true}",
	    "1: number: must be a whole number: -5 to 100");
}

static void
test_names(void)
{
	struct sample s = {.number = 7};

	check_wrong("{\n\n\"txet\":1}",
	    "3: txet: unknown setting: did you mean \"text\"?");
	check_wrong(
	    "{\"Text\":1}", "1: Text: unknown setting: did you mean \"text\"?");
	check_wrong("{\"text_file\":1}",
	    "1: text_file: unknown setting: did you mean \"text\"?");
	check_wrong("{\"other\":1}", "1: other: unknown setting");
	check_wrong("{\"\":1}", "1: : unknown setting");
	check_wrong("{\n\"words\":\"a\"}", "2: words: is now called \"text\"");
	check_wrong("{\"text\":\"a\",\"thing\":{}}",
	    "1: thing: is now called \"object\"");
	check_wrong("{\"te\\u0078t\":1}", "1: te\\u0078t: unknown setting");
	check_wrong(
	    "{\"text\":\"a\",\n\"text\":\"a\"}", "2: text: duplicate setting");
	check_wrong(
	    "{\"number\":1,\n\"number\":1}", "2: number: duplicate setting");
	ok(!read_sample("{\"txet\":1,\n\"number\":\"x\",\n\"text\":\"y\"}",
	       "providers.coral.", &s),
	    "two mistakes");
	is_str(sandbox_logged,
	    "hookdir: error: file.json:1: providers.coral.txet: unknown "
	    "setting: did you mean \"text\"?\n"
	    "hookdir: error: file.json:2: providers.coral.number: must be a "
	    "whole number: -5 to 100\n",
	    "are both named, by their whole path");
	is_str(s.text, "y", "what is right is read all the same");
}

/* What was there goes over another struct of the same type. */
static void
test_override(void)
{
	struct sample under = {.text = "under",
	    .texts = {"one", "two", NULL},
	    .number = 5,
	    .flag = true,
	    .object = span_str("{}")};
	struct sample s = {.text = NULL};
	struct settings_target target = {.dst = &s};
	struct settings_file file = {.path = PLACE,
	    .text = span_str("{\"number\":0,\"texts\":\"own\"}"),
	    .pool = &pool,
	    .log = &sandbox_log};

	sandbox_log_clear();
	ok(settings_read(&file, file.text, "", &table, &target), "two of them");
	ok(settings_said(&target, &table, "number"), "one was there");
	ok(!settings_said(&target, &table, "flag"), "another was not");
	settings_override(&target, &table, &under);
	is_str(under.text, "under", "a text that was not there");
	is_str(under.texts[0], "own", "a list that was");
	is_str(under.texts[1], NULL, "as a whole");
	is_int(under.number, 0, "a number, be it 0");
	ok(under.flag, "true, left alone");
	file.text =
	    span_str("{\"text\":\"x\",\"flag\":false,\"object\":{\"a\":1}}");
	ok(settings_read(&file, file.text, "", &table, &target), "the others");
	ok(!settings_said(&target, &table, "number"), "and no more");
	settings_override(&target, &table, &under);
	is_str(under.text, "x", "a text");
	ok(!under.flag, "false");
	is_span(under.object, "{\"a\":1}", "an object");
	is_str(under.texts[0], "own", "the list as it was");
}

/* null is the default: what the target has, not what it is laid over. */
static void
test_null(void)
{
	struct sample under = {.text = "under",
	    .texts = {"one", "two", "three"},
	    .number = 5,
	    .flag = true,
	    .object = span_str("{}")};
	struct sample s = {.text = "default", .number = 7};
	struct settings_target target = {.dst = &s};
	struct settings_file file = {.path = PLACE,
	    .text = span_str("{\"text\":null,\"texts\" : null /**/,\"number\""
			     ":null,\"flag\":null,\"object\":\nnull}"),
	    .pool = &pool,
	    .log = &sandbox_log};

	sandbox_log_clear();
	ok(settings_read(&file, file.text, "", &table, &target), "all null");
	is_str(sandbox_logged, "", "which is no mistake");
	is_str(s.text, "default", "the default stays");
	is_int(s.number, 7, "of a number too");
	ok(!settings_said(&target, &table, "number"), "null is no value");
	ok(span_starts(
	       span_str((const char *)settings_at(&target, &table, "number")),
	       span_str("null,\"flag")),
	    "but it has a place");
	settings_override(&target, &table, &under);
	is_str(under.text, "default", "a text is the default");
	ok(under.texts[0] == NULL && under.texts[1] == NULL &&
		under.texts[2] == NULL,
	    "a list is empty");
	is_int(under.number, 7, "a number is the default");
	ok(!under.flag, "false");
	is_int(under.object.len, 0, "no object");
	file.text = span_str("{\"text\":\"x\"}");
	ok(settings_read(&file, file.text, "", &table, &target), "another");
	ok(settings_at(&target, &table, "number") == NULL, "has no number");
	ok(settings_at(&target, &table, "text") == file.text.ptr + 8, "a text");
	ok(settings_at(&target, &table, "nothing") == NULL, "no such setting");
}

static void
test_broken(void)
{
	static const struct {
		const char *text, *line;
	} row[] = {
	    {"{\"text\":\"a\"", "1"},
	    {"{\"text\":\"a\",}", "1"},
	    {"{\n\"text\":\"a\"\n\"number\":1}", "3"},
	    {"{\n\"text\" \"a\"}", "2"},
	    {"{\n\"text\":\n\"a}", "3"},
	    {"{'text':\"a\"}", "1"},
	    {"{text:\"a\"}", "1"},
	    {"{\"text\":\"a\"} {}", "1"},
	    {"{\"text\":\"a\"} x", "1"},
	    {"{\"number\":+1}", "1"},
	    {"{\"flag\":yes}", "1"},
	    {"{\"text\":'a'}", "1"},
	    {"{\"text\":\"\xff\"}", "1"},
	};
	char want[256];
	struct sample s = {.number = 7};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ok(!read_sample(row[i].text, "", &s), "broken, %zu", i);
		snprintf(want, sizeof(want),
		    "hookdir: error: " PLACE ":%s: " SETTINGS_SYNTAX_ERROR
		    "%s\n",
		    row[i].line,
		    strchr(row[i].text, '\'') == NULL
			? ""
			: "; a text is in double quotes, \"...\"");
		is_str(sandbox_logged, want, "from which line on");
	}
	check_wrong("", "1: must be one JSON object, {...}");
	check_wrong("[]", "1: must be one JSON object, {...}");
	check_wrong("3", "1: must be one JSON object, {...}");
	check_wrong("\xef\xbb\xbf{}", "1: must be one JSON object, {...}");
}

static void
test_depth(void)
{
	static char text[20000];
	struct sample s = {.number = 7};

	strcpy(text, "{\"object\":");
	memset(text + strlen(text), '[', sizeof(text) - strlen(text) - 1);
	ok(!read_sample(text, "", &s), "a pit of brackets");
	ok(sandbox_log_has("syntax error"), "is no JSON");
	strcpy(text, "{\"");
	memset(text + 2, 'k', 5000);
	strcpy(text + 5002, "\":1}");
	ok(!read_sample(text, "", &s), "a name of 5000 bytes");
	ok(sandbox_log_has(": unknown setting"), "is unknown, and cut");
}

static void
test_pool(void)
{
	const char *one = pool_copy(&pool, "a\0b", 3);

	ok(one != NULL && memcmp(one, "a\0b", 4) == 0, "a copy, ended");
	is_str(pool_copy(&pool, NULL, 0), "", "of nothing");
	is_str(pool_path(&pool, "/etc", "x/y"), "/etc/x/y", "a path below");
	is_str(pool_path(&pool, "/etc", "/x"), "/x", "a path of its own");
	pool_free(&pool);
	pool_free(&pool);
	ok(pool.first == NULL, "freed twice is harmless");
}

static void
test_complain(void)
{
	struct settings_file file = {
	    .path = PLACE, .text = span_str("a\nb"), .log = &sandbox_log};

	sandbox_log_clear();
	settings_complain(&file, LVL_WARNING, NULL, NULL, "%d", 1);
	settings_complain(&file, LVL_ERROR, file.text.ptr + 2, "k", "no\nLF");
	is_str(sandbox_logged,
	    "hookdir: warning: file.json: 1\n"
	    "hookdir: error: file.json:2: k: no\\x0aLF\n",
	    "with and without a place and a key");
	is_int(file.errors, 1, "errors are counted");
	is_int(file.warnings, 1, "and warnings");
	is_str(file.last, "file.json:2: k: no\nLF",
	    "the newest error is "
	    "kept");
}

int
main(void)
{
	test_right();
	test_types();
	test_numbers();
	test_names();
	test_override();
	test_null();
	test_broken();
	test_depth();
	test_complain();
	test_pool();
	return done();
}
