/*
 * run_entry.c - which events an entry of "run" takes, in what order, and when
 * they are tried again.
 */
#include "config/run_entry.h"

#include "../tap.h"

static void
test_order(void)
{
	static const struct {
		const char *text;
		enum run_order_kind kind;
		const char *name;
	} good[] = {
	    {"none", RUN_ORDER_NONE, NULL},
	    {"all", RUN_ORDER_ALL, NULL},
	    {"json:id", RUN_ORDER_JSON, "id"},
	    {"json:data.object.customer", RUN_ORDER_JSON,
		"data.object.customer"},
	    {"header:X-Customer", RUN_ORDER_HEADER, "X-Customer"},
	    {"header:Ce-Type", RUN_ORDER_HEADER, "Ce-Type"},
	};
	static const char *const bad[] = {"", "None", "ALL", "json",
	    "json:", "json:.a", "json:a.", "json:a..b", "header:", "header:a b",
	    "header:a:b", "form:a", "const:a", "element:t=", "id", "none ",
	    "Json:a"};
	struct run_order order;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ok(run_order_parse(&order, good[i].text), "%s", good[i].text);
		is_int(order.kind, good[i].kind, "its kind");
		is_str(order.name, good[i].name, "its name");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!run_order_parse(&order, bad[i]), "not \"%s\"", bad[i]);
}

static void
test_retry(void)
{
	static const char *const bad[] = {
	    "a", "5,", ",5", "5,,5", "-1", "5 5", "5.0", "2592001", "1e3"};
	struct run_entry entry = run_entry_default;
	char many[3 * RUN_RETRY_MAX + 8] = "0";

	ok(run_retry_parse(&entry, ""), "nothing");
	is_int(entry.nretry, 0, "is the empty list");
	ok(run_retry_parse(&entry, "5, 300,2592000"), "three");
	is_int(entry.nretry, 3, "of them");
	is_int(entry.retry[2], 2592000, "the last");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!run_retry_parse(&entry, bad[i]), "not \"%s\"", bad[i]);
	for (size_t i = 1; i < RUN_RETRY_MAX; i++)
		strcat(many, ",0");
	ok(run_retry_parse(&entry, many), "as many as there may be");
	is_int(entry.nretry, RUN_RETRY_MAX, "all of them");
	strcat(many, ",0");
	ok(!run_retry_parse(&entry, many), "one more");
}

/* --- what it takes --- */

static struct run_entry
of_types(const char *first, const char *second)
{
	struct run_entry entry = run_entry_default;

	entry.type[0] = first;
	entry.type[1] = second;
	return entry;
}

static void
test_takes(void)
{
	struct run_entry all = of_types(NULL, NULL);
	struct run_entry two = of_types("Push Hook", "invoice.*");

	ok(run_entry_takes(&all, span_str("")), "without types, all of them");
	ok(run_entry_takes(&all, span_str("a.b")), "and this one");
	ok(run_entry_takes(&two, span_str("Push Hook")), "the first");
	ok(run_entry_takes(&two, span_str("invoice.paid.x")), "the second");
	ok(!run_entry_takes(&two, span_str("push hook")), "in its own case");
	ok(!run_entry_takes(&two, span_str("invoices")), "not a beginning");
}

/* --- variables --- */

static void
test_variables(void)
{
	static const char *const good[] = {
	    "A=", "PATH=/a", "a_1=b=c", "_=x", "HOOKDIR=x", "hookdir_id=x"};
	static const char *const bad[] = {"", "=", "A", "1A=x", "A-B=x",
	    "A B=x", "\xc3\xa4=x", "HOOKDIR_=x", "HOOKDIR_ID=x"};
	struct run_entry entry = run_entry_default;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(run_variable_ok(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!run_variable_ok(bad[i]), "not \"%s\"", bad[i]);
	is_str(run_entry_path(&entry), RUN_PATH, "the usual PATH");
	entry.environment[0] = "XPATH=/x";
	entry.environment[1] = "PATH=/opt/bin";
	is_str(run_entry_path(&entry), "/opt/bin", "a PATH of its own");
}

/* --- attempts --- */

static void
test_steps(void)
{
	struct run_entry entry = run_entry_default;
	int64_t next = 0;

	is_int(run_entry_step(&entry, 1), 5, "after the first attempt");
	is_int(run_entry_step(&entry, 7), 36000, "after the seventh");
	is_int(run_entry_step(&entry, 8), -1, "the eighth is the last");
	is_int(run_entry_step(&entry, 999), -1, "of settings that were longer");
	is_int(run_entry_step(&entry, 0), -1, "there is no attempt 0");
	entry.nretry = 0;
	is_int(run_entry_step(&entry, 1), -1, "[]: the first is the last");
	ok(!run_entry_next(&entry, 1, 100, 0, &next), "so it is given up");
}

/* Each random number leads to a time within a tenth, and each such time is. */
static void
test_next(void)
{
	static const long steps[] = {0, 1, 5, 9, 10, 300, 36000};
	struct run_entry entry = run_entry_default;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int64_t least = INT64_MAX, most = 0, next;
		long tenth = steps[i] / 10;

		entry.retry[0] = steps[i];
		for (uint64_t random = 0; random <= 2 * (uint64_t)tenth;
		     random++) {
			if (!run_entry_next(&entry, 1, 1000, random, &next))
				break;
			least = next < least ? next : least;
			most = next > most ? next : most;
		}
		is_int(least, 1000 + steps[i] - tenth, "%ld s, a tenth less",
		    steps[i]);
		is_int(most, 1000 + steps[i] + tenth, "and a tenth more");
		ok(run_entry_next(&entry, 1, 1000, UINT64_MAX, &next) &&
			next >= least && next <= most,
		    "the largest number");
	}
}

