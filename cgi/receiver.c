/* receiver.c - connects receive() with an edge and the settings. */
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "../edge/edge.h"
#include "base/version.h"
#include "config_reload.h"
#include "inbox/commit_queue.h"
#include "inbox/inbox_dircache.h"
#include "keyset/fetcher.h"
#include "receive.h"
#include "receiver.h"

#define WORKERS_DEFAULT 64

/* State that all requests of a process share. */
struct receiver {
	char *const *env;
	char fetch[PATH_MAX]; /* path of hookdir-fetch, see fetcher.h */
	/* For FastCGI only: */
	struct config_reload *reload;
	struct inbox_dircache *dircache;
	struct commit_queue queue;
	struct fetch_limit limit;
};

static struct delivery
delivery_of(const struct receiver *r, const struct edge_exchange *x)
{
	struct delivery delivery = {
	    .env = x->env,
	    .body = x->body,
	    .fetch = r->fetch,
	    .log = x->log,
	};

	clock_gettime(CLOCK_REALTIME, &delivery.now);
	return delivery;
}

/* What a provider needs after an answer; NULL: nothing. */
static void
upkeep(const struct receiver *r, const struct config *cfg,
    const struct provider *prov, struct delivery delivery)
{
	if (prov == NULL)
		return;
	delivery.fetch = r->fetch;
	clock_gettime(CLOCK_REALTIME, &delivery.now);
	receive_upkeep(cfg, prov, &delivery);
}

/* --- CGI: one request for each process --- */

static void
serve_one(void *arg, struct edge_exchange *x)
{
	const struct receiver *r = arg;
	const struct delivery delivery = delivery_of(r, x);
	const struct provider *prov;
	char path[CONFIG_PATH_MAX];
	struct config *cfg;
	struct reply reply;

	config_locate(path, r->env);
	cfg = config_load_one(path, r->env, request_route(x->env), x->log);
	prov = receive(cfg, &delivery, &reply);
	edge_reply(x, &reply);
	reply_free(&reply);
	edge_end(x);
	upkeep(r, cfg, prov, (struct delivery){.log = &edge_log_timed});
	config_free(cfg);
}

int
receiver_cgi(char *const env[])
{
	struct receiver r = {.env = env};
	const struct edge_service service = {.arg = &r, .serve = serve_one};

	fetcher_locate(r.fetch);
	return edge_cgi(env, &service);
}

/* --- FastCGI: many requests --- */

/* One request, in the room of its exchange. */
struct turn {
	struct receiver *r;
	struct edge_exchange *x;
	const struct config *cfg;
	struct delivery delivery;
	char why[CONFIG_RELOAD_WHY_MAX];
	max_align_t room[]; /* for receive_start() */
};

static void
take_long(void *arg)
{
	const struct turn *turn = arg;

	edge_takes_long(turn->x);
}

static bool
reply_turn(void *arg, const struct reply *reply)
{
	const struct turn *turn = arg;

	return edge_reply(turn->x, reply);
}

static void
finish_turn(void *arg, const struct provider *prov)
{
	const struct turn *turn = arg;
	struct receiver *r = turn->r;
	const struct config *cfg = turn->cfg;

	edge_end(turn->x);
	upkeep(r, cfg, prov,
	    (struct delivery){.log = &log_stderr, .limit = &r->limit});
	config_reload_put(r->reload, cfg);
}

static void
serve_many(void *arg, struct edge_exchange *x)
{
	struct receiver *r = arg;
	struct turn *turn = x->room;
	const struct receive_done done = {.arg = turn,
	    .takes_long = take_long,
	    .reply = reply_turn,
	    .finish = finish_turn};

	turn->r = r;
	turn->x = x;
	turn->cfg = config_reload_get(r->reload, x->log);
	turn->delivery = delivery_of(r, x);
	/* Logged for each request: the web server may not have logged what was
	 * written at the start. */
	if (turn->cfg == NULL) {
		config_reload_why(r->reload, turn->why);
		turn->delivery.unusable = turn->why;
	}
	turn->delivery.dircache = r->dircache;
	turn->delivery.queue = &r->queue;
	turn->delivery.limit = &r->limit;
	receive_start(turn->cfg, &turn->delivery, &done, turn->room);
}

/*
 * How many events may wait while their threads go on: each has descriptors open.
 * The soft limit is often that of programs that use select(), which this one
 * does not.
 */
static unsigned
may_wait(const struct config *cfg, long workers)
{
	long want = receive_files(cfg, workers, COMMIT_QUEUE_MAX);
	struct rlimit limit;
	unsigned n = COMMIT_QUEUE_MAX;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < (rlim_t)want) {
		limit.rlim_cur = limit.rlim_max < (rlim_t)want ? limit.rlim_max
							       : (rlim_t)want;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 0;
	}
	while (n > 0 && (rlim_t)receive_files(cfg, workers, n) > limit.rlim_cur)
		n--;
	return n;
}

/*
 * Recover what a power cut left, before anything new is received.  Returns the
 * number of threads.
 */
static long
begin(struct receiver *r, unsigned *waiting)
{
	const struct config *cfg = config_reload_get(r->reload, &log_stderr);
	long workers = cfg == NULL ? WORKERS_DEFAULT : cfg->workers;
	struct delivery nothing = {.log = &log_stderr};

	log_line(&log_stderr, LVL_INFO, "hookdir.fcgi " HOOKDIR_VERSION);
	clock_gettime(CLOCK_REALTIME, &nothing.now);
	receive_recover(cfg, &nothing);
	*waiting = may_wait(cfg, workers);
	config_reload_put(r->reload, cfg);
	return workers;
}

static int
serve(struct receiver *r)
{
	struct edge_service service = {.arg = r,
	    .serve = serve_many,
	    .room = sizeof(struct turn) + receive_room()};
	int status = EXIT_FAILURE;
	unsigned waiting;

	service.workers = begin(r, &waiting);
	if (fetch_limit_init(&r->limit, service.workers) &&
	    commit_queue_init(&r->queue, waiting)) {
		status = edge_fcgi(&service);
		commit_queue_destroy(&r->queue);
	} else {
		log_line(&log_stderr, LVL_ERROR, "cannot start: out of memory");
	}
	fetch_limit_free(&r->limit);
	return status;
}

int
receiver_fcgi(char *const env[])
{
	struct receiver r = {.env = env};
	int status = EXIT_FAILURE;

	edge_fcgi_block_signals();
	fetcher_locate(r.fetch);
	r.dircache = inbox_dircache_new();
	r.reload = config_reload_new(env, &log_stderr);
	if (r.dircache != NULL && r.reload != NULL)
		status = serve(&r);
	else
		log_line(&log_stderr, LVL_ERROR, "cannot start: out of memory");
	if (r.reload != NULL)
		config_reload_free(r.reload);
	inbox_dircache_free(r.dircache);
	return status;
}
