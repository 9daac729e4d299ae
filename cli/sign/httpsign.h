/*
 * httpsign.h - HTTP signatures as a sender makes them, in either form.
 *
 * What is covered is what the settings require, and with it a digest of the
 * body, a time, and where it is posted to if that is known.
 */
#ifndef HTTPSIGN_H
#define HTTPSIGN_H

#include <stdbool.h>
#include <time.h>

#include "base/status.h"
#include "headers.h"
#include "http/request.h"
#include "signing.h"

/* A request that lacks nothing but its signature. */
struct httpsign {
	const struct signing *in;
	const struct request *req; /* over the environment of headers */
	struct headers *headers;
	const char *uri; /* path and query; "" if not known */
	time_t created;  /* the signed time */
};

/*
 * Add digest, time and signature, and check what came out of it: with the
 * key's own other half, for the sender's set may not have it yet.  False: why
 * is set.
 */
bool httpsign_add(const struct httpsign *sign, struct reason *why);

#endif
