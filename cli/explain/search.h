/*
 * search.h - the search for the one change that makes a signature fit.
 *
 * What the kinds of mistakes share (mistake_kinds.h).
 */
#ifndef SEARCH_H
#define SEARCH_H

#include <stdbool.h>
#include <stdio.h>

#include "attempt.h"
#include "config/config.h"
#include "http/header.h"
#include "profile/secret.h"

struct search {
	const struct config *cfg;
	const struct provider *prov;
	struct attempt base;  /* without any change */
	struct secrets lines; /* the secrets as they are written */
	FILE *out;            /* the change that was found is written here */
	struct attempt_result found; /* and this is its result */
	unsigned tried;
};

/* Run an attempt; true if it verifies: search->found is then its result. */
bool search_run(struct search *search, const struct attempt *attempt,
    const struct preset *words);

/* The base, but with these secrets. */
struct attempt search_with(
    const struct search *search, const struct secrets *secrets);

/* Try these settings, with the secrets read as their secret_encoding says. */
bool search_profile(struct search *search, const struct preset *words);

/* The same, and if they verify write which settings that changes. */
bool search_words(struct search *search, const struct preset *words);

/* The lines decoded; those that cannot be decoded are left out. */
void search_secrets(
    struct secrets *dst, const struct secrets *lines, enum secret_encoding key);

/* Find the i-th header of the request; false past the last. */
struct search_header {
	char name[HEADER_NAME_MAX];
	struct span value;
};
bool search_header(
    const struct search *search, size_t i, struct search_header *header);

/*
 * The next provider of the settings that works and is not the one in question;
 * *i begins at 0.  NULL at the end.
 */
const struct provider *search_other(const struct search *search, size_t *i);

#endif
