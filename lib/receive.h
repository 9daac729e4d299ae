/*
 * receive.h - the receiver as one function of its inputs.
 *
 * Route, read, verify, describe, file, answer; or answer a challenge.  Both
 * edges, the unit tests and the fuzzers call this and nothing below it.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#include <time.h>

#include "base/log.h"
#include "config/config.h"
#include "http/reply.h"
#include "http/request.h"

/* A delivery as an edge hands it over. */
struct delivery {
	char *const *env; /* CGI variables, NULL at the end */
	struct request_source body;
	struct timespec now; /* UTC */
	/*
	 * Zeroed, or of a held delivery that is tried again: when it came.  It
	 * is judged, and dated, by that time, and not held another time.
	 */
	struct timespec arrived;
	const char *fetch; /* the program of fetcher.h */
	const struct log *log;
	struct inbox_shared *shared; /* inbox_failover.h; or NULL */
	/* Where there are no settings: why, or NULL if the log has it. */
	const char *unusable;
};

/*
 * Receive one delivery and make its reply, which borrows from cfg; the caller
 * frees it by reply_free().  Reads no environment of its own, no clock and no
 * global; its only effects are what inbox_failover.h, keycache.h and, where the
 * signature is refused, hold.h do, and at most a few lines in the log: one for
 * each reply that is not 200 and for each challenge, and silence for an event
 * that is stored, unless the disk made trouble.
 *
 * cfg may be NULL: no settings could be read, everything is answered 500.
 *
 * Returns NULL, or the provider that receive_upkeep() should look after once
 * the reply was sent.
 */
const struct provider *receive(const struct config *cfg,
    const struct delivery *delivery, struct reply *reply);

/*
 * Put into the inboxes of all providers what a power cut left between there
 * and tmp/.  For the start; of delivery only now and log are looked at.
 * What was found, and failures, are logged.
 */
void receive_recover(const struct config *cfg, const struct delivery *delivery);

/*
 * Do for a provider what need not hold up a reply: remove what is too old from
 * its inboxes, have its key set fetched anew.  Of delivery only now, fetch and
 * log are looked at.  Failures are logged.
 */
void receive_upkeep(const struct config *cfg, const struct provider *prov,
    const struct delivery *delivery);

#endif
