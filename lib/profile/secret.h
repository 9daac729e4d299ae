/*
 * secret.h - the secrets of one provider: read, checked, wiped.
 *
 * A secret file has one secret a line, and each of them is accepted.  So a
 * secret can be rotated: add the new one, tell the provider, remove the old
 * one.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/span.h"
#include "base/status.h"

#define SECRETS_MAX     8           /* most secrets of one provider */
#define SECRET_FILE_MAX (64 * 1024) /* bytes of the largest secret file */

/* How the bytes of a secret are written in the file. */
enum secret_encoding {
	SECRET_RAW,    /* the text itself is the secret */
	SECRET_HEX,    /* hexadecimal */
	SECRET_BASE64, /* base64 or base64url */
	SECRET_WHSEC   /* base64 after "whsec_" (Standard Webhooks) */
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
 * Read the secrets from a file.  Refused are: anything but a regular file; a
 * file that other users can read or write; a file without a secret; more than
 * SECRETS_MAX secrets; a line that is not in the encoding key.  CR and LF are
 * removed from the ends of lines, and nothing else; empty lines are skipped.
 * *st describes the file that was opened.  If the file could not be opened, *st
 * describes the file at path, or is zeroed if there is none.
 *
 * True: the caller frees *secrets by secrets_free().  False: why is set, and
 * contains nothing of the file.
 */
bool secrets_read(struct secrets *secrets, const char *path,
    enum secret_encoding key, struct stat *st, struct reason *why);

/* Read the secrets from text, such as the value of an environment variable. */
bool secrets_parse(struct secrets *secrets, struct span text,
    enum secret_encoding key, struct reason *why);

/* The i-th secret, from 0; i is less than n. */
struct span secret_at(const struct secrets *secrets, size_t i);

/*
 * True if presented is one of the secrets; *i then says which.  The time that
 * this takes does not depend on which secret it is or on how long they are.
 */
bool secrets_match(
    const struct secrets *secrets, struct span presented, size_t *i);

/* Wipe and free the secrets.  Harmless on zeroed secrets. */
void secrets_free(struct secrets *secrets);

#endif
