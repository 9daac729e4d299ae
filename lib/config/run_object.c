/* run_object.c - one object of "run", from JSON to struct run_entry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/spelling.h"
#include "config/run_object.h"
#include "parse/json.h"

#define KEY_MAX 128 /* of a dotted path */

/* An object of "run", as it is in the file. */
struct run_words {
#define RUN_SETTING(name, kind, min, max, ...) SETTING_FIELD_##kind(name, max)
#include "preset/setting_list.h"
};

static const struct setting row[] = {
#define RUN_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct run_words, , name, kind, min, max, old),
#include "preset/setting_list.h"
};

static const struct setting_table table = SETTING_TABLE(row);

static const struct run_words defaults = {
#define RUN_SETTING(name, kind, min, max, old, value, text) \
	SETTING_VALUE_##kind(name, value)
#include "preset/setting_list.h"
};

_Static_assert(RUN_RETRY_MAX == SETTING_NUMBERS_MAX, "all that are read fit");
_Static_assert(sizeof(row) / sizeof(row[0]) <= SETTINGS_TABLE_MAX,
    "settings_read() has room");

/* One object of "run" that is being read. */
struct object {
	struct settings_file *file;
	struct span text;
	const char *key; /* its dotted path */
	const char *dir;
	struct settings_target target;
};

/* Of a setting that is not in the object, the line is the object's. */
static bool
complain(const struct object *object, const char *setting, const char *why)
{
	const unsigned char *at = settings_at(&object->target, &table, setting);
	char key[KEY_MAX];

	snprintf(key, sizeof(key), "%s.%s", object->key, setting);
	settings_complain(object->file, LVL_ERROR,
	    at != NULL ? at : object->text.ptr, key, "%s", why);
	return false;
}

/* The text alone would be a command for a shell. */
static bool
set_command(const struct object *object, const struct run_words *words,
    struct run_entry *entry)
{
	const unsigned char *at =
	    settings_at(&object->target, &table, "command");

	if (words->command[0] == NULL)
		return true;
	if (at[0] != '[')
		return complain(object, "command",
		    "must be a list, [\"PROGRAM\", \"ARGUMENT\", ...]: no "
		    "shell reads it");
	memcpy(entry->command, words->command, sizeof(words->command));
	return true;
}

/* The word that the order was probably to begin with, as the end of a message. */
static const char *
hint_order(char dst[static SPELLING_HINT_MAX], const char *order)
{
	static const char *const word[] = {"none", "all", "json", "header"};
	struct span written = span_before(span_str(order), ':');
	struct spelling nearest = spelling_of(written);

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		spelling_try(&nearest, word[i]);
	if (nearest.nearest != NULL && span_is(written, nearest.nearest))
		nearest.nearest = NULL;
	return spelling_hint(dst, &nearest);
}

static bool
set_order(const struct object *object, const struct run_words *words,
    struct run_entry *entry)
{
	char hint[SPELLING_HINT_MAX];
	struct reason why;

	if (words->order == NULL ||
	    run_order_parse(&entry->order, words->order))
		return true;
	reason_set(&why, RUN_ORDER_RULE "%s", hint_order(hint, words->order));
	return complain(object, "order", why.text);
}

/* True if another variable before number n has its name. */
static bool
is_repeated(const struct run_entry *entry, size_t n)
{
	struct span name = span_before(span_str(entry->environment[n]), '=');

	for (size_t i = 0; i < n; i++) {
		if (span_eq(name,
			span_before(span_str(entry->environment[i]), '=')))
			return true;
	}
	return false;
}

/* Write "NAME=VALUE" into the pool; NULL for what is no variable. */
static const char *
make_variable(struct pool *pool, const struct json_member *member)
{
	const char *variable = NULL;
	size_t len, size;
	char *value, *text;

	if (member->kind != JSON_STRING || !json_text(member, &value, &len))
		return NULL;
	size = member->key.len + 1 + len + 1;
	text = malloc(size);
	if (text != NULL && strlen(value) == len &&
	    memchr(member->key.ptr, '=', member->key.len) == NULL) {
		snprintf(text, size, "%.*s=%s", SPAN_ARGS(member->key), value);
		variable = pool_copy(pool, text, size - 1);
	}
	free(text);
	free(value);
	return variable;
}

