/*
 * provider.h - one provider: its name, its profile, and its secrets or keys.
 *
 * config.h makes it from one entry of the settings file.  After that it is
 * constant, except for a key set that comes from a URL.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "crypto/keys.h"
#include "keyset/keycache.h"
#include "profile/profile.h"
#include "profile/secret.h"

#define PROVIDER_NAME_MAX 32 /* characters, NUL not counted */
#define PROVIDER_DEPTH    64 /* most folders above secret files */

#define HOLD_HEADERS_MAX 16 /* names in hold.headers */

/* Which refused deliveries are held, and what of them (hold.h). */
struct hold_terms {
	long count; /* files; 0: no delivery is held */
	long bytes; /* of all files together */
	/*
	 * Names of headers, perhaps with wildcards, that are kept although they
	 * may be passwords; the first NULL ends them.  The strings are the
	 * config's.
	 */
	const char *headers[HOLD_HEADERS_MAX];
};

/* Identifies a file or folder, whatever its path is. */
struct file_id {
	dev_t dev;
	ino_t ino;
};

struct provider {
	char name[PROVIDER_NAME_MAX + 1]; /* also its inbox directory */
	/* The entry has an error: 500.  Of the rest, only what does not follow
	 * from a profile is set: words, and where its secrets are. */
	bool broken;
	const char *fault; /* that error; belongs to the config */
	const char *path;  /* of the file with its entry; the same */
	bool kept;         /* older settings own what it owns: config_keep() */
	/* Where a challenge signs what it is asked to: the line of that setting
	 * there, or that of the entry. */
	unsigned challenge_line;
	struct preset words; /* preset and entry; strings: config's */
	struct profile profile;
	struct secrets secrets;
	struct hold_terms hold_terms;  /* limits of hold/ */
	bool keep_query, keep_address; /* in the event's header */
	struct secrets verify_tokens;  /* for the challenge meta */
	struct keys keys;              /* keys of a file (see keysource.h) */
	struct keycache *cache;        /* keys of a URL, or NULL */
	const char *secret_path;       /* belongs to the config, or NULL */
	const char *secret_env;        /* environment variable; the same */
	const char *verify_token_path; /* the same */
	const char *key_source;        /* file or URL; the same */
	/* The folders above the secret file, none of which may be a document
	 * root. */
	struct file_id above[PROVIDER_DEPTH];
	size_t nabove;
};

/* True if name is valid: [a-z0-9][a-z0-9-]{0,31}. */
bool provider_name_ok(struct span name);

/* The methods that its URL allows, as the value of Allow.  Static. */
const char *provider_methods(const struct provider *prov);

/* True if its URL allows the method. */
bool provider_takes(const struct provider *prov, struct span method);

/* True if a secret file is in or below the folder root (DOCUMENT_ROOT). */
bool provider_secret_below(const struct provider *prov, const char *root);

/* True if a and b have a secret in common. */
bool provider_shares_secret(const struct provider *a, const struct provider *b);

/* Free what it owns, and wipe secrets.  Harmless on a zeroed provider. */
void provider_free(struct provider *prov);

#endif
