/*
 * credential.h - what passwords and keys look like: the vendors' forms.
 *
 * THE table of how the vendors' credentials begin.  It has two uses: to say
 * which credential lies in a file of secrets where another one belongs, and not
 * to print what may be a secret that stands in the wrong place.
 *
 * All of it is guesswork by the look of a text, and never decides whether a
 * delivery is genuine.
 */
#ifndef CREDENTIAL_H
#define CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct credential {
	const char *form; /* what it begins with: public, may be shown */
	size_t more;      /* least number of characters after that */
	const char *what; /* "a secret API key of Stripe" */
	/* Presets whose secret it is, and "-" for no preset: "- a b"; or NULL */
	const char *home;
	const char *instead; /* what belongs there, and where to find it */
};

/* The credential that text begins like, or NULL. */
const struct credential *credential_find(struct span text);

/* The same for any place in text where a word begins. */
const struct credential *credential_inside(struct span text);

/*
 * True if it is a secret of that preset; NULL stands for an entry without a
 * preset, whose secret may be any that is made for webhooks.
 */
bool credential_at_home(const struct credential *found, const char *preset);

/*
 * True if text looks like a secret: it begins like a vendor's credential, or
 * one of its words is long and random.
 */
bool credential_like(struct span text);

/* The row i of the table, for tests; NULL at the end. */
const struct credential *credential_at(size_t i);

#endif
