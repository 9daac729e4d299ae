/* event_meant.h - which event a user means by an id. */
#ifndef EVENT_MEANT_H
#define EVENT_MEANT_H

#include <stdbool.h>

#include "event.h"

/* What the word can be, in the order in which they are tried. */
enum event_meaning {
	MEANT_NAME,    /* the name of a file: "sha256-..." */
	MEANT_ID,      /* an id */
	MEANT_WRITTEN, /* an id as Ce-Id has it: "a%20b" */
	MEANT__COUNT
};

/*
 * Write the name of the event's file to name, if id means that.  False if it
 * cannot.
 */
bool event_meant(char name[static EVENT_NAME_MAX + 1], const char *id,
    enum event_meaning meaning);

#endif
