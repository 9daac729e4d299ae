/* mistake_secret.c - the secret in a wrong form; or another one. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "mistake_kinds.h"
#include "settings_diff.h"

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* Each removes one thing that should not be there, if it is there. */

static struct span
without_blanks(struct span s)
{
	while (s.len > 0 && is_blank(s.ptr[0]))
		s = span_skip(s, 1);
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static struct span
without_quotes(struct span s)
{
	static const char quote[] = "\"'`";
	struct span inner = without_blanks(s);

	for (const char *q = quote; *q != '\0'; q++) {
		if (inner.len > 2 && inner.ptr[0] == (unsigned char)*q &&
		    inner.ptr[inner.len - 1] == (unsigned char)*q)
			return span_mem(inner.ptr + 1, inner.len - 2);
	}
	return s;
}

static struct span
without_bom(struct span s)
{
	static const char bom[] = "\xef\xbb\xbf";

	return span_starts(s, span_str(bom)) ? span_skip(s, strlen(bom)) : s;
}

static struct span
without_name(struct span s)
{
	struct span rest = s, name = span_cut(&rest, '=');

	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = name.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c >= '0' && c <= '9') || c == '_' || c == ' '))
			return s;
	}
	return name.len > 0 && rest.len > 0 ? without_quotes(rest) : s;
}

static struct span
without_v1(struct span s)
{
	return span_starts(s, span_str("v1,whsec_")) ? span_skip(s, 3) : s;
}

static struct span
without_whsec(struct span s)
{
	return span_starts(s, span_str("whsec_")) ? span_skip(s, 6) : s;
}

static struct span
without_second_whsec(struct span s)
{
	return span_starts(s, span_str("whsec_whsec_")) ? span_skip(s, 6) : s;
}

/* In the order in which several of them are removed, the outer one first. */
static const struct {
	struct span (*strip)(struct span line);
	const char *what; /* after "secret 1 of FILE" */
} text[] = {
    {without_bom, "begins with a byte order mark: remove it"},
    {without_blanks, "has white space at an end: remove it"},
    {without_name, "has a name and = before it: remove them"},
    {without_quotes, "is in quotes: remove them"},
    {without_v1, "begins with \"v1,\" before whsec_: remove \"v1,\""},
    {without_second_whsec, "begins with whsec_ twice: remove one"},
    {without_whsec,
	"begins with whsec_, which this provider does not use: remove it"},
};

#define TEXT_N (sizeof(text) / sizeof(text[0]))

/* Try one secret alone. */
static bool
run_one(struct search *search, struct span secret, enum secret_encoding key)
{
	struct secrets line = {.n = 1}, one;
	struct attempt attempt;
	bool ok;

	if (secret.len == 0 || (line.item[0].ptr = malloc(secret.len)) == NULL)
		return false;
	memcpy(line.item[0].ptr, secret.ptr, secret.len);
	line.item[0].len = secret.len;
	/* Not parsed: a raw one may have a line end in it here. */
	if (key == SECRET_RAW) {
		one = line;
		line = (struct secrets){.n = 0};
	} else {
		search_secrets(&one, &line, key);
	}
	attempt = search_with(search, &one);
	ok = one.n > 0 && search_run(search, &attempt);
	secrets_free(&one);
	secrets_free(&line);
	return ok;
}

/* Write what is wrong with secret i. */
static void
report_secret(struct search *search, size_t i, const char *what)
{
	attempt_put_secret(search->out, search->prov, i);
	fprintf(search->out, " %s", what);
	search->found.secret = i;
}

/* One thing that should not be there. */
static bool
try_one(struct search *search, size_t i)
{
	struct span line = secret_at(&search->lines, i);

	for (size_t k = 0; k < TEXT_N; k++) {
		struct span s = text[k].strip(line);

		if (s.len == line.len ||
		    !run_one(search, s, search->prov->profile.secret_encoding))
			continue;
		report_secret(search, i, text[k].what);
		return true;
	}
	return false;
}

/* Several of them, one within the other. */
static bool
try_several(struct search *search, size_t i)
{
	struct span s = secret_at(&search->lines, i);
	size_t was[TEXT_N], n = 0;

	for (size_t k = 0; k < TEXT_N; k++) {
		struct span inner = text[k].strip(s);

		if (inner.len == s.len)
			continue;
		s = inner;
		was[n++] = k;
		if (n < 2 ||
		    !run_one(search, s, search->prov->profile.secret_encoding))
			continue;
		report_secret(search, i, text[was[0]].what);
		for (size_t m = 1; m < n; m++)
			fprintf(search->out, "; it %s", text[was[m]].what);
		return true;
	}
	return false;
}

