/*
 * event.h - makes an event file from a verified delivery.
 *
 * An event file is an HTTP message in the binary mode of CloudEvents 1.0 (HTTP
 * protocol binding, section 3.1).  It consists of the CloudEvents attributes,
 * the sender's headers that are needed to verify the event again, an empty
 * line, and the verified bytes.  Lines end in LF.  This module does not store
 * the file; inbox.h does.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/span.h"
#include "base/status.h"
#include "hold/request_file.h"
#include "http/request.h"
#include "inbox/inbox.h"
#include "profile/provider.h"
#include "verify/verified.h"

#define EVENT_NAME_MAX 128  /* characters of a file name, NUL not counted */
#define EVENT_ATTR_MAX 1024 /* bytes of an id or type; longer are left out */
#define EVENT_HEAD_MAX REQUEST_FILE_HEAD_MAX /* so that it can be read again */

struct event {
	/*
	 * The file's name.  Events with the same name are duplicates.  It is:
	 *
	 *   - the event's id, if that is safe as a name: it matches
	 *     [A-Za-z0-9][A-Za-z0-9._-]{0,127} and does not begin with
	 *     "sha256-";
	 *   - for another id, "sha256-" and the digest of the id;
	 *   - without an id, "sha256-" and the digest of the signed text;
	 *   - if the profile says that no delivery is a duplicate, "sha256-"
	 *     and the digest of the time of arrival and the signed text.
	 *
	 * Each kind of digest has a prefix of its own, so that nobody can make
	 * an id whose digest is that of a signed text.
	 */
	char name[EVENT_NAME_MAX + 1];
	/*
	 * A second name, or "": "sha256-" and the digest of the signed text,
	 * where that contains a time and the name is not made from it.  Two
	 * events with the same second name are duplicates too: the id is not
	 * always signed, and one text must not become two events.
	 *
	 * Where no time is signed, two genuine events may have the same text.
	 */
	char also[EVENT_NAME_MAX + 1];
	char *head; /* malloc'd: the header lines and the empty line */
	/* For inbox_store(); borrows from this struct and the request. */
	struct event_file file;
};

/* What an event is made from; all borrowed. */
struct event_input {
	const struct provider *prov;
	const struct request *req;
	const struct verified *ok;
	const struct timespec *now; /* when the delivery arrived */
};

/*
 * Make the event from a verified delivery.  The id and type are read only from
 * authenticated bytes, or from headers if the profile says so.
 *
 * ST_OK: the caller frees *event with event_free().  Everything that in points
 * to must outlive *event, and *event must not be moved or copied.
 * With why set:
 *
 *	ST_TRY_LATER	out of memory
 *	ST_BAD_REQUEST	the header is larger than EVENT_HEAD_MAX.  All that it
 *			keeps of a request is bounded, but for the headers that
 *			it takes to verify the event again.
 */
enum status event_make(
    struct event *event, const struct event_input *in, struct reason *why);

/*
 * The event's id for a message: the value of Ce-Id, which is one word of
 * printable ASCII; or the name, if that value is longer than EVENT_NAME_MAX.
 * A view of *event.
 */
struct span event_shown_id(const struct event *event);

/* Free what event_make() made; harmless on a zeroed event. */
void event_free(struct event *event);

#endif
