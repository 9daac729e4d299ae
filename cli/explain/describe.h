/*
 * describe.h - what a request presents and what was signed, for people.
 *
 * People paste this output into mails and bug reports.  So it contains nothing
 * of a secret and no whole signature.  The expected signature would make a
 * forged message valid, and a weak secret can be guessed from it.  The same
 * goes for the presented one where it is genuine: four characters of it are
 * enough to tell two signatures apart.  They are shown only of what has the
 * form of a signature: people send the secret itself in place of one.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stdbool.h>
#include <stdio.h>

#include "config/config.h"
#include "http/request.h"
#include "profile/provider.h"
#include "profile/secret.h"
#include "withheld.h"

/* One request to be described. */
struct described {
	FILE *out;
	const struct config *cfg;
	const struct provider *prov;
	const struct request *req;
	const struct secrets *lines; /* as they stand in their file */
	const struct withheld *withheld;
};

/*
 * True if text, of the request or of a URL, must not be shown: it has a secret
 * or a password in it.
 */
bool describe_hides(const struct described *d, struct span text);

/* The same of a header's name, whose case and marks may have been changed. */
bool describe_hides_name(const struct described *d, struct span name);

/* A sentence that may quote the request; or what stands in place of it. */
const char *describe_safe(const struct described *d, const char *text);

/* The names of the headers that came. */
void describe_headers(const struct described *d);

/* The names of those that came and that hold did not keep, if there are any. */
void describe_left_out(const struct described *d, struct span names);

/* Where the settings look for signatures, and what is there. */
void describe_presented(const struct described *d);

/* What the settings say is signed, each alternative: bounded and escaped. */
void describe_signed(const struct described *d);

#endif