/* The secret with more before it or behind it. */
static bool
run_with(struct search *search, const char *before, struct span line,
    const char *behind)
{
	size_t head = strlen(before), tail = strlen(behind);
	size_t len = head + line.len + tail;
	unsigned char *with = malloc(len);
	bool found;

	if (with == NULL)
		return false;
	memcpy(with, before, head);
	memcpy(with + head, line.ptr, line.len);
	memcpy(with + head + line.len, behind, tail);
	found = run_one(search, span_mem(with, len), SECRET_RAW);
	OPENSSL_cleanse(with, len);
	free(with);
	return found;
}

/* Stripe's secrets are the whole text, and people take "whsec_" off. */
static bool
try_whole(struct search *search, size_t i)
{
	if (!run_with(search, "whsec_", secret_at(&search->lines, i), ""))
		return false;
	report_secret(search, i,
	    "lacks whsec_, which is a part of it: put it before the rest");
	return true;
}

bool
mistake_secret_text(struct search *search)
{
	for (size_t i = 0; i < search->lines.n; i++) {
		if (try_one(search, i) || try_several(search, i) ||
		    try_whole(search, i))
			return true;
	}
	return false;
}

/* Another secret_encoding. */
bool
mistake_secret_key(struct search *search)
{
	static const char *const key[] = {
	    [SECRET_RAW] = "raw",
	    [SECRET_HEX] = "hex",
	    [SECRET_BASE64] = "base64",
	    [SECRET_WHSEC] = "whsec",
	};
	struct preset words = search->prov->words;

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		if (i == (size_t)search->prov->profile.secret_encoding)
			continue;
		words.secret_encoding = key[i];
		if (search_words(search, &words))
			return true;
	}
	return false;
}

/*
 * The sender's secret has something at its end that it should not have, such as
 * the line end of a file that was read whole.  Our file cannot express that.
 */
bool
mistake_secret_sender(struct search *search)
{
	static const struct {
		const char *end, *name;
	} row[] = {{"\n", "a line end (LF)"}, {"\r\n", "a line end (CR LF)"},
	    {" ", "a blank"}};
	for (size_t i = 0; i < search->lines.n; i++) {
		struct span line = secret_at(&search->lines, i);

		for (size_t k = 0; k < sizeof(row) / sizeof(row[0]); k++) {
			if (!run_with(search, "", line, row[k].end))
				continue;
			report_secret(
			    search, i, "is right, but the sender's has ");
			fprintf(search->out,
			    "%s at its end: set it there again without it",
			    row[k].name);
			return true;
		}
	}
	return false;
}

/* Of an entry that is signed in the same way: which of the two is meant? */
static void
report_twin(struct search *search, const struct provider *other)
{
	const struct attempt_result *found = &search->found;

	fprintf(search->out,
	    "the URL at the sender: this is a delivery for the provider "
	    "\"%s\", .../%s. If deliveries of both are meant to come here, "
	    "add ",
	    other->name, other->name);
	if (found->key[0] != '\0') {
		fprintf(search->out, "the keys of \"%s\" to this entry",
		    other->name);
		return;
	}
	attempt_put_secret(search->out, other, found->secret);
	fprintf(search->out, " to %s", attempt_source(search->prov));
}

/* The secrets of another provider, by this one's profile. */
bool
mistake_other_secret(struct search *search)
{
	const struct provider *other;
	size_t i = 0;

	while ((other = search_other(search, &i)) != NULL) {
		struct attempt attempt = search_with(search, &other->secrets);

		attempt.prov.keys = other->keys;
		attempt.prov.cache = other->cache;
		if (!search_run(search, &attempt))
			continue;
		if (settings_diff_count(&other->words, &search->prov->words) ==
		    0) {
			report_twin(search, other);
			return true;
		}
		if (search->found.key[0] != '\0') {
			fprintf(search->out, "the keys of the provider \"%s\"",
			    other->name);
			return true;
		}
		fprintf(search->out,
		    "the secret of the provider \"%s\", which is ",
		    other->name);
		attempt_put_secret(search->out, other, search->found.secret);
		return true;
	}
	return false;
}
