/* settings_diff.c - settings compared and written. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../quote.h"
#include "base/url.h"
#include "parse/json.h"
#include "settings_diff.h"

/* The settings that say how it is signed; n is 1, or the room of a list. */
static const struct word {
	const char *name;
	size_t offset, n;
} word[] = {
    {"scheme", offsetof(struct preset, scheme), 1},
    {"digest", offsetof(struct preset, digest), 1},
    {"secret_encoding", offsetof(struct preset, secret_encoding), 1},
    {"signature", offsetof(struct preset, signature), PRESET_SIGNATURES},
    {"prefix", offsetof(struct preset, prefix), 1},
    {"separator", offsetof(struct preset, separator), 1},
    {"timestamp", offsetof(struct preset, timestamp), 1},
    {"signed_payload", offsetof(struct preset, signed_payload), PRESET_SIGNED},
    {"claims", offsetof(struct preset, claims), PRESET_SIGNED},
    {"public_url", offsetof(struct preset, public_url), 1},
    {"webhook_id", offsetof(struct preset, webhook_id), 1},
    {"required_components", offsetof(struct preset, required_components),
	PRESET_REQUIRED},
    {"algorithms", offsetof(struct preset, algorithms), PRESET_ALGORITHMS},
};

#define WORD_N (sizeof(word) / sizeof(word[0]))

static const char *const *
values(const struct preset *words, const struct word *w)
{
	return (
	    const char *const *)(const void *)((const char *)words + w->offset);
}

/* No word is the same as an empty one. */
static bool
same_text(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool
same(const struct word *w, const struct preset *a, const struct preset *b)
{
	const char *const *x = values(a, w), *const *y = values(b, w);

	for (size_t i = 0; i < w->n; i++) {
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

	for (size_t i = 0; i < WORD_N; i++)
		n += !same(&word[i], was, is);
	return n;
}

void
settings_diff_url(FILE *out, struct span url)
{
	struct span rest = url;
	struct url parts;

	if (!url_split(&parts, url) || parts.user.ptr == NULL) {
		quote_text(out, url, "");
		return;
	}
	rest.len = (size_t)(parts.user.ptr - url.ptr);
	quote_text(out, rest, "");
	fputs("***", out);
	quote_text(out, span_skip(url, rest.len + parts.user.len), "");
}

static void
print_value(FILE *out, const struct word *w, const char *value)
{
	if (strcmp(w->name, "public_url") != 0) {
		json_put_string(out, span_str(value), JSON_ASCII);
		return;
	}
	fputc('"', out);
	settings_diff_url(out, span_str(value));
	fputc('"', out);
}

static void
print_word(FILE *out, const struct word *w, const struct preset *words)
{
	const char *const *value = values(words, w);

	if (value[0] == NULL && strcmp(w->name, "prefix") != 0) {
		fprintf(out, "no \"%s\"", w->name);
		return;
	}
	fprintf(out, "\"%s\": ", w->name);
	if (w->n == 1 || value[1] == NULL) {
		print_value(out, w, value[0] == NULL ? "" : value[0]);
		return;
	}
	for (size_t i = 0; i < w->n && value[i] != NULL; i++) {
		fputs(i == 0 ? "[" : ", ", out);
		print_value(out, w, value[i]);
	}
	fputc(']', out);
}

void
settings_diff_print(
    FILE *out, const struct preset *was, const struct preset *is)
{
	const char *between = "";

	for (size_t i = 0; i < WORD_N; i++) {
		if (same(&word[i], was, is))
			continue;
		fputs(between, out);
		print_word(out, &word[i], is);
		between = ", ";
	}
}
