/*
 * keycache.h - the key set of a URL, as all receivers of one inbox share it.
 *
 *	ROOT/.keys/              for the receiver's user alone
 *	ROOT/.keys/PROVIDER      the set, see keyfile.h; replaced by a rename
 *	ROOT/.keys/PROVIDER.lock held by who has it fetched, see fetchlock.h
 *
 * Beside the providers' folders and not in them: their group may be given
 * access, and who can write here can forge events.  The dot keeps it apart from
 * every provider's name, and from what a consumer's script finds in ROOT.
 *
 * A set is good for its max-age; past that it is fetched anew, and goes on
 * being used while that fails, for as long as the settings say.  Nobody tries
 * within a minute of another's try, and only one at a time.  Who lacks a key
 * waits for that one; but where some keys are known, only so many wait: anybody
 * can name a key that is not there, and the other threads have work to do.
 *
 * Safe to use from several threads.
 */
#ifndef KEYCACHE_H
#define KEYCACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "crypto/keys.h"
#include "keyset/keyfile.h"

/* Threads of a process that wait for one provider's keys. */
#define KEYCACHE_WAITERS 16

/* Whose set, and from where; strings are borrowed for as long as it lives. */
struct keycache_source {
	const char *root;     /* ROOT, absolute */
	bool group_access;    /* of ROOT, should it have to be made */
	const char *provider; /* a name, checked */
	const char *url;      /* url_fault() finds none */
	const char *ca_file;  /* or NULL */
	int64_t keep;         /* seconds that a set is used for at least */
	/*
	 * Of certificates, else NULL: the names that they must be for.  url
	 * then only says whose set it is; what is fetched, a delivery says.
	 */
	const char *const *certificate_hosts;
	bool certificate_without_issuers; /* see preset.h */
};

struct keycache;

/* NULL when out of memory. The caller frees it by keycache_free(). */
struct keycache *keycache_new(const struct keycache_source *source);

/*
 * The set as it is on disk; read again if the file is another one.
 *
 * ST_OK: the caller gives *keys back by keycache_put().  ST_TRY_LATER, with
 * why set: there is none, or it is too old to be used.
 */
enum status keycache_get(struct keycache *cache, int64_t now,
    const struct keys **keys, struct reason *why);

void keycache_put(struct keycache *cache, const struct keys *keys);

/* True if a set that is in use should be fetched anew, and may be now. */
bool keycache_due(struct keycache *cache, int64_t now);

/* How much the set is wanted. */
enum keycache_want {
	KEYCACHE_OLD,    /* past its max-age; nobody waits for it */
	KEYCACHE_LACKS,  /* a delivery needs what it does not have */
	KEYCACHE_FORCED, /* the operator says so, no matter when the last was */
};

/*
 * Have the set fetched by program (fetcher.h), or find that another process
 * just did.
 *
 * ST_OK: the set is as new as is wanted: for KEYCACHE_LACKS, less than a
 * minute old; for KEYCACHE_OLD, another process sees to it.  ST_TRY_LATER, with
 * why set: it is what it was before, or too many wait for it already.
 */
enum status keycache_refresh(struct keycache *cache, const char *program,
    int64_t now, enum keycache_want want, struct reason *why);

/*
 * The same for the certificate at url, which a delivery needs and the set does
 * not have; here the next try may come after a few seconds.
 */
enum status keycache_fetch(struct keycache *cache, const char *program,
    int64_t now, const char *url, struct reason *why);

/* What is known of the set on disk. */
struct keycache_state {
	const char *path;        /* of the file; the cache's */
	int64_t age;             /* seconds; less than 0: the clock was set */
	int64_t max_age;         /* seconds */
	int64_t keep;            /* seconds that it can be used for in all */
	const struct keys *keys; /* given back by keycache_put() */
};

/* The same as keycache_get(), of a set that is too old as well. */
enum status keycache_look(struct keycache *cache, int64_t now,
    struct keycache_state *state, struct reason *why);

/* NULL is harmless. No set of it may still be in use. */
void keycache_free(struct keycache *cache);

#endif