/* --- keys --- */

#define HEAD                                                            \
	"Ce-Id: 1\nCe-Type: Push%20Hook\nX-Customer:  c1 \nX-Empty: \n" \
	"X-Two: a\nx-two: a\nContent-Length: 3"

static enum lookup
key_of(
    const char *order, const char *head, const char *body, struct run_key *key)
{
	struct run_order parsed;

	memset(key, 0, sizeof(*key));
	if (!run_order_parse(&parsed, order))
		return LOOKUP_INVALID;
	return run_order_key(&parsed, span_str(head), span_str(body), key);
}

static bool
same_key(const char *order, const char *body, const char *other)
{
	struct run_key a, b;

	return key_of(order, HEAD, body, &a) == LOOKUP_FOUND &&
	       key_of(order, HEAD, other, &b) == LOOKUP_FOUND &&
	       memcmp(&a, &b, sizeof(a)) == 0;
}

static void
test_keys(void)
{
	static const struct {
		const char *order, *body;
	} none[] = {
	    {"none", "{}"},
	    {"json:a", ""},
	    {"json:a", "a=1"},
	    {"json:a", "{}"},
	    {"json:a", "{\"a\":\"\"}"},
	    {"json:a", "{\"a\":null}"},
	    {"json:a", "{\"a\":true}"},
	    {"json:a", "{\"a\":{}}"},
	    {"json:a", "{\"a\":[1]}"},
	    {"json:a", "{\"a\":1,\"a\":1}"},
	    {"json:a.b", "{\"a\":1}"},
	    {"json:a", "{\"a\":1"},
	    {"header:X-None", ""},
	    {"header:X-Empty", ""},
	    {"header:X-Two", ""},
	    {"header:Customer", ""},
	};
	struct run_key a, b;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		is_int(key_of(none[i].order, HEAD, none[i].body, &a),
		    LOOKUP_NONE, "%s has none in %s", none[i].order,
		    none[i].body);
	ok(same_key("all", "{}", "x"), "all events have one key");
	ok(same_key("json:a.b", "{\"a\":{\"b\":\"c1\"}}",
	       "{\"x\":0, \"a\": {\"b\": \"\\u00631\"}}"),
	    "the same text, however it is written");
	ok(!same_key("json:a", "{\"a\":\"c1\"}", "{\"a\":\"c2\"}"),
	    "another text");
	ok(same_key("json:a", "{\"a\":17}", "{\"a\":\"17\"}"),
	    "a number is its text");
	ok(key_of("header:x-customer", HEAD, "", &a) == LOOKUP_FOUND &&
		key_of("header:X-C", "X-C: c1", "", &b) == LOOKUP_FOUND &&
		memcmp(&a, &b, sizeof(a)) == 0,
	    "a line, without its blanks");
	ok(key_of("json:a", HEAD, "{\"a\":\"c1\"}", &b) == LOOKUP_FOUND &&
		memcmp(&a, &b, sizeof(a)) == 0,
	    "which is a text like any other");
}

/* A key of any length takes the same room, and its last byte counts. */
static void
test_long_key(void)
{
	static char body[100000], other[sizeof(body)];

	memset(body, 'k', sizeof(body) - 1);
	memcpy(body, "{\"a\":\"", 6);
	memcpy(body + sizeof(body) - 3, "\"}", 2);
	memcpy(other, body, sizeof(other));
	ok(same_key("json:a", body, other), "a long one");
	other[sizeof(other) - 4] = 'x';
	ok(!same_key("json:a", body, other), "another long one");
}

int
main(void)
{
	test_order();
	test_retry();
	test_takes();
	test_variables();
	test_steps();
	test_next();
	test_keys();
	test_long_key();
	return done();
}
