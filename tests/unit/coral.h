/*
 * coral.h - a delivery of Coral to the sandbox, and what became of it.
 */
#ifndef CORAL_H
#define CORAL_H

#include "base/encode.h"
#include "crypto/digest.h"
#include "sandbox.h"

#define SECRET "a-secret-of-some-length"

/* Coral's header for body, as a CGI variable. */
static inline const char *
signature(const char *body)
{
	static char text[128];
	struct span part = span_str(body);
	unsigned char mac[DIGEST_MAX];
	size_t used;

	if (!digest_hmac(DIGEST_SHA256, span_str(SECRET), &part, 1, mac))
		sandbox_die("HMAC");
	used = (size_t)snprintf(
	    text, sizeof(text), "HTTP_X_CORAL_SIGNATURE=sha256=");
	encode_hex(text + used, span_mem(mac, DIGEST_SHA256_LEN));
	return text;
}

/* Whether there is a file of that name below the inbox. */
static inline bool
inbox_has(const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "inbox/%s", name);
	return stat(sandbox_path(path), &st) == 0;
}

#endif
