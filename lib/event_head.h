/*
 * event_head.h - the header of an event file: its attributes, what hookdir says
 * about the delivery, and headers of the request.
 */
#ifndef EVENT_HEAD_H
#define EVENT_HEAD_H

#include <stdio.h>

#include "base/span.h"
#include "event.h"

/*
 * Write the header and the empty line after it.  The event has its names and
 * its body; id and type are those of the delivery, or empty.  Errors of fp are
 * for the caller to find.
 */
void event_head(FILE *fp, const struct event *event,
    const struct event_input *in, struct span id, struct span type);

#endif
