/*
 * verified.h - what of a request was found genuine, and by what.
 */
#ifndef VERIFIED_H
#define VERIFIED_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/keys.h"
#include "http/request.h"
#include "profile/profile.h"
#include "profile/template.h"

struct verified {
	struct signed_text text; /* what was signed; text.payload is stored */
	size_t secret;           /* which secret fitted, from 0 */
	const char *how;         /* "hmac-sha256": borrowed from the scheme */
	const char *signed_as;   /* the template that fitted, or NULL */
	/* The public key that fitted, or "": also of one that is lacking. */
	char key[KEYS_ID_MAX + 1];
	/*
	 * The headers that were used, malloc'd: their names with a blank between
	 * them, signature first ("X-Sig X-Time").  NULL: none may be stored.
	 */
	char *headers;
	/* Of HTTP signatures, malloc'd: method and URL as the sender knows them. */
	char *target;
	/* Also where it was refused: a newer key set might have the key. */
	bool lacks_key;
};

/* Note which of a set's keys fitted: its id, else its number from 1. */
void verified_note_key(
    struct verified *ok, const struct keys *keys, const struct key *key);

/*
 * Note the headers that a profile of templates or tokens uses, as far as the
 * request has them.  False when out of memory.
 */
bool verified_note_headers(struct verified *ok, const struct profile *profile,
    const struct request *req);

/* Free what a scheme's verify made; harmless on a zeroed one. */
void verified_free(struct verified *ok);

#endif
