/*
 * event_cloud.h - deliveries that are CloudEvents already: their attributes.
 *
 * In structured mode the whole event is a JSON object, the body: its attributes
 * are as genuine as the body.  In binary mode they are headers, which a
 * signature seldom covers.  An event file is always in binary mode, so that its
 * body is exactly what was signed: see event_head.h.
 */
#ifndef EVENT_CLOUD_H
#define EVENT_CLOUD_H

#include <stdbool.h>

#include "base/span.h"
#include "event.h"

/* The attributes that an event's header has lines for. */
enum cloud_attribute {
	CLOUD_ID,
	CLOUD_SOURCE,
	CLOUD_TYPE,
	CLOUD_TIME,
	CLOUD_SUBJECT,
	CLOUD__COUNT
};

struct event_cloud {
	bool found; /* the delivery is a CloudEvent */
	/* Decoded text in UTF-8, 1 to EVENT_ATTR_MAX bytes; empty: there is
	 * none, or none that is valid.  The time is in the form of RFC 3339. */
	struct span value[CLOUD__COUNT];
	char *owned[CLOUD__COUNT]; /* malloc'd, or NULL */
};

/*
 * Find the attributes.  payload is what will be the file's body: if that is not
 * the body of the request, there is no structured event.  True: the caller
 * frees *cloud by event_cloud_free().  False: out of memory.
 */
bool event_cloud_read(
    struct event_cloud *cloud, const struct request *req, struct span payload);

/* Free what event_cloud_read() made.  Harmless on a zeroed one. */
void event_cloud_free(struct event_cloud *cloud);

/*
 * If type is a Content-Type with which readers take a message for one event or
 * several in structured mode, return the type of its bytes as such: static.
 * NULL for any other type.
 */
const char *event_cloud_plain_type(struct span type);

#endif
