/* receiver.c - connects receive() with an edge and the settings. */
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include "../edge/edge.h"
#include "base/version.h"
#include "config_reload.h"
#include "keyset/fetcher.h"
#include "receive.h"
#include "receiver.h"

#define WORKERS_DEFAULT 64

/* State that all requests of a process share. */
struct receiver {
	char *const *env;
	char fetch[PATH_MAX]; /* path of hookdir-fetch, see fetcher.h */
	struct config *cfg;   /* for CGI only */
	/* For FastCGI only: */
	struct config_reload *reload;
	struct inbox_shared shared;
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

static void
upkeep(const struct receiver *r, const struct edge_exchange *x,
    struct fetch_limit *limit)
{
	struct delivery delivery = delivery_of(r, x);

	delivery.limit = limit;
	if (x->unfinished != NULL)
		receive_upkeep(x->settings, x->unfinished, &delivery);
}

/* --- CGI: one request for each process --- */

static void
serve_one(void *arg, struct edge_exchange *x)
{
	struct receiver *r = arg;
	const struct delivery delivery = delivery_of(r, x);
	char path[CONFIG_PATH_MAX];

	config_locate(path, r->env);
	r->cfg = config_load_one(path, r->env, request_route(x->env), x->log);
	x->settings = r->cfg;
	x->unfinished = receive(r->cfg, &delivery, &x->reply);
}

static void
finish_one(void *arg, struct edge_exchange *x)
{
	struct receiver *r = arg;

	upkeep(r, x, NULL);
	config_free(r->cfg);
}

int
receiver_cgi(char *const env[])
{
	struct receiver r = {.env = env};
	const struct edge_service service = {
	    .arg = &r, .serve = serve_one, .finish = finish_one};

	fetcher_locate(r.fetch);
	return edge_cgi(env, &service);
}

/* --- FastCGI: many requests --- */

static void
serve_many(void *arg, struct edge_exchange *x)
{
	struct receiver *r = arg;
	struct delivery delivery = delivery_of(r, x);
	const struct config *cfg = config_reload_get(r->reload, x->log);
	char why[CONFIG_RELOAD_WHY_MAX];

	/* Logged for each request: the web server may not have logged what was
	 * written at the start. */
	if (cfg == NULL) {
		config_reload_why(r->reload, why);
		delivery.unusable = why;
	}
	delivery.shared = &r->shared;
	delivery.limit = &r->limit;
	x->settings = cfg;
	x->unfinished = receive(cfg, &delivery, &x->reply);
}

static void
finish_many(void *arg, struct edge_exchange *x)
{
	struct receiver *r = arg;

	upkeep(r, x, &r->limit);
	config_reload_put(r->reload, x->settings);
}

/*
 * Recover what a power cut left, before anything new is received.  Returns the
 * number of threads.
 */
static long
begin(struct receiver *r)
{
	const struct config *cfg = config_reload_get(r->reload, &log_stderr);
	long workers = cfg == NULL ? WORKERS_DEFAULT : cfg->workers;
	struct delivery nothing = {.log = &log_stderr};

	log_line(&log_stderr, LVL_INFO, "hookdir.fcgi " HOOKDIR_VERSION);
	clock_gettime(CLOCK_REALTIME, &nothing.now);
	receive_recover(cfg, &nothing);
	config_reload_put(r->reload, cfg);
	return workers;
}

int
receiver_fcgi(char *const env[])
{
	struct receiver r = {.env = env};
	struct edge_service service = {
	    .arg = &r, .serve = serve_many, .finish = finish_many};
	int status = EXIT_FAILURE;

	edge_fcgi_block_signals();
	fetcher_locate(r.fetch);
	if (!inbox_shared_init(&r.shared)) {
		log_line(&log_stderr, LVL_ERROR, "cannot start: out of memory");
		return EXIT_FAILURE;
	}
	r.reload = config_reload_new(env, &log_stderr);
	if (r.reload != NULL)
		service.workers = begin(&r);
	if (r.reload != NULL && fetch_limit_init(&r.limit, service.workers))
		status = edge_fcgi(&service);
	else
		log_line(&log_stderr, LVL_ERROR, "cannot start: out of memory");
	fetch_limit_free(&r.limit);
	if (r.reload != NULL)
		config_reload_free(r.reload);
	inbox_shared_free(&r.shared);
	return status;
}
