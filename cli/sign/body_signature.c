/* body_signature.c - replaces or inserts one member of a JSON object. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "body_signature.h"
#include "parse/json.h"

/* True if a field at outer has the one at path in it, or is the same. */
static bool
contains(struct span outer, const char *path)
{
	struct span inner = span_str(path);

	return span_starts(inner, outer) &&
	       (inner.len == outer.len || inner.ptr[outer.len] == '.');
}

static bool
is_member(const char *list, const char *path)
{
	struct span rest = span_str(list);

	while (rest.ptr != NULL) {
		struct span name = span_cut(&rest, ',');

		if (name.len > 0 && name.ptr[name.len - 1] == '?')
			name.len--;
		if (contains(name, path))
			return true;
	}
	return false;
}

bool
body_signature_is_signed(const struct template *tpl, const char *path)
{
	for (size_t i = 0; i < tpl->n; i++) {
		const char *arg = tpl->part[i].arg;

		if ((tpl->part[i].op == OP_JSON &&
			contains(span_str(arg), path)) ||
		    (tpl->part[i].op == OP_MEMBERS && is_member(arg, path)))
			return true;
	}
	return template_has_body(tpl);
}

/* The object that the field belongs into. */
struct parent {
	struct span object; /* within the body, from its '{' */
	const char *rest;   /* the part of the path that is not there */
};

/* Go down path as far as there are objects; false if it leads through others. */
static bool
find_parent(struct parent *parent, struct span body, const char *path)
{
	struct json_walk walk;

	*parent = (struct parent){span_trim(body), path};
	while (true) {
		struct json_member member;
		struct span rest = span_str(parent->rest);
		struct span name = span_cut(&rest, '.');
		char key[256];

		if (!json_walk(&walk, parent->object, JSON_STRICT) ||
		    !walk.object)
			return false;
		if (rest.ptr == NULL)
			return true;
		snprintf(key, sizeof(key), "%.*s", (int)name.len,
		    (const char *)name.ptr);
		if (!json_find(parent->object, key, &member))
			return true;
		*parent = (struct parent){member.value, (const char *)rest.ptr};
	}
}

/* Write "name":{"name":"text"}: the part of the path that is missing. */
static void
put_members(FILE *f, const char *path, struct span text)
{
	struct span rest = span_str(path);
	size_t depth = 0;

	for (;; depth++) {
		struct span name = span_cut(&rest, '.');

		json_put_string(f, name, JSON_UTF8);
		putc(':', f);
		if (rest.ptr == NULL)
			break;
		putc('{', f);
	}
	json_put_string(f, text, JSON_UTF8);
	for (; depth > 0; depth--)
		putc('}', f);
}

static bool
is_empty_object(struct span object)
{
	struct json_walk walk;
	struct json_member member;

	return json_walk(&walk, object, JSON_STRICT) &&
	       !json_next(&walk, &member);
}

/* Write all of body, with text in it; false if there is no place for it. */
static bool
put_all(FILE *f, struct span body, const char *path, struct span text)
{
	struct json_member old;
	struct parent parent;
	size_t begin, end;

	if (json_find(body, path, &old)) {
		if (old.kind == JSON_OBJECT || old.kind == JSON_ARRAY)
			return false;
		begin = (size_t)(old.value.ptr - body.ptr);
		end = begin + old.value.len;
		stream_put(f, span_mem(body.ptr, begin));
		json_put_string(f, text, JSON_UTF8);
	} else {
		if (!find_parent(&parent, body, path))
			return false;
		begin = end = (size_t)(parent.object.ptr - body.ptr) + 1;
		stream_put(f, span_mem(body.ptr, begin));
		put_members(f, parent.rest, text);
		if (!is_empty_object(parent.object))
			putc(',', f);
	}
	stream_put(f, span_skip(body, end));
	return true;
}

char *
body_signature_put(struct span body, const char *path, struct span text,
    size_t *len, struct reason *why)
{
	char *made = NULL;
	FILE *f = open_memstream(&made, len);
	bool placed;

	if (f == NULL) {
		reason_set(why, "out of memory");
		return NULL;
	}
	placed = put_all(f, body, path, text);
	if (!stream_end(f, &made)) {
		reason_set(why, "out of memory");
	} else if (!placed) {
		reason_set(why,
		    "the signature belongs into the body, at json:%s, and the "
		    "body has no place for it: it is not a JSON object, or has "
		    "something else there",
		    path);
		free(made);
		made = NULL;
	}
	return made;
}
