/* settings_diff.c - settings compared and written. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/credential.h"
#include "base/encode.h"
#include "base/shown.h"
#include "base/url.h"
#include "http/header.h"
#include "parse/json.h"
#include "settings_diff.h"

/* The settings that say how the provider signs: texts, all of them. */
static const struct setting signing[] = {
#define PRESET_SETTING(name, kind, min, max, old, value, text)
#define SIGNING_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct preset, , name, kind, min, max, old),
#include "preset/setting_list.h"
};

#define SIGNING_N (sizeof(signing) / sizeof(signing[0]))

static const char *const *
values(const struct preset *words, const struct setting *set)
{
	return (const char *const *)(const void *)((const char *)words +
						   set->offset);
}

/* How many values there is room for. */
static size_t
room(const struct setting *set)
{
	return set->kind == SET_TEXTS ? (size_t)set->max : 1;
}

static long
number(const struct preset *words, const struct setting *set)
{
	const char *field = (const char *)words + set->offset;
	long n = 0;

	if (set->kind == SET_BOOL)
		return *(const bool *)(const void *)field;
	memcpy(&n, field, sizeof(n));
	return n;
}

static bool
is_text(const struct setting *set)
{
	return set->kind == SET_TEXT || set->kind == SET_TEXTS;
}

