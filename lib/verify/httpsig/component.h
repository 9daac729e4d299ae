/*
 * component.h - one covered component of RFC 9421, and its value.
 *
 * Components are header fields, members of dictionary fields, and what section
 * 2.2 derives from a request.  A component whose value a program behind a web
 * server cannot know is refused, not guessed.
 */
#ifndef COMPONENT_H
#define COMPONENT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"
#include "base/status.h"
#include "http/message.h"
#include "parse/sfv.h"

struct component {
	struct span name;
	struct span key;   /* of ;key="..."; NULL pointer: none */
	struct span param; /* of ;name="..."; the same */
	bool strict;       /* ;sf */
};

/*
 * Read an item of the covered components.  False, with why set: the item is not
 * a string, is not a lower-case name, or has a parameter that is unknown or
 * does not apply to requests.
 */
bool component_parse(
    struct component *part, const struct sfv_value *item, struct reason *why);

/* True for a derived component of a request, such as "@method". */
bool component_derives(struct span name);

/*
 * True if a and b are the same component, whatever the order of their
 * parameters.
 */
bool component_same(const struct component *a, const struct component *b);

/*
 * Write the value that the component has in msg to f.  ST_OK.  ST_UNVERIFIED,
 * with why set: there is no value, or more than one.
 */
enum status component_put(FILE *f, const struct component *part,
    const struct message *msg, struct reason *why);

#endif
