/* keycache.c - a key set in memory and on disk. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "keyset/keycache_own.h"

#define FOLDER   ".keys"
#define LOCK_EXT ".lock"

struct keycache *
keycache_new(const struct keycache_source *source)
{
	struct keycache *cache = calloc(1, sizeof(*cache));
	int n;

	if (cache == NULL)
		return NULL;
	cache->source = *source;
	reason_set(&cache->fault, "has not been looked at");
	snprintf(cache->folder, PATH_MAX, "%s/" FOLDER, source->root);
	snprintf(cache->path, PATH_MAX, "%s/" FOLDER "/%s", source->root,
	    source->provider);
	n = snprintf(cache->lock_path, PATH_MAX, "%s/" FOLDER "/%s" LOCK_EXT,
	    source->root, source->provider);
	if (n < PATH_MAX && pthread_mutex_init(&cache->lock, NULL) == 0)
		return cache;
	free(cache);
	return NULL;
}

/* Under the lock. */
static void
release(struct refcounted *set)
{
	if (set == NULL || --set->users > 0)
		return;
	keys_free(&set->keys);
	free(set);
}

/* Who can write here could put any key there. */
bool
keycache_folder_ok(const struct keycache *cache, struct reason *why)
{
	struct stat st;

	if (lstat(cache->folder, &st) != 0) {
		reason_errno(why, "none was fetched yet: %s", cache->folder);
		return false;
	}
	if (S_ISDIR(st.st_mode) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
	    (st.st_uid == geteuid() || geteuid() == 0))
		return true;
	reason_set(why,
	    "%s must be a folder that belongs to the receiver's user and that "
	    "nobody else can write",
	    cache->folder);
	return false;
}

static struct refcounted *
read_set(const struct keycache *cache, struct stat *st, struct reason *why)
{
	struct reason inner = {""};
	struct refcounted *set = NULL;
	struct keyfile file;

	if (!keycache_folder_ok(cache, why))
		return NULL;
	if (!keyfile_read(&file, cache->path, st, &inner))
		goto out;
	if (strcmp(file.source, cache->source.url) != 0)
		reason_set(&inner, "is of another URL, %.200s", file.source);
	else if ((set = calloc(1, sizeof(*set))) == NULL)
		reason_set(&inner, "out of memory");
	else if (!keys_from_jwks(
		     &set->keys, file.set, PUBKEY_RSA_BITS, &inner)) {
		free(set);
		set = NULL;
	} else {
		set->users = 1;
		set->fetched = file.fetched;
		set->max_age = file.max_age;
	}
	keyfile_free(&file);
out:
	if (set == NULL)
		reason_set(why, "%s: %.300s", cache->path, inner.text);
	return set;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && a->st_mode == b->st_mode &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

void
keycache_reread(struct keycache *cache)
{
	struct stat st = {.st_size = 0};
	struct refcounted *set;

	if (stat(cache->path, &st) != 0)
		st = (struct stat){.st_size = 0};
	if (same_file(&st, &cache->seen) && st.st_ino != 0)
		return;
	cache->seen = st;
	cache->fault.text[0] = '\0';
	set = read_set(cache, &cache->seen, &cache->fault);
	if (set == NULL)
		return;
	release(cache->current);
	cache->current = set;
}

int64_t
keycache_age(const struct refcounted *set, int64_t now)
{
	return now - set->fetched;
}

bool
keycache_younger(const struct refcounted *set, int64_t now, int64_t limit)
{
	int64_t age = keycache_age(set, now);

	return age >= -FETCHLOCK_SLACK && age < limit;
}

int64_t
keycache_usable_for(const struct keycache *cache, const struct refcounted *set)
{
	return set->max_age > cache->source.keep ? set->max_age
						 : cache->source.keep;
}

/* Under the lock. */
static enum status
hand_out(struct keycache *cache, int64_t now, bool any_age,
    const struct keys **keys, struct reason *why)
{
	struct refcounted *set = cache->current;

	if (set == NULL) {
		reason_set(why, "no key set: %.400s", cache->fault.text);
		return ST_TRY_LATER;
	}
	if (!any_age &&
	    keycache_age(set, now) > keycache_usable_for(cache, set)) {
		reason_set(why,
		    "the key set is %lld hours old, and that is too old",
		    (long long)keycache_age(set, now) / 3600);
		return ST_TRY_LATER;
	}
	set->users++;
	*keys = &set->keys;
	return ST_OK;
}

enum status
keycache_get(struct keycache *cache, int64_t now, const struct keys **keys,
    struct reason *why)
{
	enum status st;

	pthread_mutex_lock(&cache->lock);
	keycache_reread(cache);
	st = hand_out(cache, now, false, keys, why);
	pthread_mutex_unlock(&cache->lock);
	return st;
}

enum status
keycache_look(struct keycache *cache, int64_t now, struct keycache_state *state,
    struct reason *why)
{
	enum status st;

	*state = (struct keycache_state){.path = cache->path};
	pthread_mutex_lock(&cache->lock);
	keycache_reread(cache);
	st = hand_out(cache, now, true, &state->keys, why);
	if (st == ST_OK) {
		state->age = keycache_age(cache->current, now);
		state->max_age = cache->current->max_age;
		state->keep = keycache_usable_for(cache, cache->current);
	}
	pthread_mutex_unlock(&cache->lock);
	return st;
}

void
keycache_put(struct keycache *cache, const struct keys *keys)
{
	if (keys == NULL)
		return;
	pthread_mutex_lock(&cache->lock);
	/* A set that was replaced is known by this pointer alone. */
	release((struct refcounted *)(uintptr_t)keys);
	pthread_mutex_unlock(&cache->lock);
}

bool
keycache_due(struct keycache *cache, int64_t now)
{
	bool due;

	pthread_mutex_lock(&cache->lock);
	due =
	    cache->current != NULL && cache->source.certificate_hosts == NULL &&
	    (cache->fault.text[0] != '\0' || !keycache_younger(cache->current,
						 now, cache->current->max_age));
	pthread_mutex_unlock(&cache->lock);
	return due && !fetchlock_tried_at(cache->lock_path, now);
}

void
keycache_free(struct keycache *cache)
{
	if (cache == NULL)
		return;
	release(cache->current);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}
