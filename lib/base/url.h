/*
 * url.h - http and https URLs: split, joined, checked.
 *
 * Follows RFC 3986, section 3, as far as webhooks need it.  Nothing is decoded
 * and nothing is normalised, because a URL is often part of the signed text.
 */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define URL_FETCH_MAX 1000 /* characters of the longest URL that is fetched */

/* The parts of a URL.  Each part is a view of the URL, or empty. */
struct url {
	const char *scheme;    /* "https" or "http"; static */
	struct span authority; /* user, host and port as written */
	struct span user;      /* "name:password", without its '@' */
	struct span host;      /* in brackets if it is an IPv6 address */
	struct span port;      /* with its colon: ":8443" */
	struct span path;      /* "/a" */
	struct span query;     /* everything after the path: "?b" */
};

/*
 * Split text.  Returns false, with *url empty, if text does not begin with
 * http:// or https:// in upper or lower case.
 */
bool url_split(struct url *url, struct span text);

/* Split only an authority, such as the value of a Host header. */
void url_split_authority(struct url *url, struct span text);

/* Take the path off the front of *target; its query and fragment remain. */
struct span url_cut_path(struct span *target);

/* Write the URL and a NUL to dst.  Returns false if room is too small. */
bool url_join(char *dst, size_t room, const struct url *url);

/* How a URL is used. */
enum url_use {
	URL_SEND,    /* requests are sent to it */
	URL_REQUEST, /* it is the URL that requests have: no fragment */
	URL_FETCH,   /* keys are fetched from it: https, without a password */
	URL_BASE,    /* a path is appended: no query, no password */
	URL_FORWARD  /* events are sent to it: no password */
};

/* NULL if url can be used so; otherwise the error, which is static. */
const char *url_fault(const char *url, enum url_use use);

/*
 * True if the host is this machine itself: "localhost", 127.0.0.0/8 or [::1].
 * Other names may lead there, or elsewhere tomorrow.
 */
bool url_is_loopback(const struct url *url);

#endif
