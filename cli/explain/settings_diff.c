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

	for (size_t i = 0; i < room(set); i++) {
		if (!same_text(x[i], y[i]))
			return false;
		if (x[i] == NULL && y[i] == NULL)
			break;
	}
	return true;
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
print_setting(FILE *out, const struct setting *set, const struct preset *words)
{
	const char *const *value = values(words, set);

	if (value[0] == NULL && strcmp(set->name, "prefix") != 0) {
		fprintf(out, "no \"%s\"", set->name);
		return;
	}
	fprintf(out, "\"%s\": ", set->name);
	if (room(set) == 1 || value[1] == NULL) {
		print_value(out, set, value[0] == NULL ? "" : value[0]);
		return;
	}
	for (size_t i = 0; i < room(set) && value[i] != NULL; i++) {
		fputs(i == 0 ? "[" : ", ", out);
		print_value(out, set, value[i]);
	}
	fputc(']', out);
}

void
settings_diff_print(
    FILE *out, const struct preset *was, const struct preset *is)
{
	const char *between = "";

	for (size_t i = 0; i < SIGNING_N; i++) {
		if (same(&signing[i], was, is))
			continue;
		fputs(between, out);
		print_setting(out, &signing[i], is);
		between = ", ";
	}
}
