/*
 * component.h - one covered component of RFC 9421, and its value.
 *
 * Header fields, members of dictionary fields, and what section 2.2 derives
 * from a request.  What a program behind a web server cannot know is refused
 * and not guessed.
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
	struct span key;   /* of ;key="...", NULL pointer: none */
	struct span param; /* of ;name="...", the same */
	bool strict;       /* ;sf */
};

/*
 * Read an item of the covered components.  False with why set: no string, a
 * name in capitals, or a parameter that is unknown or not for requests.
 */
bool component_parse(
    struct component *part, const struct sfv_value *item, struct reason *why);

/* True for a name such as "@method" that has a value in a request. */
bool component_derives(struct span name);

/* True if both are the same component, whatever the order of parameters. */
bool component_same(const struct component *a, const struct component *b);

/*
 * Write the component's value in msg.  ST_UNVERIFIED, with why set: there is
 * none, or more than one.
 */
enum status component_put(FILE *f, const struct component *part,
    const struct message *msg, struct reason *why);

#endif
