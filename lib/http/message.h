/*
 * message.h - a request as its sender addressed and wrote it.
 *
 * HTTP signatures cover these parts of a request: method, target, authority and
 * header fields.  They are taken from the request.  Scheme, authority and path
 * are taken from the setting public_url instead if it is set, because a proxy
 * may have changed them on the way.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "http/request.h"

#define MESSAGE_AUTHORITY_MAX 300 /* bytes of the longest host and port */
#define MESSAGE_FIELD_MAX     63  /* bytes of the longest field name */

struct message {
	const struct request *req;
	bool moved; /* scheme, authority and path are those of public_url */
	struct span method;
	const char *scheme; /* "http" or "https" */
	/* In lower case and without a default port.  Empty if it is missing or
	 * malformed. */
	struct span authority;
	struct span target; /* if in absolute form, else empty */
	struct span path;   /* as sent, still percent-encoded */
	struct span query;  /* with its '?'; empty if there is no query */
	char host[MESSAGE_AUTHORITY_MAX];
};

/*
 * Describe req, which is borrowed. url is the setting public_url, or NULL.  If
 * it is set, its scheme and authority replace those of the request, and so do
 * its path and its query if it has them.  *msg contains pointers into itself,
 * so it must not be copied.
 */
void message_make(
    struct message *msg, const struct request *req, const char *url);

/*
 * Find the value of the header field called name, which is in lower case.
 * White space around the value is removed.  An empty value counts as a value,
 * if the server passes it on.
 *
 * ST_OK.  ST_UNVERIFIED, with why set: the field is missing, came more than
 * once, is longer than REQUEST_HEADER_MAX, or contains control characters, with
 * which one line of the signed text could be made to look like two.
 */
enum status message_field(const struct message *msg, struct span name,
    struct span *value, struct reason *why);

#endif
