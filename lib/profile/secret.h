/*
 * secret.h - reads, compares and wipes the secrets of one provider.
 *
 * A secret file has one secret a line, and each of them is valid.  To replace a
 * secret: add a line with the new one, give it to the provider, and remove the
 * old line.
 *
 * A line that begins with # and a blank (a space or a tab), and a line that is
 * # alone, is a comment and no secret.  Blanks before the # change nothing. What
 * only looks like a blank, or cannot be seen, counts as one here: a no-break
 * space, a zero-width space, a byte order mark, a NUL.  A line of these alone is
 * empty.  A backslash before a comment makes a secret of it: the secret is what
 * follows the backslash.  So
 * "\# x" is the secret "# x", "\\# x" is the secret "\# x", and every other
 * line means what it says: "#x", "\x" and "\#x" are secrets as they stand.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/span.h"
#include "base/status.h"

#define SECRETS_MAX     8           /* most secrets of one provider */
#define SECRET_LONG     8           /* bytes; a shorter one may be any word */
#define SECRET_FILE_MAX (64 * 1024) /* bytes of the largest secret file */

/* How a secret's bytes are written in the secret file. */
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
		unsigned line;      /* its line in the text, from 1 */
	} item[SECRETS_MAX];
	bool stray_space; /* a line begins or ends with white space */
};

/*
 * Read the secrets from the file at path; key says how they are written.
 * Errors are: not a regular file, a file that others can read or write, no
 * secret, more than SECRETS_MAX secrets, and a line that cannot be decoded.
 * Only CR and LF are removed from the ends of lines; empty lines and comments
 * are skipped.  A text in UTF-16 (by its byte order mark) is an error too: no
 * comment could be recognised in it.
 * *st is set to the file's state, or zeroed if the file does not exist.
 *
 * True: the caller frees *secrets with secrets_free().  False: why is set; it
 * never quotes the content.
 */
bool secrets_read(struct secrets *secrets, const char *path,
    enum secret_encoding key, struct stat *st, struct reason *why);

/* Read secrets from text, such as the value of an environment variable. */
bool secrets_parse(struct secrets *secrets, struct span text,
    enum secret_encoding key, struct reason *why);

/*
 * Add one secret, written as key says and found in that line.  It is not looked
 * at as a line: "# x" is a secret here.  False with why set: there is no room,
 * or it cannot be decoded.
 */
bool secrets_add(struct secrets *secrets, struct span written,
    enum secret_encoding key, unsigned line, struct reason *why);

/* Secret i, counted from 0; i must be less than secrets->n. */
struct span secret_at(const struct secrets *secrets, size_t i);

/*
 * True if text is one of the secrets, or contains one of at least SECRET_LONG
 * bytes.  The time that this takes reveals something of them: only for text
 * that came with a genuine signature.
 */
bool secrets_inside(const struct secrets *secrets, struct span text);

/*
 * True if presented is one of the secrets; *i is then its index.  The time that
 * this takes reveals neither which secret it is nor how long the secrets are.
 */
bool secrets_match(
    const struct secrets *secrets, struct span presented, size_t *i);

/* Wipe and free the secrets.  Harmless on zeroed secrets. */
void secrets_free(struct secrets *secrets);

#endif
