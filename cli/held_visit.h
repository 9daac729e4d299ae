/* held_visit.h - the refused deliveries that are held, one after the other. */
#ifndef HELD_VISIT_H
#define HELD_VISIT_H

#include <stdbool.h>

#include "hold/hold.h"
#include "hold/request_file.h"

/* Returns false if something is wrong, as it has said. */
typedef bool (*held_visit_fn)(
    void *arg, const struct hold_item *item, const struct request_file *saved);

/*
 * Read the head of each, the oldest first, and call fn.  False if a visit was
 * false, or after saying what cannot be read.
 */
bool held_visit(const struct hold *hold, held_visit_fn fn, void *arg);

#endif
