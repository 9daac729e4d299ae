/*
 * provider.h - one sender of events: how it signs and with what.
 *
 * Made by config.h from one entry of the settings; constant afterwards, but
 * for the key set that stands behind a URL.
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
#define PROVIDER_DEPTH    64 /* folders above a secret that are looked at */

/* How much of what is refused is kept (hold.h). */
struct hold_limit {
	long count; /* files; 0: nothing is kept */
	long bytes; /* of all files together */
};

/* A file or folder by what it is, not by what it is called. */
struct file_id {
	dev_t dev;
	ino_t ino;
};

struct provider {
	char name[PROVIDER_NAME_MAX + 1]; /* also its inbox directory */
	bool broken;                      /* its settings are at fault: 500 */
	const char *fault;                /* why, if broken; the config's */
	struct preset words; /* as the settings say; strings are the config's */
	struct profile profile;
	struct secrets secrets;
	struct hold_limit hold_limit; /* of refused deliveries */
	struct secrets verify_tokens; /* for the challenge meta; none: n is 0 */
	struct keys keys;             /* of a file; keysource.h has them all */
	struct keycache *cache;       /* the keys of a URL, or NULL */
	const char *secret_path;      /* the config's, or NULL */
	const char *secret_env;       /* the variable instead; the same */
	const char *verify_token_path; /* the same */
	const char *key_source;        /* file or URL, the config's, or NULL */
	/* The folders above the secret file: none may be published. */
	struct file_id above[PROVIDER_DEPTH];
	size_t nabove;
};

/* True for a name that may be a provider's: [a-z0-9][a-z0-9-]{0,31}. */
bool provider_name_ok(struct span name);

/* The methods that its URL takes, for Allow. Static. */
const char *provider_methods(const struct provider *prov);

/* True if method is one of them. */
bool provider_takes(const struct provider *prov, struct span method);

/* True if the secret lies in or below the folder root (DOCUMENT_ROOT). */
bool provider_secret_below(const struct provider *prov, const char *root);

/* True if one of the secrets of a is one of those of b. */
bool provider_shares_secret(const struct provider *a, const struct provider *b);

/* Free what config.h gave it; harmless on a zeroed provider. */
void provider_free(struct provider *prov);

#endif
