/*
 * keycache.h - a provider's key set, shared by all receivers of one inbox.
 *
 *	ROOT/.keys/               only for the receiver's user
 *	ROOT/.keys/PROVIDER       the set (keyfile.h); replaced by a rename
 *	ROOT/.keys/PROVIDER.lock  locked by the process that fetches
 *	                          (fetchlock.h); for certificates, by the one
 *	                          that adds one to the set
 *	ROOT/.keys/PROVIDER.turns for certificates: which URLs were asked for
 *	                          and tried (cert_turns.h)
 *
 * Anyone who can write to .keys can forge events.  So it is not in the
 * providers' folders, to which the group may have access.  The dot keeps its
 * name different from every provider's name, and hides it from a consumer's
 * script that lists ROOT.
 *
 * A set is fresh for its max-age.  After that it is fetched again.  While
 * fetching fails, the old set is used for as long as the settings allow.  All
 * processes together try once a minute, and one at a time.
 *
 * A delivery that needs a missing key waits for the fetch.  Anyone can name a
 * key that does not exist; so only some of the threads wait (fetch_limit.h), and
 * of all processes FETCHLOCK_PLACES for one provider.  The others continue to
 * serve deliveries.  While a provider has no set at all, those of all processes
 * may wait.  A key set is tried once a minute
 * whatever the deliveries name: a new key of a source that answers is known
 * after a minute.  Of certificates, each URL is tried on its own; cert_turns.h
 * says when, and how soon a new one is known while others are made up.
 *
 * Safe to use from several threads.
 */
#ifndef KEYCACHE_H
#define KEYCACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/keys.h"
#include "keyset/fetch_limit.h"
#include "keyset/keyfile.h"

/* Where a set comes from.  The strings must outlive the cache. */
struct keycache_source {
	const char *root;     /* ROOT, absolute */
	bool group_access;    /* used if ROOT must be created */
	const char *provider; /* a valid name */
	const char *url;      /* checked by url_fault() */
	const char *ca_file;  /* see fetcher.h; or NULL */
	int64_t keep;         /* seconds that a set may be used, at least */
	/*
	 * NULL for a key set.  For certificates, the host names that they must
	 * be for.  url then only identifies the set: each delivery names the
	 * URL of its certificate.
	 */
	const char *const *certificate_hosts;
	bool certificate_without_issuers; /* see preset.h */
	/* The allowed URLs, up to a NULL or PRESET_CERTS; may have wildcards. */
	const char *const *certificate_urls;
};

struct keycache;

/* NULL when out of memory.  The caller frees the cache with keycache_free(). */
struct keycache *keycache_new(const struct keycache_source *source);

/*
 * Get the set.  If the file has changed, it is read again first.  now is in
 * seconds since 1970, here and below.
 *
 * ST_OK: the caller returns *keys with keycache_put().  ST_TRY_LATER, with why
 * set: there is no set, or it is too old to be used.
 */
enum status keycache_get(struct keycache *cache, int64_t now,
    const struct keys **keys, struct reason *why);

/* Return keys that keycache_get() or keycache_look() lent; NULL is harmless. */
void keycache_put(struct keycache *cache, const struct keys *keys);

/*
 * True if there is a set, it should be fetched again, and no process has tried
 * that within the last minute.
 */
bool keycache_due(struct keycache *cache, int64_t now);

/* Why the set is fetched. */
enum keycache_want {
	KEYCACHE_OLD,    /* it is past its max-age; no delivery waits */
	KEYCACHE_LACKS,  /* a delivery needs a key that the set lacks */
	KEYCACHE_FORCED, /* the operator asks, even if just tried */
};

/* How keys are fetched. */
struct keycache_terms {
	const char *program;       /* path of hookdir-fetch (fetcher.h) */
	int64_t now;               /* seconds since 1970 */
	struct fetch_limit *limit; /* of the process, or NULL */
	struct span client;        /* its address, as text; may be empty */
};

/*
 * Fetch the set, unless another process has just fetched it.
 *
 * ST_OK: the set is new enough.  For KEYCACHE_LACKS it is less than a minute
 * old; for KEYCACHE_OLD it is within its max-age, or another process is
 * fetching it or has just tried, or too many threads already wait for keys.  ST_TRY_LATER, with why set: the set has not
 * changed, or too many threads already wait for it.
 */
enum status keycache_refresh(struct keycache *cache,
    const struct keycache_terms *terms, enum keycache_want want,
    struct reason *why);

/*
 * Fetch the certificate at url, which a delivery needs and the set lacks.
 *
 * ST_OK: the set has it.  ST_TRY_LATER, with why set: it could not be fetched,
 * or has no turn now (cert_turns.h), or too many threads already wait.
 */
enum status keycache_fetch(struct keycache *cache,
    const struct keycache_terms *terms, const char *url, struct reason *why);

/* The state of the set on disk. */
struct keycache_state {
	const char *path;        /* of the file; belongs to the cache */
	int64_t age;             /* seconds; negative: the clock was set back */
	int64_t max_age;         /* seconds */
	int64_t keep;            /* seconds that it can be used in total */
	const struct keys *keys; /* return it with keycache_put() */
};

/* Like keycache_get(), but a set that is too old is ST_OK too. */
enum status keycache_look(struct keycache *cache, int64_t now,
    struct keycache_state *state, struct reason *why);

/* All sets must have been returned.  NULL is harmless. */
void keycache_free(struct keycache *cache);

#endif
