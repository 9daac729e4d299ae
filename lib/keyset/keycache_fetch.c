/* keycache_fetch.c - who has a set fetched, and who waits for it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "keyset/fetcher.h"
#include "keyset/keycache_own.h"

/* Seconds: short, for anybody can name one that is not there. */
#define BETWEEN_CERTS 5

/* Make what is missing of the way to the files. */
static bool
make_folder(const struct keycache *cache, struct reason *why)
{
	if (!file_make_folder(
		AT_FDCWD, cache->source.root, cache->source.group_access) &&
	    errno != EEXIST) {
		reason_errno(why, "%s cannot be made", cache->source.root);
		return false;
	}
	if (mkdir(cache->folder, 0700) != 0 && errno != EEXIST) {
		reason_errno(why, "%s cannot be made", cache->folder);
		return false;
	}
	return keycache_folder_ok(cache, why);
}

/* What a fetch is for. */
struct fetch_request {
	enum keycache_want want;
	const char *url; /* of the certificate that is lacking, or NULL */
};

/* As new as is wanted, with what others may have fetched. */
static bool
is_fresh(
    struct keycache *cache, int64_t now, const struct fetch_request *request)
{
	const struct refcounted *set;
	const struct key *key;
	bool fresh = false;

	pthread_mutex_lock(&cache->lock);
	keycache_reread(cache);
	set = cache->current;
	if (set != NULL && request->url != NULL) {
		key = keys_next(&set->keys, span_str(request->url), NULL);
		fresh =
		    key != NULL && (key->expires == 0 || key->expires >= now) &&
		    keycache_age(set, now) <= keycache_usable_for(cache, set);
	} else if (set != NULL) {
		fresh = keycache_younger(set, now,
		    request->want == KEYCACHE_OLD ? set->max_age
						  : FETCHLOCK_MINUTE);
	}
	fresh = fresh && cache->fault.text[0] == '\0';
	pthread_mutex_unlock(&cache->lock);
	return fresh;
}

/* With the lock file in fd, which is held. */
static enum status
fetch(struct keycache *cache, const char *program, int64_t now, int fd,
    const struct fetch_request *request, struct reason *why)
{
	const struct fetcher_job job = {
	    .url = request->url != NULL ? request->url : cache->source.url,
	    .ca_file = cache->source.ca_file,
	    .path = cache->path,
	    .set = request->url != NULL ? cache->source.url : NULL,
	    .certificate_hosts = cache->source.certificate_hosts,
	    .certificate_without_issuers =
		cache->source.certificate_without_issuers,
	};
	enum keycache_want want = request->want;
	struct reason inner = {""};

	if (want != KEYCACHE_FORCED && is_fresh(cache, now, request))
		return ST_OK;
	if (want == KEYCACHE_OLD && fetchlock_tried(fd, now))
		return ST_OK;
	if (want != KEYCACHE_FORCED &&
	    fetchlock_tried_within(fd, now,
		request->url != NULL ? BETWEEN_CERTS : FETCHLOCK_MINUTE)) {
		reason_set(why, "%.200s could not be had and is tried %s",
		    job.url,
		    request->url != NULL
			? "again in a few seconds"
			: "once a minute; hookdir keys --refresh tries it at "
			  "once");
		return ST_TRY_LATER;
	}
	/* Else a full disk would have us try at every request. */
	if (!fetchlock_note(fd, now))
		return reason_errno(
		    why, "%s cannot be written", cache->lock_path);
	if (!fetcher_run(program, &job, &inner)) {
		reason_set(why, "%.400s%s", inner.text,
		    want == KEYCACHE_FORCED || request->url != NULL
			? ""
			: "; hookdir keys --refresh tries it again");
		return ST_TRY_LATER;
	}
	pthread_mutex_lock(&cache->lock);
	keycache_reread(cache);
	if (cache->fault.text[0] != '\0')
		*why = cache->fault;
	pthread_mutex_unlock(&cache->lock);
	return why->text[0] == '\0' ? ST_OK : ST_TRY_LATER;
}

/* Whether one more may wait.  Where nothing is known, nothing else can be. */
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
fetch_alone(struct keycache *cache, const char *program, int64_t now,
    const struct fetch_request *request, struct reason *why)
{
	enum status st;
	int fd;

	if (!make_folder(cache, why))
		return ST_TRY_LATER;
	fd = fetchlock_take(
	    cache->lock_path, request->want != KEYCACHE_OLD, why);
	if (fd < 0)
		return why->text[0] == '\0' ? ST_OK : ST_TRY_LATER;
	st = fetch(cache, program, now, fd, request, why);
	close(fd);
	return st;
}

static enum status
run(struct keycache *cache, const char *program, int64_t now,
    const struct fetch_request *request, struct reason *why)
{
	enum status st;

	why->text[0] = '\0';
	/* Most often, and without a lock. */
	if (request->want != KEYCACHE_FORCED && is_fresh(cache, now, request))
		return ST_OK;
	if (request->want != KEYCACHE_LACKS)
		return fetch_alone(cache, program, now, request, why);
	if (!begin_wait(cache, request)) {
		reason_set(why, "%d others wait for its keys already",
		    KEYCACHE_WAITERS);
		return ST_TRY_LATER;
	}
	st = fetch_alone(cache, program, now, request, why);
	end_wait(cache);
	return st;
}

enum status
keycache_refresh(struct keycache *cache, const char *program, int64_t now,
    enum keycache_want want, struct reason *why)
{
	const struct fetch_request request = {.want = want};

	if (cache->source.certificate_hosts == NULL)
		return run(cache, program, now, &request, why);
	reason_set(why,
	    "certificates are fetched when a delivery names one, not before");
	return ST_TRY_LATER;
}

enum status
keycache_fetch(struct keycache *cache, const char *program, int64_t now,
    const char *url, struct reason *why)
{
	return run(cache, program, now,
	    &(struct fetch_request){.want = KEYCACHE_LACKS, .url = url}, why);
}
