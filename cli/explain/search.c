/* search.c - attempts that change secrets or settings. */
#include <string.h>

#include "search.h"
#include "settings_diff.h"
#include "verify/schemes.h"

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
	struct reason why;

	*dst = (struct secrets){.n = 0};
	/* One that cannot be decoded is left out. */
	for (size_t i = 0; i < lines->n; i++)
		secrets_add(
		    dst, secret_at(lines, i), key, lines->item[i].line, &why);
}

bool
search_profile(struct search *search, const struct preset *words)
{
	struct secrets secrets;
	struct profile_fault fault;
	struct attempt attempt;
	struct profile profile;
	bool ok;

	/* The profile fills in what words leave out, as secret_encoding. */
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

const struct provider *
search_other(const struct search *search, size_t *i)
{
	while (*i < search->cfg->nprovider) {
		const struct provider *prov = &search->cfg->provider[(*i)++];

		if (!prov->broken &&
		    strcmp(prov->name, search->prov->name) != 0)
			return prov;
	}
	return NULL;
}
