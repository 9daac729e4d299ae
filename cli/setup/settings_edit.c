/* settings_edit.c - puts settings into a settings file that somebody wrote. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream.h"
#include "config/config.h"
#include "parse/json.h"
#include "settings_edit.h"

#define NEW_FILE "{\n}\n"
#define INDENT   "  "

/* Where a setting is, or would be, in the text. */
struct site {
	bool found;
	struct json_member member; /* the one that is there */
	const unsigned char *open; /* behind the brace */
	const unsigned char *end;  /* behind the last value; NULL: no member */
	struct span indent;        /* of the first member */
	bool one_line; /* the first member stands beside the brace */
};

/* The white space between the line's begin and at; false if there is more. */
static bool
indent_of(struct span text, const unsigned char *at, struct span *indent)
{
	const unsigned char *from = at;

	while (from > text.ptr && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	*indent = span_mem(from, (size_t)(at - from));
	return from == text.ptr || from[-1] == '\n';
}

/* Find the setting called name.  False with why set. */
static bool
find_site(
    struct site *site, struct span text, const char *name, struct reason *why)
{
	struct json_member member;
	struct json_walk walk;

	*site = (struct site){.indent = span_str(INDENT)};
	if (!json_walk(&walk, text, JSON_SETTINGS) || !walk.object) {
		reason_set(why, "is not an object, {...}");
		return false;
	}
	site->open = walk.rest.ptr;
	while (json_next(&walk, &member)) {
		/* In front of its key is a quote. */
		if (site->end == NULL)
			site->one_line =
			    !indent_of(text, member.key.ptr - 1, &site->indent);
		site->end = member.value.ptr + member.value.len;
		if (!span_is(member.key, name))
			continue;
		if (site->found) {
			reason_set(why, "\"%s\" is in it twice", name);
			return false;
		}
		site->found = true;
		site->member = member;
	}
	if (walk.failed)
		reason_set(why,
		    "line %u: there is a syntax error: see hookdir "
		    "check",
		    json_line(text, walk.rest.ptr));
	return !walk.failed;
}

/* Behind the comment that text begins with; its begin if there is none. */
static const unsigned char *
behind_comment(struct span text)
{
	bool block = span_starts(text, span_str("/*"));
	struct span rest = text;

	if (!block && !span_starts(text, span_str("//")))
		return text.ptr;
	rest = span_skip(rest, 2);
	while (
	    rest.len > 0 && !span_starts(rest, span_str(block ? "*/" : "\n")))
		rest = span_skip(rest, 1);
	return rest.ptr + (block && rest.len > 0 ? 2 : 0);
}

/*
 * The end of the line in which at is, after the comments that begin there: they
 * are about what stands before them.  at itself if there is more in the line.
 */
static const unsigned char *
line_end(struct span text, const unsigned char *at)
{
	const unsigned char *end = text.ptr + text.len, *from = at, *next;

	while (at < end && *at != '\n') {
		if (*at == ' ' || *at == '\t' || *at == '\r')
			next = at + 1;
		else
			next = behind_comment(span_mem(at, (size_t)(end - at)));
		if (next == at)
			return from;
		at = next;
	}
	if (at == end)
		return from;
	return at > from && at[-1] == '\r' ? at - 1 : at;
}

static void
put(FILE *out, const unsigned char *from, const unsigned char *to)
{
	if (to > from)
		fwrite(from, 1, (size_t)(to - from), out);
}

static void
put_value(FILE *out, const struct settings_text *set)
{
	if (set->word)
		fputs(set->text, out);
	else
		json_put_string(out, span_str(set->text), JSON_UTF8);
}

static void
put_setting(FILE *out, const struct settings_text *set)
{
	fprintf(out, "\"%s\": ", set->name);
	put_value(out, set);
}

/* A line of its own. */
static void
put_line(FILE *out, struct span text, const struct site *site,
    const struct settings_text *set)
{
	const unsigned char *lf = memchr(text.ptr, '\n', text.len);

	fputs(
	    lf != NULL && lf > text.ptr && lf[-1] == '\r' ? "\r\n" : "\n", out);
	put(out, site->indent.ptr, site->indent.ptr + site->indent.len);
	put_setting(out, set);
}

static void
write_edited(FILE *out, struct span text, const struct site *site,
    const struct settings_text *set)
{
	const unsigned char *end = text.ptr + text.len, *at;

	if (site->found) {
		at = site->member.value.ptr;
		put(out, text.ptr, at);
		put_value(out, set);
		put(out, at + site->member.value.len, end);
	} else if (site->end == NULL) {
		at = line_end(text, site->open);
		put(out, text.ptr, at);
		put_line(out, text, site, set);
		if (at < end && *at != '\n' && *at != '\r')
			fputs("\n", out);
		put(out, at, end);
	} else if (site->one_line) {
		put(out, text.ptr, site->end);
		fputs(", ", out);
		put_setting(out, set);
		put(out, site->end, end);
	} else {
		at = line_end(text, site->end);
		put(out, text.ptr, site->end);
		fputs(",", out);
		put(out, site->end, at);
		put_line(out, text, site, set);
		put(out, at, end);
	}
}

/* The value is what is to be set. */
static bool
says(const struct json_member *member, const struct settings_text *set)
{
	char *value;
	size_t len;
	bool same;

	if (set->word)
		return span_is(member->value, set->text);
	if (member->kind != JSON_STRING || !json_text(member, &value, &len))
		return false;
	same = span_is(span_mem(value, len), set->text);
	free(value);
	return same;
}

/* All of old but set is in text, in its order, and set is as it should be. */
static bool
is_same_else(struct span old, struct span text, const struct settings_text *set)
{
	struct json_member was, is;
	struct json_walk a, b;
	bool found = false, more;

	if (!json_walk(&a, old, JSON_SETTINGS) ||
	    !json_walk(&b, text, JSON_SETTINGS))
		return false;
	more = json_next(&a, &was);
	while (json_next(&b, &is)) {
		if (span_is(is.key, set->name)) {
			if (found || !says(&is, set))
				return false;
			found = true;
			if (!more || !span_is(was.key, set->name))
				continue;
		} else if (!more || !span_eq(was.key, is.key) ||
			   !span_eq(was.value, is.value)) {
			return false;
		}
		more = json_next(&a, &was);
	}
	return found && !more && !a.failed && !b.failed;
}

/* Put one setting into old. */
static enum settings_edited
edit_one(struct span old, const struct settings_text *set, char **text,
    size_t *len, struct reason *why)
{
	struct site site;
	bool ok = false;
	FILE *out;

	if (!find_site(&site, old, set->name, why))
		return SETTINGS_FAILED;
	if (site.found && says(&site.member, set))
		return SETTINGS_SAME;
	*text = NULL;
	if ((out = open_memstream(text, len)) != NULL) {
		write_edited(out, old, &site, set);
		ok = stream_end(out, text);
	}
	if (!ok)
		reason_set(why, "cannot be edited: out of memory");
	else if (is_same_else(old, span_mem(*text, *len), set))
		return SETTINGS_EDITED;
	else
		reason_set(why,
		    "cannot be edited: put \"%s\": \"%s\" into it by hand",
		    set->name, set->text);
	free(*text);
	return SETTINGS_FAILED;
}

enum settings_edited
settings_edit(struct span old, const struct settings_text set[], char **text,
    size_t *len, struct reason *why)
{
	struct span now = old.len == 0 ? span_str(NEW_FILE) : old;
	char *last = NULL, *next;
	size_t next_len;

	for (; set->name != NULL; set++) {
		enum settings_edited one = SETTINGS_SAME;

		if (set->text != NULL)
			one = edit_one(now, set, &next, &next_len, why);
		if (one == SETTINGS_SAME)
			continue;
		free(last);
		if (one == SETTINGS_FAILED)
			return one;
		last = next;
		now = span_mem(next, next_len);
	}
	*text = last;
	*len = now.len;
	return last == NULL ? SETTINGS_SAME : SETTINGS_EDITED;
}

enum settings_edited
settings_edit_file(const struct place *folder, const char *name,
    const struct settings_text set[], bool dry_run, struct reason *why)
{
	struct reason cause = {""};
	enum settings_edited done;
	struct place_rights rights;
	struct file_content old;
	char *text = NULL;
	size_t len;

	switch (place_read(folder, name, CONFIG_FILE_MAX, &old, why)) {
	case LOOKUP_FOUND:
		break;
	case LOOKUP_NONE:
		return SETTINGS_ABSENT;
	case LOOKUP_INVALID:
	case LOOKUP_NO_MEMORY:
	default:
		return SETTINGS_FAILED;
	}
	done = settings_edit(
	    span_mem(old.bytes, old.len), set, &text, &len, &cause);
	if (done == SETTINGS_FAILED)
		reason_set(why, "%s/%s: %s", folder->path, name, cause.text);
	rights = place_rights_of(&old.st);
	if (done == SETTINGS_EDITED && !dry_run &&
	    !place_replace(folder, name, span_mem(text, len), &rights, why))
		done = SETTINGS_FAILED;
	free(text);
	free(old.bytes);
	return done;
}

bool
settings_edit_new(const struct place *folder, const char *name,
    const struct settings_text set[], const struct place_rights *rights,
    struct reason *why)
{
	struct reason cause = {""};
	char *text = NULL;
	size_t len;
	bool ok = false;

	if (settings_edit(span_str(NULL), set, &text, &len, &cause) ==
	    SETTINGS_EDITED)
		ok = place_create(
		    folder, name, span_mem(text, len), rights, why);
	else
		reason_set(why, "%s/%s: %s", folder->path, name, cause.text);
	free(text);
	return ok;
}
