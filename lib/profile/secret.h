/*
 * secret.h - the keys of one provider: loaded, checked, wiped.
 *
 * A secret file holds one secret a line; each is valid, which is how one is
 * rotated: add the new line, tell the provider, remove the old one.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/span.h"
#include "base/status.h"

#define SECRETS_MAX     8           /* secrets a provider may have */
#define SECRET_FILE_MAX (64 * 1024) /* bytes of a secret file */

/* How the bytes of a key are written in the secret file. */
enum secret_encoding {
	SECRET_RAW,    /* the text itself is the key */
	SECRET_HEX,    /* hexadecimal */
	SECRET_BASE64, /* base64 or base64url */
	SECRET_WHSEC   /* base64 behind "whsec_" (Standard Webhooks) */
};

struct secrets {
	size_t n;
	struct {
		unsigned char *ptr; /* malloc'd, wiped before it is freed */
		size_t len;         /* 1 or more */
	} item[SECRETS_MAX];
	bool stray_space; /* a line begins or ends with white space */
};

/*
 * Read the secrets from a file.  Refused: what is not a regular file, one that
 * others can read or write, an empty one, more than SECRETS_MAX lines, a line
 * that key says is not what it should be.  CR and LF are trimmed, nothing
 * else; empty lines are skipped.  *st is the file as it was opened or, where it
 * could not be, as it is; zeroed if it is not there.
 *
 * True: the caller frees *secrets by secrets_free().  False: why is set, never
 * with anything of the content.
 */
bool secrets_read(struct secrets *secrets, const char *path,
    enum secret_encoding key, struct stat *st, struct reason *why);

/* The same from text, such as the value of an environment variable. */
bool secrets_parse(struct secrets *secrets, struct span text,
    enum secret_encoding key, struct reason *why);

/* The i-th secret as a span; i is less than n. */
struct span secret_at(const struct secrets *secrets, size_t i);

/*
 * Whether presented is one of the secrets, in a time that tells neither which
 * one nor how long they are.  *i then says which.
 */
bool secrets_match(
    const struct secrets *secrets, struct span presented, size_t *i);

/* Wipe and free; harmless on zeroed secrets. */
void secrets_free(struct secrets *secrets);

#endif
