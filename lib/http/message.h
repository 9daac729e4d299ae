/*
 * message.h - a request as its sender addressed and wrote it.
 *
 * What HTTP signatures cover besides the body: method, target, authority,
 * header fields.  All of it comes from the request, but for what a proxy in
 * front rewrites: that is then taken from the settings' url.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "http/request.h"

#define MESSAGE_AUTHORITY_MAX 300 /* bytes of host and port */
#define MESSAGE_FIELD_MAX     63  /* bytes of a field's name */

struct message {
	const struct request *req;
	bool moved; /* the next ones are the settings' */
	struct span method;
	const char *scheme; /* "http" or "https" */
	/* Lower case, without a default port; empty if it makes no sense. */
	struct span authority;
	struct span target; /* absolute form as it came, else empty */
	struct span path;   /* as it was sent, still encoded */
	struct span query;  /* with its '?'; empty if there is none */
	char host[MESSAGE_AUTHORITY_MAX];
};

/*
 * Describe req, which it borrows.  url is the public URL of the settings, or
 * NULL: its scheme and authority take the place of the request's, and so do
 * its path and its query if it has them.  msg holds pointers into itself: not copied.
 */
void message_make(
    struct message *msg, const struct request *req, const char *url);

/*
 * The value of the field called name, in lower case, without the blanks
 * around it.  An empty one is a value, where the server passes it on.
 *
 * ST_UNVERIFIED, with why set: it is missing, came more than once, is longer
 * than REQUEST_HEADER_MAX, or has control bytes in it, which could make one
 * line of what is signed look like two.
 */
enum status message_field(const struct message *msg, struct span name,
    struct span *value, struct reason *why);

#endif
