/* json.c - any text as JSON: values lie in the text, and decode. */
#include "parse/json.h"
#include "fuzz.h"

#define DEEPEST 8

static void
check_member(const struct json_member *member, struct span text)
{
	size_t len = 0;
	char *copy;

	must(fuzz_within(member->key, text));
	must(fuzz_within(member->value, text));
	must(member->value.len > 0);
	must(span_eq(span_trim(member->value), member->value));
	if (!json_text(member, &copy, &len))
		return; /* a string of the settings that is none strictly */
	must(copy[len] == '\0');
	must(len <= member->value.len * 3); /* U+FFFD is three bytes */
	free(copy);
}

static void
walk_all(struct span text, enum json_dialect dialect, int depth)
{
	struct json_member member;
	struct json_walk walk;

	if (depth > DEEPEST || !json_walk(&walk, text, dialect))
		return;
	while (json_next(&walk, &member)) {
		check_member(&member, text);
		must(walk.object || member.key.len == 0);
		if (member.kind == JSON_OBJECT || member.kind == JSON_ARRAY)
			walk_all(member.value, dialect, depth + 1);
	}
	must(json_line(text, walk.rest.ptr) >= 1);
}

/* What is valid as a whole can be walked to its end. */
static void
check_whole(struct span text)
{
	struct json_member member;
	struct json_walk walk;

	if (!json_valid(text) || !json_walk(&walk, text, JSON_STRICT))
		return;
	while (json_next(&walk, &member)) {
		size_t len = 0;
		char *copy = NULL;

		must(json_valid(member.value));
		must(json_text(&member, &copy, &len));
		free(copy);
	}
	must(!walk.failed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const path[] = {
	    "id", "a.b", "data", "message.id", "", ".", "a.b.c.d"};
	struct span text = span_mem(data, size);
	struct json_member member;

	walk_all(text, JSON_STRICT, 0);
	walk_all(text, JSON_SETTINGS, 0);
	for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		if (!json_find(text, path[i], &member))
			continue;
		check_member(&member, text);
		if (member.kind != JSON_OBJECT && member.kind != JSON_ARRAY)
			must(json_valid(member.value));
	}
	check_whole(text);
	return 0;
}
