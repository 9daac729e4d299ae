/* keycache.c - a key set in memory and on disk, and when it is fetched. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/shown.h"
#include "crypto/scarce.h"
#include "keyset/cert_turns.h"
#include "keyset/fetcher.h"
#include "keyset/fetchlock.h"
#include "keyset/keycache.h"
#include "preset/preset.h"

#define FOLDER   ".keys"
#define LOCK_EXT ".lock"
#define TURN_EXT ".turns"

/* A set with its number of users; being the current set counts as one user. */
struct refcounted {
	struct keys keys; /* must be first: keycache_put() gets its address */
	unsigned users;
	int64_t fetched, max_age;
};

struct keycache {
	struct keycache_source source;
	char folder[PATH_MAX], path[PATH_MAX], lock_path[PATH_MAX];
	char turn_path[PATH_MAX];
	pthread_mutex_t lock;       /* protects the fields below */
	struct refcounted *current; /* or NULL */
	struct stat seen;           /* the file when it was last read */
	bool faulty;                /* the file could not be used then */
	struct reason fault;        /* why */
};

struct keycache *
keycache_new(const struct keycache_source *source)
{
	struct keycache *cache = calloc(1, sizeof(*cache));
	int n;

	if (cache == NULL)
		return NULL;
	cache->source = *source;
	snprintf(cache->folder, PATH_MAX, "%s/" FOLDER, source->root);
	snprintf(cache->path, PATH_MAX, "%s/" FOLDER "/%s", source->root,
	    source->provider);
	snprintf(cache->lock_path, PATH_MAX, "%s/" FOLDER "/%s" LOCK_EXT,
	    source->root, source->provider);
	n = snprintf(cache->turn_path, PATH_MAX, "%s/" FOLDER "/%s" TURN_EXT,
	    source->root, source->provider);
	if (n < PATH_MAX && pthread_mutex_init(&cache->lock, NULL) == 0)
		return cache;
	free(cache);
	return NULL;
}

/* Called with the lock held. */
static void
release(struct refcounted *set)
{
	if (set == NULL || --set->users > 0)
		return;
	keys_free(&set->keys);
	free(set);
}

/* Anyone who can write to the folder could put a key of their own there. */
static bool
folder_ok(const struct keycache *cache, struct reason *why)
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
	    "%s must be a folder that belongs to the receiver's user and to "
	    "which nobody else can write",
	    cache->folder);
	return false;
}

