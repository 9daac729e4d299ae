/*
 * json_memory.c - what is looked for in a body before its signature is checked
 * needs no memory: names with escapes cost no more than others, and a lack of
 * memory never looks like a malformed body.
 *
 * malloc() and its like are replaced in this program, libraries included.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "parse/json.h"

#include "../tap.h"

#define NAMES 10000

/* Volatile, for compilers know that malloc() looks at no variables. */
static volatile struct {
	bool fails;
	unsigned long count;
} memory;

static bool
fails(void)
{
	memory.count++;
	if (memory.fails)
		errno = ENOMEM;
	return memory.fails;
}

/* The next definition of name: libc's, or a sanitizer's. */
static void
find(void *dst, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(dst, &found, sizeof(found));
}

void *
malloc(size_t size)
{
	static void *(*next)(size_t);

	if (next == NULL)
		find(&next, "malloc");
	return fails() ? NULL : next(size);
}

void *
calloc(size_t n, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		find(&next, "calloc");
	return fails() ? NULL : next(n, size);
}

void *
realloc(void *old, size_t size)
{
	static void *(*next)(void *, size_t);

	if (next == NULL)
		find(&next, "realloc");
	return fails() ? NULL : next(old, size);
}

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
	unsigned long before = memory.count;
	bool found = json_find(body, "id", &member);

	is_int(memory.count - before, 0, "no memory for %d names", NAMES);
	ok(found && span_is(member.value, "\"\\u0041\""), "the last is found");
	before = memory.count;
	found = json_valid(body);
	is_int(memory.count - before, 0, "nor to check the whole");
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

	memory.fails = true;
	for (size_t i = 0; i < 5; i++)
		found[i] = json_find(body, path[i], &member);
	valid = json_valid(body);
	decoded =
	    json_find(body, "t", &member) && json_text(&member, &copy, &len);
	memory.fails = false;
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
