/* entry_text.c - writes settings in JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/credential.h"
#include "base/shown.h"
#include "base/stream.h"
#include "base/utf8.h"
#include "entry_text.h"
#include "http/header.h"
#include "parse/json.h"
#include "preset/preset.h"
#include "preset/setting_meant.h"
#include "profile/secret.h"

/* The type of each setting that an entry can have. */
static const struct {
	const char *name;
	enum setting_kind kind;
} known[] = {
#define ENTRY_SETTING(name, kind, min, max, old, value, text) \
	{#name, SET_##kind},
#define PRESET_SETTING(name, kind, min, max, old, value, text) \
	{#name, SET_##kind},
#include "preset/setting_list.h"
};

/* That of text for a setting that does not exist. */
static enum setting_kind
kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0)
			return known[i].kind;
	}
	return SET_TEXT;
}

/* The first byte of a value in JSON that is meant to be of this type. */
static bool
is_json(enum setting_kind kind, struct span value)
{
	static const char *const begins[] = {
	    [SET_TEXT] = "",
	    [SET_TEXTS] = "[",
	    [SET_NUMBER] = "-0123456789",
	    [SET_BOOL] = "tf",
	    [SET_OBJECT] = "{",
	    [SET_NUMBERS] = "[",
	    [SET_SKIPPED] = "{[",
	};

	if (span_is(value, "null"))
		return true;
	return value.len > 0 && value.ptr[0] != '\0' &&
	       strchr(begins[kind], value.ptr[0]) != NULL && json_valid(value);
}

static char *
quote(struct span text)
{
	char *dst = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&dst, &len);

	if (f == NULL)
		return NULL;
	json_put_string(f, text, JSON_UTF8);
	return stream_end(f, &dst) ? dst : NULL;
}

/* Both are taken over, and may be NULL: out of memory. */
static bool
add(struct entry_text *entry, char *name, char *value, bool list)
{
	if (name == NULL || value == NULL || entry->n == ENTRY_TEXT_MAX) {
		free(name);
		free(value);
		return false;
	}
	entry->item[entry->n].name = name;
	entry->item[entry->n].value = value;
	entry->item[entry->n++].list = list;
	return true;
}

bool
entry_text_put(struct entry_text *entry, const char *name, struct span value)
{
	return add(entry, strdup(name), quote(value), false);
}

bool
entry_text_put_json(
    struct entry_text *entry, const char *name, const char *value)
{
	return add(entry, strdup(name), strdup(value), false);
}

static struct entry_item *
find(struct entry_text *entry, const char *name)
{
	for (size_t i = 0; i < entry->n; i++) {
		if (strcmp(entry->item[i].name, name) == 0)
			return &entry->item[i];
	}
	return NULL;
}

const char *
entry_text_value(const struct entry_text *entry, const char *name)
{
	for (size_t i = 0; i < entry->n; i++) {
		if (strcmp(entry->item[i].name, name) == 0)
			return entry->item[i].value;
	}
	return NULL;
}

bool
entry_text_any(const struct entry_text *entry, const char *const names[])
{
	for (; *names != NULL; names++) {
		if (entry_text_value(entry, *names) != NULL)
			return true;
	}
	return false;
}

/* Add text to the value of item, which becomes a list. */
static bool
extend(struct entry_item *item, struct span text)
{
	char *more = quote(text), *joined = NULL;
	size_t len = 0, old = strlen(item->value);
	FILE *f = open_memstream(&joined, &len);

	if (f != NULL && more != NULL)
		fprintf(f, "%s%.*s, %s]", item->list ? "" : "[",
		    (int)(item->list ? old - 1 : old), item->value, more);
	if (f != NULL && !stream_end(f, &joined))
		joined = NULL;
	if (more == NULL) {
		free(joined);
		joined = NULL;
	}
	free(more);
	if (joined == NULL)
		return false;
	free(item->value);
	item->value = joined;
	item->list = true;
	return true;
}

/*
 * People write secret=..., or put one where its file is named.  It stands in
 * the list of processes then, and in the history of a shell.
 */
static bool
is_secret(const char *name, struct span value)
{
	const char *meant = setting_meant(span_str(name));

	if (meant != NULL && strcmp(meant, "secret_file") == 0 &&
	    strcmp(name, "env") != 0)
		return true;
	return strcmp(name, "verify_token") == 0 ||
	       ((strcmp(name, "secret_file") == 0 ||
		    strcmp(name, "secret_env") == 0 ||
		    strcmp(name, "verify_token_file") == 0) &&
		   memchr(value.ptr, '/', value.len) == NULL &&
		   credential_like(value));
}

/* Add a value to one that was given before. */
static bool
repeat(struct entry_item *item, enum setting_kind kind, struct span value,
    struct reason *why)
{
	if (kind != SET_TEXTS || is_json(kind, value) ||
	    strcmp(item->value, "null") == 0 ||
	    (item->value[0] == '[' && !item->list)) {
		reason_set(why, "%s: was given before", item->name);
		return false;
	}
	if (extend(item, value))
		return true;
	reason_set(why, "out of memory");
	return false;
}

bool
entry_text_take(
    struct entry_text *entry, const char *assignment, struct reason *why)
{
	struct span value = span_str(assignment);
	struct span name = span_cut(&value, '=');
	char shown[SHOWN_MAX], *copy;
	struct entry_item *item;
	enum setting_kind kind;
	bool ok = false;

	if (value.ptr == NULL || name.len == 0) {
		reason_set(why,
		    "%s: not a setting: write SETTING=VALUE, such as "
		    "public_url=https://...",
		    shown_name(shown, span_str(assignment)));
		return false;
	}
	if (!utf8_valid(span_str(assignment))) {
		reason_set(why, "%s: not text in UTF-8",
		    shown_name(shown, span_str(assignment)));
		return false;
	}
	if ((copy = strndup((const char *)name.ptr, name.len)) == NULL) {
		reason_set(why, "out of memory");
		return false;
	}
	kind = kind_of(copy);
	item = find(entry, copy);
	if (is_secret(copy, value)) {
		reason_set(why,
		    "%s: a secret does not stand on a command line, where "
		    "every user of this machine can read it: give it on "
		    "standard input, by --secret-file FILE, or let hookdir "
		    "make one by --generate",
		    shown_name(shown, name));
	} else if (item != NULL) {
		ok = repeat(item, kind, value, why);
	} else {
		ok = add(entry, copy,
		    is_json(kind, value)
			? strndup((const char *)value.ptr, value.len)
			: quote(value),
		    false);
		copy = NULL;
		if (!ok)
			reason_set(why, "out of memory, or too many settings");
	}
	free(copy);
	return ok;
}

char *
entry_text_write(const struct entry_text *entry, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (f == NULL)
		return NULL;
	fputs("{", f);
	for (size_t i = 0; i < entry->n; i++) {
		fputs(i == 0 ? "\n  " : ",\n  ", f);
		json_put_string(f, span_str(entry->item[i].name), JSON_UTF8);
		fprintf(f, ": %s", entry->item[i].value);
	}
	fputs("\n}\n", f);
	return stream_end(f, &text) ? text : NULL;
}

void
entry_text_free(struct entry_text *entry)
{
	for (size_t i = 0; i < entry->n; i++) {
		free(entry->item[i].name);
		free(entry->item[i].value);
	}
	*entry = (struct entry_text){.n = 0};
}
