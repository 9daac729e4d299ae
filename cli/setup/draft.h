/*
 * draft.h - a provider that is being added: its entry and its secrets, before
 * anything is written.
 *
 * What the preset needs, and the command line does not have, is asked for on a
 * terminal.  Without one, the secret is read from standard input, and whatever
 * else is lacking is an error.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include "entry_text.h"
#include "new_secret.h"
#include "preset/preset.h"

/* What the options of the command line say. */
struct draft_options {
	const char *preset;     /* or NULL */
	const char *public_key; /* a key, a file or a URL; or NULL */
	int secret_fd;          /* where the secret is read; or -1 */
	bool generate;          /* hookdir makes the secret */
};

struct draft {
	const char *name;
	const struct preset *preset; /* NULL: the entry says how it signs */
	struct entry_text entry;
	struct new_secret secret;      /* zeroed: add writes no secret file */
	struct new_secret token;       /* of the challenge meta; or zeroed */
	enum secret_encoding encoding; /* how the secret is written */
};

/*
 * Take what the command line says: the name, the preset, and settings up to a
 * NULL.  False after saying what is wrong.  The caller calls draft_free() after
 * either.
 */
bool draft_begin(struct draft *draft, const struct draft_options *opt,
    const char *name, char *const setting[]);

/*
 * Get the rest: secrets, keys, and the settings that the preset needs.
 * base_url is true if the settings have that one.  False after saying what is
 * wrong or lacking.
 */
bool draft_complete(
    struct draft *draft, const struct draft_options *opt, bool base_url);

/* Wipe the secrets and free everything. */
void draft_free(struct draft *draft);

#endif
