/*
 * secret_form.h - does a line of a secret file look as if it were wrong?
 *
 * A secret that was copied with something around it, or another credential of
 * the vendor's, verifies nothing, and is hard to see.  All of this is advice:
 * every line is a secret, and is used as it stands.
 */
#ifndef SECRET_FORM_H
#define SECRET_FORM_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "profile/provider.h"

/* Whose secret it is. */
struct secret_owner {
	const char *preset; /* or NULL */
	enum secret_encoding encoding;
};

/*
 * Look at one line, as it stands in the file.  True: advice is set: what is
 * odd about it, and what to do, to be read after "line 3 ".  It contains no
 * part of the line but a vendor's public prefix.
 */
bool secret_form_odd(
    struct span line, const struct secret_owner *owner, struct reason *advice);

/* What is reported; line counts from 1. */
typedef void (*secret_form_fn)(void *arg, unsigned line, const char *advice);

/* Look at all lines, read with SECRET_RAW, and report the odd ones. */
void secret_form_look(const struct secrets *lines,
    const struct secret_owner *owner, secret_form_fn report, void *arg);

#endif
