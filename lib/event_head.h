/*
 * event_head.h - the header of an event file: its attributes, what hookdir says
 * about the delivery, and headers of the request.
 */
#ifndef EVENT_HEAD_H
#define EVENT_HEAD_H

#include <stdio.h>

#include "event.h"
#include "event_cloud.h"

/*
 * Write the header and the empty line after it.  The event has its names and
 * its body; attributes are those that the delivery or the settings give it.
 * Errors of fp are for the caller to find.
 *
 * The header is never that of a CloudEvent in structured mode, whatever the
 * request was: readers would find a second event in the body.
 */
void event_head(FILE *fp, const struct event *event,
    const struct event_input *in, const struct event_cloud *attributes);

#endif
