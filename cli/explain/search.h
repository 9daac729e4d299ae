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
#include "base/url.h"
#include "config/config.h"
#include "http/header.h"
#include "known.h"
#include "macs.h"
#include "profile/secret.h"
#include "recognise.h"

#define SEARCH_ENCODINGS 4 /* of secrets */

struct search {
	const struct config *cfg;
	const struct provider *prov;
	const struct known *known;
	struct recognition seen; /* of which presets it could be */
	struct attempt base;     /* without any change */
	struct secrets lines;    /* the secrets as they are written */
	/* The lines decoded, by secret_encoding. */
	struct secrets decoded[SEARCH_ENCODINGS];
	struct macs macs;
	FILE *out; /* the change that was found is written here */
	struct attempt_result found; /* and this is its result */
	bool likely;                 /* nothing verified: it only looks so */
	unsigned tried;
	unsigned left_out; /* not tried: the body is too large for so many */
	/* Milliseconds: when it began, and when the user last heard of it. */
	long long begun, heard;
};

/*
 * Begin a search for base, which borrows known.  True: the caller frees it by
 * search_free().  False when out of memory.
 */
bool search_init(struct search *search, const struct attempt *base,
    const struct known *known);
void search_free(struct search *search);

/* Run an attempt; true if it verifies: search->found is then its result. */
bool search_run(struct search *search, const struct attempt *attempt);

/* The base, but with these secrets. */
struct attempt search_with(
    const struct search *search, const struct secrets *secrets);

/* Try these settings, with the secrets read as their secret_encoding says. */
bool search_profile(struct search *search, const struct preset *words);

/*
 * The same, and if they verify write what that changes in the entry.  If the
 * entry has a preset, its id and its type are changed as well, unless words
 * differ from it in nothing but what is the user's own: another sender's id may
 * mean another thing, and then two events become one.
 */
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

/* The URL that the request was sent to, as far as it says: no host if not. */
void search_url(const struct search *search, struct url *came);

/*
 * The next provider of the settings that works and is not the one in question;
 * *i begins at 0.  NULL at the end.
 */
const struct provider *search_other(const struct search *search, size_t *i);

#endif
