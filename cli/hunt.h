/*
 * hunt.h - the search for the one change that makes a signature fit.
 *
 * What the kinds of mistakes share; they are listed in mistake.c.  Each kind
 * tries what is its own, and stops at the first that verifies.
 */
#ifndef HUNT_H
#define HUNT_H

#include <stdbool.h>
#include <stdio.h>

#include "config.h"
#include "secret.h"
#include "trial.h"

struct hunt {
	const struct config *cfg;
	const struct provider *prov;
	struct trial base;         /* things as they are */
	struct secrets lines;      /* the secrets as they are written */
	FILE *out;                 /* takes the words for what was found */
	struct trial_result found; /* when something was */
	unsigned tried;
};

/* Run a trial; true if it verifies, and then it is what was found. */
bool hunt_run(
    struct hunt *hunt, const struct trial *trial, const struct preset *words);

/* A trial that is things as they are, but with these secrets. */
struct trial hunt_with(const struct hunt *hunt, const struct secrets *secrets);

/* Try the words, with the secrets read as their "key" says. */
bool hunt_rule(struct hunt *hunt, const struct preset *words);

/* The same, and if they fit say which settings that changes. */
bool hunt_words(struct hunt *hunt, const struct preset *words);

/* The secrets of lines as key says; none where that makes no sense. */
void hunt_secrets(
    struct secrets *dst, const struct secrets *lines, enum rule_key key);

/* Where the secrets are: the file, or the variable. */
const char *hunt_source(const struct provider *prov);

/* The i-th header of the request, by its name: false past the last. */
#define HUNT_NAME_MAX 256
struct hunt_header {
	char name[HUNT_NAME_MAX];
	struct span value;
};
bool hunt_header(const struct hunt *hunt, size_t i, struct hunt_header *header);

/* The kinds. */
bool mistake_clock(struct hunt *hunt);
bool mistake_secret_text(struct hunt *hunt);
bool mistake_secret_key(struct hunt *hunt);
bool mistake_secret_sender(struct hunt *hunt);
bool mistake_shape(struct hunt *hunt);
bool mistake_signed(struct hunt *hunt);
bool mistake_limits(struct hunt *hunt);
bool mistake_url(struct hunt *hunt);
bool mistake_target(struct hunt *hunt);
bool mistake_body(struct hunt *hunt);
bool mistake_other_secret(struct hunt *hunt);
bool mistake_other_provider(struct hunt *hunt);
bool mistake_preset(struct hunt *hunt);

#endif
