/*
 * url.h - http and https URLs: taken apart, put together, checked.
 *
 * Follows RFC 3986, section 3, as far as webhooks need it.  Nothing is decoded
 * and nothing is normalised: a URL is often part of what is signed.
 */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define URL_FETCH_MAX 1000 /* characters of a URL that is fetched */

/* A URL in its parts, which are views of it, or empty. */
struct url {
	const char *scheme;    /* "https" or "http"; static */
	struct span authority; /* user, host and port as they stand there */
	struct span user;      /* "name:password", without its '@' */
	struct span host;      /* in brackets if it is an IPv6 address */
	struct span port;      /* with its colon: ":8443" */
	struct span path;      /* "/a" */
	struct span query;     /* all behind the path: "?b" */
};

/*
 * Take text apart.  False if it does not begin with http:// or https://, in
 * any case; then *url is empty.
 */
bool url_split(struct url *url, struct span text);

/* The same of what stands behind the scheme, such as a Host header. */
void url_split_authority(struct url *url, struct span text);

/* Cut a target at the end of its path; what is behind it stays in *target. */
struct span url_cut_path(struct span *target);

/* Write the URL and a NUL to dst; false if it has no room for them. */
bool url_join(char *dst, size_t room, const struct url *url);

/* What a URL is for. */
enum url_use {
	URL_SEND,    /* requests are posted to it */
	URL_REQUEST, /* it stands for the URL of requests: no fragment */
	URL_FETCH /* keys are fetched from it: https, and no password in it */
};

/* NULL for a URL that will do, else what is wrong with it; static. */
const char *url_fault(const char *url, enum url_use use);

#endif
