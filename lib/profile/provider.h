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

/* The limits on held deliveries (hold.h). */
struct hold_limit {
	long count; /* files; 0: no delivery is held */
	long bytes; /* of all files together */
};

/* Identifies a file or folder, whatever its path is. */
struct file_id {
	dev_t dev;
	ino_t ino;
};

struct provider {
	char name[PROVIDER_NAME_MAX + 1]; /* also its inbox directory */
	bool broken; /* its entry has an error: every delivery gets 500 */
	/* All strings below belong to the config, and may be NULL. */
	const char *fault;   /* if broken: why */
	struct preset words; /* the settings: the preset's, then the entry's */
	struct profile profile;
	struct secrets secrets;
	struct hold_limit hold;
	struct secrets verify_tokens; /* for the challenge meta; n may be 0 */
	struct keys keys;        /* from a file or the settings: keysource.h */
	struct keycache *cache;  /* for keys from a URL; or NULL */
	const char *secret_path; /* of the secret file */
	const char *secret_env;  /* the variable that has the secrets instead */
	const char *verify_token_path;
	const char *key_source; /* the file or URL of the keys */
	/* Folders above the secret files: none may be a document root. */
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