static bool
set_environment(const struct object *object, const struct run_words *words,
    struct run_entry *entry)
{
	struct json_member member;
	struct json_walk walk;
	size_t n = 0;

	if (words->environment.len == 0)
		return true;
	if (!json_walk(&walk, words->environment, JSON_SETTINGS))
		return complain(object, "environment", "out of memory");
	while (json_next(&walk, &member)) {
		if (n == RUN_ENVIRONMENT_MAX)
			return complain(
			    object, "environment", "has too many variables");
		entry->environment[n] =
		    make_variable(object->file->pool, &member);
		if (entry->environment[n] == NULL)
			return complain(object, "environment",
			    "must be an object of strings: {\"NAME\": "
			    "\"VALUE\"}");
		if (is_repeated(entry, n++))
			return complain(
			    object, "environment", "has the same name twice");
	}
	if (!walk.failed)
		return true;
	settings_syntax(object->file, walk.rest, NULL);
	return false;
}

/* The empty string names no file and no folder. */
static bool
set_path(const struct object *object, const char *setting, const char *value,
    const char **path)
{
	if (value == NULL)
		return true;
	if (value[0] == '\0')
		return complain(object, setting,
		    "is empty: give it a value, or leave it out");
	*path = pool_path(object->file->pool, object->dir, value);
	return *path != NULL || complain(object, setting, "out of memory");
}

static void
set_numbers(const struct object *object, const struct run_words *words,
    struct run_entry *entry)
{
	entry->jobs = words->jobs;
	entry->timeout = words->timeout;
	entry->keep_hours = words->keep_hours;
	entry->persistent = words->persistent;
	entry->insecure = words->insecure;
	if (settings_said(&object->target, &table, "failed_days"))
		entry->failed_days = words->failed_days;
	if (!settings_said(&object->target, &table, "retry"))
		return;
	memcpy(entry->retry, words->retry.at, sizeof(entry->retry));
	entry->nretry = words->retry.n;
}

/* False after a complaint. */
static bool
read_paths(const struct object *object, const struct run_words *words,
    struct run_entry *entry)
{
	return set_path(
		   object, "directory", words->directory, &entry->directory) &&
	       set_path(object, "forward_secret_file",
		   words->forward_secret_file, &entry->forward_secret_file) &&
	       set_path(object, "forward_ca_file", words->forward_ca_file,
		   &entry->forward_ca_file);
}

/* Where the entry is, for messages about it. */
static bool
set_place(const struct object *object, struct run_entry *entry)
{
	entry->line = json_line(object->file->text, object->text.ptr);
	entry->key =
	    pool_copy(object->file->pool, object->key, strlen(object->key));
	return entry->key != NULL ||
	       complain(object, "command", "out of memory");
}

void
run_object_read(struct settings_file *file, struct span text, const char *key,
    const char *dir, struct run_entry *entry)
{
	struct object object = {
	    .file = file, .text = text, .key = key, .dir = dir};
	struct run_words words = defaults;
	struct run_fault fault;
	char prefix[KEY_MAX];

	*entry = run_entry_default;
	object.target.dst = &words;
	snprintf(prefix, sizeof(prefix), "%s.", key);
	if (!settings_read(file, text, prefix, &table, &object.target))
		return;
	set_numbers(&object, &words, entry);
	memcpy(entry->type, words.type, sizeof(words.type));
	entry->forward = words.forward;
	if (set_command(&object, &words, entry) &&
	    set_order(&object, &words, entry) &&
	    set_environment(&object, &words, entry) &&
	    read_paths(&object, &words, entry) && set_place(&object, entry) &&
	    !run_entry_ok(entry, &fault))
		complain(&object, fault.setting, fault.why.text);
}
