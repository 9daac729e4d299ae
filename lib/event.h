/*
 * event.h - a verified delivery as the file that it becomes.
 *
 * An event file is an HTTP message in the binary form of CloudEvents 1.0 (HTTP
 * protocol binding, section 3.1): attributes, the sender's own verification
 * headers, an empty line, the verified bytes.  Lines end in LF.  Knows nothing
 * of where the file is put: that is inbox.h.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stddef.h>
#include <time.h>

#include "base/span.h"
#include "base/status.h"
#include "http/request.h"
#include "inbox/inbox.h"
#include "profile/provider.h"
#include "verify/verified.h"

#define EVENT_NAME_MAX 128  /* characters of a file name, NUL not counted */
#define EVENT_ATTR_MAX 1024 /* bytes of an id or type that is written out */

struct event {
	/*
	 * The file's name, which is the event's identity: its id where that is
	 * safe as a name ([A-Za-z0-9][A-Za-z0-9._-]{0,127}, and not what comes
	 * next), else "sha256-" and the digest of the id; without an id the
	 * digest of the signed string; where the profile says that nothing is a
	 * duplicate, that of the signed string and the time of arrival.
	 */
	char name[EVENT_NAME_MAX + 1];
	char *head; /* malloc'd: header lines and the empty line */
	/* The same as the inbox wants it, borrowing from here and the request. */
	struct event_file file;
};

/* What an event is made of; all borrowed. */
struct event_input {
	const struct provider *prov;
	const struct request *req;
	const struct verified *ok;
	const struct timespec *now; /* when it came */
};

/*
 * Make the event of what was found genuine.  Id and type are read from the
 * authenticated bytes only, unless they are headers.
 *
 * ST_OK: the caller frees *event by event_free(); what in names must
 * outlive it, and *event must stay where it is.
 * ST_TRY_LATER, with why set: out of memory.
 */
enum status event_make(
    struct event *event, const struct event_input *in, struct reason *why);

/* Free what event_make() made; harmless on a zeroed event. */
void event_free(struct event *event);

#endif
