/*
 * signing_input.h - what those who make signatures are given.
 */
#ifndef SIGNING_INPUT_H
#define SIGNING_INPUT_H

#include <stdbool.h>
#include <time.h>

#include "base/span.h"
#include "headers.h"
#include "http/request.h"
#include "profile/provider.h"

/* What is to be sent, and where. */
struct signing_input {
	const struct provider *prov; /* not a broken one */
	struct span body;
	const char *url;           /* http(s)://..., or NULL */
	const char *const *header; /* 'Name: value', nheader of them */
	size_t nheader;
	const char *time; /* the signed time verbatim; NULL for the clock's */
	/* Of signatures by key: */
	const char *key; /* PEM file of a private key, or NULL */
	int key_fd;      /* where it is open already; else 0 */
	const char *kid; /* the key's id, or NULL */
	bool rfc9421;    /* of HTTP signatures; else draft-cavage */
};

/* A request that lacks nothing but its signature. */
struct signing_request {
	const struct signing_input *in;
	const struct request *req; /* over the environment of headers */
	struct headers *headers;
	const char *uri; /* path and query; "" if not known */
	time_t created;  /* the signed time */
};

#endif
