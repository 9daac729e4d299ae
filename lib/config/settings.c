/* settings.c - reads settings by a table. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "config/settings.h"
#include "parse/json.h"
#include "preset/setting_meant.h"

#define KEY_TEXT_MAX       128
#define SETTINGS_DUPLICATE "duplicate setting"

/* Log the complaint text, and count it; line 0 is none. */
static void
complain(struct settings_file *file, enum log_level level, unsigned line,
    const char *key, const char *text)
{
	char full[sizeof(file->last)], number[24] = "";

	if (line != 0)
		snprintf(number, sizeof(number), "%u:", line);
	snprintf(full, sizeof(full), "%s:%s %s%s%s", file->path, number,
	    key == NULL ? "" : key, key == NULL ? "" : ": ", text);
	log_line(file->log, level, "%s", full);
	if (level != LVL_ERROR) {
		file->warnings++;
		return;
	}
	file->errors++;
	memcpy(file->last, full, sizeof(full));
}

void
settings_complain(struct settings_file *file, enum log_level level,
    const void *at, const char *key, const char *fmt, ...)
{
	char text[REASON_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	complain(
	    file, level, at == NULL ? 0 : json_line(file->text, at), key, text);
}

void
settings_complain_line(struct settings_file *file, unsigned line,
    const char *key, const char *fmt, ...)
{
	char text[REASON_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	complain(file, LVL_ERROR, line, key, text);
}

void
settings_syntax(struct settings_file *file, struct span rest, const char *key)
{
	const char *hint = "";

	if (span_starts(span_trim(rest), span_str("#")))
		hint = "; a comment begins with //, or is between /* and */";
	else if (span_starts(span_trim(rest), span_str("'")))
		hint = "; a text is in double quotes, \"...\"";
	settings_complain(file, LVL_ERROR, rest.ptr, key, "%s%s",
	    SETTINGS_SYNTAX_ERROR, hint);
}

/* The text of a string; NULL for another type or if it contains a NUL. */
static const char *
read_text(struct pool *pool, const struct json_member *member)
{
	const char *copy = NULL;
	char *text;
	size_t len;

	if (member->kind != JSON_STRING || !json_text(member, &text, &len))
		return NULL;
	if (strlen(text) == len)
		copy = pool_copy(pool, text, len);
	free(text);
	return copy;
}

static const char *
read_texts(struct pool *pool, const struct json_member *member,
    const char **dst, size_t room)
{
	struct json_member element;
	struct json_walk walk;
	size_t n = 0;

	memset(dst, 0, room * sizeof(*dst));
	if (member->kind == JSON_STRING) {
		dst[0] = read_text(pool, member);
		return dst[0] == NULL ? "must be a string without a NUL" : NULL;
	}
	if (member->kind != JSON_ARRAY ||
	    !json_walk(&walk, member->value, JSON_SETTINGS))
		return "must be a string or a list of strings";
	while (json_next(&walk, &element)) {
		if (n == room)
			return "has too many values";
		if ((dst[n++] = read_text(pool, &element)) == NULL)
			return "must be a list of strings";
	}
	return walk.failed || n == 0 ? "must be a list of strings" : NULL;
}

static const char *
read_number(
    const struct setting *set, const struct json_member *member, long *dst)
{
	bool negative = span_starts(member->value, span_str("-"));
	long long n = span_number(span_skip(member->value, negative));

	if (member->kind != JSON_NUMBER || n < 0)
		return "must be a whole number";
	n = negative ? -n : n;
	if (n < set->min || n > set->max)
		return "out of range";
	*dst = (long)n;
	return NULL;
}

static const char *
read_numbers(const struct setting *set, const struct json_member *member,
    struct setting_numbers *dst)
{
	struct json_member element;
	struct json_walk walk;
	const char *wrong = NULL;

	dst->n = 0;
	if (member->kind != JSON_ARRAY ||
	    !json_walk(&walk, member->value, JSON_SETTINGS))
		return "must be a list of whole numbers, [...]";
	while (wrong == NULL && json_next(&walk, &element)) {
		if (dst->n == SETTING_NUMBERS_MAX)
			return "has too many values";
		wrong = read_number(set, &element, &dst->at[dst->n++]);
	}
	return walk.failed ? "must be a list of whole numbers, [...]" : wrong;
}

/* Store one value.  Returns NULL, or what is wrong with the value. */
static const char *
read_value(struct pool *pool, const struct setting *set,
    const struct json_member *member, void *dst)
{
	char *place = (char *)dst + set->offset;
	const char *text;

	switch (set->kind) {
	case SET_TEXT:
		if ((text = read_text(pool, member)) == NULL)
			return "must be a string";
		*(const char **)(void *)place = text;
		return NULL;
	case SET_TEXTS:
		return read_texts(pool, member, (const char **)(void *)place,
		    (size_t)set->max);
	case SET_NUMBER:
		return read_number(set, member, (long *)(void *)place);
	case SET_BOOL:
		/* Compared as text, because json-c accepts tRUE as well. */
		*(bool *)(void *)place = span_is(member->value, "true");
		if (!span_is(member->value, "true") &&
		    !span_is(member->value, "false"))
			return "must be true or false";
		return NULL;
	case SET_OBJECT:
		if (member->kind != JSON_OBJECT)
			return "must be an object, {...}";
		*(struct span *)(void *)place = member->value;
		return NULL;
	case SET_NUMBERS:
		return read_numbers(
		    set, member, (struct setting_numbers *)(void *)place);
	case SET_SKIPPED:
		*(struct span *)(void *)place = member->value;
		return NULL;
	}
	return "unknown kind";
}

/* One object that is being read. */
struct reading {
	struct settings_file *file;
	const char *prefix;
	const struct setting_table *table;
	struct settings_target *target;
};

/* Compared as text, because json-c accepts nULL as well. */
static bool
is_null(const struct json_member *member)
{
	return span_is(member->value, "null");
}

/* The row called name, or table->n. */
static size_t
find_row(const struct setting_table *table, const char *name)
{
	size_t i = 0;

	while (i < table->n && strcmp(table->row[i].name, name) != 0)
		i++;
	return i;
}

/*
 * Complain about a setting that is not in the table, but in another place; or
 * about an entry at the top.
 */
static bool
complain_place(
    const struct reading *r, const struct json_member *member, const char *key)
{
	const char *place = setting_belongs(member->key);

	if (place == NULL && r->prefix[0] == '\0' &&
	    member->kind == JSON_OBJECT && setting_meant(member->key) == NULL &&
	    find_row(r->table, "providers") < r->table->n)
		place = "in the object providers, if it is the entry of one";
	if (place == NULL)
		return false;
	settings_complain(r->file, LVL_ERROR, member->value.ptr, key,
	    "unknown setting: it belongs %s", place);
	return true;
}

/* Complain about a setting that is not in the table. */
static void
complain_unknown(
    const struct reading *r, const struct json_member *member, const char *key)
{
	struct spelling nearest = spelling_of(member->key);
	const char *meant = setting_meant_in(r->table, member->key);
	char hint[SPELLING_HINT_MAX];

	for (size_t i = 0; i < r->table->n; i++) {
		const struct setting *set = &r->table->row[i];

		if (set->old != NULL && span_is(member->key, set->old)) {
			settings_complain(r->file, LVL_ERROR, member->value.ptr,
			    key, "is now called \"%s\"", set->name);
			return;
		}
		spelling_try(&nearest, set->name);
	}
	if (span_starts(member->key, span_str("//")) ||
	    span_starts_nocase(member->key, "_comment") ||
	    span_is_nocase(member->key, "comment")) {
		settings_complain(r->file, LVL_ERROR, member->value.ptr, key,
		    "unknown setting: a comment begins with //, or is between "
		    "/* and */, outside of quotes");
		return;
	}
	if (meant != NULL)
		nearest.nearest = meant;
	if (nearest.nearest == NULL && complain_place(r, member, key))
		return;
	settings_complain(r->file, LVL_ERROR, member->value.ptr, key,
	    "unknown setting%s", spelling_hint(hint, &nearest));
}

static void
read_member(const struct reading *r, const struct json_member *member)
{
	const struct setting *set = r->table->row;
	const struct setting *end = set + r->table->n;
	char key[KEY_TEXT_MAX], shown[SHOWN_MAX], range[48] = "";
	struct settings_said *said;
	const char *wrong;

	while (set < end && !span_is(member->key, set->name))
		set++;
	snprintf(key, sizeof(key), "%s%s", r->prefix,
	    shown_name(shown, member->key));
	if (set == end) {
		complain_unknown(r, member, key);
		return;
	}
	said = &r->target->said[set - r->table->row];
	if (said->at != NULL && set->kind == SET_SKIPPED)
		return;
	if (said->at != NULL) {
		settings_complain(r->file, LVL_ERROR, member->value.ptr, key,
		    SETTINGS_DUPLICATE);
		return;
	}
	said->at = member->value.ptr;
	said->null = is_null(member);
	if (said->null)
		return;
	wrong = read_value(r->file->pool, set, member, r->target->dst);
	if (wrong == NULL)
		return;
	if (set->kind == SET_NUMBER || set->kind == SET_NUMBERS)
		snprintf(
		    range, sizeof(range), ": %ld to %ld", set->min, set->max);
	settings_complain(
	    r->file, LVL_ERROR, member->value.ptr, key, "%s%s", wrong, range);
}

bool
settings_read(struct settings_file *file, struct span object,
    const char *prefix, const struct setting_table *table,
    struct settings_target *target)
{
	const struct reading r = {file, prefix, table, target};
	unsigned before = file->errors;
	struct json_member member;
	struct json_walk walk;

	memset(target->said, 0, sizeof(target->said));
	if (!json_walk(&walk, object, JSON_SETTINGS) || !walk.object) {
		settings_complain(file, LVL_ERROR, object.ptr, NULL,
		    "must be one JSON object, {...}");
		return false;
	}
	while (json_next(&walk, &member))
		read_member(&r, &member);
	if (walk.failed)
		settings_syntax(file, walk.rest, NULL);
	return file->errors == before;
}

enum lookup
settings_one(struct settings_file *file, struct span object, const char *prefix,
    const char *name, struct json_member *member)
{
	enum lookup found = LOOKUP_NONE;
	struct json_member next;
	struct json_walk walk;
	char key[KEY_TEXT_MAX];

	if (!json_walk(&walk, object, JSON_SETTINGS) || !walk.object)
		return LOOKUP_NONE;
	while (json_next(&walk, &next)) {
		if (!span_is(next.key, name))
			continue;
		if (found == LOOKUP_FOUND) {
			snprintf(key, sizeof(key), "%s%s", prefix, name);
			settings_complain(file, LVL_ERROR, next.value.ptr, key,
			    SETTINGS_DUPLICATE);
			return LOOKUP_INVALID;
		}
		*member = next;
		found = LOOKUP_FOUND;
	}
	if (walk.failed) {
		settings_syntax(file, walk.rest, NULL);
		return LOOKUP_INVALID;
	}
	if (found == LOOKUP_FOUND && is_null(member))
		return LOOKUP_NONE;
	return found;
}

bool
settings_said(const struct settings_target *target,
    const struct setting_table *table, const char *name)
{
	const struct settings_said *said = &target->said[find_row(table, name)];

	return said->at != NULL && !said->null;
}

const unsigned char *
settings_at(const struct settings_target *target,
    const struct setting_table *table, const char *name)
{
	size_t i = find_row(table, name);

	return i == table->n ? NULL : target->said[i].at;
}

static size_t
field_size(const struct setting *set)
{
	switch (set->kind) {
	case SET_TEXT:
		return sizeof(const char *);
	case SET_TEXTS:
		return (size_t)set->max * sizeof(const char *);
	case SET_NUMBER:
		return sizeof(long);
	case SET_BOOL:
		return sizeof(bool);
	case SET_OBJECT:
	case SET_SKIPPED:
		return sizeof(struct span);
	case SET_NUMBERS:
		return sizeof(struct setting_numbers);
	}
	return 0;
}

void
settings_override(const struct settings_target *target,
    const struct setting_table *table, void *dst)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct setting *set = &table->row[i];

		if (target->said[i].at != NULL)
			memcpy((char *)dst + set->offset,
			    (const char *)target->dst + set->offset,
			    field_size(set));
	}
}
