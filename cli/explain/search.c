/* search.c - attempts that change secrets or settings. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "search.h"
#include "settings_diff.h"
#include "verify/schemes.h"

#define QUIET_MS 1000 /* a search that takes longer shows that it goes on */
#define PAUSE_MS 200  /* between two signs of it */

static long long
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* For somebody who waits at a terminal. */
static void
show_progress(struct search *search)
{
	long long now = milliseconds();

	if (now - search->begun < QUIET_MS || now - search->heard < PAUSE_MS ||
	    !isatty(STDERR_FILENO))
		return;
	search->heard = now;
	fprintf(stderr, "\r%u changes tried ...", search->tried);
}

static void
end_progress(const struct search *search)
{
	if (search->heard > 0)
		fputs("\r                              \r", stderr);
}

bool
search_init(struct search *search, const struct attempt *base,
    const struct known *known)
{
	*search = (struct search){.cfg = base->cfg,
	    .prov = &base->prov,
	    .known = known,
	    .base = *base,
	    .begun = milliseconds()};
	if (!macs_init(&search->macs, base->req.body))
		return false;
	attempt_lines(&base->prov, &search->lines);
	for (size_t i = 0; i < SEARCH_ENCODINGS; i++)
		search_secrets(&search->decoded[i], &search->lines,
		    (enum secret_encoding)i);
	recognise(&search->seen, known, &base->req);
	return true;
}

void
search_free(struct search *search)
{
	end_progress(search);
	for (size_t i = 0; i < SEARCH_ENCODINGS; i++)
		secrets_free(&search->decoded[i]);
	secrets_free(&search->lines);
	macs_free(&search->macs);
}

bool
search_run(struct search *search, const struct attempt *attempt)
{
	show_progress(search);
	switch (macs_ask(&search->macs, &attempt->prov, &attempt->req)) {
	case MACS_LEFT_OUT:
		search->left_out++;
		return false;
	case MACS_NO:
		search->tried++;
		return false;
	case MACS_MAYBE:
		break;
	}
	search->tried++;
	return attempt_run(attempt, &search->found);
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
	struct attempt attempt = search->base;
	struct profile *profile = &attempt.prov.profile;
	struct profile_fault fault;
	bool ok;

	if (!scheme_profile(profile, words, search->cfg->tolerance, &fault))
		return false;
	attempt.prov.words = *words;
	attempt_choose_body(&attempt);
	/* The profile fills in what words leave out, as secret_encoding. */
	attempt.prov.secrets = search->decoded[profile->secret_encoding];
	ok = search_run(search, &attempt);
	profile_free(profile);
	return ok;
}

bool
search_words(struct search *search, const struct preset *words)
{
	const struct preset *was = &search->prov->words;
	struct preset is = *words;

	if (!search_profile(search, words))
		return false;
	settings_diff_own_names(was, &is);
	settings_diff_print(search->out, was, &is);
	return true;
}

void
search_url(const struct search *search, struct url *came)
{
	const struct request *req = &search->base.req;
	struct span uri = request_variable(req, "REQUEST_URI"), host;
	struct url absolute = {.scheme = NULL};

	*came = (struct url){.scheme = "https"};
	if (url_split(&absolute, uri)) {
		*came = absolute;
		return;
	}
	if (request_header(req, "X-Forwarded-Host", &host) == REQUEST_ONE ||
	    request_header(req, "Host", &host) == REQUEST_ONE)
		url_split_authority(came, host);
	came->query = uri;
	came->path = url_cut_path(&came->query);
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
