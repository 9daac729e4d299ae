/*
 * json_memory.c - what is looked for in a body before its signature is checked
 * needs no memory: names with escapes cost no more than others, and a lack of
 * memory never looks like a malformed body.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <stdio.h>

#include "failing.h"
#include "parse/json.h"

#include "../tap.h"

#define NAMES 10000

/* An object of many members, whose names are written with escapes. */
static struct span
many_names(char *text, size_t room)
{
	size_t len = (size_t)snprintf(text, room, "{");

	for (int i = 0; i < NAMES; i++)
		len += (size_t)snprintf(text + len, room - len,
		    "\"\\u0069\\u00%02x\":%d,", i % 2 == 0 ? 'x' : 'y', i);
	len += (size_t)snprintf(
	    text + len, room - len, "\"\\u0069\\u0064\":\"\\u0041\"}");
	return span_mem(text, len);
}

static void
test_names(void)
{
	static char text[NAMES * 32];
	struct span body = many_names(text, sizeof(text));
	struct json_member member;
	unsigned long before = plan.count;
	bool found = json_find(body, "id", &member);

	is_int(plan.count - before, 0, "no memory for %d names", NAMES);
	ok(found && span_is(member.value, "\"\\u0041\""), "the last is found");
	before = plan.count;
	found = json_valid(body);
	is_int(plan.count - before, 0, "nor to check the whole");
	ok(found, "which is valid");
}

static void
test_without_memory(void)
{
	struct span body = span_str("{\"t\":\"\\u0041\",\"n\":1795777982,\"w\":"
				    "true,\"o\":{\"a\":[1]}}");
	static const char *const path[] = {"t", "n", "w", "o", "o.a"};
	bool found[5], valid, decoded;
	struct json_member member;
	char *copy = NULL;
	size_t len;

	plan.at = 0;
	plan.from_then_on = true;
	plan.on = true;
	for (size_t i = 0; i < 5; i++)
		found[i] = json_find(body, path[i], &member);
	valid = json_valid(body);
	decoded =
	    json_find(body, "t", &member) && json_text(&member, &copy, &len);
	plan.on = false;
	for (size_t i = 0; i < 5; i++)
		ok(found[i], "%s is found", path[i]);
	ok(valid, "the text is valid");
	ok(!decoded, "only a copy of it cannot be had");
}

int
main(void)
{
	test_names();
	test_without_memory();
	return done();
}
