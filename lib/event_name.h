/*
 * event_name.h - the names of an event's file.
 *
 * What the names are is said in event.h, at struct event.
 */
#ifndef EVENT_NAME_H
#define EVENT_NAME_H

#include "base/span.h"
#include "event.h"

/* Set event->name.  id is the event's id, or empty. */
void event_name(
    struct event *event, const struct event_input *in, struct span id);

/* Set event->also and event->file.also, where a second name is due. */
void event_name_again(
    struct event *event, const struct event_input *in, struct span id);

#endif
