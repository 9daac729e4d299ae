/*
 * new_secret.h - the secret of a provider that is being added: read, typed or
 * made.
 *
 * What is kept is the text of a secret file (profile/secret.h).  No message
 * shows any of it.
 */
#ifndef NEW_SECRET_H
#define NEW_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "profile/profile.h"

struct new_secret {
	unsigned char *text; /* malloc'd; ends with LF */
	size_t len;
};

/*
 * Read a secret file's text from fd: all of it, with one line end at its end.
 * False with why set: it is empty, too long, or has a NUL in it.
 */
bool new_secret_read(struct new_secret *secret, int fd, struct reason *why);

/*
 * Take a line that was typed as one secret, whatever it looks like.  False with
 * why set.
 */
bool new_secret_take(
    struct new_secret *secret, struct span line, struct reason *why);

/*
 * Make one of 32 random bytes, written as encoding says: in hexadecimal if it
 * says nothing.  False with why set.
 */
bool new_secret_make(struct new_secret *secret, enum secret_encoding encoding,
    struct reason *why);

/* Wipe and free it.  Harmless if zeroed. */
void new_secret_free(struct new_secret *secret);

#endif
