/*
 * signing_own.h - what the files of signing.h share, and nobody else.
 */
#ifndef SIGNING_OWN_H
#define SIGNING_OWN_H

#include "base/timestamp.h"
#include "profile/template.h"
#include "signing.h"

/* One request on its way to being signed. */
struct work {
	const struct signing *in;
	const struct profile *profile;
	struct headers *headers;
	struct request req;
	struct span ts;
	int64_t now; /* the same in seconds */
	char uri[8192];
	char clock[TIMESTAMP_TEXT_MAX]; /* what ts is a view of, unless given */
	struct field_value ts_owner;    /* or this */
	struct reason *why;
};

/* Add a header. False: why is set. */
bool signing_add(struct work *w, const char *name, struct span value);

/* As the receiver would. */
bool signing_verify(struct work *w);

/* Add what the profile's template signs, by secrets or with a private key. */
bool signing_text(struct work *w);

#endif
