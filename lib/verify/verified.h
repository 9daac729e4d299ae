/* verified.h - which part of a request was found genuine, and how. */
#ifndef VERIFIED_H
#define VERIFIED_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/digest.h"
#include "crypto/keys.h"
#include "http/request.h"
#include "profile/profile.h"
#include "profile/template.h"

struct verified {
	struct signed_text text; /* the signed text; text.payload is stored */
	size_t secret;           /* index of the secret that fitted, from 0 */
	const char *how;         /* algorithm, such as "hmac-sha256"; static */
	const char *signed_as;   /* the template that fitted, or NULL */
	/* The id of the public key that fitted, or "".  If lacks_key, the URL
	 * of the certificate that is not known. */
	char key[KEYS_ID_MAX + 1];
	/*
	 * The names of the headers that were used, with spaces between them and
	 * the signature's first ("X-Sig X-Time"). malloc'd.  NULL: none may be
	 * stored.
	 */
	char *headers;
	/*
	 * "METHOD URL", "METHOD PATH" or "METHOD", as the sender knows them: of
	 * the URL what was signed.  malloc'd.  NULL: neither was.
	 */
	char *target;
	bool timed; /* what is signed contains a time */
	/*
	 * For tokens and HTTP signatures: the SHA-256 of what is signed.  text
	 * is only the body then.
	 */
	bool has_digest;
	unsigned char digest[DIGEST_MAX];
	/* The provider does not have the key.  Also set if the request was
	 * refused: a newer key set may have the key. */
	bool lacks_key;
};

/* Note which key fitted: its id or, if it has none, its number from 1. */
void verified_note_key(
    struct verified *ok, const struct keys *keys, const struct key *key);

/*
 * Note the headers that the profile uses (for schemes with templates, and for
 * tokens) and that the request has.  False when out of memory.
 */
bool verified_note_headers(struct verified *ok, const struct profile *profile,
    const struct request *req);

/*
 * Note what a template covers of the target.  text is the template, filled in.
 * Of several texts, the first with a URL or a path counts.  False when out of
 * memory.
 */
bool verified_note_target(struct verified *ok, const struct profile *profile,
    const struct template *tpl, const struct signed_text *text);

/* Free what a scheme's verify made.  Harmless on a zeroed one. */
void verified_free(struct verified *ok);

#endif