static struct refcounted *
read_set(const struct keycache *cache, struct stat *st, struct reason *why)
{
	struct reason inner = {""};
	struct refcounted *set = NULL;
	char shown[SHOWN_MAX];
	struct keyfile file;

	if (!folder_ok(cache, why))
		return NULL;
	if (!keyfile_read(&file, cache->path, st, &inner))
		goto out;
	if (strcmp(file.source, cache->source.url) != 0)
		reason_set(&inner, "was fetched from another URL, %.200s",
		    shown_url(shown, span_str(file.source)));
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

/*
 * Read the file again if it has changed.  If it cannot be used, the current set
 * stays in use.  Called with the lock held.
 */
static void
reread(struct keycache *cache)
{
	struct refcounted *set;
	struct stat st;

	file_look(cache->path, &st);
	if (file_same(&st, &cache->seen) && st.st_ino != 0)
		return;
	cache->seen = st;
	set = read_set(cache, &cache->seen, &cache->fault);
	cache->faulty = set == NULL;
	/* If memory is short, the file may be good: read it next time. */
	if (set == NULL && scarce_memory())
		cache->seen = (struct stat){.st_size = 0};
	if (set == NULL)
		return;
	release(cache->current);
	cache->current = set;
}

static int64_t
age_of(const struct refcounted *set, int64_t now)
{
	return now - set->fetched;
}

/* False for an age that is negative: the clock was set back. */
static bool
is_younger(const struct refcounted *set, int64_t now, int64_t limit)
{
	int64_t age = age_of(set, now);

	return age >= -FETCHLOCK_SLACK && age < limit;
}

/* The age up to which the set can be used, in seconds. */
static int64_t
usable_for(const struct keycache *cache, const struct refcounted *set)
{
	return set->max_age > cache->source.keep ? set->max_age
						 : cache->source.keep;
}

/* Called with the lock held. */
static enum status
hand_out(struct keycache *cache, int64_t now, bool any_age,
    const struct keys **keys, struct reason *why)
{
	struct refcounted *set = cache->current;

	if (set == NULL) {
		reason_set(why, "no key set: %.400s", cache->fault.text);
		return ST_TRY_LATER;
	}
	if (!any_age && age_of(set, now) > usable_for(cache, set)) {
		reason_set(why,
		    "the key set is %lld hours old, which is too old",
		    (long long)age_of(set, now) / 3600);
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
	reread(cache);
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
	reread(cache);
	st = hand_out(cache, now, true, &state->keys, why);
	if (st == ST_OK) {
		state->age = age_of(cache->current, now);
		state->max_age = cache->current->max_age;
		state->keep = usable_for(cache, cache->current);
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
	/* keys is the first field of its struct refcounted. */
	release((struct refcounted *)(uintptr_t)keys);
	pthread_mutex_unlock(&cache->lock);
}

bool
keycache_due(struct keycache *cache, int64_t now)
{
	bool due;

	pthread_mutex_lock(&cache->lock);
	due = cache->current != NULL &&
	      cache->source.certificate_hosts == NULL &&
	      (cache->faulty ||
		  !is_younger(cache->current, now, cache->current->max_age));
	pthread_mutex_unlock(&cache->lock);
	return due && !fetchlock_tried_at(cache->lock_path, now);
}

/* Create the folders that are missing. */
static bool
make_folder(const struct keycache *cache, struct reason *why)
{
	if (!file_make_folder(
		AT_FDCWD, cache->source.root, cache->source.group_access) &&
	    errno != EEXIST) {
		reason_errno(why, "%s cannot be created", cache->source.root);
		return false;
	}
	if (mkdir(cache->folder, 0700) != 0 && errno != EEXIST) {
		reason_errno(why, "%s cannot be created", cache->folder);
		return false;
	}
	return folder_ok(cache, why);
}

/* What a fetch is for. */
struct fetch_request {
	enum keycache_want want;
	const char *url; /* of the missing certificate, or NULL */
	bool joins;      /* it may wait for another, but must not fetch */
	const struct keycache_terms *terms;
};

/* True if the set, perhaps fetched by another process, is new enough. */
static bool
is_fresh(struct keycache *cache, const struct fetch_request *request)
{
	const struct refcounted *set;
	int64_t now = request->terms->now;
	const struct key *key;
	bool fresh = false;

	pthread_mutex_lock(&cache->lock);
	reread(cache);
	set = cache->current;
	if (set != NULL && request->url != NULL) {
		key = keys_next(&set->keys, span_str(request->url), NULL);
		fresh = key != NULL &&
			(key->expires == 0 || key->expires >= now) &&
			age_of(set, now) <= usable_for(cache, set);
	} else if (set != NULL) {
		fresh = is_younger(set, now,
		    request->want == KEYCACHE_OLD ? set->max_age
						  : FETCHLOCK_MINUTE);
	}
	fresh = fresh && !cache->faulty;
	pthread_mutex_unlock(&cache->lock);
	return fresh;
}

/* Run the program, and read what it wrote. */
static enum status
fetch_now(struct keycache *cache, const struct fetch_request *request,
    struct reason *why)
{
	const struct keycache_source *source = &cache->source;
	const struct fetcher_job job = {
	    .url = request->url != NULL ? request->url : source->url,
	    .ca_file = source->ca_file,
	    .path = cache->path,
	    .set = request->url != NULL ? source->url : NULL,
	    .certificate_hosts = source->certificate_hosts,
	    .certificate_without_issuers = source->certificate_without_issuers,
	};
	struct reason inner = {""};
	enum status st = ST_OK;

	if (!fetcher_run(request->terms->program, &job, &inner)) {
		reason_set(why, "%.400s%s", inner.text,
		    request->want == KEYCACHE_FORCED || request->url != NULL
			? ""
			: "; hookdir keys --refresh tries it again");
		return ST_TRY_LATER;
	}
	pthread_mutex_lock(&cache->lock);
	reread(cache);
	if (cache->faulty) {
		*why = cache->fault;
		st = ST_TRY_LATER;
	}
	pthread_mutex_unlock(&cache->lock);
	return st;
}

static enum status
too_many(struct reason *why)
{
	reason_set(why, "enough other deliveries already wait for keys");
	return ST_TRY_LATER;
}

/*
 * Wait for a key that others may lack as well: at most so many do, in all
 * processes.  ST_OK: the caller closes *fd.
 */
static enum status
take_place(struct keycache *cache, int *fd, struct reason *why)
{
	switch (fetchlock_place(fd, cache->lock_path, why)) {
	case LOCK_TAKEN:
		return ST_OK;
	case LOCK_BUSY:
		return too_many(why);
	case LOCK_FAILED:
		break;
	}
	return ST_TRY_LATER;
}

/* --- Key sets --- */

/* Called with the lock on the lock file fd held. */
static enum status
fetch_unless_tried(struct keycache *cache, int fd,
    const struct fetch_request *request, struct reason *why)
{
	int64_t now = request->terms->now;
	char shown[SHOWN_MAX];

	if (request->want != KEYCACHE_FORCED && is_fresh(cache, request))
		return ST_OK;
	if (request->want == KEYCACHE_OLD && fetchlock_tried(fd, now))
		return ST_OK;
	if (request->want != KEYCACHE_FORCED && fetchlock_tried(fd, now)) {
		reason_set(why,
		    "%.200s could not be fetched and is tried once a minute; "
		    "hookdir keys --refresh tries it at once",
		    shown_url(shown, span_str(cache->source.url)));
		return ST_TRY_LATER;
	}
	if (request->joins)
		return too_many(why);
	/* Without the note, every delivery would fetch: on a full disk, say. */
	if (!fetchlock_note(fd, now))
		return reason_errno(
		    why, "%s cannot be written", cache->lock_path);
	return fetch_now(cache, request, why);
}

static enum status
fetch_alone(struct keycache *cache, const struct fetch_request *request,
    int wait_ms, struct reason *why)
{
	enum status st = ST_TRY_LATER;
	int fd;

	switch (fetchlock_take(&fd, cache->lock_path, wait_ms, why)) {
	case LOCK_TAKEN:
		st = fetch_unless_tried(cache, fd, request, why);
		close(fd);
		break;
	case LOCK_BUSY:
		/* The process that is fetching now also does it for us. */
		if (request->want == KEYCACHE_OLD)
			return ST_OK;
		reason_set(why,
		    "another process is fetching the keys and still holds the "
		    "lock %s",
		    cache->lock_path);
		break;
	case LOCK_FAILED:
		break;
	}
	return st;
}

static bool
has_set(struct keycache *cache)
{
	bool has;

	pthread_mutex_lock(&cache->lock);
	has = cache->current != NULL;
	pthread_mutex_unlock(&cache->lock);
	return has;
}

/*
 * Wait for a fetch, or do it.  Without any set, no delivery can be verified, so
 * every process may wait.
 */
static enum status
fetch_or_wait(struct keycache *cache, const struct fetch_request *request,
    struct reason *why)
{
	struct fetch_request mine = *request;
	bool has = has_set(cache);
	enum status st = ST_OK;
	struct fetch_wait wait;
	int place = -1;

	if (!fetch_limit_begin(request->terms->limit,
		has ? FETCH_KEY : FETCH_FIRST_KEY, &wait))
		return too_many(why);
	mine.joins = wait.limit != request->terms->limit;
	if (!make_folder(cache, why))
		st = ST_TRY_LATER;
	if (st == ST_OK && has)
		st = take_place(cache, &place, why);
	if (st == ST_OK)
		st = fetch_alone(cache, &mine, wait.ms, why);
	if (place >= 0)
		close(place);
	fetch_limit_end(&wait);
	return st;
}

enum status
keycache_refresh(struct keycache *cache, const struct keycache_terms *terms,
    enum keycache_want want, struct reason *why)
{
	const struct fetch_request request = {.want = want, .terms = terms};
	struct fetch_wait wait;
	enum status st;

	if (cache->source.certificate_hosts != NULL) {
		reason_set(why,
		    "certificates are fetched when a delivery names one, not "
		    "before");
		return ST_TRY_LATER;
	}
	/* The usual case, and it needs no lock on the lock file. */
	if (want != KEYCACHE_FORCED && is_fresh(cache, &request))
		return ST_OK;
	if (want == KEYCACHE_LACKS)
		return fetch_or_wait(cache, &request, why);
	if (!make_folder(cache, why))
		return ST_TRY_LATER;
	/* A set that is only old can be fetched later. */
	if (!fetch_limit_begin(terms->limit, FETCH_KEY, &wait))
		return want == KEYCACHE_OLD ? ST_OK : too_many(why);
	st = fetch_alone(cache, &request,
	    want == KEYCACHE_OLD ? LOCK_NO_WAIT : wait.ms, why);
	fetch_limit_end(&wait);
	return st;
}

/* --- Certificates --- */

/* True if it was fetched before, or if the settings name this very URL. */
static bool
is_known(struct keycache *cache, const char *url)
{
	const char *const *named = cache->source.certificate_urls;
	bool known;

	pthread_mutex_lock(&cache->lock);
	known = cache->current != NULL &&
		keys_next(&cache->current->keys, span_str(url), NULL) != NULL;
	pthread_mutex_unlock(&cache->lock);
	for (size_t i = 0; i < PRESET_CERTS && named[i] != NULL && !known; i++)
		known =
		    strchr(named[i], '*') == NULL && strcmp(named[i], url) == 0;
	return known;
}

/* Called with the lock on the URL held. */
static enum status
fetch_in_turn(struct keycache *cache, struct cert_turns *turns,
    const struct fetch_request *request, struct reason *why)
{
	const struct keycache_terms *terms = request->terms;
	bool known = is_known(cache, request->url);
	struct fetch_wait wait;
	enum status st = ST_TRY_LATER;

	if (is_fresh(cache, request))
		return ST_OK;
	if (!fetch_limit_begin(
		terms->limit, known ? FETCH_KNOWN : FETCH_KEY, &wait))
		return too_many(why);
	switch (cert_turns_take(turns, known, terms->now, why)) {
	case CERT_TURN_NOW:
		st = fetch_now(cache, request, why);
		break;
	case CERT_TURN_TRIED:
		reason_set(why, "%.200s could not be fetched and is tried %s",
		    request->url,
		    known ? "again in a few seconds"
			  : "again in a few minutes");
		break;
	case CERT_TURN_CROWDED:
		reason_set(why,
		    "%.200s is not known, and other unknown certificates are "
		    "being fetched: it is tried again in a few seconds",
		    request->url);
		break;
	case CERT_TURN_FAULT:
		break;
	}
	fetch_limit_end(&wait);
	return st;
}

static enum lock
lock_url(struct keycache *cache, struct cert_turns *turns, int wait_ms,
    struct reason *why)
{
	enum lock lock = cert_turns_lock(turns, wait_ms);

	if (lock == LOCK_FAILED)
		reason_errno(why, "%s cannot be locked", cache->turn_path);
	return lock;
}

/* Wait for the process that is fetching the URL. */
static enum lock
join(struct keycache *cache, struct cert_turns *turns,
    struct fetch_limit *limit, struct reason *why)
{
	enum lock lock = LOCK_FAILED;
	struct fetch_wait wait;
	int place;

	if (!fetch_limit_begin(limit, FETCH_JOIN, &wait)) {
		too_many(why);
		return LOCK_FAILED;
	}
	if (take_place(cache, &place, why) == ST_OK) {
		lock = lock_url(cache, turns, wait.ms, why);
		close(place);
	}
	fetch_limit_end(&wait);
	return lock;
}

static enum status
lock_and_fetch(struct keycache *cache, struct cert_turns *turns,
    const struct fetch_request *request, struct reason *why)
{
	enum status st = ST_TRY_LATER;
	enum lock lock = lock_url(cache, turns, LOCK_NO_WAIT, why);

	if (lock == LOCK_BUSY)
		lock = join(cache, turns, request->terms->limit, why);
	switch (lock) {
	case LOCK_TAKEN:
		st = fetch_in_turn(cache, turns, request, why);
		break;
	case LOCK_BUSY:
		reason_set(why,
		    "another process is fetching %.200s and still holds the "
		    "lock %s",
		    request->url, cache->turn_path);
		break;
	case LOCK_FAILED:
		break;
	}
	return st;
}

enum status
keycache_fetch(struct keycache *cache, const struct keycache_terms *terms,
    const char *url, struct reason *why)
{
	const struct fetch_request request = {
	    .want = KEYCACHE_LACKS, .url = url, .terms = terms};
	struct cert_turns turns;
	enum status st = ST_TRY_LATER;

	if (is_fresh(cache, &request))
		return ST_OK;
	if (!make_folder(cache, why))
		return ST_TRY_LATER;
	if (cert_turns_open(&turns, cache->turn_path, url, terms->client, why))
		st = lock_and_fetch(cache, &turns, &request, why);
	cert_turns_close(&turns);
	if (st == ST_OK && !is_fresh(cache, &request)) {
		reason_set(
		    why, "%.200s was fetched, and others took its place", url);
		st = ST_TRY_LATER;
	}
	return st;
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
