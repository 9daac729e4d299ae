/* check_path.c - reads a path in any of the usual spellings. */
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "check_path.h"

#define PATH_ROOM 256 /* bytes of a path that is spelled anew, with its NUL */

/* A path as it is read, and as hookdir spells it. */
struct spelled {
	char text[PATH_ROOM];
	size_t len;
	bool element; /* one of its names is that of an element of an array */
	bool lost;    /* a name cannot be spelled: it is empty, or has a dot */
};

static bool
is_element(struct span name)
{
	if (span_is(name, "*"))
		return true;
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] < '0' || name.ptr[i] > '9')
			return false;
	}
	return name.len > 0;
}

static struct span
without_quotes(struct span name)
{
	if (name.len >= 2 && (name.ptr[0] == '\'' || name.ptr[0] == '"') &&
	    name.ptr[name.len - 1] == name.ptr[0])
		return span_mem(name.ptr + 1, name.len - 2);
	return name;
}

static void
add_name(struct spelled *to, struct span name)
{
	struct span bare = without_quotes(span_trim(name));

	/* ['0'] is a name, whatever it looks like. */
	to->element = to->element || is_element(span_trim(name));
	if (bare.len == 0 || memchr(bare.ptr, '.', bare.len) != NULL ||
	    to->len + bare.len + 2 > sizeof(to->text)) {
		to->lost = true;
		return;
	}
	if (to->len > 0)
		to->text[to->len++] = '.';
	memcpy(to->text + to->len, bare.ptr, bare.len);
	to->len += bare.len;
	to->text[to->len] = '\0';
}

/* One name between dots, and the brackets after it: "a['b'][0]". */
static void
add_part(struct spelled *to, struct span part)
{
	struct span name = span_cut(&part, '[');

	if (name.len > 0 || part.ptr == NULL)
		add_name(to, name);
	while (part.ptr != NULL) {
		add_name(to, span_cut(&part, ']'));
		if (part.len == 0)
			break;
		span_cut(&part, '[');
	}
}

/* The next name up to a dot that is not in brackets. */
static struct span
next_part(struct span *rest)
{
	struct span part = *rest;
	bool inside = false;

	for (size_t i = 0; i < rest->len; i++) {
		unsigned char c = rest->ptr[i];

		inside = c == '[' || (inside && c != ']');
		if (c != '.' || inside)
			continue;
		part.len = i;
		*rest = span_skip(*rest, i + 1);
		return part;
	}
	*rest = (struct span){NULL, 0};
	return part;
}

/* "data->id" and "data/id": of SQL, and of a pointer without its slash. */
static bool
spell_arrows(struct spelled *to, struct span path)
{
	bool found = false;

	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '/' || path.ptr[i] == '>')
			found = true;
		else if (path.ptr[i] == '.' || path.ptr[i] == '[')
			return false;
	}
	while (found && path.len > 0) {
		struct span name = path;

		name.len = 0;
		while (name.len < path.len && path.ptr[name.len] != '/' &&
		       path.ptr[name.len] != '>')
			name.len++;
		path = span_skip(path, name.len + (name.len < path.len));
		if (name.len > 0 && name.ptr[name.len - 1] == '-' &&
		    path.len > 0)
			name.len--;
		/* "->>" has an empty one. */
		if (name.len > 0)
			add_name(to, name);
	}
	return found;
}

static void
spell(struct spelled *to, struct span path)
{
	if (span_starts(path, span_str("/"))) {
		path = span_skip(path, 1);
		while (path.ptr != NULL)
			add_name(to, span_cut(&path, '/'));
		return;
	}
	if (spell_arrows(to, path))
		return;
	/* "$" is the whole body, and so is the dot that jq begins with. */
	if (span_starts(path, span_str("$")))
		path = span_skip(path, 1);
	if (span_starts(path, span_str(".")))
		path = span_skip(path, 1);
	while (path.ptr != NULL)
		add_part(to, next_part(&path));
}

bool
check_path_odd(struct span path, struct reason *advice)
{
	struct spelled right = {.len = 0};
	char shown[SHOWN_MAX];

	if (path.len == 0)
		return false;
	spell(&right, path);
	if (right.element)
		reason_set(advice,
		    "names an element of an array, and a path has names of "
		    "members alone, as in \"json:a.b\": name another place, or "
		    "leave the setting out");
	else if (right.lost)
		reason_set(advice,
		    "has a name that is empty, or that has a dot in it: a path "
		    "is names with dots between them, as in \"json:a.b\"");
	else if (!span_is(path, right.text))
		reason_set(advice,
		    "is in a spelling of other programs: here that is "
		    "\"json:%s\"",
		    shown_name(shown, span_str(right.text)));
	else
		return false;
	return true;
}
