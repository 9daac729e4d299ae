/*
 * receive.h - the whole receiver as one function.
 *
 * receive() finds the provider, reads the body, verifies the signature, makes
 * the event, stores it and makes the reply; or it answers a challenge.  The CGI
 * and FastCGI programs, the unit tests and the fuzzers all call it.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/log.h"
#include "config/config.h"
#include "http/reply.h"
#include "http/request.h"
#include "keyset/fetch_limit.h"

struct commit_queue;

/* A request, and what the receiver needs to serve it. */
struct delivery {
	char *const *env; /* CGI variables, NULL at the end */
	struct request_source body;
	struct timespec now; /* UTC */
	/*
	 * Zeroed, except for a held delivery that is tried again: then the time
	 * when it first arrived.  It is verified and dated by that time, and is
	 * not held again.
	 */
	struct timespec arrived;
	const char *fetch;         /* path of hookdir-fetch (fetcher.h) */
	struct fetch_limit *limit; /* of the process (fetch_limit.h); or NULL */
	const struct log *log;
	/* Shared by the threads of a process; or NULL. */
	struct inbox_dircache *dircache; /* inbox_dircache.h */
	struct commit_queue *queue;      /* commit_queue.h */
	/* If there are no settings: why; or NULL if that was logged. */
	const char *unusable;
};

/*
 * Receive one delivery and make its reply.  The reply borrows from cfg; the
 * caller frees it with reply_free().
 *
 * The function reads no environment but delivery->env, no clock of its own for
 * deliveries, and no global variable.  It changes files only through
 * inbox_failover.h, keycache.h, and for a rejected signature hold.h.  It logs a
 * line for each challenge, for each duplicate and for each request that is not
 * accepted.  It logs nothing for an event that is stored, unless there was
 * trouble with the disk.  Every line about a delivery has the form
 *
 *	PROVIDER: ID from ADDRESS: answered CODE: TEXT
 *
 * each a word without blanks but TEXT, and "-" where it is not known.  The id
 * is that of the event, once the delivery is known to be genuine.
 *
 * cfg is NULL if the settings could not be read; the answer is then 500.
 *
 * Returns the provider for which receive_upkeep() should be called once the
 * reply has been sent; or NULL.
 */
const struct provider *receive(const struct config *cfg,
    const struct delivery *delivery, struct reply *reply);

/* What becomes of a delivery that receive_start() received. */
struct receive_done {
	void *arg; /* for these functions */
	/*
	 * Called at most once, before reply(), by the thread that called
	 * receive_start(): it will be busy with this delivery for some time.
	 */
	void (*takes_long)(void *arg);
	/*
	 * Called once: send the reply, which is freed afterwards.  Returns true
	 * if finish() may take long.
	 */
	bool (*reply)(void *arg, const struct reply *reply);
	/*
	 * Called once, after reply().  prov is the provider for which
	 * receive_upkeep() should be called, or NULL.  Nothing that
	 * receive_start() borrowed is used any more.
	 */
	void (*finish)(void *arg, const struct provider *prov);
};

/*
 * Descriptors that a process with so many threads needs, if so many deliveries
 * more wait in the queue; cfg may be NULL.
 */
long receive_files(const struct config *cfg, long threads, long waiting);

/* Bytes that receive_start() needs for a delivery. */
size_t receive_room(void);

/*
 * The same as receive(), for many threads: stores the event by delivery->queue,
 * which must not be NULL.  The functions of done are called by this thread or
 * another one that receives, perhaps after this function has returned; *done is
 * copied.  cfg, *delivery and room must last until finish() is called; room has
 * receive_room() bytes, aligned for any object.  The thread may do the same for
 * other deliveries meanwhile.
 */
void receive_start(const struct config *cfg, const struct delivery *delivery,
    const struct receive_done *done, void *room);

/*
 * Call inbox_recover() for the inboxes of all providers; meant for the start of
 * a process.  Of delivery, only now and log are used.  Recovered events and
 * failures are logged.
 */
void receive_recover(const struct config *cfg, const struct delivery *delivery);

/*
 * Do the work for a provider that need not delay a reply: recover its inboxes
 * after a crash, remove old marks and files from them, and fetch its key set if
 * that is past its max-age.  Of delivery, only now, fetch, limit and log are
 * used.  Failures are logged.
 */
void receive_upkeep(const struct config *cfg, const struct provider *prov,
    const struct delivery *delivery);

#endif