/* A setting that is not there is the same as an empty one. */
static bool
same_text(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool
same(const struct setting *set, const struct preset *a, const struct preset *b)
{
	const char *const *x = values(a, set), *const *y = values(b, set);

	if (!is_text(set))
		return number(a, set) == number(b, set);
	for (size_t i = 0; i < room(set); i++) {
		if (!same_text(x[i], y[i]))
			return false;
		if (x[i] == NULL && y[i] == NULL)
			break;
	}
	return true;
}

static bool
is_absent(const struct setting *set, const struct preset *words)
{
	const struct preset none = {.name = NULL};

	return same(set, words, &none);
}

/* Copy one setting. */
static void
copy(const struct setting *set, const struct preset *from, struct preset *to)
{
	size_t size = is_text(set)            ? room(set) * sizeof(char *)
		      : set->kind == SET_BOOL ? sizeof(bool)
					      : sizeof(long);

	memcpy(
	    (char *)to + set->offset, (const char *)from + set->offset, size);
}

/* What an entry with these words starts from. */
static const struct preset *
start_of(const struct preset *words)
{
	return words->name == NULL ? &preset_default
				   : preset_find(span_str(words->name));
}

unsigned
settings_diff_count(const struct preset *was, const struct preset *is)
{
	unsigned n = 0;

	for (size_t i = 0; i < SIGNING_N; i++)
		n += !same(&signing[i], was, is);
	return n;
}

/* "?token=...": its names, or its look, say that a password is in it. */
static bool
is_private(struct span query)
{
	char text[SHOWN_MAX];

	snprintf(text, sizeof(text), "%.*s", (int)query.len,
	    query.len == 0 ? "" : (const char *)query.ptr);
	return query.len >= sizeof(text) || credential_like(query) ||
	       header_may_be_credential(text, query);
}

/* The query of a URL, or of a path, with its question mark. */
static struct span
query_of(struct span url)
{
	struct url parts;

	if (url_split(&parts, url))
		return parts.query;
	url_cut_path(&url);
	return url;
}

void
settings_diff_url(FILE *out, struct span url)
{
	struct span query = query_of(url);
	char shown[SHOWN_MAX];

	/* A query that is wanted must be written down: it is shown apart. */
	if (!is_private(query))
		url.len -= query.len;
	encode_printable(out, span_str(shown_url(shown, url)), "");
	if (!is_private(query))
		encode_printable(out, query, "");
}

static void
print_value(FILE *out, const struct setting *set, const char *value)
{
	if (strcmp(set->name, "public_url") != 0) {
		json_put_string(out, span_str(value), JSON_ASCII);
		return;
	}
	fputc('"', out);
	settings_diff_url(out, span_str(value));
	fputc('"', out);
}

static void
print_texts(FILE *out, const struct setting *set, const struct preset *words)
{
	const char *const *value = values(words, set);

	if (room(set) == 1 || value[1] == NULL) {
		print_value(out, set, value[0]);
		return;
	}
	for (size_t i = 0; i < room(set) && value[i] != NULL; i++) {
		fputs(i == 0 ? "[" : ", ", out);
		print_value(out, set, value[i]);
	}
	fputc(']', out);
}

static void
print_setting(FILE *out, const struct setting *set, const struct preset *words)
{
	long n = number(words, set);

	fprintf(out, "\"%s\": ", set->name);
	if (is_absent(set, words))
		fputs("null", out);
	else if (is_text(set))
		print_texts(out, set, words);
	else if (set->kind == SET_BOOL)
		fputs(n != 0 ? "true" : "false", out);
	else /* -1 is a tolerance that is switched off: preset.h */
		fprintf(out, "%ld", n < 0 ? 0 : n);
}

/* What has to be done to one setting of the entry. */
enum edit { EDIT_NOTHING, EDIT_WRITE, EDIT_REMOVE };

static enum edit
edit_of(const struct setting *set, const struct preset *was,
    const struct preset *is)
{
	const struct preset *old = start_of(was), *new = start_of(is);
	bool written = !same(set, was, old);

	if (same(set, is, written ? was : new))
		return EDIT_NOTHING;
	return written && same(set, is, new) && !is_absent(set, is)
		   ? EDIT_REMOVE
		   : EDIT_WRITE;
}

void
settings_diff_print(
    FILE *out, const struct preset *was, const struct preset *is)
{
	const char *between = "", *remove = "remove ";

	if (start_of(was) != start_of(is)) {
		fprintf(out, "\"preset\": \"%s\"", is->name);
		between = ", ";
	}
	for (size_t i = 0; i < preset_settings.n; i++) {
		if (edit_of(&preset_settings.row[i], was, is) != EDIT_WRITE)
			continue;
		fputs(between, out);
		print_setting(out, &preset_settings.row[i], is);
		between = ", ";
	}
	between = between[0] == '\0' ? "" : "; ";
	for (size_t i = 0; i < preset_settings.n; i++) {
		if (edit_of(&preset_settings.row[i], was, is) != EDIT_REMOVE)
			continue;
		fprintf(out, "%s%s\"%s\"", between, remove,
		    preset_settings.row[i].name);
		between = ", ";
		remove = "";
	}
}

void
settings_diff_carry(const struct preset *was, struct preset *is)
{
	static const char *const name[] = {"public_url", "webhook_id",
	    "reject_status", "accept_status", "accept_body",
	    "sender_retry_hours", "decompress"};
	const struct preset *start = start_of(was);

	for (size_t i = 0; i < preset_settings.n; i++) {
		const struct setting *set = &preset_settings.row[i];

		for (size_t k = 0; k < sizeof(name) / sizeof(name[0]); k++) {
			if (strcmp(set->name, name[k]) == 0 &&
			    !same(set, was, start))
				copy(set, was, is);
		}
	}
	/* The default need not be taken out only to be the default again. */
	if (is->digest == NULL && same_text(was->digest, "sha256"))
		is->digest = was->digest;
}

/* Settings that say nothing of who the sender is. */
static bool
is_users_own(const struct setting *set)
{
	static const char *const name[] = {"public_url", "webhook_id",
	    "secret_encoding", "required_components", "algorithms"};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		if (strcmp(set->name, name[i]) == 0)
			return true;
	}
	return false;
}

void
settings_diff_own_names(const struct preset *was, struct preset *is)
{
	const struct preset *start = start_of(was);
	bool foreign = false;

	for (size_t i = 0; i < SIGNING_N; i++) {
		if (!is_users_own(&signing[i]) && !same(&signing[i], was, is))
			foreign = true;
	}
	if (!foreign || was->name == NULL || start != start_of(is))
		return;
	if (same_text(is->id, start->id))
		is->id = NULL;
	if (same_text(is->type, start->type))
		is->type = NULL;
}
