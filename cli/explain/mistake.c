/* mistake.c - the table of mistakes, and what their kinds share. */
#include <stdlib.h>
#include <string.h>

#include "http/header.h"
#include "mistake.h"
#include "search.h"
#include "settings_diff.h"
#include "verify/schemes.h"

/*
 * In the order of trying.  Those that change less come first: where two would
 * do, the one named should be the one that was made.
 */
static bool (*const kind[])(struct search *search) = {
    mistake_clock,
    mistake_secret_text,
    mistake_secret_key,
    mistake_shape,
    mistake_limits,
    mistake_url,
    mistake_target,
    mistake_body,
    mistake_signed,
    mistake_other_secret,
    mistake_preset,
    mistake_other_provider,
    mistake_secret_sender,
};

bool
search_run(struct search *search, const struct attempt *attempt,
    const struct preset *words)
{
	search->tried++;
	return attempt_run(attempt, words, &search->found);
}

struct attempt
search_with(const struct search *search, const struct secrets *secrets)
{
	struct attempt attempt = search->base;

	attempt.prov.secrets = *secrets;
	return attempt;
}

void
search_secrets(
    struct secrets *dst, const struct secrets *lines, enum secret_encoding key)
{
	struct secrets one;
	struct reason why;

	*dst = (struct secrets){.n = 0};
	for (size_t i = 0; i < lines->n; i++) {
		/* Each by itself: one that makes no sense is none. */
		if (secrets_parse(&one, secret_at(lines, i), key, &why))
			dst->item[dst->n++] = one.item[0];
	}
}

bool
search_profile(struct search *search, const struct preset *words)
{
	struct secrets secrets;
	struct profile_fault fault;
	struct attempt attempt;
	struct profile profile;
	bool ok;

	/* What the words leave out, "secret_encoding" among it, the profile knows. */
	if (!scheme_profile(&profile, words, search->cfg->tolerance, &fault))
		return false;
	search_secrets(&secrets, &search->lines, profile.secret_encoding);
	profile_free(&profile);
	attempt = search_with(search, &secrets);
	ok = search_run(search, &attempt, words);
	secrets_free(&secrets);
	return ok;
}

bool
search_words(struct search *search, const struct preset *words)
{
	if (!search_profile(search, words))
		return false;
	settings_diff_print(search->out, &search->prov->words, words);
	return true;
}

const char *
search_source(const struct provider *prov)
{
	return prov->secret_path != NULL ? prov->secret_path : prov->secret_env;
}

bool
search_header(
    const struct search *search, size_t i, struct search_header *header)
{
	for (char *const *e = search->base.req.env; *e != NULL; e++) {
		struct span value = span_str(*e), name = span_cut(&value, '=');

		if (!span_starts(name, span_str("HTTP_")) ||
		    !header_from_cgi(header->name, name) || i-- > 0)
			continue;
		header->value = value;
		return true;
	}
	return false;
}

bool
mistake_find(const struct attempt *base, struct mistake *mistake)
{
	struct search search = {
	    .cfg = base->cfg, .prov = &base->prov, .base = *base};
	size_t len = 0;
	bool found = false;

	*mistake = (struct mistake){.text = NULL};
	search.out = open_memstream(&mistake->text, &len);
	if (search.out == NULL)
		return false;
	attempt_lines(&base->prov, &search.lines);
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]) && !found; i++)
		found = kind[i](&search);
	secrets_free(&search.lines);
	if (fclose(search.out) != 0)
		found = false;
	mistake->found = search.found;
	mistake->tried = search.tried;
	if (!found) {
		free(mistake->text);
		mistake->text = NULL;
	}
	return found;
}
