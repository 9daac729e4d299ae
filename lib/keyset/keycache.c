/* keycache.c - a key set in memory and on disk, and when it is fetched. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/shown.h"
#include "keyset/fetcher.h"
#include "keyset/fetchlock.h"
#include "keyset/keycache.h"

#define FOLDER   ".keys"
#define LOCK_EXT ".lock"
/*
 * Seconds between fetches of certificates.  Short: anyone can name a
 * certificate, and one failed fetch must not block genuine deliveries for a
 * minute.
 */
#define BETWEEN_CERTS 5

/* A set with its number of users; being the current set counts as one user. */
struct refcounted {
	struct keys keys; /* must be first: keycache_put() gets its address */
	unsigned users;
	int64_t fetched, max_age;
};

struct keycache {
	struct keycache_source source;
	char folder[PATH_MAX], path[PATH_MAX], lock_path[PATH_MAX];
	pthread_mutex_t lock;       /* protects the fields below */
	struct refcounted *current; /* or NULL */
	struct stat seen;           /* the file when it was last read */
	bool faulty;                /* the file could not be used then */
	struct reason fault;        /* why */
	unsigned waiting;           /* threads that wait for a missing key */
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
	n = snprintf(cache->lock_path, PATH_MAX, "%s/" FOLDER "/%s" LOCK_EXT,
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
	struct stat st = {.st_size = 0};
	struct refcounted *set;

	if (stat(cache->path, &st) != 0)
		st = (struct stat){.st_size = 0};
	if (file_same(&st, &cache->seen) && st.st_ino != 0)
		return;
	cache->seen = st;
	set = read_set(cache, &cache->seen, &cache->fault);
	cache->faulty = set == NULL;
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
	const char *program;
	int64_t now;
};

/* True if the set, perhaps fetched by another process, is new enough. */
static bool
is_fresh(struct keycache *cache, const struct fetch_request *request)
{
	const struct refcounted *set;
	int64_t now = request->now;
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

	if (!fetcher_run(request->program, &job, &inner)) {
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

/* Called with the lock on the lock file fd held. */
static enum status
fetch_unless_tried(struct keycache *cache, int fd,
    const struct fetch_request *request, struct reason *why)
{
	bool one = request->url != NULL;
	char shown[SHOWN_MAX];

	if (request->want != KEYCACHE_FORCED && is_fresh(cache, request))
		return ST_OK;
	if (request->want == KEYCACHE_OLD && fetchlock_tried(fd, request->now))
		return ST_OK;
	if (request->want != KEYCACHE_FORCED &&
	    fetchlock_tried_within(
		fd, request->now, one ? BETWEEN_CERTS : FETCHLOCK_MINUTE)) {
		reason_set(why, "%.200s could not be fetched and is tried %s",
		    shown_url(shown,
			span_str(one ? request->url : cache->source.url)),
		    one ? "again in a few seconds"
			: "once a minute; hookdir keys --refresh tries it at "
			  "once");
		return ST_TRY_LATER;
	}
	/* Without the note, every delivery would fetch: on a full disk, say. */
	if (!fetchlock_note(fd, request->now))
		return reason_errno(
		    why, "%s cannot be written", cache->lock_path);
	return fetch_now(cache, request, why);
}

/*
 * True if one more thread may wait.  Without any set, no delivery can be
 * verified, so every thread may wait.
 */
static bool
begin_wait(struct keycache *cache, const struct fetch_request *request)
{
	bool may;

	pthread_mutex_lock(&cache->lock);
	may = cache->waiting < KEYCACHE_WAITERS ||
	      (cache->current == NULL && request->url == NULL);
	cache->waiting += may;
	pthread_mutex_unlock(&cache->lock);
	return may;
}

static void
end_wait(struct keycache *cache)
{
	pthread_mutex_lock(&cache->lock);
	cache->waiting--;
	pthread_mutex_unlock(&cache->lock);
}

static enum status
fetch_alone(struct keycache *cache, const struct fetch_request *request,
    struct reason *why)
{
	bool wait = request->want != KEYCACHE_OLD;
	enum status st = ST_TRY_LATER;
	int fd;

	if (!make_folder(cache, why))
		return ST_TRY_LATER;
	switch (fetchlock_take(&fd, cache->lock_path, wait, why)) {
	case LOCK_TAKEN:
		st = fetch_unless_tried(cache, fd, request, why);
		close(fd);
		break;
	case LOCK_BUSY:
		/* The process that is fetching now also does it for us. */
		if (!wait)
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

static enum status
run(struct keycache *cache, const struct fetch_request *request,
    struct reason *why)
{
	enum status st;

	/* The usual case, and it needs no lock on the lock file. */
	if (request->want != KEYCACHE_FORCED && is_fresh(cache, request))
		return ST_OK;
	if (request->want != KEYCACHE_LACKS)
		return fetch_alone(cache, request, why);
	if (!begin_wait(cache, request)) {
		reason_set(why, "%d other deliveries already wait for its keys",
		    KEYCACHE_WAITERS);
		return ST_TRY_LATER;
	}
	st = fetch_alone(cache, request, why);
	end_wait(cache);
	return st;
}

enum status
keycache_refresh(struct keycache *cache, const char *program, int64_t now,
    enum keycache_want want, struct reason *why)
{
	const struct fetch_request request = {want, NULL, program, now};

	if (cache->source.certificate_hosts == NULL)
		return run(cache, &request, why);
	reason_set(why,
	    "certificates are fetched when a delivery names one, not before");
	return ST_TRY_LATER;
}

enum status
keycache_fetch(struct keycache *cache, const char *program, int64_t now,
    const char *url, struct reason *why)
{
	const struct fetch_request request = {
	    KEYCACHE_LACKS, url, program, now};

	return run(cache, &request, why);
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
