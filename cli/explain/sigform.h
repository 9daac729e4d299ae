/*
 * sigform.h - what kind of signature, token or password a header's value is,
 * judging by its form alone.
 */
#ifndef SIGFORM_H
#define SIGFORM_H

#include <stddef.h>

#include "base/span.h"

enum sigform_kind {
	SIGFORM_NONE,     /* none of these */
	SIGFORM_JWT,      /* a signed token, "eyJ....eyJ....x" */
	SIGFORM_HTTPSIG,  /* an HTTP signature of the drafts: keyId="..." */
	SIGFORM_TIMED,    /* a time beside signatures: "t=1795293000,v1=..." */
	SIGFORM_STANDARD, /* of Standard Webhooks: "v1,BASE64" */
	SIGFORM_BASIC,    /* HTTP Basic: a user and a password */
	SIGFORM_BEARER,   /* a bearer token that is no JWT */
	SIGFORM_MAC,      /* as long as a digest: hexadecimal or base64 */
	SIGFORM_BYTES     /* hexadecimal or base64 of another length */
};

struct sigform {
	enum sigform_kind kind;
	struct span token; /* SIGFORM_JWT: without "Bearer" */
	size_t bytes;      /* SIGFORM_MAC and SIGFORM_BYTES: how many */
	bool hex;          /* the same: written in hexadecimal */
};

/* Tell the form of value, of which nothing is kept but views. */
struct sigform sigform_of(struct span value);

/*
 * The hash function that makes so many bytes: "sha256", or "md5", which hookdir
 * does not have; NULL if none does.
 */
const char *sigform_digest(size_t bytes);

#endif
