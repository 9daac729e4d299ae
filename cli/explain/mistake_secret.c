/* mistake_secret.c - the secret in a wrong form; or another one. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "mistake_kinds.h"

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
without_whsec(struct span s)
{
	return span_starts(s, span_str("whsec_")) ? span_skip(s, 6) : s;
}

static const struct {
	struct span (*strip)(struct span line);
	const char *what; /* after "secret 1 of FILE" */
} text[] = {
    {without_blanks, "has white space at an end: remove it"},
    {without_quotes, "is in quotes: remove them"},
    {without_bom, "begins with a byte order mark: remove it"},
    {without_name, "has a name and = before it: remove them"},
    {without_whsec,
	"begins with whsec_, which this provider does not use: remove it"},
};

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

bool
mistake_secret_text(struct search *search)
{
	for (size_t i = 0; i < search->lines.n; i++) {
		struct span line = secret_at(&search->lines, i);

		for (size_t k = 0; k < sizeof(text) / sizeof(text[0]); k++) {
			struct span s = text[k].strip(line);

			if (s.len == line.len ||
			    !run_one(search, s,
				search->prov->profile.secret_encoding))
				continue;
			report_secret(search, i, text[k].what);
			return true;
		}
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
			size_t more = strlen(row[k].end);
			unsigned char *with = malloc(line.len + more);
			bool found;

			if (with == NULL)
				return false;
			memcpy(with, line.ptr, line.len);
			memcpy(with + line.len, row[k].end, more);
			found = run_one(search, span_mem(with, line.len + more),
			    SECRET_RAW);
			OPENSSL_cleanse(with, line.len + more);
			free(with);
			if (!found)
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
