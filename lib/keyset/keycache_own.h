/*
 * keycache_own.h - what the files of keycache.h share, and nobody else.
 */
#ifndef KEYCACHE_OWN_H
#define KEYCACHE_OWN_H

#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>

#include "keyset/fetchlock.h"
#include "keyset/keycache.h"

/* A set and how many use it; one more while it is the current one. */
struct refcounted {
	struct keys keys; /* first: what keycache_put() gets is this */
	unsigned users;
	int64_t fetched, max_age;
};

struct keycache {
	struct keycache_source source;
	char folder[PATH_MAX], path[PATH_MAX], lock_path[PATH_MAX];
	pthread_mutex_t lock;       /* for all that follows */
	struct refcounted *current; /* or NULL */
	struct stat seen;           /* the file when it was last looked at */
	struct reason fault;        /* what was wrong with it then, or empty */
	unsigned waiting;           /* threads that lack something */
};

/* Whether the folder of key files is there, and nobody else can write it. */
bool keycache_folder_ok(const struct keycache *cache, struct reason *why);

/*
 * Look whether the file is another one, and take what is in it; under the
 * lock.  If that is of no use, the set that we have stays: it was a good one.
 */
void keycache_reread(struct keycache *cache);

int64_t keycache_age(const struct refcounted *set, int64_t now);

/* True if the set is younger than limit, by a clock that can be believed. */
bool keycache_younger(const struct refcounted *set, int64_t now, int64_t limit);

/* Seconds that the set can be used for. */
int64_t keycache_usable_for(
    const struct keycache *cache, const struct refcounted *set);

#endif
